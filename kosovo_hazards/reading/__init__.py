"""Reading: registers and release results from files and tables, each record accounted for.

`registers` is the way in; `files` and `formats` open files, `points` makes polygons of coordinates in cells,
`column_matching` finds which column is which, `column_values` takes over what they hold, `acceptance` takes, repairs or
rejects each record, `result` is what comes back, `rejected_positions` tells where the rejected ones lie.
"""

from kosovo_hazards.reading.acceptance import OnError, Options
from kosovo_hazards.reading.column_matching import CORNERS_GIVEN_TO
from kosovo_hazards.reading.column_values import Values
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
    "OnError",
    "Options",
    "Profile",
    "ProfileSource",
    "ReadResult",
    "ReadingLimits",
    "Records",
    "TableSource",
    "TurningPoints",
    "Values",
    "accepted",
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
