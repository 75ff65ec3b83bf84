"""Registers of explosive hazards: read them, check them, measure them, follow their release, and map them."""

from kosovo_hazards import published
from kosovo_hazards._errors import (
    BadRecordsError,
    Fault,
    HazardDataError,
    MissingCRSError,
    NotAnsweredError,
    NotWrittenError,
    UnreadableSourceError,
    UsageError,
)
from kosovo_hazards._version import __version__
from kosovo_hazards.agenda import write_plan, write_ranking, write_tolerability
from kosovo_hazards.changes import changes_map, write_comparison
from kosovo_hazards.charts import contributions_chart, district_chart, plan_chart, progress_chart
from kosovo_hazards.checks import Limits, Severity, check, list_checks
from kosovo_hazards.deciding import Comparison, compare
from kosovo_hazards.demo import demo_data
from kosovo_hazards.dossiers import write_dossiers
from kosovo_hazards.evidence import (
    accuracy_margins,
    polygons_from_boxes,
    polygons_from_evidence,
    read_accidents,
    read_boxes,
    read_evidence,
    read_items,
)
from kosovo_hazards.forecasting import Capacity, Forecast, forecast
from kosovo_hazards.gazetteer import Place, PlacesWarning, assign_places, places, resolve_place
from kosovo_hazards.geometry import area_m2, footprint_m2
from kosovo_hazards.handover import Completion, completion, write_completion_reports
from kosovo_hazards.imsma import ImsmaRegister, read_imsma_ng, write_imsma_sheet
from kosovo_hazards.inspection import Inspection, inspect_source
from kosovo_hazards.land_release import LandRelease, Reconciliation, apply_releases, progress, reconcile
from kosovo_hazards.maps import hazard_map
from kosovo_hazards.minimum_data import completeness
from kosovo_hazards.nearness import Nearness, near
from kosovo_hazards.priorities import (
    Criterion,
    Plan,
    Ranking,
    combined,
    count_within,
    from_column,
    near_to,
    of_register,
    plan,
    prioritise,
    strategy_criteria,
    tolerability,
)
from kosovo_hazards.reading import (
    Profile,
    ReadingLimits,
    ReadResult,
    TurningPoints,
    polygons_from_turning_points,
    read_hazards,
    read_profile,
    read_releases,
    read_routes,
)
from kosovo_hazards.report import Article7, WrittenReport, article_7_tables, write_article_7, write_report
from kosovo_hazards.summaries import summarise
from kosovo_hazards.tiles import write_tile_map
from kosovo_hazards.writing import WritingWarning, write_geojson, write_gis

__all__ = [
    "Article7",
    "BadRecordsError",
    "Capacity",
    "Comparison",
    "Completion",
    "Criterion",
    "Fault",
    "Forecast",
    "HazardDataError",
    "ImsmaRegister",
    "Inspection",
    "LandRelease",
    "Limits",
    "MissingCRSError",
    "Nearness",
    "NotAnsweredError",
    "NotWrittenError",
    "Place",
    "PlacesWarning",
    "Plan",
    "Profile",
    "Ranking",
    "ReadResult",
    "ReadingLimits",
    "Reconciliation",
    "Severity",
    "TurningPoints",
    "UnreadableSourceError",
    "UsageError",
    "WritingWarning",
    "WrittenReport",
    "__version__",
    "accuracy_margins",
    "apply_releases",
    "area_m2",
    "article_7_tables",
    "assign_places",
    "changes_map",
    "check",
    "combined",
    "compare",
    "completeness",
    "completion",
    "contributions_chart",
    "count_within",
    "demo_data",
    "district_chart",
    "footprint_m2",
    "forecast",
    "from_column",
    "hazard_map",
    "inspect_source",
    "list_checks",
    "near",
    "near_to",
    "of_register",
    "places",
    "plan",
    "plan_chart",
    "polygons_from_boxes",
    "polygons_from_evidence",
    "polygons_from_turning_points",
    "prioritise",
    "progress",
    "progress_chart",
    "published",
    "read_accidents",
    "read_boxes",
    "read_evidence",
    "read_hazards",
    "read_imsma_ng",
    "read_items",
    "read_profile",
    "read_releases",
    "read_routes",
    "reconcile",
    "resolve_place",
    "strategy_criteria",
    "summarise",
    "tolerability",
    "write_article_7",
    "write_comparison",
    "write_completion_reports",
    "write_dossiers",
    "write_geojson",
    "write_gis",
    "write_imsma_sheet",
    "write_plan",
    "write_ranking",
    "write_report",
    "write_tile_map",
    "write_tolerability",
]
