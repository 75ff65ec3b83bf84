"""Registers of explosive hazards: read them, check them, measure them, follow their release, and map them."""

from kosovo_hazards import published
from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._version import __version__
from kosovo_hazards.charts.charts import district_chart, progress_chart
from kosovo_hazards.checks.checked_table import Severity
from kosovo_hazards.checks.checking import check, list_checks
from kosovo_hazards.demo import demo_data
from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.forecasts import Forecast, forecast
from kosovo_hazards.gazetteer.assignment import assign_places
from kosovo_hazards.gazetteer.name_index import Place, PlacesWarning
from kosovo_hazards.gazetteer.units import places, resolve_place
from kosovo_hazards.geometry.areas import area_m2, footprint_m2
from kosovo_hazards.land_release.applying import LandRelease, apply_releases
from kosovo_hazards.land_release.reconciliation import Reconciliation, reconcile
from kosovo_hazards.land_release.yearly_series import progress
from kosovo_hazards.maps import hazard_map
from kosovo_hazards.reading.points.turning_points import TurningPoints, polygons_from_turning_points
from kosovo_hazards.reading.registers import read_hazards, read_releases
from kosovo_hazards.reading.result import ReadResult
from kosovo_hazards.report import write_article_7, write_report
from kosovo_hazards.report.article_7 import Article7, article_7_tables
from kosovo_hazards.summaries import summarise
from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import WritingWarning

__all__ = [
    "Article7",
    "Capacity",
    "Fault",
    "Forecast",
    "HazardDataError",
    "LandRelease",
    "Place",
    "PlacesWarning",
    "ReadResult",
    "Reconciliation",
    "Severity",
    "TurningPoints",
    "WritingWarning",
    "__version__",
    "apply_releases",
    "area_m2",
    "article_7_tables",
    "assign_places",
    "check",
    "demo_data",
    "district_chart",
    "footprint_m2",
    "forecast",
    "hazard_map",
    "list_checks",
    "places",
    "polygons_from_turning_points",
    "progress",
    "progress_chart",
    "published",
    "read_hazards",
    "read_releases",
    "reconcile",
    "resolve_place",
    "summarise",
    "write_article_7",
    "write_geojson",
    "write_gis",
    "write_report",
]
