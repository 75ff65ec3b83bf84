"""The criteria of Kosovo's centre: what feeds them, what nothing feeds, and that unknown is never low."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.language import catalogue

METRE = 1 / 111_320


def register(**columns: object) -> gpd.GeoDataFrame:
    """Three areas of 100 m by 100 m on the equator, 5,000 m apart."""
    shapes = [shapely.box(10 + i * 5000 * METRE, 0, 10 + (i * 5000 + 100) * METRE, 100 * METRE) for i in range(3)]
    table = {"hazard_id": ["A", "B", "C"], "hazard_type": ["CHA", "SHA", "SHA"], "status": "open", **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def beside(area: int, metres: float) -> gpd.GeoDataFrame:
    """A point so many metres north of an area."""
    point = shapely.Point(10 + (area * 5000 + 50) * METRE, (100 + metres) / 110_574)
    return gpd.GeoDataFrame(geometry=[point], crs="EPSG:4326")


HAZARDS = register(priority=["low", "high", "medium"], contamination="cluster munition remnants")


def test_each_criterion_is_the_mean_of_what_feeds_it() -> None:
    criteria = kh.strategy_criteria(
        risk={"accidents": beside(1, 0)},
        development={"roads": beside(0, 0), "schools": beside(0, 500)},
        climate=[kh.Criterion("forest", "as noted", lambda table: pd.Series([0.2, 0.4, 1.0], table.index))],
        poverty={"poor": beside(2, 250)},
    )
    assert [one.name for one in criteria] == ["risk reduction", "development", "environment and climate", "poverty"]
    found = kh.prioritise(HAZARDS, criteria=criteria).table.set_index("hazard_id").loc[["A", "B", "C"]]
    # By hand: type, contamination and priority of each, and how near the accident is; each weighs a quarter.
    risk = [(1.0 + 0.8 + 0.0 + 0.0) / 4, (0.5 + 0.8 + 1.0 + 1.0) / 4, (0.5 + 0.8 + 0.5 + 0.0) / 4]
    assert found["by risk reduction"].tolist() == pytest.approx([value / 4 for value in risk], abs=1e-3)
    assert found["by development"].tolist() == pytest.approx([(1.0 + 0.5) / 2 / 4, 0, 0], abs=1e-3)
    assert found["by environment and climate"].tolist() == pytest.approx([0.05, 0.1, 0.25])
    assert found["by poverty"].tolist() == pytest.approx([0, 0, 0.75 / 4], abs=1e-3)
    assert (found["unknown"] == "").all()


def test_what_nothing_feeds_is_unknown_of_every_area_and_moves_none() -> None:
    found = kh.prioritise(HAZARDS, criteria=kh.strategy_criteria())
    alone = kh.prioritise(HAZARDS, criteria=kh.strategy_criteria()[:1])
    assert found.table["hazard_id"].tolist() == alone.table["hazard_id"].tolist()
    assert set(found.table["unknown"]) == {"development, environment and climate, poverty"}
    assert found.criteria["unknown"].tolist() == [0, 3, 3, 3]
    assert "development, environment and climate, poverty: unknown of every area" in str(found)
    np.testing.assert_allclose(found.assumed.drop(columns="risk reduction"), 0.25)
    np.testing.assert_allclose(found.table["by poverty"], 0.25)


def test_an_unknown_part_counts_as_most_urgent_and_is_named() -> None:
    hazards = register(priority=["low", None, "no idea"], contamination=["cluster munition remnants", None, "mixed"])
    found = kh.prioritise(hazards, criteria=kh.strategy_criteria()[:1])
    table = found.table.set_index("hazard_id").loc[["A", "B", "C"]]
    assert table["score"].tolist() == pytest.approx([(1 + 0.8 + 0) / 3, (0.5 + 1 + 1) / 3, (0.5 + 1 + 1) / 3])
    assert table["unknown"].tolist() == [
        "", "risk reduction (contamination, recorded priority)", "risk reduction (recorded priority)",
    ]  # fmt: skip
    assumed = found.assumed.set_axis(found.table["hazard_id"])["risk reduction"]
    assert assumed.loc[["A", "B", "C"]].tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert "Of 2 areas something is unknown" in str(found)


def test_a_layer_that_reaches_no_area_is_known_to_be_far() -> None:
    far = gpd.GeoDataFrame(geometry=[shapely.Point(100, 50)], crs="EPSG:4326")
    found = kh.prioritise(HAZARDS, criteria=kh.strategy_criteria(development={"roads": far}))
    assert "development" not in set(found.criteria.index[found.unknown_everywhere])
    assert found.table["by development"].eq(0).all()


def test_order_of_rows_and_names_of_layers_change_nothing() -> None:
    layers = {"</script>": beside(0, 10), "fusha “e re”": beside(1, 20)}
    first = kh.prioritise(HAZARDS, criteria=kh.strategy_criteria(development=layers))
    turned = dict(reversed(layers.items()))
    second = kh.prioritise(HAZARDS.iloc[::-1], criteria=kh.strategy_criteria(development=turned))
    pd.testing.assert_frame_equal(first.table, second.table)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"within_m": 0}, "within_m is 0"),
        ({"development": [kh.of_register()["type"]] * 2}, "can't be told apart"),
        ({"poverty": {"poor": gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)])}}, "no coordinate reference system"),
    ],
)
def test_wrong_use_is_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(kh.HazardDataError, match=said):
        kh.strategy_criteria(**options)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sq", "mesatarja e: lloji (ZRK 1, ZRD 0,5), "),
        ("sr", "prosek od: vrsta (POP 1, SOP 0,5), "),
        ("en", "mean of type (CHA 1, SHA 0.5), "),
    ],
)
def test_scales_are_said_in_every_language(language: str, said: str) -> None:
    t = catalogue(language, report=True)
    words = {code: t.texts[f"hazard_type.{code}.short"] for code in ("CHA", "SHA")}
    said = said.replace("POP", words["CHA"]).replace("SOP", words["SHA"])
    for criterion in kh.strategy_criteria(development={"roads": beside(0, 0)}):
        assert criterion.said(t)
    assert kh.strategy_criteria()[0].said(t).startswith(said)
    register = kh.of_register(as_of="2024-12-31")
    told = {criterion.said(t) for criterion in register.values()}
    assert len(told) == len(register)
    assert language == "en" or not told & {criterion.scale for criterion in register.values()}


def test_the_statements_of_a_ranking_are_said_in_every_language() -> None:
    read = kh.read_hazards(pd.concat([HAZARDS, HAZARDS.head(1).assign(hazard_id="X", hazard_type="burnt")]))
    ranking = kh.prioritise(read, criteria=kh.strategy_criteria())
    texts = {code: ranking.said(catalogue(code, report=True)) for code in ("en", "sq", "sr")}
    assert {len(lines) for lines in texts.values()} == {4}
    assert len({line for lines in texts.values() for line in lines}) == 12
    assert "\n".join(texts["en"]) == str(ranking)
