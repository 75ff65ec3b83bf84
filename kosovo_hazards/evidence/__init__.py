"""Evidence: points where something was found, seen or happened, and the ground that they make suspect.

`readers` reads evidence, accidents and items found, `personal` leaves out what tells of persons, `polygons` suggests
hazardous areas round points at a distance by kind of item, `boxes` those of squares that technical survey searched,
`margins` widens areas by the accuracy of their survey.
"""

from kosovo_hazards.evidence.boxes import polygons_from_boxes, read_boxes
from kosovo_hazards.evidence.margins import accuracy_margins
from kosovo_hazards.evidence.polygons import FADE_OUT_M, discs, fade_outs, polygons_from_evidence
from kosovo_hazards.evidence.readers import read_accidents, read_evidence, read_items

__all__ = [
    "FADE_OUT_M",
    "accuracy_margins",
    "discs",
    "fade_outs",
    "polygons_from_boxes",
    "polygons_from_evidence",
    "read_accidents",
    "read_boxes",
    "read_evidence",
    "read_items",
]
