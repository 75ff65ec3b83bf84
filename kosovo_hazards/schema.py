"""The words and tables of the library: vocabularies, columns, and the checks that a table keeps to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ACCIDENTS", "BOXES", "CRS", "EVIDENCE", "HAZARDS", "ITEMS", "METHOD", "RELEASES", "AccidentKind", "BoxResult",
    "Column", "Condition", "Contamination", "DeviceCategory", "Direction", "Directness", "EvidenceKind", "HazardType",
    "PlaceSource", "Priority", "Product", "ReleaseStatus", "Status", "Table", "table_of",
]  # fmt: skip


class HazardType(StrEnum):
    """How sure it is that an area holds explosive ordnance (IMAS 07.11)."""

    CHA = "CHA"
    SHA = "SHA"


class Status(StrEnum):
    """Where the work on a hazardous area stands."""

    OPEN = "open"
    WORKED_ON = "worked on"
    CLOSED = "closed"
    HANDED_OVER = "handed over"


RELEASED_STATUSES = (Status.CLOSED, Status.HANDED_OVER)
"""Statuses of areas that are no longer hazardous."""


class Contamination(StrEnum):
    """What the ground is contaminated with."""

    CLUSTER_MUNITION_REMNANTS = "cluster munition remnants"
    ANTI_PERSONNEL_MINES = "anti-personnel mines"
    ANTI_VEHICLE_MINES = "anti-vehicle mines"
    OTHER_ERW = "other ERW"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Priority(StrEnum):
    """How soon an area is to be worked on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


class Product(StrEnum):
    """What land release made of the ground (IMAS 07.11)."""

    CANCELLED = "cancelled"
    REDUCED = "reduced"
    CLEARED = "cleared"


class ReleaseStatus(StrEnum):
    """How far the work on a release is; only what is completed has released ground."""

    COMPLETED = "completed"
    IN_PROGRESS = "in progress"
    PLANNED = "planned"
    SUSPENDED = "suspended"
    CALLED_OFF = "called off"
    UNKNOWN = "unknown"


class Directness(StrEnum):
    """Whether evidence shows contamination by itself (direct) or only gives reason to suspect it (indirect)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    UNKNOWN = "unknown"


class EvidenceKind(StrEnum):
    """What a point of evidence is (the kinds of IMSMA, and those that forms of IMSMA Core add)."""

    DETONATION = "detonation"
    ACCIDENT = "accident at a known location"
    RELIABLE_RECORD = "record of high reliability"
    MARKING = "mine signs or fencing"
    VISUAL = "visual observation"
    OLD_SURVEY = "old survey"
    COMBAT_ZONE = "former combatant zone"
    ACCIDENT_SOMEWHERE = "accident at an unknown location"
    UNRELIABLE_RECORD = "record of low reliability"
    UNUSED_LAND = "productive land not in use"
    VERBAL = "verbal report"
    ORDNANCE = "explosive ordnance"
    SCRAP = "scrap metal"
    CRATER = "crater"
    DAMAGE = "damaged infrastructure"
    OTHER = "other"
    UNKNOWN = "unknown"


class DeviceCategory(StrEnum):
    """What kind of explosive ordnance an item is."""

    AP_MINE = "anti-personnel mine"
    AV_MINE = "anti-vehicle mine"
    SUBMUNITION = "submunition"
    UXO = "unexploded ordnance"
    AXO = "abandoned ordnance"
    IED = "improvised device"
    SMALL_ARMS = "small arms ammunition"
    COMPONENT = "component part"
    OTHER = "other"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """In which state an item was found."""

    ARMED = "armed"
    NOT_ARMED = "not armed"
    DAMAGED = "damaged"
    COMPONENT = "component part"
    FUNCTIONED = "functioned"
    UNKNOWN = "unknown"


class AccidentKind(StrEnum):
    """To whom an accident happened."""

    CIVILIAN = "civilian"
    DEMINING = "demining"
    OTHER = "other"
    UNKNOWN = "unknown"


class BoxResult(StrEnum):
    """What technical survey found in a square."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_SEARCHED = "not searched"


class PlaceSource(StrEnum):
    """How a record came by its municipality."""

    RECORDED = "recorded"
    SPATIAL = "spatial"
    NONE = "none"


class Direction(StrEnum):
    """To which side ground may err when a shape is repaired, rounded, simplified, drawn or put into cells.

    What is hazardous only ever grows (`OUTWARD`); what is released only ever shrinks (`INWARD`).
    """

    OUTWARD = "outward"
    INWARD = "inward"


METHOD = {
    Product.CANCELLED: "non-technical survey",
    Product.REDUCED: "technical survey",
    Product.CLEARED: "clearance",
}
"""The method by which each product comes about (IMAS 07.11)."""

CRS = "EPSG:4326"
"""The coordinate reference system of every table."""

TEXT, NUMBER, COUNT, DATE, FLAG = "str", "float64", "Int64", "datetime64[us]", "bool"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Its name, with the unit where it has one.
    dtype
        The pandas dtype.
    meaning
        What it holds, in a clause.
    required
        Whether every record must have a value.
    vocabulary
        The values allowed; empty when any are.
    spellings
        Where the spellings of these values stand, if not under the column's name.
    optional
        Whether a table has the column only where a source does.
    """

    name: str
    dtype: str
    meaning: str
    required: bool = False
    vocabulary: tuple[str, ...] = ()
    spellings: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """The columns that a kind of table has.

    Attributes
    ----------
    name
        What one record is called.
    key
        The column that names each record once.
    columns
        All columns but the geometry, in order.
    geometry_required
        Whether every record must have a polygon.
    direction
        To which side its ground may err.
    of_points
        Whether its shapes are points instead of polygons; or, with `or_polygons`, either.
    """

    name: str
    key: str
    columns: tuple[Column, ...]
    geometry_required: bool
    direction: Direction
    of_points: bool = False
    or_polygons: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


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
