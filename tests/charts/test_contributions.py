"""The chart of contributions: bars as long as what each criterion adds, weights in words, unknown hatched."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.patches import Rectangle

import kosovo_hazards as kh


def ranking(count: int = 4, top: int = 2) -> kh.Ranking:
    hazards = gpd.GeoDataFrame(
        {"hazard_id": [f"$A_{i}$ <b>" for i in range(count)], "hazard_type": "SHA",
         "priority": ["high", "low", None, "medium"][:count]},
        geometry=[shapely.box(20 + i, 10, 20.001 + i, 10.001) for i in range(count)], crs="EPSG:4326",
    )  # fmt: skip
    register = kh.of_register()
    criteria = [register["type"], register["recorded priority"]]
    return kh.prioritise(hazards, criteria=criteria, weights={"type": 1, "recorded priority": 3}, top=top)


def bars(figure: object) -> pd.DataFrame:
    patches = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    return pd.DataFrame(
        {
            "row": [round(patch.get_y() + patch.get_height() / 2) for patch in patches],
            "left": [patch.get_x() for patch in patches],
            "width": [patch.get_width() for patch in patches],
            "hatched": [bool(patch.get_hatch()) for patch in patches],
        }
    )


def test_bars_are_what_each_criterion_adds_and_unknown_is_hatched() -> None:
    found = bars(kh.contributions_chart(ranking()))
    # By hand: type SHA 0.5 × 1/4; priority 1, unknown 1, 0.5, 0 × 3/4.
    whole = found.groupby("row")["width"].sum()
    assert whole.tolist() == pytest.approx([0.875, 0.875, 0.5, 0.125])
    hatched = found[found["hatched"]].groupby("row")["width"].sum()
    assert hatched[hatched > 0].tolist() == pytest.approx([0.75])
    ends = found[found["width"] > 0].assign(end=found["left"] + found["width"]).groupby("row")["end"].max()
    np.testing.assert_allclose(ends, whole)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "weight 75%"), ("sq", "pesha 75%"), ("sr", "težina 75%")]
)  # fmt: skip
def test_weights_ranks_and_what_is_left_out_are_in_words(language: str, said: str) -> None:
    figure = kh.contributions_chart(ranking(), top=3, language=language, source="office", synthetic=True)
    axes = figure.axes[0]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert any(said in text for text in legend)
    assert len(legend) == 3
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert [label.split()[0] for label in labels] == ["=1", "=1", "3"]
    assert labels[0].endswith(r"\$A_0\$ <b>")
    assert "office" in figure.get_supxlabel()
    assert "1" in figure.get_supxlabel().split(".")[-1]
    assert figure.get_suptitle()
    figure.draw_without_rendering()


def test_wrong_use_is_told() -> None:
    with pytest.raises(kh.UsageError, match="no area"):
        kh.contributions_chart(ranking(), top=0)
