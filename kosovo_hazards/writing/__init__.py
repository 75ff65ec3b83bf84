"""Writing: files for GIS programs and spreadsheets, whole or not at all.

`gis` chooses the format by the ending; each format has its module, named as in `reading.formats`; `layers` is what goes
into a file. Every output of the library goes through `whole_file` or `whole_folder`: made in a private folder
(`staging`) and put into its place in one step (`placing`).
"""

from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.gis import ENDINGS, write_gis, write_layers
from kosovo_hazards.writing.layers import NOTICE, WritingWarning, about
from kosovo_hazards.writing.plain_tables import printable, save_csv, sheet_texts
from kosovo_hazards.writing.whole_files import refuse_taken, whole_file
from kosovo_hazards.writing.whole_folder import MANIFEST, whole_folder, write_manifest

__all__ = [
    "ENDINGS",
    "MANIFEST",
    "NOTICE",
    "WritingWarning",
    "about",
    "printable",
    "refuse_taken",
    "save_csv",
    "sheet_texts",
    "whole_file",
    "whole_folder",
    "write_geojson",
    "write_gis",
    "write_layers",
    "write_manifest",
]
