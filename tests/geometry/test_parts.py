"""Shapes with hollow pieces, as programs write them that delete points: nothing crashes, no ground changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.geometry.parts import is_hollow, simple_parts, without_hollows

SQUARE = "(21 42.5, 21.01 42.5, 21.01 42.51, 21 42.51, 21 42.5)"
HOLE = "(21.002 42.502, 21.003 42.502, 21.003 42.503, 21.002 42.503, 21.002 42.502)"
OTHER = "(21.2 42.5, 21.21 42.5, 21.21 42.51, 21.2 42.51, 21.2 42.5)"
# Hollow, and the same without what is hollow.
HOLLOW = {
    f"POLYGON ({SQUARE}, EMPTY)": f"POLYGON ({SQUARE})",
    f"POLYGON ({SQUARE}, EMPTY, {HOLE}, EMPTY)": f"POLYGON ({SQUARE}, {HOLE})",
    f"MULTIPOLYGON (({OTHER}), ({SQUARE}, EMPTY, {HOLE}))": f"MULTIPOLYGON (({OTHER}), ({SQUARE}, {HOLE}))",
    f"MULTIPOLYGON (({OTHER}), EMPTY, ({SQUARE}))": f"MULTIPOLYGON (({OTHER}), ({SQUARE}))",
    f"GEOMETRYCOLLECTION (POLYGON ({SQUARE}, EMPTY), LINESTRING EMPTY, POLYGON EMPTY)": f"POLYGON ({SQUARE})",
    f"GEOMETRYCOLLECTION (GEOMETRYCOLLECTION EMPTY, POLYGON ({SQUARE}), MULTIPOINT (EMPTY))": f"POLYGON ({SQUARE})",
}
BESIDE = shapely.box(21.002, 42.502, 21.011, 42.512)


def tables(texts: list[str]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    shapes = [*shapely.from_wkt(texts), BESIDE]
    ids = [str(number) for number in range(len(shapes))]
    hazards = {"hazard_id": ids, "hazard_type": "CHA", "status": "open"}
    work = {"release_id": ids, "hazard_id": ids[::-1], "product": "cleared", "completed": "2024-05-05"}
    return tuple(gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326") for table in (hazards, work))  # type: ignore[return-value]


@pytest.fixture
def hollow() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return tables(list(HOLLOW)[:4])


def test_holes_without_points_are_found_and_left_out() -> None:
    shapes = shapely.from_wkt(list(HOLLOW))
    assert is_hollow(shapes).tolist() == [True] * 6
    full = without_hollows(shapes)
    assert not is_hollow(full).any()
    assert shapely.to_wkt(full[:4]).tolist() == shapely.to_wkt(shapely.from_wkt(list(HOLLOW.values())))[:4].tolist()


def test_areas_are_those_of_the_ground_whatever_lies_beside_it() -> None:
    plain = gpd.GeoSeries([*shapely.from_wkt(list(HOLLOW.values())), BESIDE], crs="EPSG:4326")
    odd = gpd.GeoSeries([*shapely.from_wkt(list(HOLLOW)), BESIDE], crs="EPSG:4326")
    for order in (slice(None), slice(None, None, -1)):
        assert kh.area_m2(odd[order]).to_numpy() == pytest.approx(kh.area_m2(plain[order]).to_numpy())
    assert kh.footprint_m2(odd) == pytest.approx(kh.footprint_m2(plain))


def test_readers_keep_the_ground_and_say_so() -> None:
    hazards, work = tables(list(HOLLOW))
    plain, _ = tables(list(HOLLOW.values()))
    read, released = kh.read_hazards(hazards), kh.read_releases(work)
    for result in (read, released):
        assert len(result.rejected) == 0
        assert result.data["area_m2"].to_numpy() == pytest.approx(kh.area_m2(plain).to_numpy())
        assert not is_hollow(result.data.geometry.to_numpy()).any()
        assert result.repairs["what"].str.contains("holes without points and empty parts left out").sum() == 6


USES: dict[str, Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame, Path], object]] = {
    "check": lambda hazards, work, _: kh.check(hazards, work),
    "places": lambda hazards, _work, _: kh.assign_places(hazards),
    "places of it": lambda hazards, _work, _: kh.assign_places(hazards, hazards.assign(name=list("abcde"))),
    "release": lambda hazards, work, _: kh.apply_releases(hazards, work),
    "progress": lambda hazards, work, _: kh.progress(hazards, work),
    "map": lambda hazards, work, _: kh.hazard_map(hazards, work).get_root().render(),
    "public map": lambda hazards, work, _: kh.hazard_map(hazards, work, detail="public").get_root().render(),
    **{
        ending: lambda hazards, _work, folder, ending=ending: kh.write_gis(hazards, folder / f"a.{ending}")
        for ending in ("gpkg", "geojson", "kml", "shp", "fgb", "parquet", "csv", "xlsx")
    },
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")
@pytest.mark.filterwarnings("ignore::kosovo_hazards.PlacesWarning")
def test_tables_that_nobody_read_crash_nothing(
    use: str, hollow: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], tmp_path: Path
) -> None:
    """GEOS 3.14 ends the process where it looks for the boundary of a ring without points."""
    USES[use](*hollow, tmp_path)


def test_parts_come_from_any_depth_in_the_order_of_their_owners() -> None:
    deep = shapely.Point(0, 0)
    for _ in range(50):
        deep = shapely.GeometryCollection([deep, shapely.box(0, 0, 1, 1)])
    _, owner = simple_parts(np.array([deep, None, shapely.MultiPoint([(0, 0), (1, 1)]), shapely.Polygon()]))
    assert np.bincount(owner, minlength=4).tolist() == [51, 0, 2, 1]
    assert (np.diff(owner) >= 0).all()
