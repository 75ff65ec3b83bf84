"""Registers of explosive hazards: read them, check them, measure them, follow their release, and map them."""

from kosovo_hazards import published
from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._version import __version__
from kosovo_hazards.assignment import assign_places
from kosovo_hazards.demo import demo_data
from kosovo_hazards.gazetteer import Place, PlacesWarning, places, resolve_place
from kosovo_hazards.measure import area_m2, footprint_m2
from kosovo_hazards.tables import summarise
from kosovo_hazards.writing import write_geojson

__all__ = [
    "Fault",
    "HazardDataError",
    "Place",
    "PlacesWarning",
    "__version__",
    "area_m2",
    "assign_places",
    "demo_data",
    "footprint_m2",
    "places",
    "published",
    "resolve_place",
    "summarise",
    "write_geojson",
]
