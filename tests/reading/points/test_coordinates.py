"""Coordinates in tables, in every notation of the field, become the polygons that were walked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kosovo_hazards import HazardDataError
from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading.points.axes import angles
from kosovo_hazards.reading.points.coordinates import position, positions_in
from kosovo_hazards.reading.registers import read_hazards


@pytest.mark.parametrize(
    "text",
    [
        "42.5, 21.25",
        "42.5 21.25",
        "42,5; 21,25",
        "(42.5, 21.25)",
        "N42.5 E21.25",
        "42.5N, 21.25E",
        "21.25 E 42.5 N",
        "42°30'N 21°15'E",
        "42°30'00\"N, 21°15'00\"E",
        "N 42° 30.000' E 21° 15.000'",
        "42 30 00 21 15 00",
        "42 30 21 15",
        "42º30’00”N 21º15’00”E",
    ],
)
def test_degrees_in_any_notation_are_one_place(text: str) -> None:
    found = position(text)
    assert found is not None
    assert found[:2] == pytest.approx((21.25, 42.5), abs=1e-9)
    assert found.epsg is None


@pytest.mark.parametrize("text", ["", "x", "42.5", "42 61 00 21 15 00 N", "34Q", "34T EN 123 4567", "N42.5 N42.6 E21"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert position(text) is None


# Worked out with GEOTRANS' published example for MGRS, and by hand from the letters for the others.
@pytest.mark.parametrize(
    ("text", "easting", "northing", "epsg"),
    [
        ("34T 512345 4712345", 512345, 4712345, 32634),
        ("34TEN1234512345", 512345, 4712345, 32634),
        ("34T EN 123 123", 512300, 4712300, 32634),
        ("18S UJ 22850 07055", 322850, 4307055, 32618),
        ("33L 500000 8600000", 500000, 8600000, 32733),
        ("33S 500000 8600000", 500000, 8600000, 32733),
        ("UTM 34T E 512345.5 N 4712345.5", 512345.5, 4712345.5, 32634),
    ],
)
def test_utm_and_mgrs_name_their_zone(text: str, easting: float, northing: float, epsg: int) -> None:
    assert position(text) == (easting, northing, epsg)


def test_sign_and_letter_of_the_hemisphere() -> None:
    found = angles(pd.Series(["-12.5", "12.5 S", "W 12 30", "12.5", "-12.5 S", None]))
    assert found.tolist() == pytest.approx([-12.5, -12.5, -12.5, 12.5, np.nan, np.nan], nan_ok=True)


@given(st.floats(-179.99, 179.99), st.floats(-79.9, 79.9))
def test_degrees_minutes_and_seconds_give_the_number_back(lon: float, lat: float) -> None:
    found = position(f"{dms(lat, 'NS')} {dms(lon, 'EW')}")
    assert found is not None
    assert found[:2] == pytest.approx((lon, lat), abs=1e-8)


@given(st.floats(-179.9, 179.9), st.one_of(st.floats(-79.5, -1e-6), st.floats(1e-6, 83.5)))
def test_mgrs_gives_the_place_back(lon: float, lat: float) -> None:
    zone = int((lon + 180) // 6) + 1
    code = (32600 if lat >= 0 else 32700) + zone
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    band = "CDEFGHJKLMNPQRSTUVWXX"[int((lat + 80) // 8)]
    column = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")[(zone - 1) % 3][int(x // 100_000) - 1]
    row = "ABCDEFGHJKLMNPQRSTUV"[(int(y // 100_000) + (5 if zone % 2 == 0 else 0)) % 20]
    found = position(f"{zone}{band}{column}{row}{int(x % 100_000):05d}{int(y % 100_000):05d}")
    assert found is not None
    assert found.epsg == code
    assert found[:2] == pytest.approx((int(x), int(y)), abs=1)


def test_lists_of_points_in_a_cell() -> None:
    for text in (
        "42.6 21.0; 42.6 21.1; 42.7 21.1",
        "(42.6, 21.0), (42.6, 21.1), (42.7, 21.1)",
        "42.6,21\n42.6,21.1\n42.7,21.1",
    ):
        found = positions_in(text)
        assert found is not None
        assert [point[:2] for point in found] == [(21.0, 42.6), (21.1, 42.6), (21.1, 42.7)]
    assert positions_in("42.6 21.0; x") is None


# --- sheets ----------------------------------------------------------------------------------------------------------


def dms(value: float, letters: str) -> str:
    seconds = round(abs(value) * 3600, 5)
    minutes, second = divmod(seconds, 60)
    degree, minute = divmod(int(minutes), 60)
    return f"{degree}°{minute:02d}'{second:08.5f}\"{letters[0] if value >= 0 else letters[1]}"


def minutes(value: float, letters: str) -> str:
    degree, rest = divmod(abs(value), 1)
    return f"{letters[0] if value >= 0 else letters[1]} {int(degree)} {rest * 60:.7f}"


@pytest.fixture(scope="module")
def register() -> gpd.GeoDataFrame:
    corners = [(0, 0), (0.012, 0.001), (0.014, 0.006), (0.007, 0.009), (0.001, 0.007)]
    shapes = [shapely.Polygon([(20.5 + x + i / 10, 42.5 + y + i / 50) for x, y in corners]) for i in range(10)]
    columns = {"hazard_id": [f"KS-{i:02d}" for i in range(10)], "hazard_type": ["CHA", "SHA"] * 5}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def sheet(register: gpd.GeoDataFrame, crs: str = "EPSG:4326") -> pd.DataFrame:
    """One row a turning point, as the Excel import of IMSMA has it."""
    points = register.to_crs(crs).geometry.apply(lambda shape: list(shape.exterior.coords)[:-1])
    table = pd.DataFrame({"hazard_id": register["hazard_id"], "hazard_type": register["hazard_type"], "xy": points})
    table = table.explode("xy", ignore_index=True)
    table["PointNo"] = table.groupby("hazard_id").cumcount() + 1
    return table.assign(x=[xy[0] for xy in table["xy"]], y=[xy[1] for xy in table["xy"]]).drop(columns="xy")


def in_degrees(r: gpd.GeoDataFrame) -> pd.DataFrame:
    return sheet(r).rename(columns={"x": "Longitude", "y": "Latitude"})


def in_text(write: Callable[[float, str], str]) -> Callable[[gpd.GeoDataFrame], pd.DataFrame]:
    def made(r: gpd.GeoDataFrame) -> pd.DataFrame:
        s = in_degrees(r)
        return s.assign(
            Longitude=[write(v, "EW") for v in s["Longitude"]], Latitude=[write(v, "NS") for v in s["Latitude"]]
        )

    return made


def in_utm(r: gpd.GeoDataFrame) -> pd.DataFrame:
    s = sheet(r, "EPSG:32634")
    return s.assign(UTM=[f"34T {x:.3f} {y:.3f}" for x, y in zip(s["x"], s["y"], strict=True)]).drop(columns=["x", "y"])


def in_grid(r: gpd.GeoDataFrame) -> pd.DataFrame:
    return (
        sheet(r, "EPSG:9141")
        .rename(columns={"x": "Easting", "y": "Northing"})
        .assign(CRS="KOSOVAREF01 / Balkans zone 7")
    )


def in_lists(r: gpd.GeoDataFrame) -> pd.DataFrame:
    cells = ["; ".join(f"{y:.9f}, {x:.9f}" for x, y in shape.exterior.coords) for shape in r.geometry]
    return pd.DataFrame(r.drop(columns="geometry")).assign(**{"Turning points": cells})


@pytest.mark.parametrize(
    "notation",
    [in_degrees, in_text(dms), in_text(minutes), in_utm, in_grid, in_lists],
    ids=["degrees", "dms", "minutes", "utm", "grid", "lists"],
)
@pytest.mark.parametrize("kind", ["table", "csv"])
def test_a_register_of_turning_points_reads_back(
    notation: Callable[[gpd.GeoDataFrame], pd.DataFrame], kind: str, register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    table = notation(register)
    path = tmp_path / "points.csv"
    table.to_csv(path, index=False, encoding="utf-8")
    named = "CRS" in table or "UTM" in table
    result = read_hazards(table if kind == "table" else path, crs=None if named else "EPSG:4326")
    assert result.data["hazard_id"].tolist() == register["hazard_id"].tolist()
    assert result.data["hazard_type"].tolist() == register["hazard_type"].tolist()
    assert result.data["area_m2"].tolist() == pytest.approx(area_m2(register).tolist(), abs=1)


def test_mgrs_to_the_metre_is_within_what_a_metre_can_do(register: gpd.GeoDataFrame) -> None:
    s = sheet(register, "EPSG:32634")
    rows = "ABCDEFGHJKLMNPQRSTUV"
    s["MGRS"] = [
        f"34T{'ABCDEFGH'[int(x // 1e5) - 1]}{rows[(int(y // 1e5) + 5) % 20]}{int(x % 1e5):05d}{int(y % 1e5):05d}"
        for x, y in zip(s["x"], s["y"], strict=True)
    ]
    result = read_hazards(s.drop(columns=["x", "y"]))
    assert (result.data["area_m2"] - area_m2(register)).abs().max() < 4000  # a metre along 4 km of outline


def test_points_of_one_shape_need_not_stand_in_order(register: gpd.GeoDataFrame) -> None:
    mixed = in_degrees(register).sample(frac=1, random_state=5)
    result = read_hazards(mixed, crs="EPSG:4326")
    assert sorted(result.data["area_m2"]) == pytest.approx(sorted(area_m2(register)), abs=1)


def test_several_shapes_of_one_hazard_are_one_record(register: gpd.GeoDataFrame) -> None:
    table = in_degrees(register[:3]).rename(columns={"hazard_id": "PolyID"}).assign(hazard_localid="KS-1")
    result = read_hazards(table, crs="EPSG:4326")
    assert len(result.data) == 1
    assert result.data["area_m2"][0] == pytest.approx(area_m2(register[:3]).sum(), abs=1)


def test_benchmarks_are_no_corners_and_told(register: gpd.GeoDataFrame) -> None:
    table = in_degrees(register[:1]).assign(**{"Point Type": ["Start Point"] + ["Turning Point"] * 4})
    extra = table.iloc[[0]].assign(**{"Point Type": "Benchmark", "Longitude": 20.4, "PointNo": 0})
    result = read_hazards(pd.concat([extra, table]), crs="EPSG:4326")
    assert result.data["area_m2"][0] == pytest.approx(area_m2(register)[0], abs=1)
    assert any("1 rows that are no corners" in note for note in result.notes)


def test_a_point_that_cannot_be_read_rejects_its_record_only(register: gpd.GeoDataFrame) -> None:
    table = in_degrees(register[:2]).astype({"Latitude": object})
    table.loc[1, "Latitude"] = "42,5O3"
    result = read_hazards(table, crs="EPSG:4326")
    assert result.data["hazard_id"].tolist() == ["KS-01"]
    assert "row 2 (Longitude 20.512, Latitude 42,5O3)" in result.rejected["reason"][0]


def test_too_few_points_are_told(register: gpd.GeoDataFrame) -> None:
    result = read_hazards(in_degrees(register[:2]).iloc[3:], crs="EPSG:4326")
    assert result.rejected["reason"][0].startswith("has fewer than three turning points")
    assert len(result.data) == 1


def test_points_without_a_named_system_are_refused(register: gpd.GeoDataFrame) -> None:
    with pytest.raises(HazardDataError, match="names no coordinate reference system"):
        read_hazards(in_degrees(register))


def test_numbers_that_start_anew_begin_a_shape_where_there_are_no_ids(register: gpd.GeoDataFrame) -> None:
    table = in_degrees(register).drop(columns="hazard_id")
    assert len(read_hazards(table, crs="EPSG:4326").data) == 10
    with pytest.raises(HazardDataError, match="no column says which of them belong to one shape"):
        read_hazards(table.drop(columns="PointNo"), crs="EPSG:4326")


def test_columns_name_what_is_not_recognised(register: gpd.GeoDataFrame) -> None:
    table = in_degrees(register).rename(columns={"Longitude": "p", "Latitude": "q"})
    result = read_hazards(table, crs="EPSG:4326", columns={"longitude": "p", "latitude": "q"})
    assert len(result.data) == 10
    with pytest.raises(HazardDataError, match="'zz', which the source does not have"):
        read_hazards(table, crs="EPSG:4326", columns={"longitude": "zz", "latitude": "q"})


def test_wkt_with_its_own_code_and_geometry_that_cannot_be_read() -> None:
    field = shapely.box(21, 42.6, 21.01, 42.61)
    table = pd.DataFrame(
        {"id": ["a", "b", "c"], "type": "CHA", "shape": [f"SRID=4326;{field.wkt}", "POLYGON ((x", None]}
    )
    result = read_hazards(table)
    assert result.data["hazard_id"].tolist() == ["a"]
    assert "has a geometry in 'shape' that can't be read" in result.rejected["reason"][0]
    assert result.rejected["reason"][1].startswith("has no polygon")
