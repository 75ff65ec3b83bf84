"""Tables that belong together by ``globalid`` and ``parentglobalid``: a report, its polygons, and what was found there.

Layout: IMSMA Core stores repeats of a form in related tables, and polygons in a layer of their own related to the
report (GICHD's public notes on IMSMA Core); keys are GUIDs, in braces in a geodatabase and without in other exports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh


def key(number: int) -> str:
    return f"{{0A1B2C3D-0000-4000-8000-{number:012d}}}"


def box(east: float) -> shapely.Polygon:
    return shapely.box(20.9 + east, 42.6, 20.901 + east, 42.601)


REPORTS = pd.DataFrame({
    "globalid": [key(1), key(2), key(3)], "report_id": ["HA-1", "HA-2", "HA-3"],
    "hazard_type": ["CHA", "SHA", "SHA"], "status": ["open", "closed", "open"],
})  # fmt: skip
AREAS = gpd.GeoDataFrame(
    {"globalid": [key(11), key(12), key(13), key(14)], "note": ["a", "b", "c", "d"],
     "parentglobalid": [key(1), key(1).lower().strip("{}"), key(2), key(99)]},
    geometry=[box(0), box(0.01), box(0.02), box(0.03)], crs=4326,
)  # fmt: skip
DEVICES = pd.DataFrame({
    "globalid": [key(21), key(22), key(23)], "parentglobalid": [key(1), key(1), key(98)],
    "device_category": ["Submunition", "UXO", "UXO"], "quantity": [4, 2, 9], "model": ["KB-1", None, "x"],
}).astype({"quantity": "int32"})  # fmt: skip


def saved(folder: Path, ending: str, areas: gpd.GeoDataFrame = AREAS) -> Path:
    path = folder / f"core{ending}"
    if ending == ".json":
        path = folder / "answers"
        path.mkdir()
        for name, table in (("0_reports", REPORTS), ("1_areas", areas), ("2_devices", DEVICES)):
            (path / f"{name}.json").write_text(json.dumps(answer(table)), encoding="utf-8")
        return path
    driver = {".gdb": "OpenFileGDB", ".gpkg": "GPKG"}[ending]
    points = gpd.GeoDataFrame(
        {"parentglobalid": [key(1)], "what": ["crater"]}, geometry=[shapely.Point(20.9, 42.6)], crs=4326
    )
    for name, table in (("reports", REPORTS), ("areas", areas), ("devices", DEVICES), ("evidence", points)):
        pyogrio.write_dataframe(table, path, layer=name, driver=driver, append=path.exists())
    return path


def answer(table: pd.DataFrame) -> dict[str, Any]:
    rows = json.loads(pd.DataFrame(table).drop(columns="geometry", errors="ignore").to_json(orient="records"))
    features: list[dict[str, Any]] = [{"attributes": row} for row in rows]
    if isinstance(table, gpd.GeoDataFrame):
        for one, shape in zip(features, table.geometry, strict=True):
            one["geometry"] = {"rings": [shapely.get_coordinates(shape.exterior).tolist()]}
    return {"spatialReference": {"wkid": 4326}, "features": features}


def test_what_the_polygons_of_one_report_say_of_themselves_is_kept(tmp_path: Path) -> None:
    # Polygon layers of IMSMA Core have columns of their own, and ArcGIS writes the area of each.
    areas = AREAS.assign(Shape__Area=[100.0, 20.0, 7.0, 1.0], kind=["mined", None, "cratered", None], rank=[3, 4, 5, 6])
    data = kh.read_hazards(saved(tmp_path, ".gpkg", areas)).data.set_index("hazard_id")
    assert data["note"].tolist() == ["a, b", "c"]
    assert data["Shape__Area"].tolist() == [120.0, 7.0]
    assert data["kind"].tolist() == ["mined", "cratered"]
    assert [str(value) for value in data["rank"]] == ["3, 4", "5"]


def test_words_in_which_polygons_of_one_report_contradict_each_other_are_all_kept(tmp_path: Path) -> None:
    areas = AREAS.assign(hazard_status=["closed", "open", "closed", "open"]).rename(columns={"hazard_status": "status"})
    result = kh.read_hazards(saved(tmp_path, ".gpkg", areas))
    assert "closed, open" in result.data.astype("str").to_numpy()


@pytest.mark.parametrize("ending", [".gdb", ".gpkg", ".json"])
def test_reports_their_polygons_and_devices_become_one_record(tmp_path: Path, ending: str) -> None:
    result = kh.read_hazards(saved(tmp_path, ending))
    data = result.data.set_index("hazard_id")
    assert data[["hazard_type", "status"]].to_numpy().tolist() == [["CHA", "open"], ["SHA", "closed"]]
    # A geodatabase keeps places on a grid of a billionth of a degree.
    both = shapely.MultiPolygon([box(0), box(0.01)])
    assert data.loc["HA-1", "geometry"].symmetric_difference(both).area < 1e-10
    devices = next(name for name in data.columns if name.startswith("model ("))
    assert data.loc["HA-1", ["submunitions", "other_uxo", devices]].tolist() == [4, 2, "KB-1"]
    # The report without a polygon, and the polygon without a report, are not lost.
    reasons = result.rejected.set_index("report_id")["reason"]
    assert "no polygon" in reasons["HA-3"]
    assert len(result.rejected) == 2
    assert result.positions.geometry.notna().sum() == 1
    told = "\n".join(result.notes)
    assert "1 shapes were joined to others of the same row" in told
    assert "1 shapes of" in told
    assert "name no row of" in told
    assert "1 rows of" in told
    if ending != ".json":
        assert "left out: 'evidence' with 1 rows" in told


def test_polygons_with_ids_of_their_own_stay_apart(tmp_path: Path) -> None:
    areas = AREAS.assign(hazard_id=["A", "B", "C", "D"])
    result = kh.read_hazards(saved(tmp_path, ".gpkg", areas))
    assert result.data["hazard_id"].tolist() == ["A", "B", "C"]
    assert result.data["hazard_type"].tolist() == ["CHA", "CHA", "SHA"]


def test_a_shape_of_no_report_is_never_joined_to_that_of_another(tmp_path: Path) -> None:
    # More reports than shapes, of which two belong to none: they have nothing in common but that.
    reports = pd.DataFrame({
        "globalid": [key(number) for number in range(8)], "report_id": [f"HA-{number}" for number in range(8)],
        "hazard_type": "CHA", "status": "open",
    })  # fmt: skip
    areas = gpd.GeoDataFrame(
        {"globalid": [key(21), key(22), key(23)], "parentglobalid": [key(5), key(98), key(99)]},
        geometry=[box(0), box(0.01), box(0.02)], crs=4326,
    )  # fmt: skip
    path = tmp_path / "core.gpkg"
    pyogrio.write_dataframe(reports, path, layer="reports", driver="GPKG")
    pyogrio.write_dataframe(areas, path, layer="areas", driver="GPKG", append=True)
    result = kh.read_hazards(path, layer="areas")
    assert result.data["hazard_id"].tolist() == ["HA-5"]
    assert result.data.geometry.iloc[0].equals(box(0))
    # The seven reports without a shape, and the two shapes without a report.
    assert len(result.rejected) == 9


def test_a_part_without_a_shape_rejects_the_record(tmp_path: Path) -> None:
    areas = AREAS.assign(geometry=[box(0), None, box(0.02), box(0.03)])
    result = kh.read_hazards(saved(tmp_path, ".gpkg", areas))
    reasons = result.rejected.set_index("report_id")["reason"]
    assert "has a shape that is missing" in reasons["HA-1"]


def test_a_layer_without_relations_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "plain.gpkg"
    table = AREAS.drop(columns=["parentglobalid"]).assign(hazard_id=list("ABCD"), hazard_type="CHA")
    table.to_file(path, layer="areas")
    pyogrio.write_dataframe(REPORTS.drop(columns="globalid"), path, layer="other", append=True)
    assert kh.read_hazards(path).data["hazard_id"].tolist() == list("ABCD")
