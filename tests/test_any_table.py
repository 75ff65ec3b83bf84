"""Tables as scripts elsewhere make them: another name for the shapes, another CRS, none, no rows, plain frames.

GeoPackages read by geopandas call their shapes ``geometry``, PostGIS and many ETL scripts ``geom``, ArcGIS ``SHAPE``; a
sheet joined to them may bring a column ``geometry`` of its own, such as "polygon".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import kosovo_hazards as kh

BEFORE, NOW, RELEASES = kh.demo_data("2023-12-31")[0], *kh.demo_data("2024-12-31")


def in_crs_of(table: Any) -> gpd.GeoDataFrame:
    return RELEASES.to_crs(getattr(table, "crs", None) or RELEASES.crs)


STEPS: dict[str, Callable[[gpd.GeoDataFrame, Path], Any]] = {
    "summarise": lambda table, _: kh.summarise(table, by="district"),
    "completion": lambda table, _: kh.completion(table, in_crs_of(table)).areas,
    "compare": lambda table, _: kh.compare(BEFORE, table, RELEASES).areas,
    "reconcile": lambda table, _: kh.reconcile(BEFORE, table, RELEASES).unexplained_m2,
    "prioritise": lambda table, _: kh.prioritise(table).table,
    "plan": lambda table, _: kh.plan(table, kh.Capacity(10, 200), start=2025).table,
    "tolerability": lambda table, _: kh.tolerability(table, as_of="2024-12-31"),
    "completeness": lambda table, _: kh.completeness(table),
    "dossiers": lambda table, folder: kh.write_dossiers(table, folder / "dossiers", ids=["SYN-N-05"]),
    "tiles": lambda table, folder: kh.write_tile_map(table, folder / "tiles"),
    "map": lambda table, folder: kh.hazard_map(table).save(str(folder / "map.html")),
}


def figures(result: Any) -> Any:
    """What a result says, without shapes."""
    if isinstance(result, pd.DataFrame):
        numbers = pd.DataFrame(result).select_dtypes("number").round(1)
        return numbers.reset_index(drop=True)
    return result if isinstance(result, float) else None


@pytest.mark.parametrize("step", STEPS)
def test_shapes_may_have_another_name_and_crs(step: str, tmp_path: Path) -> None:
    other = NOW.rename_geometry("SHAPE").to_crs("EPSG:9141").assign(geometry="polygon")
    (tmp_path / "other").mkdir()
    theirs, ours = STEPS[step](other, tmp_path / "other"), STEPS[step](NOW, tmp_path)
    if isinstance(ours, pd.DataFrame):
        pd.testing.assert_frame_equal(figures(theirs), figures(ours), rtol=1e-6, atol=1)
    elif isinstance(ours, float):
        assert theirs == pytest.approx(ours, abs=1)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["no rows", "no CRS", "no shapes", "a path", "nothing"])
def test_what_can_not_be_used_is_an_error_that_says_so(step: str, kind: str, tmp_path: Path) -> None:
    tables = {
        "no rows": NOW.iloc[:0], "no CRS": NOW.set_crs(None, allow_override=True),
        "no shapes": pd.DataFrame(NOW.drop(columns="geometry")), "a path": "register.gpkg", "nothing": None,
    }  # fmt: skip
    # Counting what is recorded needs neither shapes nor their CRS.
    if (step == "completeness" and kind != "a path") or (kind == "no rows" and step not in ("dossiers", "tiles")):
        STEPS[step](tables[kind], tmp_path)
    else:
        with pytest.raises(kh.HazardDataError):
            STEPS[step](tables[kind], tmp_path)


def test_releases_that_are_figures_only_are_no_hindrance_to_a_map(tmp_path: Path) -> None:
    figures_only = pd.DataFrame(RELEASES.drop(columns="geometry"))
    drawn = kh.hazard_map(NOW, releases=figures_only)
    drawn.save(str(tmp_path / "map.html"))
    assert len(drawn.content["releases"]["columns"]) > 0


def test_polygons_of_a_plain_table_of_releases_are_not_left_out_in_silence(tmp_path: Path) -> None:
    plain = pd.DataFrame(RELEASES)
    with pytest.raises(kh.UsageError, match="with geometry"):
        kh.hazard_map(NOW, releases=plain)
    with pytest.raises(kh.UsageError, match="with geometry"):
        kh.write_report(NOW, plain, tmp_path / "report")
    with pytest.raises(kh.MissingCRSError, match="plain table"):
        kh.apply_releases(NOW, plain)
