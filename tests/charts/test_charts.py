"""Charts: the bars are the figures, the lines end where the arithmetic says, and a print without colour can be read."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import kosovo_hazards as kh
from kosovo_hazards.charts.charts import district_chart, progress_chart
from kosovo_hazards.demo import demo_data
from kosovo_hazards.forecasting.forecasts import Forecast, forecast
from kosovo_hazards.land_release.yearly_series import progress

SYNTHETIC = "Synthetic demonstration data – not real locations"
DAYS = ("2022-12-31", "2023-12-31", "2024-12-31")


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    return progress({day: demo_data(day)[0] for day in DAYS}, demo_data()[1])


@pytest.fixture(scope="module")
def outlook(series: pd.DataFrame) -> Forecast:
    return forecast(6_265_292, series["cleared_m2"])


def texts(figure: Figure) -> str:
    axes = figure.axes[0]
    parts = [*axes.texts, axes.title, *axes.get_legend().get_texts(), figure._suptitle, figure._supxlabel]
    left = axes.get_title(loc="left")
    return "\n".join([left, *(part.get_text() for part in parts if part is not None)])


def pixels(figure: Figure) -> np.ndarray:
    """The figure as a grey print, 0 black to 1 white."""
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=80, format="png")
    return np.asarray(Image.open(buffer).convert("L"), dtype=float) / 255


def bars(figure: Figure, label: str) -> list[tuple[float, float]]:
    """Foot and height of each bar of a kind."""
    container = next(one for one in figure.axes[0].containers if one.get_label().startswith(label))
    return [(bar.get_y(), bar.get_height()) for bar in container]


class TestProgressChart:
    def test_bars_are_the_products_stacked(self, series: pd.DataFrame) -> None:
        figure = progress_chart(series)
        foot = np.zeros(len(series))
        for product in ("cleared", "reduced", "cancelled"):
            found = np.array(bars(figure, product))
            assert found[:, 0] == pytest.approx(foot)
            assert found[:, 1] == pytest.approx(series[f"{product}_m2"].to_numpy() / 1e6)
            foot += found[:, 1]
        assert foot[-1] == pytest.approx(7.133, abs=0.001)  # 1.51 + 0.08 + 5.54 km²

    def test_line_goes_through_what_was_left(self, series: pd.DataFrame) -> None:
        line = progress_chart(series).axes[0].lines[0]
        known = ~np.isnan(line.get_ydata())
        assert line.get_xdata()[known].tolist() == [2022.5, 2023.5, 2024.5]
        assert line.get_ydata()[known].round(2).tolist() == [10.02, 8.78, 6.27]

    def test_target_falls_from_the_last_figure_by_its_rate(self, series: pd.DataFrame) -> None:
        figure = progress_chart(series, target_m2=1_800_000)
        line = next(one for one in figure.axes[0].lines if one.get_label().startswith("target"))
        assert line.get_ydata()[0] == pytest.approx(6.265292, abs=1e-5)
        assert line.get_ydata()[1] == 0
        assert np.diff(line.get_xdata())[0] == pytest.approx(6.265292 / 1.8, abs=1e-4)

    def test_range_and_deadline_are_those_of_the_forecast(self, series: pd.DataFrame, outlook: Forecast) -> None:
        figure = progress_chart(series, forecast=outlook)
        fan = figure.axes[0].patches[-1].get_xy()
        early, _, late = outlook.likely_years
        assert fan[0] == pytest.approx([2024.5, 6.265292])
        assert {x for x, y in fan if y == 0} == {early + 0.5, late + 0.5}
        range_of_the_chance = "86% (65–100% depending on\nwhich single year is left out)"
        assert f"deadline: end of 2030\nchance {range_of_the_chance}" in texts(figure)

    def test_forecast_that_never_ends_is_drawn(self, series: pd.DataFrame) -> None:
        figure = progress_chart(series, forecast=forecast(6_265_292, {2023: 0, 2024: 0}))
        assert "chance 0%" in texts(figure)
        assert pixels(figure).shape[0] > 100

    def test_what_lay_outside_the_register_is_marked(self, series: pd.DataFrame) -> None:
        marks = np.array(bars(progress_chart(series), "of which outside"))
        assert marks[-1].sum() == pytest.approx(7.133, abs=0.001)  # it ends where the bar ends
        assert marks[-1][1] == pytest.approx(4.46641, abs=1e-4)

    def test_what_is_not_known_is_said(self, series: pd.DataFrame) -> None:
        assert "What was left before the end of 2022 is not known" in texts(progress_chart(series))

    def test_undated_releases_are_told(self) -> None:
        hazards, releases = demo_data()
        releases = releases.copy()
        releases.loc[0, "completed"] = pd.NaT
        assert "1 undated release is not drawn" in texts(progress_chart(progress(hazards, releases)))

    def test_source_unit_and_synthetic_notice(self, series: pd.DataFrame) -> None:
        figure = progress_chart(series, source="KMAC", title="Kosovo")
        assert "Source: KMAC" in texts(figure)
        assert "Kosovo" in texts(figure)
        assert SYNTHETIC.upper() in texts(figure)
        assert figure.axes[0].get_ylabel() == "area, km²"
        assert SYNTHETIC.upper() not in texts(progress_chart(series, synthetic=False))

    @pytest.mark.parametrize(("unit", "factor"), [("km²", 1e6), ("ha", 1e4), ("m²", 1.0)])
    def test_units_scale_the_bars(self, series: pd.DataFrame, unit: str, factor: float) -> None:
        figure = progress_chart(series, unit=unit)
        assert bars(figure, "cleared")[-1][1] == pytest.approx(1_510_087 / factor, rel=1e-6)
        assert figure.axes[0].get_ylabel() == f"area, {unit}"

    @pytest.mark.parametrize("freq", ["QE", "ME"])
    def test_quarters_and_months_fill_the_axis(self, freq: str) -> None:
        hazards, releases = demo_data()
        figure = progress_chart(progress(hazards, releases, freq=freq))
        periods = len(bars(figure, "cleared"))
        left, right = figure.axes[0].get_xlim()
        assert right - left < periods + 2

    def test_wrong_use_is_told(self, series: pd.DataFrame) -> None:
        hazards, releases = demo_data()
        with pytest.raises(kh.HazardDataError, match="without by="):
            progress_chart(progress(hazards, releases, by="region"))
        with pytest.raises(kh.HazardDataError, match="there are no periods"):
            progress_chart(series.iloc[:0])
        with pytest.raises(kh.HazardDataError, match="drawn by year"):
            progress_chart(progress(hazards, releases, freq="QE"), target_m2=1e6)
        with pytest.raises(kh.HazardDataError, match="'acres' is not one of"):
            progress_chart(series, unit="acres")


class TestDistrictChart:
    def test_bars_are_those_of_the_published_table(self) -> None:
        figure = district_chart(demo_data()[0], by="region")
        axes = figure.axes[0]
        names = [label.get_text() for label in axes.get_yticklabels()]
        assert names == ["East", "Centre", "South", "West", "North"]  # the largest on top
        confirmed = [bar.get_width() for bar in axes.containers[0]]
        suspected = [bar.get_width() for bar in axes.containers[1]]
        # Mine Action Review, table 1, m² by region: CHA and SHA.
        assert confirmed == pytest.approx([0.32, 0.363952, 0.346168, 0.748614, 2.06288], abs=1e-5)
        assert suspected == pytest.approx([0, 0, 0.4364, 0.595375, 1.391903], abs=1e-5)
        assert "3.45 km² in 8 areas" in texts(figure)
        assert "0.32 km² in 1 area" in texts(figure)

    def test_notice_source_and_unit(self) -> None:
        figure = district_chart(demo_data()[0], source="KMAC", unit="ha")
        assert SYNTHETIC.upper() in texts(figure)
        assert "Source: KMAC" in texts(figure)
        assert figure.axes[0].get_xlabel() == "hazardous area, ha"

    def test_areas_of_unknown_size_are_told(self) -> None:
        hazards = demo_data()[0].copy()
        hazards.loc[0, "geometry"] = None
        hazards.loc[0, "reported_area_m2"] = np.nan
        assert "1 area of unknown size is not drawn" in texts(district_chart(hazards))

    def test_nothing_to_draw_is_told(self) -> None:
        with pytest.raises(kh.HazardDataError, match="no hazardous area"):
            district_chart(demo_data()[0].iloc[:0])


def test_a_notebook_shows_a_chart_without_being_told_to() -> None:
    figure = kh.progress_chart(kh.progress(*kh.demo_data()))
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_every_fill_and_line_differs_without_colour(series: pd.DataFrame, outlook: Forecast) -> None:
    axes = progress_chart(series, forecast=outlook, target_m2=1.8e6).axes[0]
    stacks = [one for one in axes.containers if "in the year" in one.get_label()]
    hatches = [bar[0].get_hatch() or "" for bar in stacks]
    assert len(set(hatches)) == 3
    greys = sorted(
        np.dot(bar[0].get_facecolor()[:3], (0.299, 0.587, 0.114)) * (alpha := bar[0].get_facecolor()[3]) + 1 - alpha
        for bar in stacks
    )
    assert all(lighter - darker > 0.1 for darker, lighter in itertools.pairwise(greys))
    assert len({str(line.get_linestyle()) for line in axes.lines}) == 3


@pytest.mark.parametrize("name", ["png", "svg", "pdf"])
def test_figures_are_saved_in_any_format(series: pd.DataFrame, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"chart.{name}"
    progress_chart(series).savefig(path)
    assert path.stat().st_size > 5_000


def test_text_stays_on_the_page_and_labels_do_not_collide(series: pd.DataFrame, outlook: Forecast) -> None:
    figure = progress_chart(series, forecast=outlook, target_m2=1.8e6, source="demo")
    figure.draw_without_rendering()
    page = figure.bbox
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    for box in [*boxes, figure.axes[0].get_legend().get_window_extent()]:
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)


def test_ink_is_on_the_page(series: pd.DataFrame) -> None:
    assert 0.02 < (pixels(progress_chart(series)) < 0.9).mean() < 0.5


def test_no_window_system_is_touched() -> None:
    code = (
        "import sys, kosovo_hazards as kh; from kosovo_hazards.charts.charts import district_chart; "
        "district_chart(kh.demo_data()[0]); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
