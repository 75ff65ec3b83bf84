"""Exports of survey forms as servers write them: KoboToolbox, ODK Central, Survey123.

Layouts: KoboToolbox XLSX (support.kobotoolbox.org/export_download.html, "XML values and headers", groups by "/"): a
geopoint in one cell and in ``_point_latitude`` … beside it, repeats in a sheet of their own with ``_parent_index``; ODK
Central CSV (docs.getodk.org/central-submissions/, "Split … points" in ``point-Latitude``): repeats in
``FORM-repeat.csv`` with ``PARENT_KEY``; geotraces and geoshapes
(docs.getodk.org/form-question-types/#location-widgets) as ``lat lon altitude accuracy;…``;
Survey123 CSV (doc.arcgis.com/en/survey123/, related tables by ``ParentGlobalID``).
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app
from kosovo_hazards.reading import rejected_positions

FIELD = [(21.0001234, 42.6004561), (21.0043215, 42.6007892), (21.0039873, 42.6036544), (21.0004561, 42.6033215)]
OTHER = [(x + 0.05, y) for x, y in FIELD]
CENTIMETRE_DEG = 1e-7
KOBO_END = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by",
            "__version__", "_tags", "_index"]  # fmt: skip


def same(drawn: shapely.Geometry, corners: Sequence[tuple[float, float]]) -> bool:
    true = shapely.Polygon(corners)
    return bool(
        shapely.hausdorff_distance(drawn, true) < CENTIMETRE_DEG and drawn.symmetric_difference(true).area < 1e-12
    )


def trace(corners: Sequence[tuple[float, float]], *, closed: bool = True) -> str:
    listed = [*corners, corners[0]] if closed else corners
    return ";".join(f"{y} {x} 540.2 4.5" for x, y in listed)


def write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def kobo_end(index: int) -> list[Any]:
    uuid = f"1f0c8a1e-0000-4000-8000-00000000000{index}"
    return [90210 + index, uuid, "2024-05-01T08:00:00", None, None, "submitted_via_web", "agim", "vQx1", None, index]


def kobo_workbook(path: Path, *, shuffled: bool = False) -> Path:
    """Three submissions; the second has no corner yet, the third too few."""
    book = openpyxl.Workbook()
    main = book.active
    assert main is not None
    main.title = "hazard_survey"
    main.append(["start", "end", "area/hazard_id", "area/hazard_type", "area/status", *KOBO_END])
    for index, (name, kind) in enumerate([("KS-1", "CHA"), ("KS-2", "SHA"), ("KS-3", "SHA")], start=1):
        main.append(["2024-05-01T07:00:00", "2024-05-01T08:00:00", name, kind, "open", *kobo_end(index)])
    corners = book.create_sheet("corners")
    corners.append(["corner/point", "_corner/point_latitude", "_corner/point_longitude", "_corner/point_altitude",
                    "_corner/point_precision", "corner/remark", "_index", "_parent_table_name", "_parent_index",
                    "_submission__id", "_submission__uuid"])  # fmt: skip
    places = [(1, place) for place in FIELD] + [(3, place) for place in OTHER[:2]]
    rows = [
        [f"{y} {x} 540 4.5", y, x, 540, 4.5, "stone", number, "hazard_survey", parent, 90210 + parent, "uuid"]
        for number, (parent, (x, y)) in enumerate(places, start=1)
    ]
    if shuffled:
        rows.sort(key=lambda row: row[1])
    for row in rows:
        corners.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "sorted by latitude afterwards"])
def test_repeats_of_kobo_become_the_corners_of_their_submission(tmp_path: Path, *, shuffled: bool) -> None:
    result = kh.read_hazards(kobo_workbook(tmp_path / "survey.xlsx", shuffled=shuffled))
    assert result.data[["hazard_id", "hazard_type", "status"]].to_numpy().tolist() == [["KS-1", "CHA", "open"]]
    assert same(result.data.geometry[0], FIELD)
    assert sorted(result.rejected["row"]) == [2, 3]
    assert set(result.rejected["reason"]) == {"has fewer than three turning points"}
    lying = rejected_positions(result).set_index("record_id").geometry
    assert lying["KS-3"].equals(shapely.LineString(OTHER[:2]))
    assert lying["KS-2"] is None
    assert not {"_submitted_by", "_status", "agim"} & set(result.data.columns)
    told = "\n".join(result.notes)
    assert "the rows of 'corners' were joined to the submissions in 'hazard_survey'" in told
    assert "1 submissions have no rows in 'corners'" in told


def test_the_command_line_inspects_a_form(tmp_path: Path) -> None:
    file = kobo_workbook(tmp_path / "survey.xlsx")
    shown = CliRunner().invoke(app, ["inspect", str(file)])
    assert "1 accepted, 2 rejected" in shown.output
    assert "Go on with: kosovo-hazards map" in shown.output


def test_a_sheet_of_the_form_can_be_read_by_itself(tmp_path: Path) -> None:
    file = kobo_workbook(tmp_path / "survey.xlsx")
    with pytest.raises(kh.HazardDataError, match="has no geometry, and none of its columns holds coordinates"):
        kh.read_hazards(file, layer="hazard_survey")
    assert len(kh.read_hazards(file, layer="corners").data) == 1


def central_zip(path: Path, *, packed: bool = True) -> Path:
    folder = path.parent / "export"
    folder.mkdir()
    end = ["meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "Status", "ReviewState",
           "DeviceID", "Edits", "FormVersion"]  # fmt: skip
    keys = [f"uuid:{n}" for n in (1, 2)]
    rows = [
        ["2024-05-01T08:00:00.000Z", name, kind, key, key, "115", "Agim", "0", "", "", "collect:x", "0", "2024"]
        for name, kind, key in zip(("KS-1", "KS-2"), ("CHA", "SHA"), keys, strict=True)
    ]
    write_csv(folder / "survey.csv", [["SubmissionDate", "area-hazard_id", "area-hazard_type", *end], *rows])
    heads = ["corner-point-Latitude", "corner-point-Longitude", "corner-point-Altitude", "corner-point-Accuracy",
             "PARENT_KEY", "KEY"]  # fmt: skip
    corners = [
        [y, x, 540.2, 4.5, key, f"{key}/corner[{n}]"]
        for key, places in zip(keys, (FIELD, OTHER), strict=True)
        for n, (x, y) in enumerate(places, start=1)
    ]
    write_csv(folder / "survey-corner.csv", [heads, *corners])
    if not packed:
        return folder / "survey.csv"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return path


@pytest.mark.parametrize("packed", [True, False], ids=["as it is downloaded", "unpacked"])
def test_repeats_of_odk_central_are_found_beside_the_submissions(tmp_path: Path, *, packed: bool) -> None:
    result = kh.read_hazards(central_zip(tmp_path / "survey.csv.zip", packed=packed))
    assert result.rejected.empty
    assert result.data[["hazard_id", "hazard_type"]].to_numpy().tolist() == [["KS-1", "CHA"], ["KS-2", "SHA"]]
    assert same(result.data.geometry[0], FIELD)
    assert same(result.data.geometry[1], OTHER)
    assert "SubmitterName" not in result.data.columns


def test_a_process_apart_knows_which_points_belong_together(tmp_path: Path) -> None:
    file = central_zip(tmp_path / "survey.csv.zip")
    apart, here = kh.read_hazards(file, sandbox=True), kh.read_hazards(file)
    assert apart.data.geometry.equals(here.data.geometry)


def test_related_tables_of_survey123_are_joined_by_guid(tmp_path: Path) -> None:
    guids = ["{5D4E5C5E-0F2C-77A1-B92D-1D2F3A4B5C6D}", "{6E5F6D6F-0F2C-77A1-B92D-1D2F3A4B5C6D}"]
    main = write_csv(
        tmp_path / "Hazards_0.csv",
        [["ObjectID", "GlobalID", "Hazard ID", "Hazard type", "x", "y"],
         [1, guids[0].lower().strip("{}"), "KS-1", "SHA", "", ""],
         [2, guids[1].lower().strip("{}"), "KS-2", "CHA", "", ""]],
    )  # fmt: skip
    points = [
        [n, f"g{n}", guid, x, y]
        for guid, places in zip(guids, (FIELD, OTHER), strict=True)
        for n, (x, y) in enumerate(places, start=1)
    ]
    write_csv(tmp_path / "corner_1.csv", [["ObjectID", "GlobalID", "ParentGlobalID", "x", "y"], *points])
    for source in (main, tmp_path):
        result = kh.read_hazards(source, crs="EPSG:4326")
        assert result.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
        assert same(result.data.geometry[1], OTHER)


def test_parts_in_repeats_within_repeats_stay_apart(tmp_path: Path) -> None:
    """Areas within a submission, corners within each area: ODK nests keys."""
    write_csv(
        tmp_path / "s.csv", [["SubmissionDate", "hazard_id", "hazard_type", "KEY"], ["", "KS-1", "CHA", "uuid:1"]]
    )
    parts = [["", "uuid:1", f"uuid:1/part[{n}]"] for n in (1, 2)]
    write_csv(tmp_path / "s-part.csv", [["part_name", "PARENT_KEY", "KEY"], *parts])
    corners = [
        [y, x, f"uuid:1/part[{p}]", f"uuid:1/part[{p}]/corner[{n}]"]
        for p, places in ((1, FIELD), (2, OTHER))
        for n, (x, y) in enumerate(places, start=1)
    ]
    write_csv(tmp_path / "s-part-corner.csv", [["at-Latitude", "at-Longitude", "PARENT_KEY", "KEY"], *corners])
    result = kh.read_hazards(tmp_path / "s.csv")
    assert result.data["hazard_id"].tolist() == ["KS-1"]
    assert (
        result.data.geometry[0]
        .normalize()
        .equals_exact(
            shapely.MultiPolygon([shapely.Polygon(FIELD), shapely.Polygon(OTHER)]).normalize(), CENTIMETRE_DEG
        )
    )


def test_a_corner_without_its_point_costs_its_submission(tmp_path: Path) -> None:
    file = central_zip(tmp_path / "survey.csv.zip", packed=False)
    corners = file.with_name("survey-corner.csv")
    corners.write_text(corners.read_text(encoding="utf-8").replace("42.6036544,21.0039873", ","), encoding="utf-8")
    result = kh.read_hazards(file)
    assert result.data["hazard_id"].tolist() == ["KS-2"]
    assert result.rejected["reason"][0].startswith("has coordinates that can't be read: row 3 (")


# --- one table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["outline", "group/outline", "Vija e zonës"])
def test_geoshapes_in_one_cell_are_found_by_what_they_hold(heading: str, tmp_path: Path) -> None:
    heads = ["hazard_id", "hazard_type", "_gps_latitude", "_gps_longitude", heading, *KOBO_END]
    rows = [
        ["KS-1", "CHA", 42.5, 20.9, trace(FIELD), *kobo_end(1)],
        ["KS-2", "SHA", "", "", trace(OTHER), *kobo_end(2)],
    ]
    result = kh.read_hazards(write_csv(tmp_path / "survey.csv", [heads, *rows]))
    assert result.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert same(result.data.geometry[0], FIELD)
    assert same(result.data.geometry[1], OTHER)
    assert any(f"column {heading!r}" in note for note in result.notes)
    assert "places of the form were taken to be on WGS 84" in result.notes
    assert any("heights and accuracies" in note for note in result.notes)


def test_geotraces_are_closed_and_told_and_a_shape_comes_before_a_trace(tmp_path: Path) -> None:
    heads = ["hazard_id", "hazard_type", "walked", "KEY", "SubmissionDate"]
    rows = [
        ["KS-1", "CHA", trace(FIELD, closed=False), "a", ""],
        ["KS-2", "CHA", trace(OTHER[:2], closed=False), "b", ""],
    ]
    result = kh.read_hazards(write_csv(tmp_path / "traces.csv", [heads, *rows]))
    assert same(result.data.geometry[0], FIELD)
    assert result.rejected["reason"].tolist() == ["has fewer than three points"]
    assert any("2 traces in 'walked' end where they did not begin" in note for note in result.notes)
    both = [["hazard_id", "hazard_type", "way in", "area"], ["KS-1", "CHA", trace(OTHER, closed=False), trace(FIELD)]]
    result = kh.read_hazards(write_csv(tmp_path / "both.csv", both))
    assert same(result.data.geometry[0], FIELD)
    assert any("columns 'way in' hold traces or shapes too" in note for note in result.notes)


GROUPS = {
    "KoboToolbox": ("_corner_{}_latitude", "_corner_{}_longitude"),
    "ODK Central": ("corners-corner{}-Latitude", "corners-corner{}-Longitude"),
    "a sheet of the office": ("TP{} Lat", "TP{} Long"),
    "short headings": ("Y{}", "X{}"),
}


@pytest.mark.parametrize("layout", GROUPS)
def test_numbered_groups_of_columns_are_the_corners_of_their_row(layout: str, tmp_path: Path) -> None:
    lat, lon = GROUPS[layout]
    heads = ["hazard_id", "hazard_type", *(part.format(n) for n in range(1, 6) for part in (lat, lon))]
    row = ["KS-1", "SHA", *(value for x, y in FIELD for value in (y, x)), "", ""]
    half = ["KS-2", "SHA", *(value for x, y in OTHER for value in (y, x)), 42.6, ""]
    result = kh.read_hazards(write_csv(tmp_path / "wide.csv", [heads, row, half]))
    assert result.data["hazard_id"].tolist() == ["KS-1"]
    assert same(result.data.geometry[0], FIELD)
    # Half a point: nobody knows where the fifth corner was.
    assert result.rejected["reason"][0].startswith("has points in 'points of the form' that can't be read")


def test_a_single_geopoint_is_a_point_of_its_own_record(tmp_path: Path) -> None:
    heads = ["hazard_id", "hazard_type", "_place_latitude", "_place_longitude", *KOBO_END]
    rows = [["KS-1", "SHA", y, x, *kobo_end(n)] for n, (x, y) in enumerate(FIELD, start=1)]
    result = kh.read_hazards(write_csv(tmp_path / "points.csv", [heads, *rows]))
    assert len(result.rejected) == 4
    assert rejected_positions(result).geometry.tolist() == [shapely.Point(place) for place in FIELD]


def test_two_repeats_with_points_are_asked_about_unless_one_has_the_corners(tmp_path: Path) -> None:
    key = "uuid:1"
    write_csv(tmp_path / "s.csv", [["SubmissionDate", "hazard_id", "hazard_type", "KEY"], ["", "KS-1", "CHA", key]])
    for name in ("mine", "fence"):
        points = [[y, x, key, f"{key}/{name}[{n}]"] for n, (x, y) in enumerate(FIELD, start=1)]
        write_csv(tmp_path / f"s-{name}.csv", [["at-Latitude", "at-Longitude", "PARENT_KEY", "KEY"], *points])
    with pytest.raises(kh.HazardDataError, match=r"2 tables with points: 's-fence', 's-mine'\n.*layer="):
        kh.read_hazards(tmp_path / "s.csv")
    assert same(kh.read_hazards(tmp_path / "s.csv", layer="s-fence").data.geometry[0], FIELD)
    (tmp_path / "s-fence.csv").rename(tmp_path / "s-corner.csv")
    result = kh.read_hazards(tmp_path / "s.csv")
    assert same(result.data.geometry[0], FIELD)
    assert any("'s-mine' with 4 rows" in note for note in result.notes)
