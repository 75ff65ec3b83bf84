"""Every CRS that PROJ knows brings shapes to degrees or is refused in words."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError
from kosovo_hazards._errors import MissingCRSError
from kosovo_hazards.geometry.crs import crs_named, horizontal, to_degrees

WGS84 = "EPSG:4326"


def degrees(code: int, lon: float, lat: float) -> tuple[float, float]:
    moved, _ = to_degrees(np.array([shapely.Point(lon, lat)]), pyproj.CRS(code))
    return moved[0].x, moved[0].y


# By EPSG these differ from WGS 84 by less than their stated accuracy, and PROJ moves nothing.
@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [(4258, 20.9, 42.6), (9140, 20.9, 42.6), (4761, 16.2, 44.1), (4686, -74.0, 4.5), (4979, 20.9, 42.6)],
)
def test_a_transformation_that_moves_nothing_is_one(code: int, lon: float, lat: float) -> None:
    assert degrees(code, lon, lat) == (lon, lat)
    _, note = to_degrees(np.array([shapely.Point(lon, lat)]), pyproj.CRS(code))
    assert "was transformed to WGS 84" in note


def test_heights_stay_as_they_are() -> None:
    shape = shapely.Polygon([(20.9, 42.6, 540.5), (20.91, 42.6, 541), (20.91, 42.61, 542)])
    for name in ("EPSG:4979", "EPSG:9707", "EPSG:7423"):  # 3D, with EGM96 heights, with EVRF2007 heights
        moved, _ = to_degrees(np.array([shape]), pyproj.CRS(name))
        assert shapely.get_coordinates(moved, include_z=True).tolist() == [*map(list, shape.exterior.coords)]


def test_heights_whose_reference_nobody_names_do_no_harm() -> None:
    unknown = 'VERT_CS["unknown",VERT_DATUM["unknown",2005],UNIT["metre",1],AXIS["Up",UP]]'
    crs = pyproj.CRS(f'COMPD_CS["ETRS89 + heights",{pyproj.CRS(4258).to_wkt("WKT1_GDAL")},{unknown}]')
    assert horizontal(crs).to_epsg() == 4258
    moved, _ = to_degrees(np.array([shapely.Point(20.9, 42.6, 540)]), crs)
    assert (moved[0].x, moved[0].y, moved[0].z) == (20.9, 42.6, 540)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EPSG:5773", "EGM96 height is a Vertical CRS, which gives no places"),
        ("EPSG:4978", "WGS 84 is a Geocentric CRS, which gives no places"),
        ('LOCAL_CS["site",UNIT["metre",1]]', "site is a Engineering CRS, which gives no places"),
        ("EPSG:999999", "is no coordinate reference system that PROJ knows"),
        ("x" * 5_000, "is no coordinate reference system that PROJ knows"),
        ("9" * 5_000, "is no coordinate reference system that PROJ knows"),
    ],
)
def test_what_gives_no_places_is_refused_in_words(name: str, message: str, tmp_path: Path) -> None:
    register = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[FIELD], crs=WGS84)
    with pytest.raises(MissingCRSError, match=message) as caught:
        crs_named(name)
    assert len(str(caught.value)) < 400
    with pytest.raises(HazardDataError):
        kh.read_hazards(register, crs=name)
    with pytest.raises(HazardDataError):
        kh.write_gis(register, tmp_path / "register.gpkg", crs=name)


# A projection that PROJ does not reckon, and another planet.
@pytest.mark.parametrize("name", ["EPSG:2218", "ESRI:104903"])
def test_where_proj_knows_no_way_that_is_said(name: str, tmp_path: Path) -> None:
    register = gpd.GeoDataFrame({"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[FIELD], crs=WGS84)
    with pytest.raises(MissingCRSError, match="PROJ knows no way between"):
        kh.read_hazards(register, crs=name)
    with pytest.raises(HazardDataError, match="PROJ knows no way from WGS 84 to"):
        kh.write_gis(register, tmp_path / "register.gpkg", crs=name)


FIELD = shapely.box(20.9, 42.6, 20.902, 42.6015)
# From all over the world: degrees and grids, metres and feet, westings and southings, grads and other prime meridians,
# withdrawn codes, areas across 180 degrees. The whole of EPSG is tried by benchmarks/reference_systems.py.
SAMPLE = (
    2046, 2100, 2154, 2180, 2193, 2263, 2326, 2393, 2926, 3003, 3035, 3067, 3116, 3307, 3346, 3577, 3763, 3765, 3794,
    3857, 3906, 3907, 3908, 3912, 4019, 4156, 4202, 4209, 4229, 4240, 4258, 4267, 4284, 4301, 4313, 4326, 4619, 4686,
    4759, 4761, 4765, 4807, 4902, 4979, 5179, 5514, 5641, 6316, 6870, 7789, 8675, 8678, 9140, 9141, 9678, 20135, 21037,
    22032, 22525, 23700, 23947, 24500, 25832, 26821, 27200, 27700, 29903, 30169, 32634, 32648, 32760,
)  # fmt: skip


@pytest.mark.parametrize("code", SAMPLE)
def test_a_field_drawn_in_any_crs_reads_back(code: int) -> None:
    crs = pyproj.CRS.from_epsg(code)
    if not (crs.is_geographic or crs.is_projected):
        with pytest.raises(MissingCRSError):
            horizontal(crs)
        return
    area = crs.area_of_use
    east = area.east + (360 if area.west > area.east else 0)
    lon, lat = ((area.west + east) / 2 + 180) % 360 - 180, (area.south + area.north) / 2
    drawn = shapely.box(lon + 2, lat + 1, lon + 2.002, lat + 1.0015) if (lon, lat) == (0, 0) else None
    drawn = drawn or shapely.box(lon, lat, lon + 0.002, lat + 0.0015)
    way = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    x, y = way.transform(*shapely.get_coordinates(drawn).T)
    there = gpd.GeoDataFrame(
        {"hazard_id": ["A"], "hazard_type": ["CHA"]}, geometry=[shapely.Polygon(np.column_stack([x, y]))], crs=crs
    )
    read = kh.read_hazards(there)
    assert read.rejected["reason"].tolist() == []
    back = shapely.get_coordinates(read.data.geometry.iloc[0].centroid)[0]
    # PROJ's own way there and ours back may be two published transformations, which agree within metres.
    assert pyproj.Geod(ellps="WGS84").inv(*shapely.get_coordinates(drawn.centroid)[0], *back)[2] < 25
