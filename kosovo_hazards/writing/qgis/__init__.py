"""What QGIS finds in a GeoPackage: styles of the layers, and a project with a layout to print.

`style` says how layers look, `project` which there are and in what order, `layout` the sheet of paper.
"""

from kosovo_hazards.writing.qgis.project import LAYOUT, PROJECT, Shown, content_of, shown_in
from kosovo_hazards.writing.qgis.style import qml, sld

__all__ = ["LAYOUT", "PROJECT", "Shown", "content_of", "qml", "shown_in", "sld"]
