"""Land release: what is left of each area, and where each released square metre lay.

`applying` takes releases off, `partition` cuts ground so that it counts once, `inputs` and `input_faults` prepare and
refuse, `ledger` follows each release, `older_releases` tells those that the register lacks already, `history`,
`yearly_series` and `reconciliation` follow the figures over time.
"""

from kosovo_hazards.land_release.applying import SLIVER_WIDTH_M, LandRelease, apply_releases
from kosovo_hazards.land_release.history import History, history_of, inferred_date, standing
from kosovo_hazards.land_release.inputs import Day, as_day, dates_of
from kosovo_hazards.land_release.ledger import PARTS as LEDGER_PARTS
from kosovo_hazards.land_release.older_releases import OLDER
from kosovo_hazards.land_release.partition import narrow
from kosovo_hazards.land_release.reconciliation import Reconciliation, reconcile
from kosovo_hazards.land_release.totals import ReleaseTotals, totals_of
from kosovo_hazards.land_release.yearly_series import ITEMS, progress, series_of

__all__ = [
    "ITEMS",
    "LEDGER_PARTS",
    "OLDER",
    "SLIVER_WIDTH_M",
    "Day",
    "History",
    "LandRelease",
    "Reconciliation",
    "ReleaseTotals",
    "apply_releases",
    "as_day",
    "dates_of",
    "history_of",
    "inferred_date",
    "narrow",
    "progress",
    "reconcile",
    "series_of",
    "standing",
    "totals_of",
]
