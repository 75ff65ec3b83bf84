"""Words of the data on a map, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
import shapely

from kosovo_hazards.maps import hazard_map

# IMSMA exports and sheets list what an area holds in one cell, as people say it.
CELLS = ["AP mines; cluster munitions", "booby traps; AT mines", None, "AP mines?"]


@pytest.mark.parametrize(
    ("language", "mines", "remnants"),
    [
        ("sr", "protivpešadijske mine", "ostaci kasetne municije"),
        ("sq", "mina kundër personelit", "mbetje të municioneve thërrmuese"),
    ],
)
def test_each_kind_of_contamination_in_a_cell_is_told_by_its_word(
    language: str, mines: str, remnants: str, open_map: Callable[..., Any]
) -> None:
    shapes = [shapely.box(20.7 + n / 10, 42.2, 20.71 + n / 10, 42.21) for n in range(len(CELLS))]
    register = gpd.GeoDataFrame(
        {"hazard_id": list("ABCD"), "hazard_type": "SHA", "status": "open", "contamination": CELLS},
        geometry=shapes,
        crs="EPSG:4326",
    )
    shown = open_map(hazard_map(register, language=language))
    told = " ".join(shown.page.locator(".kh").all_text_contents())
    assert f"{mines}; {remnants}" in told
    # What nobody knows stays, and a doubt is no word of ours.
    assert "booby traps; " in told
    assert "AP mines?" in told
    assert "AT mines" not in told
    assert "cluster munitions" not in told
    assert shown.errors == []
