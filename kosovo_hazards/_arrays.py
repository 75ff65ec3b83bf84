"""Names for arrays in annotations."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Column", "Dates", "Floats", "Mask", "Objects", "Positions", "Shapes", "Texts"]

Floats: TypeAlias = NDArray[np.float64]
"""Numbers, NaN where unknown."""

Mask: TypeAlias = NDArray[np.bool_]
"""A flag for each record."""

Positions: TypeAlias = NDArray[np.intp]
"""Places in another array."""

Shapes: TypeAlias = NDArray[np.object_]
"""Shapely geometries, or None."""

Texts: TypeAlias = NDArray[np.object_]
"""Texts, or None."""

Objects: TypeAlias = NDArray[np.object_]
"""Values of any kind."""

Dates: TypeAlias = NDArray[np.datetime64]
"""Days, NaT where unknown."""

Column: TypeAlias = NDArray[Any]
"""Values of a column."""
