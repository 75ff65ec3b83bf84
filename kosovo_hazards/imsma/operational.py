"""The operational database of IMSMA NG 6: objects, their shapes made of points, words behind keys, and devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Texts
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.imsma.database import Database, listed
from kosovo_hazards.language import compact, headings
from kosovo_hazards.reading import (
    Notebook,
    Outlines,
    Records,
    are_holes,
    are_in_use,
    counted_devices,
    differ_in_blanks_only,
    drawn_shapes,
    ground_of_records,
    kinds_of_shapes,
    records_of,
)
from kosovo_hazards.schema import CRS, HAZARDS, Direction, Table

__all__ = ["Operational"]

NEEDED = {
    "hazard": ("hazard_guid",),
    "geospatialinfo": ("geospatialinfo_guid",),
    "geopoint": ("geospatialinfo_guid", "pointno", "latitude", "longitude"),
}
"""Tables by which the layout is known, and the columns without which they say nothing."""

_INFO = ("geospatialinfo_guid", "shape_id", "shapeenum_guid", "isactive", "poly_prop_enum_guid")
_DEVICES = {"hazard": "hazdeviceinfo", "hazreduc": "hazreducdeviceinfo"}
_LINKED = "_has_geospatialinfo"
_GUID = "_guid"


@dataclass(frozen=True)
class Operational:
    """Reads hazards and activities of one database.

    Attributes
    ----------
    database
        Where they lie.
    categories
        Words of the caller for categories of devices, by `compact` spelling.
    """

    database: Database
    categories: Mapping[str, str]

    def records(self, table: Table) -> tuple[Records, Notebook]:
        """All records of one kind with their shapes, and what is wrong with their rows.

        Parameters
        ----------
        table
            `HAZARDS` or `RELEASES`.
        """
        name = "hazard" if table is HAZARDS else "hazreduc"
        book = Notebook(table.name)
        if name not in self.database.tables:
            note = f"{self.database.label} has no table {name} in schema {self.database.schema!r}"
            return records_of(pd.DataFrame(), np.array([], dtype=object), CRS, name=name, notes=[note]), book
        objects = self._read(name, None, (f"{name}_guid",)).sort_values(f"{name}_guid", kind="stable")
        objects = self._with_words(objects.reset_index(drop=True), name, table, book)
        links = self._links(name)
        self._tell_of_strays(links, table, book)
        objects = _with_unknown(objects, links, name)
        ids, problems = _ids(objects, name, book)
        if table is not HAZARDS and "hazard_guid" in objects.columns and "hazard_localid" not in objects.columns:
            objects["hazard_localid"] = self._linked_hazards(objects["hazard_guid"], ids, book)
        objects = self._with_devices(objects, name, ids, book)
        ground = self._ground(objects[f"{name}_guid"], links, ids, table.direction, book)
        problems = np.where(problems == "", ground.problems, problems)
        records = records_of(objects, ground.shapes, CRS, name=name)
        label = f"table {name} of {self.database.label}"
        return replace(records, problems=problems.astype(object), label=label), book

    def _read(self, table: str, wanted: tuple[str, ...] | None, needed: tuple[str, ...]) -> pd.DataFrame:
        frame = self.database.read(table, wanted)
        if missing := [name for name in needed if name not in frame.columns]:
            raise UnreadableSourceError(
                f"table {table} of {self.database.label} has no column {', '.join(missing)}; "
                f"it has {listed(list(map(str, frame.columns))) or 'none that can be read'}"
            )
        for name in frame.columns:
            if str(name).endswith(_GUID):
                frame[name] = frame[name].map(str, na_action="ignore")
        return frame

    # --- words ---

    @cached_property
    def _enums(self) -> dict[str, str]:
        if "imsmaenum" not in self.database.tables:
            return {}
        table = self._read("imsmaenum", ("imsmaenum_guid", "enumvalue"), ("imsmaenum_guid", "enumvalue"))
        return dict(zip(table["imsmaenum_guid"], table["enumvalue"].map(str), strict=True))

    def _with_words(self, objects: pd.DataFrame, name: str, table: Table, book: Notebook) -> pd.DataFrame:
        """Keys of single choices replaced by the words behind them; a key without a word stays and is told."""
        known = headings(table.name)
        columns = {}
        for column in map(str, objects.columns):
            values, plain = objects[column], column.removesuffix(_GUID)
            hits = values.isin(self._enums.keys())
            choice = plain != column and compact(plain) in known and column != f"{name}_guid"
            if not hits.any() and not (choice and plain not in ("hazard", "hazreduc")):
                columns[column] = values
                continue
            target = plain if plain not in objects.columns or plain == column else f"{plain}_word"
            columns[target] = values.map(self._enums).where(hits, values)
            for at in np.flatnonzero(values.notna() & ~hits):
                record = _named(objects, name).iloc[at]
                text = f"{column} has a key that stands for no word: {values.iloc[at]}"
                book.tell("key-without-word", "warning", record, f"{text}.", value=str(values.iloc[at]))
        return pd.DataFrame(columns)

    @cached_property
    def _hazard_ids(self) -> dict[str, str]:
        wanted = ("hazard_guid", "hazard_localid")
        table = self._read("hazard", wanted, ("hazard_guid",))
        return dict(zip(table["hazard_guid"], _named(table, "hazard"), strict=True))

    def _linked_hazards(self, guids: pd.Series, ids: Texts, book: Notebook) -> pd.Series:
        """Local ids of the hazards that activities name; the key itself where there is no such hazard."""
        found = guids.map(self._hazard_ids)
        for at in np.flatnonzero(guids.notna() & found.isna()):
            text = f"The activity names a hazard that is not there, {guids.iloc[at]}."
            book.tell("hazard-missing", "warning", ids[at], text, other=guids.iloc[at])
        return found.astype(object).where(found.notna(), guids)

    # --- devices ---

    def _with_devices(self, objects: pd.DataFrame, name: str, ids: Texts, book: Notebook) -> pd.DataFrame:
        table, key = _DEVICES[name], f"{name}_guid"
        if not {table, "ordnance"} <= self.database.tables:
            return objects
        said = self._read(table, (key, "ordnance_guid", "qty"), (key, "ordnance_guid", "qty"))
        devices = said.merge(self._ordnance, on="ordnance_guid", how="left")
        counts = counted_devices(devices, key, dict(zip(objects[key], ids, strict=True)), self.categories, book)
        placed = counts.reindex(objects[key]).reset_index(drop=True)
        taken = {column: f"{column}_counted" for column in placed.columns if column in objects.columns}
        return pd.concat([objects, placed.rename(columns=taken).dropna(axis=1, how="all")], axis=1)

    @cached_property
    def _ordnance(self) -> pd.DataFrame:
        keys = {"ordcategoryenum_guid": "category", "ordsubcategoryenum_guid": "subcategory"}
        table = self._read("ordnance", ("ordnance_guid", "model", *keys), ("ordnance_guid",))
        table = table.reindex(columns=["ordnance_guid", "model", *keys]).rename(columns=keys)
        said = {column: table[column].map(self._enums).where(table[column].isin(self._enums.keys()), table[column])
                for column in keys.values()}  # fmt: skip
        return table.assign(**said).drop_duplicates("ordnance_guid")

    # --- shapes ---

    def _tell_of_strays(self, links: pd.DataFrame, table: Table, book: Notebook) -> None:
        """Points of shapes that are not there, and links that name no record: nobody knows whose ground they are."""
        if nameless := int(links.iloc[:, 0].isna().sum()):
            text = f"{nameless:,} shapes are linked to no {table.name}; look whose they are."
            book.tell("shape-of-nobody", "error", None, text, value=nameless)
        if table is HAZARDS:
            stray = ~self._points["geospatialinfo_guid"].isin(self._infos["geospatialinfo_guid"])
            if count := int(self._points["geospatialinfo_guid"][stray].nunique(dropna=False)):
                text = f"{int(stray.sum()):,} points belong to {count:,} shapes that are not there."
                book.tell("points-of-nobody", "error", None, text, value=count)

    def _links(self, name: str) -> pd.DataFrame:
        table, columns = f"{name}{_LINKED}", (f"{name}_guid", "geospatialinfo_guid")
        if table not in self.database.tables:
            return pd.DataFrame(columns=list(columns), dtype="str")
        return self._read(table, columns, columns).drop_duplicates().sort_values(list(columns), kind="stable")

    @cached_property
    def _infos(self) -> pd.DataFrame:
        table = self._read("geospatialinfo", _INFO, NEEDED["geospatialinfo"])
        return table.reindex(columns=list(_INFO)).drop_duplicates("geospatialinfo_guid").reset_index(drop=True)

    @cached_property
    def _points(self) -> pd.DataFrame:
        return self._read("geopoint", NEEDED["geopoint"], NEEDED["geopoint"])

    def _ground(
        self, guids: pd.Series, links: pd.DataFrame, ids: Texts, direction: Direction, book: Notebook
    ) -> Outlines:
        key = str(links.columns[0])
        owner = pd.Series(np.arange(len(guids)), index=guids.to_numpy())
        owner = owner[~owner.index.duplicated()]
        linked = links.assign(owner=links[key].map(owner)).dropna(subset=["owner"])
        infos = linked.merge(self._infos, on="geospatialinfo_guid", how="left", indicator=True)
        infos["owner"] = infos["owner"].astype("int64")
        incomplete = infos.loc[infos["_merge"] == "left_only", "owner"].unique()
        for at in infos.loc[infos["_merge"] == "left_only", "owner"]:
            book.tell("shape-missing", "error", ids[at], "The record is linked to a shape that is not there.")
        infos = infos[infos["_merge"] == "both"].reset_index(drop=True)
        active = are_in_use(infos["isactive"], ids[infos["owner"]], direction, book)
        told = infos[~active].groupby("owner").size()
        for at, count in told.items():
            book.tell("shape-replaced", "note", ids[at], f"{count} shapes no longer in use are left out.", value=count)
        infos = infos[active].reset_index(drop=True)
        owners = infos["owner"].to_numpy(dtype=np.intp)
        records = ids[owners]
        labels = infos["shape_id"].astype("str").where(infos["shape_id"].notna(), infos["geospatialinfo_guid"])
        for at in np.flatnonzero(differ_in_blanks_only(infos["shape_id"])):
            text = f"The shape id {infos['shape_id'].iloc[at]!r} differs from another by blanks only."
            book.tell("blanks-in-id", "warning", records[at], text)
        names = labels.to_numpy(dtype=object)
        kinds = kinds_of_shapes(self._words_of(infos["shapeenum_guid"]), names, records, book)
        at = pd.Index(infos["geospatialinfo_guid"])
        points = self._points.merge(
            pd.DataFrame({"geospatialinfo_guid": at, "owner": np.arange(len(at))}), on="geospatialinfo_guid"
        )
        outlines = drawn_shapes(points, kinds, names, records, book)
        said = self._words_of(infos["poly_prop_enum_guid"])
        holes = are_holes(said, kinds, names, records, direction, book)
        ground = ground_of_records(outlines, holes, owners, names, ids, direction, book)
        replaced_only = np.setdiff1d(told.index.to_numpy(dtype=np.intp), owners)
        if direction is Direction.OUTWARD:
            # The rest of a hazard would look like all of it.
            ground.problems[incomplete] = (
                "is linked to a shape that is not there, so that not all of its ground is known"
            )
            ground.problems[replaced_only] = "has no shape that is in use – make one of its shapes active"
        return ground

    def _words_of(self, keys: pd.Series) -> pd.Series:
        return keys.map(self._enums).where(keys.isin(self._enums.keys()), keys)


def _with_unknown(objects: pd.DataFrame, links: pd.DataFrame, name: str) -> pd.DataFrame:
    """The objects with a row for each that has shapes and no row of its own, so that its ground is not lost."""
    key = f"{name}_guid"
    unknown = sorted(set(links[key].dropna()) - set(objects[key]))
    if not unknown:
        return objects
    return pd.concat([objects, pd.DataFrame({key: unknown})], ignore_index=True)


def _ids(objects: pd.DataFrame, name: str, book: Notebook) -> tuple[Texts, Texts]:
    """Id of each object for messages, and why one can't be used."""
    named = _named(objects, name)
    ids: Texts = named.to_numpy(dtype=object)
    for at in np.flatnonzero(differ_in_blanks_only(named)):
        book.tell("blanks-in-id", "warning", ids[at], f"The local id {ids[at]!r} differs from another by blanks only.")
    problems = np.full(len(objects), "", dtype=object)
    again = named.str.strip().duplicated()
    for at in np.flatnonzero(again):
        problems[at] = f"local id {ids[at].strip()!r} is that of another {name} too – give each its own in IMSMA"
        book.tell("local-id-twice", "error", ids[at], f"The {problems[at]}", other=objects[f"{name}_guid"].iloc[at])
    if f"{name}_localid" in objects.columns:
        bare = objects[f"{name}_localid"].isna() & objects.drop(columns=f"{name}_guid").isna().all(axis=1)
        for at in np.flatnonzero(bare):
            problems[at] = f"has shapes, but there is no {name} with this key"
            book.tell("record-missing", "error", ids[at], f"There are shapes of this key, but no {name}.")
    return ids, problems


def _named(objects: pd.DataFrame, name: str) -> pd.Series:
    local = objects.get(f"{name}_localid", pd.Series(None, index=objects.index, dtype="str"))
    return local.astype("str").where(local.notna(), objects[f"{name}_guid"]).astype("str")
