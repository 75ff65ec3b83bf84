"""Reading: registers and release results from files and tables, each record accounted for.

`registers` is the way in; `files` and `formats` open files, `points` makes polygons of coordinates in cells,
`column_matching` finds which column is which, `column_values` takes over what they hold, `acceptance` takes, repairs or
rejects each record, `result` is what comes back, `rejected_positions` tells where the rejected ones lie.
"""

from kosovo_hazards.reading.acceptance import OnError, Options
from kosovo_hazards.reading.column_matching import CORNERS_GIVEN_TO
from kosovo_hazards.reading.column_values import Values
from kosovo_hazards.reading.exchange.devices import counted_devices
from kosovo_hazards.reading.exchange.notebook import Notebook, differ_in_blanks_only, findings_of
from kosovo_hazards.reading.exchange.numbered_points import Outlines, drawn_shapes, ground_of_records
from kosovo_hazards.reading.exchange.shape_words import are_holes, are_in_use, kinds_of_shapes
from kosovo_hazards.reading.files.limits import LimitsLike, ReadingLimits, limits_of
from kosovo_hazards.reading.point_lists.accounting import read_points
from kosovo_hazards.reading.point_lists.routes import read_routes
from kosovo_hazards.reading.points.turning_points import TurningPoints, polygons_from_turning_points
from kosovo_hazards.reading.profiles import Profile, ProfileSource, options_with_profile, read_profile
from kosovo_hazards.reading.registers import read_hazards, read_records, read_releases
from kosovo_hazards.reading.rejected_positions import (
    accepted,
    reason_kinds,
    rejected_positions,
    sha256_of,
    with_rejected_ground,
)
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.reading.sandbox import open_table, opened, why_no_sandbox
from kosovo_hazards.reading.source_records import Records, TableSource, records_of

__all__ = [
    "CORNERS_GIVEN_TO",
    "LimitsLike",
    "Notebook",
    "OnError",
    "Options",
    "Outlines",
    "Profile",
    "ProfileSource",
    "ReadResult",
    "ReadingLimits",
    "Records",
    "TableSource",
    "TurningPoints",
    "Values",
    "accepted",
    "are_holes",
    "are_in_use",
    "counted_devices",
    "differ_in_blanks_only",
    "drawn_shapes",
    "findings_of",
    "ground_of_records",
    "kinds_of_shapes",
    "limits_of",
    "open_table",
    "opened",
    "options_with_profile",
    "polygons_from_turning_points",
    "read_hazards",
    "read_points",
    "read_profile",
    "read_records",
    "read_releases",
    "read_routes",
    "reason_kinds",
    "records_of",
    "rejected_positions",
    "sha256_of",
    "why_no_sandbox",
    "with_rejected_ground",
]
