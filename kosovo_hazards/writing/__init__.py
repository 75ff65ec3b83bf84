"""Writing: files for GIS programs and spreadsheets, whole or not at all.

`gis` chooses the format by the ending; each format has its module, named as in `reading.formats`; `layers` is what goes
into a file, `whole_files` and `whole_folders` put it in its place.
"""

from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import NOTICE, WritingWarning, about
from kosovo_hazards.writing.plain_tables import formula_safe, printable
from kosovo_hazards.writing.spreadsheet import a_full_disk_told
from kosovo_hazards.writing.whole_files import whole_file
from kosovo_hazards.writing.whole_folder import MANIFEST, whole_folder

__all__ = [
    "MANIFEST",
    "NOTICE",
    "WritingWarning",
    "a_full_disk_told",
    "about",
    "formula_safe",
    "printable",
    "whole_file",
    "whole_folder",
    "write_geojson",
    "write_gis",
]
