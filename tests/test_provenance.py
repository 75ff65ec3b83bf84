"""Where records come from: sources and made-up records mean the same wherever they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.provenance import any_synthetic


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, False], True),
        ([False, False], False),
        ([None, None], False),
        ([None, True], True),
        # A raw table has texts; "false" is one that Python takes for true.
        (["false", "0"], False),
        (["false", " True "], True),
        ([float("nan"), 1.0], True),
    ],
)
def test_synthetic_means_the_same_wherever_it_is_shown(values: list[object], expected: bool) -> None:
    table = pd.DataFrame({"synthetic": pd.Series(values, dtype=object)})
    assert any_synthetic(None, table) is expected
    assert any_synthetic(table.drop(columns="synthetic")) is False
    assert any_synthetic(table.head(0)) is False


def test_map_report_and_file_name_the_same_sources(tmp_path: Path) -> None:
    hazards = gpd.GeoDataFrame(
        {
            "hazard_id": ["KS-1", "KS-2", "KS-3", "KS-4"],
            "hazard_type": "CHA",
            "status": "open",
            "source": ["north.shp", None, "south.csv", "north.shp"],
        },
        geometry=[shapely.box(21 + x / 100, 42.6, 21.005 + x / 100, 42.605) for x in range(4)],
        crs="EPSG:4326",
    )
    sentence = "Sources: north.shp; south.csv."
    assert sentence in kh.hazard_map(hazards, places=False).get_root().render()
    kh.write_report(hazards, None, tmp_path / "report")
    assert sentence in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    kh.write_geojson(hazards, tmp_path / "hazards.geojson")
    assert json.loads((tmp_path / "hazards.geojson").read_text(encoding="utf-8"))["source"] == "north.shp; south.csv"

    # The name of a file may tell a place.
    public = kh.hazard_map(hazards, detail="public").get_root().render()
    assert "north.shp" not in public
    kh.write_report(hazards, None, tmp_path / "public", detail="public")
    assert "north.shp" not in (tmp_path / "public" / "report.html").read_text(encoding="utf-8")
