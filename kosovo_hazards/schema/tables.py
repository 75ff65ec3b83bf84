"""The tables of the library: hazardous areas, releases, and points of evidence, accidents, items and survey."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kosovo_hazards.schema.columns import COUNT, DATE, FLAG, NUMBER, TEXT, Column, Table
from kosovo_hazards.schema.words import (
    AccidentKind,
    BoxResult,
    Condition,
    Contamination,
    DeviceCategory,
    Direction,
    Directness,
    Evidence,
    EvidenceKind,
    HazardType,
    Priority,
    Product,
    ReleaseStatus,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ACCIDENTS", "BENEFICIARIES", "BOXES", "CRS", "EVIDENCE", "FINDS", "HAZARDS", "ITEMS", "RELEASES", "table_of",
]  # fmt: skip

CRS = "EPSG:4326"
"""The coordinate reference system of every table."""


def _words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in vocabulary)


_PLACES = (
    Column("municipality", TEXT, "municipality, canonical name"),
    Column("district", TEXT, "district, canonical name"),
    Column("region", TEXT, "region of the mine action centre"),
)

_AREAS = (
    Column("reported_area_m2", NUMBER, "area as the source says, m²"),
    Column("area_m2", NUMBER, "area computed from the polygon on the ellipsoid, m²"),
)

_SURVEY = (
    Column("survey_method", TEXT, "how the position was surveyed", optional=True),
    Column("accuracy_m", NUMBER, "accuracy of the position as stated, m", optional=True),
)

# What the minimum data of mine action (GICHD) ask for beyond the columns that every table has.
_BENCHMARK = (
    Column(
        "benchmark_longitude", NUMBER, "longitude of the benchmark, degrees", optional=True, lowest=-180, highest=180
    ),
    Column("benchmark_latitude", NUMBER, "latitude of the benchmark, degrees", optional=True, lowest=-90, highest=90),
)


def _several(name: str, meaning: str, words: type[StrEnum], spellings: str) -> Column:
    return Column(name, TEXT, meaning, False, _words(words), spellings, optional=True, several=True)


_EVIDENCE = (
    Column("evidence", TEXT, "evidence of contamination", vocabulary=_words(Evidence), optional=True),
    _several("evidence_kinds", "kinds of evidence", EvidenceKind, "evidence_kind"),
)

_DEVICES = (
    _several("device_categories", "categories of the devices", DeviceCategory, "device_category"),
    Column("device_models", TEXT, "models of the devices", optional=True),
)

_WORK = (
    Column("operational_method", TEXT, "how the work was done, as by hand or by machine", optional=True),
    Column("started", DATE, "date the work began", optional=True),
    Column("depth_cleared_cm", NUMBER, "depth to which the ground was cleared, cm", optional=True),
    Column("depth_found_cm", NUMBER, "depth of the deepest device found, cm", optional=True),
)

_QUALITY = (
    Column("samples_taken", COUNT, "samples of quality assurance taken", optional=True),
    Column("samples_passed", COUNT, "samples of quality assurance passed", optional=True),
)

_TEAM = (Column("team", TEXT, "team that did the work", optional=True),)

BENEFICIARIES = ("women", "men", "girls", "boys")
"""Columns of those who benefit from the release of an area, by sex and age."""

_PEOPLE = tuple(Column(name, COUNT, f"{name} who benefit", optional=True) for name in BENEFICIARIES)

FINDS = ("submunitions", "ap_mines", "av_mines", "other_uxo")
"""Columns of releases that count what was found and destroyed."""

_ORIGIN = (
    Column("source", TEXT, "file or register the record came from"),
    Column("synthetic", FLAG, "whether the record is made up for demonstration", required=True),
)

HAZARDS = Table(
    "hazard",
    "hazard_id",
    (
        Column("hazard_id", TEXT, "id of the hazardous area", required=True),
        Column("hazard_type", TEXT, "confirmed or suspected", required=True, vocabulary=_words(HazardType)),
        Column("status", TEXT, "where the work stands", vocabulary=_words(Status)),
        Column("contamination", TEXT, "what the ground is contaminated with", vocabulary=_words(Contamination)),
        Column("priority", TEXT, "how soon it is to be worked on", vocabulary=_words(Priority)),
        *_PLACES,
        Column("name", TEXT, "name of the area"),
        Column("operator", TEXT, "organisation that works on it"),
        Column("established", DATE, "date the area was recorded"),
        *_AREAS,
        *_SURVEY,
        *_BENCHMARK,
        *_EVIDENCE,
        *_DEVICES,
        *_TEAM,
        *_PEOPLE,
        *_ORIGIN,
    ),
    geometry_required=True,
    direction=Direction.OUTWARD,
)
"""Hazardous areas: one row each, its ground as the register records it."""

RELEASES = Table(
    "release",
    "release_id",
    (
        Column("release_id", TEXT, "id of the release", required=True),
        Column("hazard_id", TEXT, "hazardous area it was released from"),
        Column("product", TEXT, "what became of the ground", required=True, vocabulary=_words(Product)),
        Column("status", TEXT, "how far the work is, if said", False, _words(ReleaseStatus), "release_status"),
        Column("operator", TEXT, "organisation that released it"),
        Column("completed", DATE, "date the release was completed"),
        *_AREAS,
        Column("submunitions", COUNT, "submunitions destroyed"),
        Column("ap_mines", COUNT, "anti-personnel mines destroyed"),
        Column("av_mines", COUNT, "anti-vehicle mines destroyed"),
        Column("other_uxo", COUNT, "other items of unexploded ordnance destroyed"),
        *_PLACES,
        *_SURVEY,
        *_BENCHMARK,
        *_DEVICES,
        *_WORK,
        *_QUALITY,
        *_TEAM,
        *_PEOPLE,
        *_ORIGIN,
    ),
    geometry_required=False,
    direction=Direction.INWARD,
)
"""Results of survey and clearance: one row each; the polygon may be missing."""

_DEVICE = (
    Column("device_category", TEXT, "category of the device", vocabulary=_words(DeviceCategory)),
    Column("device_model", TEXT, "model of the device"),
)
_AT = (
    Column("survey_method", TEXT, "how the position was surveyed"),
    Column("accuracy_m", NUMBER, "accuracy of the position as stated, m"),
    *_PLACES,
    *_ORIGIN,
)


def _points(name: str, key: str, *columns: Column, or_polygons: bool = False) -> Table:
    first = (Column(key, TEXT, f"id of the {name}", True), Column("hazard_id", TEXT, "hazardous area it belongs to"))
    return Table(name, key, (*first, *columns, *_AT), or_polygons, Direction.OUTWARD, True, or_polygons)


EVIDENCE = _points(
    "evidence point",
    "evidence_id",
    Column("directness", TEXT, "direct or indirect", vocabulary=_words(Directness)),
    Column("kind", TEXT, "what the evidence is", vocabulary=_words(EvidenceKind), spellings="evidence_kind"),
    Column("date", DATE, "date it was recorded"),
    *_DEVICE,
    Column("method", TEXT, "how it was learnt"),
)
"""Points of evidence: one row each; the position may be missing."""

ACCIDENTS = _points(
    "accident",
    "accident_id",
    Column("kind", TEXT, "to whom it happened", vocabulary=_words(AccidentKind), spellings="accident_kind"),
    Column("date", DATE, "date of the accident"),
    *_DEVICE,
    Column("killed", COUNT, "people killed"),
    Column("injured", COUNT, "people injured"),
    Column("activity", TEXT, "what was being done"),
)
"""Accidents with explosive ordnance: one row each, without anything about persons."""

ITEMS = _points(
    "item",
    "item_id",
    Column("release_id", TEXT, "release in whose work it was found"),
    Column("date", DATE, "date it was found"),
    *_DEVICE,
    Column("quantity", COUNT, "number of items; missing: one"),
    Column("depth_cm", NUMBER, "depth at which it was found, cm"),
    Column("condition", TEXT, "state it was found in", vocabulary=_words(Condition)),
    Column("disposal", TEXT, "how it was disposed of"),
)
"""Items of explosive ordnance found: one row each."""

BOXES = _points(
    "survey box",
    "box_id",
    Column("result", TEXT, "what survey found", vocabulary=_words(BoxResult), spellings="box_result"),
    Column("date", DATE, "date it was searched"),
    or_polygons=True,
)
"""Squares of technical survey: one row each."""


def table_of(columns: Iterable[object]) -> Table:
    """Whether columns are those of releases or of hazards; what may be either counts as hazardous.

    Parameters
    ----------
    columns
        Names of columns.

    Examples
    --------
    >>> table_of(["release_id", "product", "hazard_id"]).name, table_of(["hazard_id", "hazard_type"]).name
    ('release', 'hazard')
    """
    names = set(columns)
    return RELEASES if RELEASES.key in names and "hazard_type" not in names else HAZARDS
