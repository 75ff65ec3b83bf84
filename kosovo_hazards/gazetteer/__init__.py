"""Places: any spelling of a name to its unit, units with their polygons, and which of them hold a record.

`units` and `name_index` know the shipped places, `boundary_files` reads those of other makers, `assignment` gives each
record its places, `reader_names` the names in the reader's language.
"""

from kosovo_hazards.gazetteer.assignment import assign_places, shares_of_ground
from kosovo_hazards.gazetteer.boundary_files import BoundarySource
from kosovo_hazards.gazetteer.name_index import LEVELS, Place, PlaceIndex, PlacesWarning
from kosovo_hazards.gazetteer.other_sources import level_words
from kosovo_hazards.gazetteer.places_table import COLUMNS
from kosovo_hazards.gazetteer.reader_names import default_places, is_home, is_shipped, place_names, places_drawn
from kosovo_hazards.gazetteer.shipped_names import gazetteer
from kosovo_hazards.gazetteer.units import places, resolve_place, units_of
from kosovo_hazards.gazetteer.units_index import index_of

__all__ = [
    "COLUMNS",
    "LEVELS",
    "BoundarySource",
    "Place",
    "PlaceIndex",
    "PlacesWarning",
    "assign_places",
    "default_places",
    "gazetteer",
    "index_of",
    "is_home",
    "is_shipped",
    "level_words",
    "place_names",
    "places",
    "places_drawn",
    "resolve_place",
    "shares_of_ground",
    "units_of",
]
