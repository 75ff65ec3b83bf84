"""GeoJSON after RFC 7946: what is written is what others read."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import geojson_validator
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.layers import NOTICE
from kosovo_hazards.writing.whole_files import whole_file

CLOCKWISE = shapely.Polygon([(21, 42), (21, 42.01), (21.01, 42.01), (21.01, 42)])
HOLED = shapely.Polygon(
    [(21, 42), (21.02, 42), (21.02, 42.02), (21, 42.02)],
    [[(21.005, 42.005), (21.01, 42.005), (21.01, 42.01), (21.005, 42.01)]],
)
TWO_PARTS = shapely.MultiPolygon([CLOCKWISE, shapely.box(21.1, 42.1, 21.11, 42.11)])


@pytest.fixture
def register() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "hazard_id": ["KS-1", "KS-2", "KS-3"],
            "hazard_type": ["CHA", "SHA", "CHA"],
            "name": ["Shtërpcë – Štrpce", 'Митровица "e Veriut"', "<script>alert(1)</script>"],
            "established": pd.to_datetime(["2022-05-01", None, "2015-09-30"]),
            "submunitions": pd.array([3, None, 0], dtype="Int64"),
            "synthetic": [False, False, False],
        },
        geometry=[CLOCKWISE, HOLED, TWO_PARTS],
        crs="EPSG:4326",
    )


def written(table: gpd.GeoDataFrame, folder: Path) -> dict:
    return json.loads(write_geojson(table, folder / "out.geojson").read_text(encoding="utf-8"))


def rings(geometry: dict) -> list[list[list[list[float]]]]:
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def test_rings_are_closed_and_follow_the_right_hand(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for feature in written(register, tmp_path)["features"]:
        for shell, *holes in rings(feature["geometry"]):
            assert shell[0] == shell[-1]
            assert shapely.is_ccw(shapely.LinearRing(shell))
            assert not any(shapely.is_ccw(shapely.LinearRing(hole)) for hole in holes)


@pytest.mark.parametrize("detail", ["full", "public"])
def test_an_independent_checker_finds_nothing_against_rfc_7946(
    detail: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    hazards, releases = kh.demo_data()
    # The checker passes over records without a polygon.
    for number, table in enumerate(
        [register, register.to_crs("EPSG:9141"), hazards, releases.dropna(subset="geometry")]
    ):
        found = json.loads(write_geojson(table, tmp_path / f"{number}.geojson", detail=detail).read_text("utf-8"))
        assert geojson_validator.validate_structure(found) == {}
        told = geojson_validator.validate_geometries(found)
        # Releases of which no cell is wholly released stand in one public record without a polygon.
        without = [row for row, feature in enumerate(found["features"]) if feature["geometry"] is None]
        assert (told["invalid"], told["skipped_validation"]) == ({}, without)
        assert not without or detail == "public"
        # Its advice of six decimals is 11 cm, which would change areas; holes are allowed.
        assert set(told["problematic"]) <= {"excessive_coordinate_precision", "holes"}


def test_the_independent_checker_does_find_faults(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.to_file(tmp_path / "default.geojson", driver="GeoJSON")
    found = json.loads((tmp_path / "default.geojson").read_text("utf-8"))
    assert "exterior_not_ccw" in geojson_validator.validate_geometries(found)["invalid"]


def test_coordinates_are_degrees_with_at_most_nine_decimals(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    table = register.to_crs("EPSG:9141")
    text = write_geojson(table, tmp_path / "out.geojson").read_text(encoding="utf-8")
    collection = json.loads(text, parse_float=str)
    points = [
        number
        for f in collection["features"]
        for part in rings(f["geometry"])
        for ring in part
        for point in ring
        for number in point
    ]
    assert max(len(number.partition(".")[2]) for number in points) <= 9
    assert all(20 < float(number) < 43 for number in points)
    assert "crs" not in collection


def test_one_feature_per_record_in_order_with_its_area(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    features = written(register, tmp_path)["features"]
    assert [feature["properties"]["hazard_id"] for feature in features] == ["KS-1", "KS-2", "KS-3"]
    areas = [feature["properties"]["area_m2"] for feature in features]
    assert areas == pytest.approx(kh.area_m2(register).tolist())


def test_dates_are_iso_text_and_missing_values_null(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    properties = [feature["properties"] for feature in written(register, tmp_path)["features"]]
    assert [p["established"] for p in properties] == ["2022-05-01", None, "2015-09-30"]
    assert [p["submunitions"] for p in properties] == [3, None, 0]


def test_gdal_reads_back_what_was_written(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = pyogrio.read_dataframe(write_geojson(register, tmp_path / "out.geojson"))
    assert back["name"].tolist() == register["name"].tolist()
    assert back.crs == "EPSG:4326"
    assert shapely.equals(back.geometry.to_numpy(), register.geometry.to_numpy()).all()


def test_our_own_reader_gets_the_same_table(tmp_path: Path) -> None:
    hazards, _ = kh.demo_data()
    back, rejected, repairs = kh.read_hazards(write_geojson(hazards, tmp_path / "out.geojson"))
    assert (len(rejected), len(repairs)) == (0, 0)
    columns = ["hazard_id", "hazard_type", "status", "contamination", "priority", "municipality", "established"]
    pd.testing.assert_frame_equal(pd.DataFrame(back[columns]), pd.DataFrame(hazards[columns].reset_index(drop=True)))
    assert back["area_m2"].tolist() == pytest.approx(hazards["area_m2"].tolist(), abs=0.1)


def test_a_record_without_a_polygon_stays(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    register.loc[1, "geometry"] = None
    features = written(register, tmp_path)["features"]
    assert [feature["geometry"] is None for feature in features] == [False, True, False]
    assert features[1]["properties"]["area_m2"] is None


def test_synthetic_records_are_told(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert "notice" not in written(register, tmp_path)
    made_up = register.assign(synthetic=[False, True, False])
    assert json.loads(write_geojson(made_up, tmp_path / "b.geojson").read_text(encoding="utf-8"))["notice"] == NOTICE


def test_an_existing_file_is_replaced_only_when_asked(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match="overwrite=True"):
        write_geojson(register, path)
    assert path.read_text(encoding="utf-8") == "precious"
    write_geojson(register, path, overwrite=True)
    assert len(pyogrio.read_dataframe(path)) == 3


def test_half_a_character_is_written_as_an_unknown_one(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    # UTF-8 can't hold half of a pair of UTF-16, which some programs leave where they cut a name.
    broken = register.assign(name=pd.Series(["Fush\ud800", "a", "b"], dtype=object, index=register.index))
    assert written(broken, tmp_path)["features"][0]["properties"]["name"] == "Fush�"


@pytest.mark.skipif(os.name != "posix", reason="rights of files are of POSIX")
def test_a_file_has_the_rights_of_any_other_and_a_link_stays_one(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    path = write_geojson(register, tmp_path / "real.geojson")
    assert path.stat().st_mode == (tmp_path / "ordinary").stat().st_mode
    link = tmp_path / "link.geojson"
    link.symlink_to(path)
    write_geojson(register.iloc[:1], link, overwrite=True)
    assert link.is_symlink()
    assert len(pyogrio.read_dataframe(path)) == 1


def test_a_file_that_appears_while_writing_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    ours = contextlib.ExitStack()
    ours.enter_context(whole_file(path, overwrite=False)).write_text("ours", encoding="utf-8")
    path.write_text("theirs", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match="is there already"):
        ours.close()
    assert path.read_text(encoding="utf-8") == "theirs"
    assert [file.name for file in tmp_path.iterdir()] == ["out.txt"]


def test_numbers_that_json_lacks_are_null(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    odd = register.assign(depth=[np.inf, np.nan, -1.5])
    assert [feature["properties"]["depth"] for feature in written(odd, tmp_path)["features"]] == [None, None, -1.5]


def test_the_file_says_what_it_is(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    collection = written(register.assign(source=["b", "a", None]), tmp_path)
    assert (collection["source"], collection["records"], collection["detail"]) == ("a; b", 3, "full")
    assert collection["generator"] == f"kosovo_hazards {kh.__version__}"
    assert "not thereby safe" in collection["note"]


def test_wrong_targets_are_told(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(kh.HazardDataError, match=r"folder .* is not there"):
        write_geojson(register, tmp_path / "nowhere" / "out.geojson")
    with pytest.raises(kh.HazardDataError, match="no coordinate reference system"):
        write_geojson(register.set_crs(None, allow_override=True), tmp_path / "out.geojson")


def test_an_empty_table_is_an_empty_collection(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert written(register.iloc[:0], tmp_path)["features"] == []


def test_ground_thinner_than_the_grid_does_not_vanish(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    thin = shapely.Polygon([(21, 42 + 1e-10), (21.001, 42 + 1e-10), (21.001, 42 + 3e-10), (21, 42 + 3e-10)])
    path = write_geojson(register.iloc[:1].set_geometry([thin]), tmp_path / "out.geojson")
    back = pyogrio.read_dataframe(path).geometry[0]
    assert back.is_valid
    assert back.area > 0
    assert shapely.buffer(back, 1e-9).covers(thin)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 100_000))
def test_whatever_valid_polygon_is_written_valid_and_covers_the_true_one_to_a_tenth_of_a_millimetre(
    seed: int, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    ring = np.c_[rng.uniform(21, 21 + 10.0 ** rng.integers(-7, -1), 12), rng.uniform(42, 42.001, 12)]
    shape = shapely.make_valid(shapely.Polygon(ring))
    table = register.iloc[:1].set_geometry([shape])
    back = pyogrio.read_dataframe(write_geojson(table, tmp_path / "out.geojson", overwrite=True)).geometry[0]
    assert back.is_valid
    assert shapely.buffer(back, 1.5e-9).covers(shape)
