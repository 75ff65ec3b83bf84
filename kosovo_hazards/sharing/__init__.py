"""Sharing: what may be shown to everyone, and nothing finer.

`cells` replaces records by the cells of a kilometre grid that they touch; `places` counts by place what rests on those
cells alone, so that no number narrows a cell down, and tells places with few areas together.
"""

from kosovo_hazards.sharing.cells import PUBLIC_NOTE, Detail, detail_of, generalise, public_findings
from kosovo_hazards.sharing.places import FEW, MIN_AREAS, by_cells, merge_few, public_places

__all__ = [
    "FEW",
    "MIN_AREAS",
    "PUBLIC_NOTE",
    "Detail",
    "by_cells",
    "detail_of",
    "generalise",
    "merge_few",
    "public_findings",
    "public_places",
]
