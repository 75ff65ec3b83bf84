"""Rivers, roads and relief as the page holds them: near the first view, simplified, packed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from kosovo_hazards._arrays import Floats, Shapes
from kosovo_hazards.maps.coding import STEPS_PER_DEGREE, pack
from kosovo_hazards.surroundings import (
    Context,
    Relief,
    context_lines,
    elevation_of,
    few_points,
    lines_near,
    relief_picture,
)

__all__ = ["context_content", "relief_content"]

# Web Mercator ends here.
_HIGHEST_DEG = 85.05
# Two metres.
_FINEST_DEG = 2e-5


def context_content(context: Context, view: Sequence[Sequence[float]]) -> dict[str, Any]:
    """What the page knows of such lines.

    Parameters
    ----------
    context
        What the caller gave.
    view
        South-west and north-east corner of the first view, degrees; lines further from it than it is wide are left out.

    Returns
    -------
    By kind the places of the lines in order, packed.
    """
    corners = np.array(view)[:, ::-1]
    margin = np.maximum(corners[1] - corners[0], 0.05)
    box = (*(corners[0] - margin), *(corners[1] + margin))
    return {
        name: _coded(few_points(lines_near(table.geometry.to_numpy(), box), _FINEST_DEG))
        for name, table in context_lines(context).items()
    }


def relief_content(relief: Relief, view: Sequence[Sequence[float]]) -> dict[str, Any] | None:
    """What the page knows of the relief: a picture in its projection, where it lies, and whether it is all there.

    Parameters
    ----------
    relief
        What the caller gave.
    view
        South-west and north-east corner of the first view, degrees; the picture reaches a fifth of it further.
    """
    elevation = elevation_of(relief)
    if elevation is None:
        return None
    corners = np.array(view)[:, ::-1]
    margin = 0.2 * (corners[1] - corners[0])
    box = (*(corners[0] - margin), *(corners[1] + margin))
    drawn = relief_picture(elevation, box, mercator=True, wanted=corners.ravel().tolist())
    return {"data": b64encode(drawn.png()).decode("ascii"), "box": drawn.box, "whole": drawn.whole}


def _coded(lines: Shapes) -> dict[str, Any]:
    places, owner = shapely.get_coordinates(lines, return_index=True)
    places[:, 1] = places[:, 1].clip(-_HIGHEST_DEG, _HIGHEST_DEG)
    steps: Floats = np.round(places * STEPS_PER_DEGREE).T
    numbers = np.concatenate([owner[None, :], steps]).astype("<i4")
    return {"count": len(owner), "data": pack(numbers.tobytes())}
