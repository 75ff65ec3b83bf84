"""Registers of explosive hazards: read them, check them, measure them, follow their release, and map them."""

from kosovo_hazards._errors import Fault, HazardDataError
from kosovo_hazards._version import __version__
from kosovo_hazards.measure import area_m2, footprint_m2

__all__ = [
    "Fault",
    "HazardDataError",
    "__version__",
    "area_m2",
    "footprint_m2",
]
