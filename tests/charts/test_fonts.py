"""Letters of any script: a chart takes them from a font that has them, and says so where none has."""

from __future__ import annotations

import io
import warnings

import geopandas as gpd
import pytest
import shapely
from matplotlib.font_manager import findfont, get_font

import kosovo_hazards as kh
from kosovo_hazards.charts.fonts import LettersMissingWarning

# In STIX, which comes with matplotlib, and not in its usual font.
HOOKED = "\u1d81"
# Cypro-Minoan, new in Unicode 14: hardly a computer has it.
RARE = "\U00012f90\U00012f91"


def chart_of(*districts: str) -> object:
    shapes = [shapely.box(103 + n / 10, 11, 103.01 + n / 10, 11.01) for n in range(len(districts))]
    table = {"hazard_id": list(districts), "hazard_type": "CHA", "district": list(districts)}
    return kh.district_chart(gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326"))


def test_a_letter_that_the_usual_font_lacks_is_taken_from_another() -> None:
    assert ord(HOOKED) not in get_font(findfont("DejaVu Sans")).get_charmap()
    figure = chart_of(f"Ha{HOOKED}a", "Plain")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(io.BytesIO(), format="png")
    labels = {label.get_text(): label.get_fontfamily() for label in figure.axes[0].get_yticklabels()}
    chosen = [get_font(findfont(family)).get_charmap() for family in labels[f"Ha{HOOKED}a"]]
    assert any(ord(HOOKED) in letters for letters in chosen)
    assert labels[f"Ha{HOOKED}a"][0] == "DejaVu Sans"
    assert labels["Plain"] == ["sans-serif"]


def test_letters_that_no_font_has_are_told_with_their_script() -> None:
    figure = chart_of(RARE)
    with pytest.warns(LettersMissingWarning, match="Cypro-minoan"):
        figure.savefig(io.BytesIO(), format="png")


def test_bars_of_one_length_and_the_legend_do_not_cover_each_other() -> None:
    figure = chart_of("A", "B", "C", "D")
    figure.savefig(io.BytesIO(), format="png")
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend())]
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(legends) == 1
    assert len(boxes) == 4
    assert not any(legends[0].get_window_extent().overlaps(box) for box in boxes)
