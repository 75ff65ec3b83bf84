"""Registers read from real files: each record accepted, mended and told, or rejected with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kosovo_hazards import HazardDataError
from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading.registers import read_hazards, read_releases
from kosovo_hazards.reading.result import ReadResult

# Writing what is tested makes the libraries that write it warn; that is not ours to answer for.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Column names longer than 10"),
    pytest.mark.filterwarnings("ignore:Normalized.laundered field name:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:Field .* created as String field:RuntimeWarning"),
]

WGS84 = "EPSG:4326"
FIELD = shapely.box(21.00, 42.60, 21.01, 42.61)
MEADOW = shapely.Polygon([(21.10, 42.60), (21.112, 42.603), (21.108, 42.611), (21.101, 42.609)])
BOW_TIE = shapely.Polygon([(21.2, 42.6), (21.21, 42.61), (21.21, 42.6), (21.2, 42.61)])
RING = [[21.0, 42.6], [21.01, 42.6], [21.01, 42.61], [21.0, 42.61], [21.0, 42.6]]


def register(shapes: list[Any], crs: str | None = WGS84, **columns: list[Any]) -> gpd.GeoDataFrame:
    known = {"hazard_id": [f"KS-{i + 1}" for i in range(len(shapes))], "hazard_type": ["CHA"] * len(shapes)}
    return gpd.GeoDataFrame({**known, **columns}, geometry=shapes, crs=crs)


def write_collection(path: Path, features: list[Any], **members: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"hazard_id": "KS-1", "hazard_type": "SHA", **properties},
        "geometry": geometry,
    }


def polygon(*ring: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(ring)]}


def reasons(result: ReadResult) -> list[str]:
    return result.rejected["reason"].tolist()


# --- the formats of the spine ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "parquet"])
def test_the_same_register_reads_the_same_from_every_format(ending: str, tmp_path: Path) -> None:
    source = register(
        [FIELD, MEADOW, shapely.MultiPolygon([FIELD.buffer(-0.002), MEADOW])],
        status=["open", None, "worked on"],
        operator=["The HALO Trust", "KSF", None],
        established=pd.to_datetime(["2015-06-30", None, "2021-01-02"]),
        reported_area_m2=[911579.0, None, 25.5],
        name=["Gjakovë/Đakovica", "Шара", "Štrpce"],
    )
    path = tmp_path / f"register.{ending}"
    if ending == "parquet":
        source.to_parquet(path)
    else:
        source.to_file(path, encoding="utf-8", driver={"shp": "ESRI Shapefile"}.get(ending))
    hazards, rejected, repairs = read_hazards(path)
    assert (len(rejected), len(repairs)) == (0, 0)
    for column in ("hazard_id", "hazard_type", "status", "operator", "name", "established", "reported_area_m2"):
        expected = source[column].astype(hazards[column].dtype)
        pd.testing.assert_series_equal(hazards[column], expected, check_names=False)
    assert hazards["area_m2"].tolist() == pytest.approx(area_m2(source).tolist(), abs=0.01)
    assert set(hazards["source"]) == {"register"}
    assert hazards.crs == WGS84


def test_a_table_is_read_like_a_file_and_stays_as_it_was() -> None:
    source = register([FIELD, BOW_TIE], notes=["a", "b"]).set_index(pd.Index([7, 7]))
    before = source.copy(deep=True)
    result = read_hazards(source)
    pd.testing.assert_frame_equal(pd.DataFrame(source), pd.DataFrame(before))
    assert result.data["notes"].tolist() == ["a", "b"]
    assert result.data.index.tolist() == [0, 1]


def test_a_national_grid_becomes_degrees_and_the_transformation_is_told(tmp_path: Path) -> None:
    register([FIELD]).to_crs("EPSG:9141").to_file(tmp_path / "grid.gpkg")
    result = read_hazards(tmp_path / "grid.gpkg")
    assert result.data["area_m2"][0] == pytest.approx(911_579, abs=1)
    assert any("KOSOVAREF01 / Balkans zone 7" in note and "accuracy" in note for note in result.notes)


def test_a_source_without_crs_is_refused_until_it_is_named(tmp_path: Path) -> None:
    grid = register([FIELD]).to_crs("EPSG:9141")
    grid.to_file(tmp_path / "grid.shp")
    (tmp_path / "grid.prj").unlink()
    with pytest.raises(HazardDataError, match=r"names no coordinate reference system; its coordinates fit EPSG:9141"):
        read_hazards(tmp_path / "grid.shp")
    hazards, *_ = read_hazards(tmp_path / "grid.shp", crs="EPSG:9141")
    assert hazards["area_m2"][0] == pytest.approx(911_579, abs=1)
    with pytest.raises(HazardDataError, match="'moon' is no coordinate reference system"):
        read_hazards(tmp_path / "grid.shp", crs="moon")


def test_crs_overrules_what_a_file_says_wrongly_and_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "grid.geojson"
    metres = register([FIELD, MEADOW]).to_crs("EPSG:9141").set_crs(WGS84, allow_override=True)
    path.write_text(metres.to_json(), encoding="utf-8")
    wrong = read_hazards(path)
    assert len(wrong.rejected) == 2
    assert "no degrees; they fit EPSG:9141 or EPSG:6316" in reasons(wrong)[0]
    right = read_hazards(path, crs="EPSG:9141")
    assert right.data["area_m2"].sum() == pytest.approx(area_m2(register([FIELD, MEADOW])).sum(), abs=1)
    assert any("as crs= says" in note for note in right.notes)


# --- bad files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.geojson", b"", "'empty.geojson' is empty"),
        ("text.geojson", b"not a GeoJSON file", "isn't GeoJSON: it begins 'not a GeoJSON file'"),
        ("page.geojson", b"<html><body>404</body></html>", "XML with the root 'html'"),
        ("other.geojson", b'{"type": "Topology"}', "its type is 'Topology'"),
        ("list.geojson", b"[]", "isn't GeoJSON"),
        ("cut.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "pro', "isn't whole GeoJSON"),
        ("more.geojson", b'{"type": "FeatureCollection", "features": []} {}', "isn't whole GeoJSON"),
        ("latin.geojson", b'{"type": "FeatureCollection", "features": [], "name": "Gjakov\xeb"}', "not in UTF-8"),
        ("deep.geojson", b'{"type":' + b"[" * 100_000, "isn't whole GeoJSON"),
        ("bytes.gpkg", bytes(range(256)), "isn't a file of a kind that can be read"),
        ("half.gpkg", b"SQLite format 3\x00" + bytes(200), "can't be read as GeoPackage"),
        ("half.shp", b"\x00\x00\x27\x0a" + bytes(200), "lacks its .shx and .dbf file"),
        ("half.parquet", b"PAR1" + bytes(200), "can't be read as GeoParquet"),
        ("sheet.csv", b"a,b\n1,2\n", "'sheet.csv' has no geometry"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(HazardDataError) as caught:
        read_hazards(tmp_path / name)
    assert message in str(caught.value)


def test_a_missing_file_is_told_with_near_names(tmp_path: Path) -> None:
    (tmp_path / "register.geojson").touch()
    with pytest.raises(HazardDataError, match=r"there is no file .*regster.geojson'\nnear it: register.geojson"):
        read_hazards(tmp_path / "regster.geojson")


def test_an_empty_register_is_an_empty_table(tmp_path: Path) -> None:
    result = read_hazards(write_collection(tmp_path / "none.geojson", []))
    assert [len(table) for table in result] == [0, 0, 0]
    assert result.data.crs == WGS84


@pytest.mark.parametrize(
    "source",
    [
        "/vsicurl/http://localhost/register.geojson",
        "http://localhost/register.geojson",
        "https://localhost/a.zip",
        "s3://bucket/register.parquet",
        "postgresql://me:secret@localhost/db",
        "PG:dbname=register password=secret",
        "MSSQL:server=localhost",
        "/vsizip/vsicurl/http://localhost/a.zip",
        '{"type": "FeatureCollection", "features": []}',
        "",
        "register\x00.geojson",
    ],
)
def test_addresses_are_refused_and_passwords_not_repeated(source: str) -> None:
    with pytest.raises(HazardDataError) as caught:
        read_hazards(source)
    assert "secret" not in str(caught.value)


# --- bad records -----------------------------------------------------------------------------------------------------


def test_every_element_of_a_collection_is_accounted_for(tmp_path: Path) -> None:
    elements = [
        feature(polygon(*RING), hazard_id="KS-1"),
        None,
        feature(None, hazard_id="KS-3"),
        {"type": "Polygon", "coordinates": [RING]},
        feature(polygon(["a", "b"], *RING), hazard_id="KS-5"),
        {"properties": {"hazard_id": "KS-6"}, "geometry": polygon(*RING)},
        feature({"type": "Circle", "coordinates": [21, 42]}, hazard_id="KS-7"),
        5,
        feature(polygon(*RING), hazard_id="KS-9"),
        {"type": "Feature", "properties": None, "geometry": polygon(*RING)},
    ]
    result = read_hazards(write_collection(tmp_path / "mixed.geojson", elements), defaults={"hazard_type": "SHA"})
    assert result.data["hazard_id"].tolist() == ["KS-1", "KS-9", "mixed-10"]
    assert result.rejected["row"].tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert reasons(result)[1].startswith("has no polygon")
    assert reasons(result)[3].startswith("has a geometry that can't be read")
    assert reasons(result)[0] == 'is not a GeoJSON feature (no "type": "Feature")'


def test_all_reasons_against_a_record_are_told_and_its_columns_kept() -> None:
    source = register([None, FIELD], hazard_type=["C.H.A?", "CHA"], remark=["seen 2015", "x"])
    result = read_hazards(source)
    assert result.rejected["remark"].tolist() == ["seen 2015"]
    assert "has no polygon" in reasons(result)[0]
    assert "hazard_type 'C.H.A?' is not one of CHA, SHA" in reasons(result)[0]
    assert "REJECTED" in repr(result)


def test_raise_names_every_bad_record() -> None:
    source = register([None, FIELD, MEADOW], hazard_type=["CHA", "?", "SHA"])
    with pytest.raises(HazardDataError, match="2 of 3 records can't be read") as caught:
        read_hazards(source, on_error="raise")
    assert "record 1 (KS-1): has no polygon" in str(caught.value)
    assert "record 2 (KS-2): hazard_type '?' is not one of CHA, SHA" in str(caught.value)
    assert 'on_error="quarantine"' in str(caught.value)
    with pytest.raises(HazardDataError, match="neither"):
        read_hazards(source, on_error="ignore")  # type: ignore[arg-type]


def test_the_first_good_record_keeps_an_id_and_the_others_name_it() -> None:
    source = register([None, FIELD, MEADOW, FIELD], hazard_id=["KS-1", "KS-1", " KS-1 ", "KS-2"])
    result = read_hazards(source)
    assert result.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert result.rejected["row"].tolist() == [1, 3]
    assert "id 'KS-1' is that of row 2 too" in reasons(result)[1]


def test_ids_are_made_from_source_and_row_and_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "strikes 1999.gpkg"
    register([FIELD, MEADOW, BOW_TIE]).drop(columns=["hazard_id", "hazard_type"]).to_file(path)
    first, second = (read_hazards(path, defaults={"hazard_type": "sha"}) for _ in range(2))
    assert first.data["hazard_id"].tolist() == ["strikes 1999-1", "strikes 1999-2", "strikes 1999-3"]
    assert second.data["hazard_id"].tolist() == first.data["hazard_id"].tolist()
    assert set(first.data["hazard_type"]) == {"SHA"}
    assert any("no ids" in note for note in first.notes)


@pytest.mark.parametrize(
    ("shapes", "what"),
    [
        ([BOW_TIE], "ring crossed itself"),
        ([shapely.force_3d(FIELD, 400)], "heights left out"),
        ([shapely.GeometryCollection([FIELD, shapely.Point(21, 42.6)])], "polygons taken from a collection"),
    ],
)
def test_a_repair_is_recorded_with_the_areas(shapes: list[Any], what: str) -> None:
    result = read_hazards(register(shapes))
    (repair,) = result.repairs.to_dict("records")
    assert (repair["record_id"], repair["row"]) == ("KS-1", 1)
    assert what in repair["what"]
    assert repair["area_after_m2"] == result.data["area_m2"][0] > 0
    assert repair["area_before_m2"] == pytest.approx(repair["area_after_m2"], rel=1e-6)


def test_a_bow_tie_keeps_both_lobes() -> None:
    hazards, _, _ = read_hazards(register([BOW_TIE]))
    # Half of the rectangle that it spans: 0.01° by 0.01°, as FIELD is.
    assert hazards["area_m2"][0] == pytest.approx(911_579 / 2, rel=1e-4)


def test_an_unclosed_ring_is_closed_and_told(tmp_path: Path) -> None:
    path = write_collection(tmp_path / "open.geojson", [feature(polygon(*RING[:-1]))])
    result = read_hazards(path)
    assert result.repairs["what"].tolist() == ["unclosed ring closed"]
    assert result.data["area_m2"][0] == pytest.approx(911_579, abs=1)


def test_a_shapefile_with_null_shapes_loses_none(tmp_path: Path) -> None:
    register([FIELD, None, MEADOW, None]).to_file(tmp_path / "old.shp")
    result = read_hazards(tmp_path / "old.shp")
    assert (len(result.data), result.rejected["row"].tolist()) == (2, [2, 4])


# --- where things lie ------------------------------------------------------------------------------------------------


def turned(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points[:, ::-1])


def test_swapped_axes_are_told_and_turned_only_on_request() -> None:
    source = register([turned(FIELD), turned(MEADOW), FIELD])
    result = read_hazards(source)
    assert len(result.data) == 1
    assert "longitude 42.6050, latitude 21.0050; the two are probably swapped" in reasons(result)[0]
    mended = read_hazards(source[:2], swap_xy=True)
    assert mended.data["area_m2"][0] == pytest.approx(911_579, abs=1)
    assert len(read_hazards(source, swap_xy=False).data) == 3


def test_one_swapped_record_shows_among_others_of_any_country() -> None:
    cambodia = [shapely.box(103 + i / 10, 13, 103.01 + i / 10, 13.01) for i in range(6)]
    result = read_hazards(register([*cambodia, turned(cambodia[0])]))
    assert result.rejected["row"].tolist() == [7]
    assert "latitude and longitude are probably swapped" in reasons(result)[0]
    angola = [shapely.box(18 + i / 10, -12, 18.01 + i / 10, -11.99) for i in range(6)]
    result = read_hazards(register([*angola, turned(angola[0])]))
    assert "it would then lie among the other records" in reasons(result)[0]


def test_a_register_of_another_country_is_no_fault() -> None:
    yemen = [shapely.box(44 + i / 10, 17, 44.01 + i / 10, 17.01) for i in range(6)]
    result = read_hazards(register(yemen))
    assert (len(result.data), result.notes) == (6, ())


def test_a_stray_is_told_and_stays_where_it_is() -> None:
    stray = shapely.box(29.0, 42.6, 29.01, 42.61)
    result = read_hazards(register([FIELD, MEADOW, FIELD, MEADOW, stray]))
    assert len(result.data) == 5
    assert any("record 5 lies outside Kosovo" in note for note in result.notes)


def test_a_wrong_zone_is_told() -> None:
    wrong = register([FIELD, MEADOW]).to_crs("EPSG:32634").set_crs("EPSG:32633", allow_override=True)
    assert any("was it another zone" in note for note in read_hazards(wrong).notes)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_rejected(number: float) -> None:
    with np.errstate(invalid="ignore"):
        source = register([shapely.Polygon([(21, 42), (21.1, 42), (number, 42.1)]), FIELD])
    result = read_hazards(source)
    assert result.rejected["row"].tolist() == [1]
    assert "not numbers" in reasons(result)[0]


# --- releases --------------------------------------------------------------------------------------------------------


def test_a_release_may_lack_a_polygon_if_it_says_how_much() -> None:
    source = gpd.GeoDataFrame(
        {
            "release_id": ["R1", "R2", "R3", "R4"],
            "product": ["cleared", "NTS", "Area reduction", "burnt"],
            "reported_area_m2": [1000.0, None, None, 5.0],
            "submunitions": [None, None, 3, None],
        },
        geometry=[None, None, None, FIELD],
        crs=WGS84,
    )
    releases, rejected, _ = read_releases(source)
    assert releases["product"].tolist() == ["cleared", "reduced"]
    assert releases["area_m2"].isna().all()
    assert rejected["reason"].tolist() == [
        "has no polygon, and says no area and no count",
        "product 'burnt' is not one of cancelled, reduced, cleared – correct it or map it with values=",
    ]


# --- any table -------------------------------------------------------------------------------------------------------

coordinate = st.one_of(
    st.floats(20, 22),
    st.floats(41, 44),
    st.integers(20, 23).map(float),
    st.sampled_from([0.0, -180.0, 90.0, 7_500_000.0, 1e308, float("nan"), float("inf")]),
)
# A ring that begins with what is no number can't even be made.
ring = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=7).filter(lambda r: not np.isnan(r[0]).any())


def quietly(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(*parts: Any) -> Any:
        with np.errstate(all="ignore"):
            return make(*parts)

    return made


any_polygon = st.builds(quietly(shapely.Polygon), ring, st.lists(ring, max_size=1))
any_shape = st.one_of(
    any_polygon,
    st.none(),
    st.tuples(coordinate, coordinate).map(quietly(shapely.Point)),
    ring.map(quietly(shapely.LineString)),
    st.lists(any_polygon, max_size=3).map(quietly(shapely.MultiPolygon)),
    st.just(shapely.Polygon()),
)
any_record = st.tuples(
    any_shape,
    st.sampled_from(["KS-1", "KS-2", None, " KS-1", ""]),
    st.sampled_from(["CHA", "suspected", "?", None, 3]),
    st.sampled_from(["03/04/2024", "2024-02-31", "", None, "x"]),
    st.sampled_from(["1.000,5", "-3", None, "ten", "1e400"]),
)


@given(st.lists(any_record, max_size=6), st.sampled_from([WGS84, "EPSG:9141"]))
def test_records_in_are_records_accepted_plus_rejected(records: list[tuple[Any, ...]], crs: str) -> None:
    with np.errstate(all="ignore"):
        shapes, ids, kinds, dates, areas = zip(*records, strict=True) if records else ((),) * 5
        source = gpd.GeoDataFrame(
            {"hazard_id": ids, "hazard_type": kinds, "established": dates, "reported_area_m2": areas},
            geometry=list(shapes),
            crs=crs,
        )
        before = source.copy(deep=True)
    result = read_hazards(source)
    assert len(result.data) + len(result.rejected) == len(records)
    accepted = sorted(set(range(1, len(records) + 1)) - set(result.rejected["row"]))
    assert len(accepted) == len(result.data)
    assert (result.rejected["reason"] != "").all()
    assert result.data["hazard_id"].is_unique
    assert result.data.geometry.is_valid.all()
    assert (result.data["area_m2"] > 0).all()
    assert (result.repairs["area_after_m2"] >= result.repairs["area_before_m2"] * (1 - 1e-6) - 1e-3).all()
    pd.testing.assert_frame_equal(pd.DataFrame(source).drop(columns="geometry"), before.drop(columns="geometry"))
    assert all(a is b for a, b in zip(source.geometry, shapes, strict=True)) or source.geometry.equals(before.geometry)


@given(st.lists(any_record, max_size=6), st.sampled_from([WGS84, "EPSG:9141", "EPSG:3857"]), st.booleans())
def test_releases_in_are_releases_accepted_plus_rejected(records: list[Any], crs: str, swap: bool) -> None:
    with np.errstate(all="ignore"):
        shapes, ids, products, dates, areas = zip(*records, strict=True) if records else ((),) * 5
        columns = {"release_id": ids, "product": products, "completed": dates, "reported_area_m2": areas}
        source = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
        before = source.copy(deep=True)
    values = {"CHA": "cleared", "suspected": "cancelled"}
    result = read_releases(source, values=values, swap_xy=swap or None)
    assert len(result.data) + len(result.rejected) == len(records)
    assert (result.rejected["reason"] != "").all()
    assert result.data["release_id"].is_unique
    assert result.data.geometry.dropna().is_valid.all()
    pd.testing.assert_frame_equal(pd.DataFrame(source).drop(columns="geometry"), before.drop(columns="geometry"))


def test_what_was_recognised_and_what_was_left_is_told() -> None:
    source = register([FIELD, MEADOW], status=["Hapur", "half way"], remark=["wet", None]).rename(
        columns={"hazard_id": "Nr i zonës", "hazard_type": "Lloji", "status": "Statusi"}
    )
    told = read_hazards(source).told()
    assert told[:2] == [
        "columns taken: hazard_id from 'Nr i zonës', hazard_type from 'Lloji', status from 'Statusi'",
        "columns left as they are, not recognised: 'remark'",
    ]
    assert told[2].startswith("1 values of status could not be taken over (see unread): row 2 'half way' is not one of")
    assert all(sentence in repr(read_hazards(source)) for sentence in told)
    assert read_hazards(register([FIELD])).told() == [], "our own names need no telling"


def test_columns_that_stand_twice_in_a_table_are_both_kept() -> None:
    source = register([FIELD], remark=["wet"]).rename(columns={"remark": "hazard_id"})
    result = read_hazards(source)
    assert result.data[["hazard_id", "hazard_id (2)"]].to_numpy().tolist() == [["KS-1", "wet"]]


def test_degrees_and_metres_taken_for_each_other_cost_no_ground_unseen() -> None:
    degrees = register([FIELD]).set_crs("EPSG:9141", allow_override=True)
    assert 'they look like degrees: pass crs="EPSG:4326"' in reasons(read_hazards(degrees))[0]
    metres = register([FIELD]).to_crs("EPSG:9141").set_crs("EPSG:32634", allow_override=True)
    assert "they fit EPSG:9141" in reasons(read_hazards(metres))[0]


# --- records that span half the world --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "box", [(-180, -90, 180, 90), (-179.9, -89, 179.9, 89), (-100, -60, 100, 60), (-180, -1, 180, 1), (18, 40, 24, 45)]
)
def test_a_record_that_spans_more_than_can_be_meant_is_rejected_with_the_way_out(box: tuple[float, ...]) -> None:
    drawn = gpd.GeoDataFrame(
        {"id": ["A", "B"], "type": "CHA"}, geometry=[shapely.box(*box), shapely.box(21, 42, 21.1, 42.1)], crs=4326
    )
    for result in (read_hazards(drawn), read_releases(drawn.assign(product="cleared"))):
        assert result.data.iloc[:, 0].tolist() == ["B"]
        assert result.rejected["row"].tolist() == [1]
        assert 'limits={"extent_km2": ' in result.rejected["reason"].iloc[0]


def test_the_limit_of_extent_can_be_raised() -> None:
    drawn = gpd.GeoDataFrame({"id": ["A"], "type": "CHA"}, geometry=[shapely.box(18, 40, 24, 45)], crs=4326)
    # On the sphere: 6371.0072² · (6° in radians) · (sin 45° - sin 40°) = 273,392 km².
    reason = read_hazards(drawn).rejected["reason"].iloc[0]
    assert "box of 273,392 km²" in reason
    assert len(read_hazards(drawn, limits={"extent_km2": 300_000}).data) == 1


def test_small_parts_far_from_each_other_are_no_wide_record() -> None:
    parts = shapely.MultiPolygon([shapely.box(20, 42, 20.1, 42.1), shapely.box(-170, -40, -169.9, -39.9)])
    drawn = gpd.GeoDataFrame({"id": ["A"], "type": "CHA"}, geometry=[parts], crs=4326)
    assert len(read_hazards(drawn, swap_xy=False).data) == 1


def test_advice_takes_a_known_word_in_a_value_for_what_it_says_and_names_the_likely_ids() -> None:
    # As a demining operator's list in Bosnian has it: kinds with remarks, numbers of protocols as the only ids.
    sheet = gpd.GeoDataFrame(
        {"Protokol": ["1/24", "2/24"], "Kategorija": ["Potvrđena - TI", "nakon izviđanja"]},
        geometry=[FIELD, MEADOW], crs=WGS84,
    )  # fmt: skip
    messages = " ".join(read_hazards(sheet).messages())
    assert '"Potvrđena - TI": "CHA"' in messages
    assert '"nakon izviđanja": "SHA"' in messages
    assert 'if \'Protokol\' holds them, pass columns={"hazard_id": "Protokol"}' in messages
