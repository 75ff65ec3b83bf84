"""The staging area of IMSMA NG: one row an object, and its polygons in a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyproj
import shapely

from kosovo_hazards._arrays import Mask, Positions, Shapes
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.imsma.database import Database, listed
from kosovo_hazards.reading import Notebook, Outlines, Records, ground_of_records, records_of
from kosovo_hazards.schema import CRS, HAZARDS, Direction, Table

__all__ = ["Staging", "polygon_tables"]

_SHAPE = ("shape", "geom", "geometry", "the_geom", "wkb_geometry")


def polygon_tables(name: str) -> tuple[str, str]:
    """Table and view that may hold the polygons of an object."""
    return f"{name}_polygon", f"{name}_polygon_view"


@dataclass(frozen=True)
class Staging:
    """Reads hazards and activities of one staging area.

    Attributes
    ----------
    database
        Where it lies.
    """

    database: Database

    def records(self, table: Table) -> tuple[Records, Notebook]:
        """All records of one kind with their shapes, and what is wrong with their rows.

        Figures of a record are taken once, from the table of the objects: beside each of its polygons they repeat.

        Parameters
        ----------
        table
            `HAZARDS` or `RELEASES`.
        """
        name = "hazard" if table is HAZARDS else "hazreduc"
        book, there = Notebook(table.name), self.database.tables
        source = next((each for each in polygon_tables(name) if each in there), None)
        if name not in there and source is None:
            note = f"{self.database.label} has no table {name} in schema {self.database.schema!r}"
            return records_of(pd.DataFrame(), np.array([], dtype=object), CRS, name=name, notes=[note]), book
        polygons = self._read(source) if source else pd.DataFrame()
        objects = self._read(name) if name in there else polygons
        key = _key(name, objects, polygons) if source else _first(objects, _keys(name)) or str(objects.columns[0])
        notes = []
        if name not in there:
            objects = objects.drop(columns=[column for column in _SHAPE if column in objects.columns])
            objects = objects.drop_duplicates(key)
            notes.append(f"there is no table {name}; of each record the first row of {source} counts")
        objects = objects.sort_values(key, kind="stable").reset_index(drop=True)
        objects = _with_unknown(objects, polygons, key)
        ids = objects[key].astype("str").to_numpy(dtype=object)
        crs, shapes = self._shapes(name, key, objects[key], polygons, book, table)
        problems = np.full(len(objects), "", dtype=object)
        problems[_bare(objects, key)] = f"has polygons, but there is no {name} with this key"
        again = objects[key].duplicated() & objects[key].notna()
        problems[again] = f"has the key of another {name} too – give each its own in IMSMA"
        for at in np.flatnonzero(problems != ""):
            book.tell("record-key", "error", ids[at], f"The record {problems[at]}")
        problems = np.where(problems == "", shapes.problems, problems).astype(object)
        records = records_of(objects, shapes.shapes, crs, name=name, notes=notes)
        return replace(records, problems=problems, label=f"table {name} of {self.database.label}"), book

    def _read(self, table: str) -> pd.DataFrame:
        frame = self.database.read(table)
        for name in frame.columns:
            if str(name).endswith("_guid"):
                frame[name] = frame[name].map(str, na_action="ignore")
        return frame

    def _shapes(
        self, name: str, key: str, keys: pd.Series, polygons: pd.DataFrame, book: Notebook, table: Table
    ) -> tuple[pyproj.CRS, Outlines]:
        ids = keys.astype("str").to_numpy(dtype=object)
        at = pd.Series(np.arange(len(keys)), index=keys.to_numpy())
        at = at[~at.index.duplicated()]
        found, owners = _geometries(polygons), _owners(polygons, key, at)
        # Points and lines are no ground; they tell where records lie that have no polygon.
        for other in (f"{name}_polyline", f"{name}_point"):
            if other in self.database.tables:
                more = self._read(other)
                if key in more.columns:
                    whose = _owners(more, key, at)
                    alone = ~np.isin(whose, owners)
                    found = np.concatenate([found, _geometries(more)[alone]])
                    owners = np.concatenate([owners, whose[alone]])
        lost = np.unique(owners[shapely.is_missing(found) & (owners >= 0)])
        text = "The record has a polygon that is missing, is drawn with curves or can't be read."
        book.tell_all("polygon-unread", "error", ids[lost], text)
        if nobody := int((owners < 0).sum()):
            text = f"{nobody:,} shapes are those of no {table.name}; look whose they are."
            book.tell("shape-of-nobody", "error", None, text, value=nobody)
        some = (owners >= 0) & ~shapely.is_missing(found)
        found, owners = found[some], owners[some]
        crs = _crs_of(found, self.database.label)
        labels = np.array([str(at + 1) for at in range(len(found))], dtype=object)
        drawn = Outlines(found, np.full(len(found), "", dtype=object))
        holes: Mask = np.zeros(len(found), dtype=bool)
        ground = ground_of_records(drawn, holes, owners, labels, ids, table.direction, book)
        if table.direction is Direction.OUTWARD:
            # The rest of a hazard would look like all of it.
            ground.problems[lost] = (
                "has a polygon that is missing, drawn with curves or can't be read, so not all of its ground is known"
            )
        return crs, ground


def _keys(name: str) -> Sequence[str]:
    return (f"{name}_guid", f"{name}_id", f"{name}_localid")


def _first(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in frame.columns), None)


def _key(name: str, objects: pd.DataFrame, polygons: pd.DataFrame) -> str:
    found = next((key for key in _keys(name) if key in objects.columns and key in polygons.columns), None)
    if found is None:
        raise UnreadableSourceError(
            f"no column joins {name} with its polygons: it should be one of {', '.join(_keys(name))}; "
            f"the polygons have {listed(list(map(str, polygons.columns)))}"
        )
    return found


def _with_unknown(objects: pd.DataFrame, polygons: pd.DataFrame, key: str) -> pd.DataFrame:
    if key not in polygons.columns:
        return objects
    unknown = sorted(set(polygons[key].dropna()) - set(objects[key]), key=str)
    return pd.concat([objects, pd.DataFrame({key: unknown})], ignore_index=True) if unknown else objects


def _bare(objects: pd.DataFrame, key: str) -> Mask:
    others = objects.drop(columns=key)
    bare: Mask = others.isna().all(axis=1).to_numpy() & (len(others.columns) > 0)
    return bare


def _owners(frame: pd.DataFrame, key: str, at: pd.Series) -> Positions:
    if key not in frame.columns:
        return np.array([], dtype=np.intp)
    owners: Positions = frame[key].map(at).fillna(-1).to_numpy(dtype=np.intp)
    return owners


def _geometries(frame: pd.DataFrame) -> Shapes:
    """Shapes of the column that holds them, as PostGIS writes them (hexadecimal EWKB); None where it holds none."""
    name = _first(frame, _SHAPE)
    if name is None:
        return np.full(len(frame), None, dtype=object)
    said = frame[name].astype(object).where(frame[name].notna(), None).to_numpy()
    try:
        shapes: Shapes = shapely.from_wkb(said, on_invalid="ignore")
    except NotImplementedError:
        # One curve among them: each by itself, and of the curves none.
        shapes = np.array([_straight(text) for text in said], dtype=object)
    flat: Shapes = shapely.force_2d(shapes)
    return flat


def _straight(text: str | None) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(text, on_invalid="ignore")
    except NotImplementedError:
        return None


def _crs_of(shapes: Shapes, label: str) -> pyproj.CRS:
    codes = sorted(set(shapely.get_srid(shapes).tolist()) - {0, -1})
    if len(codes) > 1:
        raise UnreadableSourceError(f"the polygons of {label} are in several reference systems: {codes}")
    return pyproj.CRS.from_epsg(codes[0]) if codes else pyproj.CRS(CRS)
