"""The minimum data of mine action are recognised, kept and handed on; what can't be read is told, never guessed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.schema import BENEFICIARIES, HAZARDS, RELEASES

FIELDS = [shapely.box(21.0 + 0.02 * row, 42.60, 21.01 + 0.02 * row, 42.61) for row in range(3)]


def hazards(**columns: list[object]) -> kh.ReadResult:
    count = len(next(iter(columns.values())))
    data = {"hazard_id": [f"K-{row}" for row in range(count)], "hazard_type": ["CHA"] * count, **columns}
    return kh.read_hazards(gpd.GeoDataFrame(data, geometry=FIELDS[:count], crs="EPSG:4326"))


def releases(**columns: list[object]) -> kh.ReadResult:
    count = len(next(iter(columns.values())))
    ids = [f"R-{row}" for row in range(count)]
    return kh.read_releases(pd.DataFrame({"release_id": ids, "product": "cleared", "area_m2": 100, **columns}))


def unread(result: kh.ReadResult) -> list[list[object]]:
    return result.unread[["record_id", "column", "value", "problem"]].to_numpy().tolist()


# --- headings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        ["women", "men", "girls", "boys"],
        ["Përfitues gra", "Burra", "Vajza", "Djem"],
        ["Жене", "Muškarci", "Devojčice", "Dečaci"],
        ["Femmes", "Hommes", "Filles", "Garçons"],
        ["MUJERES", "Hombres", "Niñas", "Niños"],
        ["النساء", "الرجال", "البنات", "الأولاد"],
        ["Beneficiários mulheres", "Homens", "Raparigas", "Rapazes"],
    ],
    ids=["en", "sq", "sr", "fr", "es", "ar", "pt"],
)
def test_beneficiaries_are_recognised_in_every_language(headings: list[str]) -> None:
    read = hazards(**dict(zip(headings, ([3], ["4"], [0], [None]), strict=True)))
    found = read.data[list(BENEFICIARIES)]
    assert found.isna().to_numpy().tolist() == [[False, False, False, True]]
    assert found.iloc[0, :3].tolist() == [3, 4, 0]


@pytest.mark.parametrize(
    ("heading", "cell", "centimetres"),
    [
        ("Clearance depth (cm)", 56, 56.0),
        ("Depth cleared (m)", "0,56", 56.0),
        ("Thellësia e pastrimit (cm)", "20", 20.0),
        ("Dubina čišćenja", "20 cm", 20.0),
        ("Profondeur de dépollution (m)", 0.2, 20.0),
        ("Profundidad de desminado", "0.13 m", 13.0),
        ("Profundidade de desminagem (cm)", 13, 13.0),
        ("عمق التطهير", "13 cm", 13.0),
    ],
)
def test_depths_are_centimetres_whatever_the_source_uses(heading: str, cell: object, centimetres: float) -> None:
    assert releases(**{heading: [cell]}).data["depth_cleared_cm"].tolist() == pytest.approx([centimetres])


def test_a_register_without_them_gets_no_column_more() -> None:
    optional = {column.name for table in (HAZARDS, RELEASES) for column in table.columns if column.optional}
    assert not optional & set(hazards(name=["Meadow"]).data.columns)
    assert not optional & set(releases(operator=["MAT"]).data.columns)


def test_a_method_is_the_product_only_where_nothing_else_says_it() -> None:
    read = kh.read_releases(
        pd.DataFrame({"release_id": ["a"], "product": ["cleared"], "method": ["flail"], "area_m2": [5], "area": [5]})
    )
    assert read.data[["product", "operational_method"]].to_numpy().tolist() == [["cleared", "flail"]]
    read = kh.read_releases(pd.DataFrame({"release_id": ["a"], "method": ["BAC"], "area": [5]}))
    assert read.data["product"].tolist() == ["cleared"]
    assert "operational_method" not in read.data.columns


# --- bad values ------------------------------------------------------------------------------------------------------


def test_bad_values_are_kept_and_told_and_never_guessed() -> None:
    read = releases(
        area=[1, 2, 3], **{"Clearance depth (cm)": [-5, "deep", 20]}, women=["many", -1, 2.5],
        started=["2024-05-01", "spring", None],
    )  # fmt: skip
    assert len(read.data) == 3
    assert read.data["depth_cleared_cm"].isna().tolist() == [True, True, False]
    assert read.data["women"].isna().all()
    assert read.data["women_in_source"].tolist() == ["many", -1, 2.5]
    assert read.data["started"].isna().tolist() == [False, True, True]
    told = {(record, column): problem for record, column, _, problem in unread(read)}
    assert told["R-0", "depth_cleared_cm"] == "is negative"
    assert told["R-1", "depth_cleared_cm"] == "'deep' is not a number"
    assert told["R-2", "women"] == "is not a whole number"
    assert ("R-1", "started") in told


def test_a_depth_that_may_be_metres_is_left() -> None:
    read = releases(area=[1, 2], **{"Depth of find": [0.15, 0.2]})
    assert read.data["depth_found_cm"].isna().all()
    assert unread(read)[0][3] == "0.15 may be metres or centimetres – name the unit in the heading"


def test_a_release_that_only_says_who_benefits_says_nothing_of_ground() -> None:
    table = pd.DataFrame({"release_id": ["a", "b"], "product": "cleared", "women": [3, 4], "area": [None, 7]})
    read = kh.read_releases(table)
    assert read.data["release_id"].tolist() == ["b"]
    assert read.rejected["release_id"].tolist() == ["a"]


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("Detonations, mine signs", "detonation; mine signs or fencing"),
        ("craters;scrap metal", "scrap metal; crater"),
        ("señalización", "mine signs or fencing"),
        ("علامات", "mine signs or fencing"),
        ("crater", "crater"),
        ("kraterë të çuditshëm", "unknown"),
    ],
)
def test_kinds_of_evidence_in_one_cell(cell: str, kinds: str) -> None:
    assert hazards(**{"Kinds of evidence": [cell]}).data["evidence_kinds"].tolist() == [kinds]


def test_evidence_none_is_said_and_evidence_empty_is_not_known() -> None:
    read = hazards(**{"Evidence of contamination": ["None", "Direct", None]})
    assert read.data["evidence"].isna().tolist() == [False, False, True]
    assert read.data["evidence"].iloc[:2].tolist() == ["no evidence", "direct"]


def test_a_column_of_evidence_that_holds_kinds_fills_the_kinds() -> None:
    read = hazards(Evidence=["Visual observation", "Indirect", "hearsay?"])
    assert read.data["evidence_kinds"].iloc[0] == "visual observation"
    assert read.data["evidence"].iloc[1] == "indirect"
    assert [row[:3] for row in unread(read)] == [["K-2", "evidence", "hearsay?"]]


def test_several_categories_of_devices_and_one_that_nobody_knows() -> None:
    read = hazards(**{"Device types": ["AP mine / AV mine", "gizmo, UXO", None]})
    assert read.data["device_categories"].iloc[:2].tolist() == [
        "anti-personnel mine; anti-vehicle mine",
        "unexploded ordnance; unknown",
    ]
    assert unread(read)[0][:3] == ["K-1", "device_categories", "gizmo, UXO"]


def test_device_categories_still_tell_the_contamination_where_no_other_column_does() -> None:
    read = hazards(device_categories=["Cluster munition remnants", "anti-personnel mines", None])
    assert read.data["contamination"].iloc[:2].tolist() == ["cluster munition remnants", "anti-personnel mines"]


# --- a form of IMSMA Core --------------------------------------------------------------------------------------------


def test_the_form_of_hazardous_areas_fills_the_minimum_data() -> None:
    form = {
        "ha_code": ["ORG-HA-1", "ORG-HA-2", "ORG-HA-3"],
        "status_ha": ["open", "closed", "open"],
        "org_id": ["<b>NPA</b>", "HALO", None],
        "survey_date": ["2019-03-04", "2019-03-05", None],
        "team": ["MAT 1", None, "فريق ٢"],
        "ev": ["yes", "no", "yes"],
        "ev_eo": ["yes", "no", "dont_know"],
        "ev_eo_verb": ["yes", "no", ""],
        "ev_marking": ["نعم", "لا", "لا"],
        "ev_crat": ["no", "no", "yes"],
        "eo_mine_type": ["AP,AV", None, None],
        "eo_mine_model": ["PMA-2", None, None],
        "eo_erw_model": ["BLU-97", None, None],
        "eo_ied": ["no", "no", "yes"],
    }
    table = gpd.GeoDataFrame({**form, "type": ["CHA", "SHA", "SHA"]}, geometry=FIELDS, crs="EPSG:4326")
    data = kh.read_hazards(table).data.set_index("hazard_id")
    assert data["evidence"].tolist() == ["unknown", "no evidence", "unknown"]
    assert data["evidence_kinds"].fillna("").tolist() == [
        "mine signs or fencing; verbal report; explosive ordnance",
        "",
        "crater",
    ]
    assert data["device_categories"].fillna("").tolist() == [
        "anti-personnel mine; anti-vehicle mine",
        "",
        "improvised device",
    ]
    assert data["device_models"].iloc[0] == "PMA-2; BLU-97"
    assert data["status"].tolist() == ["open", "closed", "open"]
    assert data["operator"].iloc[0] == "<b>NPA</b>"
    assert data["established"].iloc[0] == pd.Timestamp("2019-03-04")
    assert data["team"].iloc[2] == "فريق ٢"
    assert {"ev_eo", "ev_marking", "eo_erw_model"} <= set(data.columns)


# --- benchmarks ------------------------------------------------------------------------------------------------------

BENCHMARK = ["benchmark_longitude", "benchmark_latitude"]


@pytest.mark.parametrize(
    "columns",
    [
        {"Benchmark": ["N 42°36'00\" E 21°00'00\""]},
        {"Benchmark coordinates": ["42.6, 21.0"]},
        {"benchmark_latitude": [42.6], "benchmark_longitude": [21.0]},
        {"BM lon": ["21°00'00\" E"], "BM lat": ["42°36'00\" N"]},
        {"Longitud del punto de referencia": ["21,0"], "Latitud del punto de referencia": ["42,6"]},
        {"النقطة المرجعية": ["42.6 21.0"]},
    ],
)
def test_a_benchmark_is_a_point_in_degrees_however_it_is_written(columns: dict[str, list[object]]) -> None:
    read = hazards(**columns)
    assert read.data[BENCHMARK].iloc[0].tolist() == pytest.approx([21.0, 42.6], abs=1e-9)
    assert read.unread.empty


def test_a_benchmark_in_the_grid_of_the_file_becomes_degrees() -> None:
    east, north = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:9141", always_xy=True).transform(21.0, 42.6)
    table = gpd.GeoDataFrame(
        {"hazard_id": ["a"], "hazard_type": ["SHA"], "Benchmark X": [east], "Benchmark Y": [north]},
        geometry=[FIELDS[0]],
        crs="EPSG:4326",
    )
    read = kh.read_hazards(table.to_crs("EPSG:9141"))
    assert read.data[BENCHMARK].iloc[0].tolist() == pytest.approx([21.0, 42.6], abs=1e-7)
    assert read.unread.empty


def test_a_benchmark_that_lies_nowhere_is_told() -> None:
    read = hazards(**{"Benchmark X": [7_500_000.0, 21.0], "Benchmark Y": [4_700_000.0, 42.6]})
    assert read.data[BENCHMARK].isna().all(axis=1).tolist() == [True, False]
    assert {row[0] for row in unread(read)} == {"K-0"}
    assert read.data["benchmark_longitude_in_source"].iloc[0] == 7_500_000.0


def test_the_southern_and_western_half_are_no_negative_numbers() -> None:
    read = hazards(benchmark_longitude=[-74.08], benchmark_latitude=[-4.6])
    assert read.data[BENCHMARK].to_numpy().tolist() == [[-74.08, -4.6]]
    assert not (kh.check(read)["check"] == "negative-number").any()


# --- handing on ------------------------------------------------------------------------------------------------------

FULL_HAZARD = {
    "benchmark_longitude": [21.0], "benchmark_latitude": [42.6], "evidence": ["no evidence"],
    "evidence_kinds": ["mine signs or fencing; crater"], "device_categories": ["submunition; unexploded ordnance"],
    "device_models": ["BLU-97; \"KB-1\"'"], "team": ["Екипа <1>"], "women": [3], "men": [0], "girls": [None],
    "boys": [12],
}  # fmt: skip
FULL_RELEASE = {
    "operational_method": ["manual, ISO \"B\""], "started": [pd.Timestamp("2024-04-02")], "depth_cleared_cm": [56.0],
    "depth_found_cm": [12.5], "samples_taken": [20], "samples_passed": [19],
    **{name: cell for name, cell in FULL_HAZARD.items() if not name.startswith("evidence")},
}  # fmt: skip


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".csv", ".parquet", ".xlsx", ".fgb", ".shp"])
@pytest.mark.filterwarnings("ignore::kosovo_hazards.WritingWarning")
def test_all_of_them_survive_every_format(tmp_path: Path, ending: str) -> None:
    area = hazards(**FULL_HAZARD).data
    work = kh.read_releases(
        gpd.GeoDataFrame(
            {"release_id": ["R"], "product": ["cleared"], **FULL_RELEASE}, geometry=FIELDS[:1], crs="EPSG:4326"
        )
    ).data
    for table, wanted, read in ((area, FULL_HAZARD, kh.read_hazards), (work, FULL_RELEASE, kh.read_releases)):
        path = kh.write_gis(table, tmp_path / f"{read.__name__}{ending}")
        back = read(path, crs="EPSG:4326" if ending in (".csv", ".xlsx") else None).data
        for name, cells in wanted.items():
            assert back[name].isna().tolist() == pd.Series(cells).isna().tolist(), name
            assert back[name].dropna().tolist() == [cell for cell in cells if cell is not None], name


def test_they_stay_with_the_remaining_land_and_the_ledger() -> None:
    area = hazards(**FULL_HAZARD).data
    work = gpd.GeoDataFrame(
        {"release_id": ["R"], "product": ["cleared"], "completed": ["2024-06-30"], **FULL_RELEASE},
        geometry=[shapely.box(21.0, 42.6, 21.005, 42.61)],
        crs="EPSG:4326",
    )
    remaining, ledger = kh.apply_releases(area, kh.read_releases(work).data)
    assert remaining["device_models"].tolist() == FULL_HAZARD["device_models"]
    assert remaining["women"].tolist() == [3]
    assert ledger["release_id"].tolist() == ["R"]


def test_the_public_level_holds_none_of_them(tmp_path: Path) -> None:
    path = kh.write_gis(hazards(**FULL_HAZARD).data, tmp_path / "public.gpkg", detail="public")
    assert not set(FULL_HAZARD) & set(gpd.read_file(path, layer="hazards").columns)
    page = kh.hazard_map(hazards(**FULL_HAZARD).data, places=False, detail="public").get_root().render()
    assert "BLU-97" not in page
    assert "Екипа" not in page
