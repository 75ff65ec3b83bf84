"""Areas filled by their rank: classes, numbers, popups, and what can't be drawn together."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh


def register(count: int = 12) -> gpd.GeoDataFrame:
    shapes = [shapely.box(21 + 0.01 * i, 42.5, 21.006 + 0.01 * i, 42.506) for i in range(count)]
    table = {"hazard_id": [f"A-{i:02d}" for i in range(count)], "hazard_type": ["CHA", "SHA"] * (count // 2),
             "status": "open", "rank": "chief </script>"}  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def ranked(hazards: gpd.GeoDataFrame) -> kh.Ranking:
    scores = {name: 1 - i / 20 for i, name in enumerate(hazards["hazard_id"])}
    return kh.prioritise(hazards, criteria=[kh.from_column("hazard_id", scores, name="order")], top=3)


def test_the_map_fills_by_rank_numbers_the_first_and_tells_it_in_popups(open_map: Callable[..., Any]) -> None:
    hazards = register()
    shown = open_map(kh.hazard_map(hazards, ranking=ranked(hazards), places=False))
    assert shown.text(".kh-panel-legend").count("1–3") == 1
    content = json.loads(shown.page.locator("script[type='application/json']").inner_text())
    assert content["ranking"] == {"classes": ["1–3", "4–6", "7–9", "10–12"], "top": 3}
    looks = shown.run(
        "app.scene.layers.map((records) => Array.from({ length: records.count }, (_, row) =>"
        " [records.value(row, 'hazard_id'), app.scene.symbols.cached(records, row).fill])).flat()"
    )
    colours = {name: fill["colour"] for name, fill in looks}
    assert len({colours[f"A-{i:02d}"] for i in range(3)}) == 1
    assert len(set(colours.values())) == 4
    # Type is told by pattern still.
    patterns = {name: fill["pattern"] for name, fill in looks}
    assert patterns["A-00"] != patterns["A-01"]
    shown.page.locator("[data-kh-tab='areas']").click()
    shown.page.locator("button.kh-open", has_text="A-01").click()
    told = shown.text(".kh-popup-body").split("\n")
    rows = dict(line.split("\t") for line in told if "\t" in line)
    assert rows["Rank"] == "2"
    assert rows["Score, 0 to 1"] == "0.95"
    assert rows["Among the first in other weights"] == "100 %"
    assert (shown.requests, shown.errors) == ([], [])


def test_switching_off_a_class_hides_its_areas(open_map: Callable[..., Any]) -> None:
    hazards = register()
    shown = open_map(kh.hazard_map(hazards, ranking=ranked(hazards), places=False, language="sr"))
    shown.page.locator("[data-kh-tab='layers']").click()
    facet = shown.page.locator("[data-kh-facet='hazards:rank_class']")
    assert facet.locator("summary").inner_text() == "Po redosledu"
    facet.locator("summary").click()
    facet.locator("input").first.uncheck()
    shown.wait("app.scene.layers[0].rowsWhere((row) => app.scene.layers[0].isDrawn(row)).length === 9")


def test_what_can_not_be_drawn_together_is_refused() -> None:
    hazards = register()
    ranking = ranked(hazards)
    with pytest.raises(kh.UsageError, match="public"):
        kh.hazard_map(hazards, ranking=ranking, detail="public")
    with pytest.raises(kh.UsageError, match="by rank or by place"):
        kh.hazard_map(hazards, ranking=ranking, shade="area")
    with pytest.raises(kh.BadRecordsError, match="A-11"):
        kh.hazard_map(hazards.head(11), ranking=ranking)


def test_closed_areas_have_no_rank() -> None:
    hazards = register()
    hazards.loc[0, "status"] = "closed"
    page = kh.hazard_map(hazards, ranking=ranked(hazards), places=False).get_root().render()
    assert "chief" not in page
