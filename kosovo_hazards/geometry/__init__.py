"""Ground: true areas, reference systems, repair, and all set operations on shapes.

`areas` measures on the ellipsoid (`ellipsoid` rings, `tiles` crowds and large shapes), `crs` brings shapes to degrees,
`placing` tells when they lie where none was drawn, `antimeridian` cuts at 180°, `repair`, `self_crossing` and
`sure_ground` make broken outlines whole to the safe side, `parts` opens collections, `neighbours` finds what meets,
`overlay` alone cuts and joins ground.
"""

from kosovo_hazards.geometry.antimeridian import cut_at_antimeridian, round_a_pole
from kosovo_hazards.geometry.areas import area_m2, box_area_km2, drawn_area, footprint_m2, repaired_area_m2, sums
from kosovo_hazards.geometry.crs import crs_named, horizontal, offline, swapped, to_degrees
from kosovo_hazards.geometry.ellipsoid import follow_geodesics
from kosovo_hazards.geometry.local_metres import in_metres, middle_latitude
from kosovo_hazards.geometry.neighbours import Meeting, expected_pairs, first_alike, in_chunks, meeting
from kosovo_hazards.geometry.overlay import (
    Retries,
    counted_retries,
    difference,
    intersection,
    joined_coverage,
    only_polygons,
    union,
    union_all,
    unions,
    without,
)
from kosovo_hazards.geometry.parts import as_wkt, simple_parts, without_hollows
from kosovo_hazards.geometry.placing import judged, likely_crs, misplaced
from kosovo_hazards.geometry.repair import Repaired, covering, repaired, usable
from kosovo_hazards.geometry.tiles import subdivided

__all__ = [
    "Meeting",
    "Repaired",
    "Retries",
    "area_m2",
    "as_wkt",
    "box_area_km2",
    "counted_retries",
    "covering",
    "crs_named",
    "cut_at_antimeridian",
    "difference",
    "drawn_area",
    "expected_pairs",
    "first_alike",
    "follow_geodesics",
    "footprint_m2",
    "horizontal",
    "in_chunks",
    "in_metres",
    "intersection",
    "joined_coverage",
    "judged",
    "likely_crs",
    "meeting",
    "middle_latitude",
    "misplaced",
    "offline",
    "only_polygons",
    "repaired",
    "repaired_area_m2",
    "round_a_pole",
    "simple_parts",
    "subdivided",
    "sums",
    "swapped",
    "to_degrees",
    "union",
    "union_all",
    "unions",
    "usable",
    "without",
    "without_hollows",
]
