"""A register read from IMSMA NG's database, each record accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import argument
from kosovo_hazards.imsma.database import Connectable, Database, listed, opened_database
from kosovo_hazards.imsma.operational import NEEDED, Operational
from kosovo_hazards.imsma.staging import Staging, polygon_tables
from kosovo_hazards.language import compact, headings, not_hazardous_areas, words
from kosovo_hazards.reading import Notebook, OnError, Options, ReadResult, Records, Values, findings_of, read_records
from kosovo_hazards.schema import HAZARDS, RELEASES, HazardType, Table

__all__ = ["ImsmaRegister", "read_imsma_ng"]

_DAY_OF = {HAZARDS.name: "established", RELEASES.name: "completed"}


@dataclass(frozen=True, repr=False)
class ImsmaRegister:
    """A register as IMSMA's database holds it; unpacks into `hazards`, `releases`, `findings`, `rejected`.

    Attributes
    ----------
    hazards, releases
        What came of the hazards (*Land*) and hazard reductions (*Activity*), each a `ReadResult`.
    findings
        What is wrong with rows, points and links, in the columns of `check` (EPSG:4326).
    layout
        ``operational`` or ``staging``.
    later
        Records dated after the day asked for, by the name of their table; they are in neither result.

    Examples
    --------
    >>> import geopandas as gpd, kosovo_hazards as kh
    >>> hazards, releases = kh.demo_data()
    >>> read = kh.read_hazards(hazards), kh.read_releases(releases)
    >>> register = kh.ImsmaRegister(*read, gpd.GeoDataFrame(), "staging", {})
    >>> len(register.hazards.data), len(register.rejected), len(register.other_land)
    (35, 0, 0)
    """

    hazards: ReadResult
    releases: ReadResult
    findings: gpd.GeoDataFrame
    layout: str
    later: Mapping[str, gpd.GeoDataFrame]

    def __iter__(self) -> Any:
        return iter((self.hazards.data, self.releases.data, self.findings, self.rejected))

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{len(read.data):,} {name} and {len(read.rejected):,} rejected"
            for name, read in (("hazards", self.hazards), ("releases", self.releases))
        )
        return "\n  ".join([f"<ImsmaRegister ({self.layout}): {counts}, {len(self.findings):,} findings>",
                            *self.messages()])  # fmt: skip

    @property
    def rejected(self) -> pd.DataFrame:
        """The records not accepted, of both kinds, with `table`, `row` and `reason`."""
        tables = [
            pd.DataFrame(read.rejected).assign(table=table.name)
            for read, table in ((self.hazards, HAZARDS), (self.releases, RELEASES))
        ]
        there = [table for table in tables if len(table)] or tables[:1]
        joined = pd.concat(there, ignore_index=True)
        first = ["table", "row", "reason"]
        return joined[first + [name for name in joined.columns if name not in first]]

    @property
    def other_land(self) -> pd.DataFrame:
        """Those of the rejected hazards whose classification is neither CHA nor SHA, as spot tasks and indications."""
        reasons = tuple(f"is {meaning}" for meaning in not_hazardous_areas().values())
        rejected = self.hazards.rejected
        return rejected[rejected["reason"].map(lambda text: any(reason in text for reason in reasons)).astype(bool)]

    def messages(self) -> list[str]:
        """Say what was recognised in both tables, and what else there is to know.

        Returns
        -------
        Sentences.
        """
        told = [
            f"{name}: {message}"
            for name, read in (("hazards", self.hazards), ("releases", self.releases))
            for message in read.messages()
        ]
        late = [f"{name}s: {len(rows):,} records are dated later than asked for and stand in .later"
                for name, rows in self.later.items() if len(rows)]  # fmt: skip
        return told + late


def read_imsma_ng(
    connection: Connectable,
    *,
    schema: str = "public",
    as_of: Any = None,
    values: Values | None = None,
    hazard_columns: Mapping[str, str] | None = None,
    release_columns: Mapping[str, str] | None = None,
    on_error: OnError = "quarantine",
) -> ImsmaRegister:
    """Read hazards and releases from a database of IMSMA NG 6, or from its staging area.

    Parameters
    ----------
    connection
        URL (``"postgresql://user:password@server/imsma"``) or engine of SQLAlchemy. The right to read (SELECT) is
        enough. The password is in no message.
    schema
        Where the tables lie.
    as_of
        Leave out, and list apart, what is dated after this day. Statuses stay as they are now: history is not read.
    values
        Words of the database and ours, e.g. ``{"hazard_type": {"Zone B": "SHA"}}``; usual ones in English, Albanian,
        Serbian, French, Spanish, Portuguese and Arabic are known. ``device_category`` explains categories of devices.
    hazard_columns, release_columns
        Our column and that of the table ``hazard`` or ``hazreduc``, where a programme renamed it; a column of keys
        (``status_guid``) is called by its name without ``_guid``.
    on_error
        ``"quarantine"`` puts bad records among the rejected; ``"raise"`` raises an error that names them all.

    Returns
    -------
    `ImsmaRegister`: two tables in EPSG:4326 with areas in m², findings of structure, and the rejected records.

    Raises
    ------
    HazardDataError
        If the database can't be reached or read, if it holds no tables of IMSMA NG, or with ``on_error="raise"`` a
        record is bad.

    Notes
    -----
    Everything is read in one transaction that can't write, each table in one query. Only shapes in use count, in the
    order of the numbers of their points; several of one record are one hazard. A record one of whose polygons can't be
    known (fewer than three points, two places with one number) is rejected as a whole. Devices are counted by category;
    what is neither mine, submunition nor other ordnance stands in `other_devices`, unknown ones in `unknown_devices`.
    In the staging area figures repeat on each polygon of a record; they are taken once.

    Tables and columns are those that GICHD's wiki and its *geocheck* queries for IMSMA NG 6 name.

    Examples
    --------
    >>> import pandas as pd, shapely, sqlalchemy
    >>> engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    >>> corners = [(20.9, 42.6), (20.91, 42.6), (20.91, 42.61)]
    >>> tables = {
    ...     "imsmaenum": [("e1", "Suspected Hazardous Area"), ("e2", "Polygon")],
    ...     "hazard": [("h1", "KS-1", "e1")],
    ...     "hazard_has_geospatialinfo": [("h1", "g1")],
    ...     "geospatialinfo": [("g1", "A", "e2", True)],
    ...     "geopoint": [("g1", number + 1, x, y) for number, (x, y) in enumerate(corners)],
    ... }
    >>> headings = {
    ...     "imsmaenum": ["imsmaenum_guid", "enumvalue"],
    ...     "hazard": ["hazard_guid", "hazard_localid", "areatype_guid"],
    ...     "hazard_has_geospatialinfo": ["hazard_guid", "geospatialinfo_guid"],
    ...     "geospatialinfo": ["geospatialinfo_guid", "shape_id", "shapeenum_guid", "isactive"],
    ...     "geopoint": ["geospatialinfo_guid", "pointno", "longitude", "latitude"],
    ... }
    >>> for name, rows in tables.items():
    ...     _ = pd.DataFrame(rows, columns=headings[name]).to_sql(name, engine, index=False)
    >>> hazards, releases, findings, rejected = read_imsma_ng(engine, schema="main")
    >>> hazards[["hazard_id", "hazard_type"]].to_numpy().tolist(), round(hazards["area_m2"].sum())
    ([['KS-1', 'SHA']], 455826)
    """
    if on_error not in ("quarantine", "raise"):
        raise UsageError(f'{argument("on_error", on_error)} is neither "quarantine" nor "raise"')
    day = _day(as_of)
    with opened_database(connection, schema) as database:
        layout = _layout(database)
        reader = Operational(database, _categories(values)) if layout == "operational" else Staging(database)
        (hazards, of_hazards), (releases, of_releases) = (reader.records(table) for table in (HAZARDS, RELEASES))
    results, later = [], {}
    for records, table, columns, book in (
        (hazards, HAZARDS, hazard_columns, of_hazards),
        (releases, RELEASES, release_columns, of_releases),
    ):
        chosen, own = _chosen(records, table, columns, values, book), _of(table, values)
        options = Options(None, chosen, own, None, None, on_error, None, None, None)
        result = _nothing(records, table) if not len(records) else read_records(records, table, options)
        result, later[table.name] = _until(result, table, day)
        results.append(result)
    return ImsmaRegister(results[0], results[1], findings_of(of_hazards, of_releases), layout, later)


# --- what the database is --------------------------------------------------------------------------------------------


def _layout(database: Database) -> str:
    there = database.tables
    if set(NEEDED) <= there:
        return "operational"
    if set(polygon_tables("hazard")) & there:
        return "staging"
    schema, schemas = database.schema, database.schemas
    if schema not in schemas:
        raise UnreadableSourceError(
            f"{database.label} has no schema {schema!r}; it has {listed(schemas)}",
            hint=f"name the one with the tables: {argument('schema', 'public')}",
        )
    missing = ", ".join(name for name in NEEDED if name not in there)
    raise UnreadableSourceError(
        f"schema {schema!r} of {database.label} holds no tables of IMSMA NG: {missing} of the operational database are "
        f"missing, and so is hazard_polygon of a staging area; it holds {listed(list(there)) or 'nothing'}",
        hint=f"name the schema with the tables: {argument('schema', 'public')}; or the user may not see them",
    )


# --- words and columns -----------------------------------------------------------------------------------------------


def _categories(values: Values | None) -> dict[str, str]:
    given = (values or {}).get("device_category")
    known = words("device_category")
    said = given if isinstance(given, Mapping) else {}
    return {compact(text): known.get(compact(word), str(word)) for text, word in said.items()}


def _of(table: Table, values: Values | None) -> Values | None:
    """The caller's words that concern a table: a word for the product of releases is none of hazards."""
    if values is None:
        return None
    return {name: word for name, word in values.items() if not isinstance(word, Mapping) or name in table.names}


def _chosen(
    records: Records, table: Table, columns: Mapping[str, str] | None, values: Values | None, book: Notebook
) -> Mapping[str, str] | None:
    """The caller's columns; for the classification of hazards the one that says it most often, where several might."""
    if table is not HAZARDS or "hazard_type" in (columns or {}) or not len(records):
        return columns
    known = headings(table.name)
    candidates = [name for name in records.table.columns if "hazard_type" in known.get(compact(name), {})]
    own = (values or {}).get("hazard_type")
    said = {**words("hazard_type"), **{compact(word.value): word.value for word in HazardType}}
    said |= {compact(text): str(word) for text, word in own.items()} if isinstance(own, Mapping) else {}
    other = not_hazardous_areas()
    read = {name: records.table[name].map(lambda text: said.get(compact(text), other.get(compact(text))),
                                          na_action="ignore") for name in candidates}  # fmt: skip
    if not read or all(column.isna().all() for column in read.values()):
        return columns
    best = max(read, key=lambda name: int(read[name].notna().sum()))
    for name in candidates:
        differ = read[name].notna() & read[best].notna() & (read[name] != read[best])
        for at in differ[differ].index:
            text = f"{best} says {records.table[best][at]!r} and {name} {records.table[name][at]!r}; {best} counts."
            key = next((key for key in ("hazard_localid", "hazard_guid") if key in records.table.columns), best)
            book.tell("classifications-differ", "warning", records.table[key][at], text)
    return {**(columns or {}), "hazard_type": best}


# --- days ------------------------------------------------------------------------------------------------------------


def _day(as_of: Any) -> pd.Timestamp | None:
    if as_of is None:
        return None
    try:
        return pd.Timestamp(as_of)
    except (ValueError, TypeError):
        raise UsageError(f"{argument('as_of', as_of)} is no day", hint="write it as 2024-12-31") from None


def _until(result: ReadResult, table: Table, day: pd.Timestamp | None) -> tuple[ReadResult, gpd.GeoDataFrame]:
    """The result up to a day, and what is dated later; records without a date stay."""
    if day is None:
        return result, result.data.iloc[:0]
    late = (result.data[_DAY_OF[table.name]] > day).to_numpy()
    note = f"statuses are those of today, not of {day:%Y-%m-%d}"
    notes = (*result.notes, note) if table is HAZARDS else result.notes
    kept = result.data[~late].reset_index(drop=True)
    return replace(result, data=kept, notes=notes), result.data[late].reset_index(drop=True)


def _nothing(records: Records, table: Table) -> ReadResult:
    """A result of no record, with the columns of the table."""
    bare = replace(records, table=pd.DataFrame(columns=[table.key], dtype="str"), notes=(*records.notes,
                   f"{records.label} holds no record"))  # fmt: skip
    options = Options(None, None, None, None, None, "quarantine", None, None, None)
    return read_records(bare, table, options)
