"""The words that the columns of tables may hold."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "MET",
    "METHOD",
    "NOT_MET",
    "RELEASED_STATUSES",
    "UNKNOWN",
    "AccidentKind",
    "BoxResult",
    "Condition",
    "Contamination",
    "DeviceCategory",
    "Direction",
    "Directness",
    "Evidence",
    "EvidenceKind",
    "HazardType",
    "PlaceSource",
    "Priority",
    "Product",
    "ReleaseStatus",
    "Status",
]


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


class Evidence(StrEnum):
    """Which evidence of contamination a record rests on (IMSMA's "evidence of contamination")."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    # Readers of tables take "none" for an empty cell.
    NO_EVIDENCE = "no evidence"
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


MET, NOT_MET, UNKNOWN = "met", "not met", "unknown"
"""Answers to whether a rule is kept; who can't tell says so."""
