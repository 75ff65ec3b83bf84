"""The public level: kilometre cells that cover the hazards, and nothing finer in any byte."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import kosovo_hazards as kh
from kosovo_hazards.sharing import generalise, public_findings
from kosovo_hazards.writing.geojson import write_geojson
from kosovo_hazards.writing.gis import write_gis
from kosovo_hazards.writing.layers import WritingWarning

TELLING = "Te shtëpia e Agimit 21.0719341"


def field(east: float, north: float, size_m: float = 150.0) -> shapely.Polygon:
    """A field in the national grid, its south-west corner at these kilometres of zone 7."""
    return shapely.box(east * 1000, north * 1000, east * 1000 + size_m, north * 1000 + size_m)


def grid_box(east: float, north: float, wide_km: float, high_km: float) -> shapely.Polygon:
    """A box in the national grid; its edges bend by millimetres in degrees, less than the margin of cells."""
    return shapely.box(east * 1000, north * 1000, (east + wide_km) * 1000, (north + high_km) * 1000)


def register(shapes: list[shapely.Geometry | None], **columns: list) -> gpd.GeoDataFrame:
    count = len(shapes)
    table = {"hazard_id": [f"KS-{n:04}-{TELLING}" for n in range(count)], "hazard_type": ["CHA"] * count, **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:9141").to_crs("EPSG:4326")


def test_a_field_is_its_kilometre_cell() -> None:
    cells = generalise(register([field(7512.4, 4690.3)]), crs="EPSG:9141")
    assert cells["cell_id"].tolist() == ["E7512N4690"]
    assert cells.geometry[0].bounds == (7_512_000, 4_690_000, 7_513_000, 4_691_000)


def test_a_field_across_a_line_of_the_grid_is_both_cells() -> None:
    cells = generalise(register([field(7512.95, 4690.3)]))
    assert cells["cell_id"].tolist() == ["E7512N4690", "E7513N4690"]


def test_larger_cells_are_aligned_to_their_own_size() -> None:
    cells = generalise(register([field(7512.4, 4693.3)]), cell_km=5, crs="EPSG:9141")
    assert cells["cell_id"].tolist() == ["E7510N4690"]
    assert cells.geometry[0].bounds == (7_510_000, 4_690_000, 7_515_000, 4_695_000)


@pytest.mark.parametrize("cell_km", [0, -1, 0.5, 1.5, True])
def test_cells_below_a_kilometre_are_refused(cell_km: float) -> None:
    with pytest.raises(kh.HazardDataError, match="whole number of kilometres"):
        generalise(register([field(7512.4, 4690.3)]), cell_km=cell_km)  # type: ignore[arg-type]


def test_a_cell_tells_the_most_that_is_left_to_do_in_it() -> None:
    cells = generalise(
        register(
            [field(7512.1, 4690.3), field(7512.5, 4690.3), field(7512.8, 4690.3)],
            hazard_type=["SHA", "CHA", "SHA"],
            status=["closed", "open", None],
            contamination=["mixed", "anti-personnel mines", "mixed"],
        )
    )
    assert len(cells) == 1
    assert cells.iloc[0][["hazard_type", "status", "contamination", "areas", "chas", "shas"]].tolist() == [
        "CHA", "open", "anti-personnel mines; mixed", 3, 1, 2,
    ]  # fmt: skip


def test_a_status_that_is_not_known_is_not_shown_as_closed() -> None:
    cells = generalise(register([field(7512.1, 4690.3), field(7512.5, 4690.3)], status=["closed", None]))
    assert cells["status"].isna().all()


def test_records_without_ground_are_counted() -> None:
    cells = generalise(register([field(7512.1, 4690.3), None, shapely.Polygon()]))
    assert cells["areas"].tolist() == [1, 2]
    assert cells.geometry.isna().tolist() == [False, True]
    assert cells["cell_id"].isna().tolist() == [False, True]
    assert generalise(register([None]))["areas"].tolist() == [1]


def test_no_record_gives_no_cell() -> None:
    cells = generalise(register([field(7512.1, 4690.3)]).iloc[:0])
    assert len(cells) == 0
    assert {"cell_id", "areas", "geometry"} <= set(cells.columns)


def test_a_cell_is_released_only_where_releases_together_cover_it() -> None:
    west, east = (grid_box(7511.9 + half, 4689.9, 0.62, 1.2) for half in (0.0, 0.58))
    table = register([west, east, field(7520.1, 4690.3)], product=["cleared", "reduced", "cleared"])
    cells = generalise(table)
    columns = ["product", "releases", "cancelled", "reduced", "cleared"]
    assert cells["cell_id"].dropna().tolist() == ["E7512N4690"]
    assert cells[columns].to_numpy().tolist() == [["cleared; reduced", 2, 0, 1, 1], ["cleared", 1, 0, 0, 1]]
    assert "hazard_type" not in cells.columns
    assert generalise(table.iloc[:1])["cell_id"].isna().all()


def test_work_that_is_not_finished_releases_no_cell() -> None:
    table = register([grid_box(7511.9, 4689.9, 1.2, 1.2)], product=["cleared"])
    assert generalise(table)["cell_id"].tolist() == ["E7512N4690"]
    assert generalise(table.assign(status="in progress"))["cell_id"].isna().all()


def test_words_outside_their_vocabulary_are_not_told() -> None:
    words = {name: [TELLING] for name in ("hazard_type", "status", "contamination")}
    cells = generalise(register([field(7512.1, 4690.3)], **words))
    assert TELLING not in cells.drop(columns="geometry").to_csv()
    assert cells["areas"].tolist() == [1]


def test_the_argument_is_unchanged_and_order_changes_nothing() -> None:
    table = register(
        [field(7512.1, 4690.3), field(7530.5, 4650.3), field(7512.5, 4690.3)], status=["open", None, "closed"]
    )
    before = table.copy(deep=True)
    cells = generalise(table)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(cells, generalise(table.iloc[::-1]))


def test_findings_are_counted_and_their_messages_stay() -> None:
    findings = pd.DataFrame(
        {"check": ["overlap", "overlap", "id"], "severity": ["error"] * 3, "message": [TELLING] * 3, "value": [1, 2, 3]}
    )
    assert public_findings(findings).to_dict("list") == {
        "check": ["id", "overlap"], "severity": ["error", "error"], "findings": [1, 2],
    }  # fmt: skip


def test_elsewhere_a_cell_is_a_square_kilometre_and_does_not_move_with_new_records() -> None:
    bosnia = gpd.GeoDataFrame(geometry=[shapely.box(17.01, 44.01, 17.011, 44.011)], crs="EPSG:4326")
    cells = generalise(bosnia)
    assert kh.area_m2(cells).tolist() == pytest.approx([1e6] * len(cells), rel=1e-5)
    more = pd.concat([bosnia, bosnia.set_geometry(bosnia.translate(1.2, 0.7))], ignore_index=True)
    assert set(cells["cell_id"]) <= set(generalise(more)["cell_id"])


def test_nonsense_is_told() -> None:
    table = register([field(7512.1, 4690.3)])
    with pytest.raises(kh.HazardDataError, match="no coordinate reference system"):
        generalise(table.set_crs(None, allow_override=True))
    with pytest.raises(kh.HazardDataError, match="PROJ does not know"):
        generalise(table, grid_crs="the national grid")
    with pytest.raises(kh.HazardDataError, match="not in metres"):
        generalise(table, grid_crs="EPSG:4326")
    with pytest.raises(kh.HazardDataError, match="larger cell_km"):
        generalise(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 60, 60)], crs="EPSG:4326"))
    with pytest.raises(kh.HazardDataError, match='detail="public"'):
        write_gis(table, "nowhere.gpkg", detail="pubic")


corners = st.tuples(st.floats(20.1, 21.7), st.floats(41.9, 43.2))


@given(
    corner=corners,
    size=st.floats(1e-6, 0.2),
    seed=st.integers(0, 10_000),
    cell_km=st.sampled_from([1, 2, 5]),
)
def test_the_cells_cover_every_hazard(corner: tuple[float, float], size: float, seed: int, cell_km: int) -> None:
    points = np.random.default_rng(seed).uniform(corner, np.add(corner, size), (7, 2))
    shape = shapely.make_valid(shapely.Polygon(points))
    table = gpd.GeoDataFrame({"hazard_type": ["SHA"]}, geometry=[shape], crs="EPSG:4326")
    ground = shapely.union_all(generalise(table, cell_km=cell_km).geometry.to_numpy())
    # Corners that neighbouring cells share differ by a nanometre after conversion.
    assert shapely.covers(shapely.buffer(ground, 1e-11), shape)


# --- no coordinate finer than the grid in any byte ---------------------------------------------------------------


@pytest.fixture(scope="module")
def secret_register() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(7)
    shapes = [
        shapely.make_valid(shapely.Polygon(rng.uniform(0.05, 0.95, (8, 2)) * 1000 + [e * 1000, n * 1000]))
        for e, n in ((7512, 4690), (7530, 4655), (7498, 4722))
    ]
    table = register(shapes, name=[TELLING] * 3, source=[TELLING] * 3, municipality=[TELLING] * 3, note=[TELLING] * 3)
    table["status"] = ["open", "closed", "worked on"]
    table["wkt_of_source"] = table.geometry.to_wkt()
    table["second_geometry"] = gpd.GeoSeries(shapely.centroid(table.geometry.to_numpy()), crs="EPSG:4326")
    table["established"] = pd.to_datetime(["2021-03-17"] * 3)
    table["reported_area_m2"] = [123456.5, 234567.5, 345678.5]
    table.attrs = {"note": TELLING}
    return table.assign(area_m2=kh.area_m2(table))


def tells(table: gpd.GeoDataFrame) -> list[bytes]:
    """Every number and word of the register, as text and as the bytes of a float, that may not be in a public file."""
    areas = np.r_[kh.area_m2(table), table["reported_area_m2"]]
    found = [TELLING.encode(), b"KS-0001", b"2021-03-17", b"123456.5", *(struct.pack("<d", area) for area in areas)]
    for crs, digits in (("EPSG:4326", 8), ("EPSG:9141", 7)):
        shapes = table.geometry.to_crs(crs)
        numbers = np.r_[shapely.get_coordinates(shapes.to_numpy()).ravel(), shapes.bounds.to_numpy().ravel()]
        found += [f"{number:.7f}"[:digits].encode() for number in numbers]
        found += [struct.pack(order, number) for number in numbers for order in ("<d", ">d")]
        # The index of a GeoPackage holds bounds in half the bytes.
        found += [struct.pack(">f", number) for number in shapes.bounds.to_numpy().ravel()]
    return found


def all_bytes(folder: Path) -> bytes:
    """The bytes of every file, and those inside archives and compressed columns."""
    found = b""
    for file in sorted(folder.rglob("*")):
        found += file.name.encode() + file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
        if file.suffix == ".parquet":
            found += gpd.read_parquet(file).to_wkt().to_csv().encode()
    return found


FORMATS = ("gpkg", "geojson", "shp", "shp.zip", "kml", "kmz", "fgb", "parquet", "csv", "xlsx")


@pytest.mark.filterwarnings("ignore::kosovo_hazards.writing.layers.WritingWarning")
@pytest.mark.parametrize("ending", FORMATS)
def test_no_byte_of_a_public_file_tells_more_than_the_cells(
    ending: str, secret_register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    many = {}
    if ending in ("gpkg", "kml", "kmz", "xlsx"):
        findings = secret_register[["geometry"]].assign(
            check="overlap", severity="error", message=TELLING, record_id=TELLING
        )
        releases = secret_register.assign(product="cleared", release_id=TELLING)
        many = {"remaining": secret_register, "releases": releases, "findings": findings}
    write_gis(secret_register, tmp_path / f"public.{ending}", detail="public", **many)
    found = all_bytes(tmp_path)
    assert not [tell for tell in tells(secret_register) if tell in found]
    # The search does find them in a full file, in the formats that hold what it looks for.
    (tmp_path / "full").mkdir()
    write_gis(secret_register, tmp_path / "full" / f"full.{ending}", **many)
    full = all_bytes(tmp_path / "full")
    assert sum(tell in full for tell in tells(secret_register)) > 20


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9141"])
def test_corners_in_a_public_file_are_whole_kilometres(
    crs: str, secret_register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = write_gis(secret_register, tmp_path / "public.gpkg", detail="public", crs=crs)
    cells = pyogrio.read_dataframe(path, layer="hazards").to_crs("EPSG:9141")
    points = shapely.get_coordinates(cells.geometry.to_numpy()) / 1000
    assert np.abs(points - points.round()).max() < 1e-8
    assert shapely.union_all(cells.geometry.to_numpy()).covers(secret_register.to_crs("EPSG:9141").geometry.union_all())


def test_public_geojson_holds_cells_and_says_so(secret_register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = write_geojson(secret_register, tmp_path / "public.geojson", detail="public")
    text = path.read_text(encoding="utf-8")
    assert '"detail":"public"' in text
    assert re.search("no true outline", text)
    assert set(pyogrio.read_dataframe(path)["cell_id"]) == {"E7512N4690", "E7530N4655", "E7498N4722"}


def test_replacing_a_full_file_by_a_public_one_leaves_nothing_of_it(
    secret_register: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "hazards.gpkg"
    write_gis(secret_register, path)
    write_gis(secret_register, path, detail="public", overwrite=True)
    found = all_bytes(tmp_path)
    assert not [tell for tell in tells(secret_register) if tell in found]


def test_warnings_of_a_public_shapefile_tell_no_value(secret_register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.warns(WritingWarning) as told:
        write_gis(secret_register, tmp_path / "public.shp", detail="public")
    assert not [warning for warning in told if TELLING in str(warning.message)]


def test_ground_that_a_broken_outline_winds_round_twice_is_in_a_cell() -> None:
    # The middle of this star is five kilometres wide; by the even-odd rule it would be a hole.
    angles = np.radians(90 + 144 * np.arange(5))
    star = shapely.Polygon(np.c_[21 + 0.1 * np.cos(angles), 42.6 + 0.1 * np.sin(angles)])
    hazards = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["SHA"]}, geometry=[star], crs="EPSG:4326")
    assert not star.is_valid
    assert shapely.union_all(generalise(hazards).geometry).covers(shapely.Point(21, 42.6))
