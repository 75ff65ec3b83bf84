"""Evidence, accidents and items as real tools hand them over: nothing lost, the right words, nothing of persons.

Layouts, all with invented records:
KoboToolbox: CSV export, "XML values and headers": a geopoint in one cell (latitude longitude altitude precision) and
    parted into `_…_latitude`, `…_longitude`, `…_altitude`, `…_precision`; system columns `_id`, `_uuid`,
    `_submission_time`, `_submitted_by` (support.kobotoolbox.org, "Export and download your data").
ODK Central: CSV with `SubmissionDate`, `…-Latitude`, `…-Longitude`, `…-Altitude`, `…-Accuracy`, `meta-instanceID`,
    `KEY`, `SubmitterName` (docs.getodk.org, "Submissions").
Survey123: CSV of a hosted layer with `ObjectID`, `GlobalID`, `x`, `y`, `CreationDate`, `Creator`, and the receiver's
    `ESRIGNSS_H_RMS` (doc.arcgis.com, "High-accuracy data collection").
IMSMA NG: staging area, views of accidents and of devices: `accident_localid`, `accidenttype_enum`, `ordcategory_enum`
    (mwiki.gichd.org).
Operators: workbooks with headings in Albanian or Serbian above metres of EPSG:9141 or degrees.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

KOBO = (
    "start;Where was it seen;_Where was it seen_latitude;_Where was it seen_longitude;_Where was it seen_altitude;"
    "_Where was it seen_precision;Type of evidence;Kind of evidence;Informant name;Phone number;_id;_uuid;"
    "_submission_time;_submitted_by\n"
    "2024-05-02T09:10:00.000+02:00;42.601234 20.901234 540.2 4.5;42.601234;20.901234;540.2;4.5;direct;"
    "Mine signs, fencing;Anon One;+383 44 000 111;301;aa-1;2024-05-02T08:00:00;officer1\n"
    "2024-05-03T09:10:00.000+02:00;42.602 20.902 541 12;42.602;20.902;541;12;indirect;"
    "Productive land not in use;Anon Two;044 000 222;302;aa-2;2024-05-03T08:00:00;officer1\n"
    "2024-05-04T09:10:00.000+02:00;;;;;;;Verbal reports;Anon Three;;303;aa-3;2024-05-04T08:00:00;officer2\n"
)


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding, newline="")
    return path


def places(table: gpd.GeoDataFrame) -> list[tuple[float, float] | None]:
    return [None if shape is None else (round(shape.x, 6), round(shape.y, 6)) for shape in table.geometry]


def test_kobo_form_gives_points_with_the_precision_of_the_receiver(tmp_path):
    read = kh.read_evidence(written(tmp_path, "evidence.csv", KOBO))
    assert read.rejected.empty
    assert places(read.data) == [(20.901234, 42.601234), (20.902, 42.602), None]
    assert read.data["accuracy_m"].tolist()[:2] == [4.5, 12.0]
    assert read.data["kind"].tolist() == ["mine signs or fencing", "productive land not in use", "verbal report"]
    assert read.data["directness"].tolist() == ["direct", "indirect", "indirect"]
    assert any("WGS 84" in note for note in read.notes)
    assert any(note.startswith("1 records have no position") for note in read.notes)
    assert any(note.startswith("1 records do not say whether they are direct") for note in read.notes)


def test_nothing_of_persons_is_taken_over_and_each_column_left_out_is_named(tmp_path):
    read = kh.read_evidence(written(tmp_path, "evidence.csv", KOBO))
    for table in (read.data, read.rejected, read.unread):
        assert "Anon" not in table.to_csv()
        assert "000 111" not in table.to_csv()
        assert "officer1" not in table.to_csv()
    (note,) = [note for note in read.notes if "names of persons" in note]
    assert "'Informant name', 'Phone number'" in note
    assert any("_submitted_by" in note for note in read.notes if "form server" in note)
    asked = kh.read_evidence(tmp_path / "evidence.csv", personal=["Informant name"])
    assert asked.data["Informant name"].tolist() == ["Anon One", "Anon Two", "Anon Three"]


def test_odk_central_points_without_the_whole_cell(tmp_path):
    text = (
        "SubmissionDate,point-Latitude,point-Longitude,point-Altitude,point-Accuracy,evidence_kind,"
        "meta-instanceID,KEY,SubmitterName\n"
        "2024-06-01T10:00:00.000Z,42.61,20.91,500,3.2,detonations,uuid:1,uuid:1,field1\n"
    )
    read = kh.read_evidence(written(tmp_path, "odk.csv", text))
    assert places(read.data) == [(20.91, 42.61)]
    assert read.data[["accuracy_m", "kind", "directness"]].to_numpy().tolist() == [[3.2, "detonation", "direct"]]
    assert "SubmitterName" not in read.data.columns


def test_survey123_layer_as_csv(tmp_path):
    text = (
        "ObjectID,GlobalID,Ordnance type,Model,Depth of item (cm),Condition,Quantity,ESRIGNSS_H_RMS,CreationDate,"
        "Creator,x,y\n"
        "1,{A-1},Submunition,BLU-97,12,Armed,1,0.8,5/14/2024 7:00:00 AM,someone,20.9,42.6\n"
        "2,{A-2},AT mine,TMM-1,60,Unfuzed,2,1.1,5/15/2024 7:00:00 AM,someone,20.91,42.61\n"
    )
    read = kh.read_items(written(tmp_path, "items.csv", text), crs="EPSG:4326")
    shown = read.data[["device_category", "device_model", "depth_cm", "condition", "quantity", "accuracy_m"]]
    assert shown.to_numpy().tolist() == [
        ["submunition", "BLU-97", 12.0, "armed", 1, 0.8],
        ["anti-vehicle mine", "TMM-1", 60.0, "not armed", 2, 1.1],
    ]
    assert read.data["date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-05-14", "2024-05-15"]
    assert "Creator" not in read.data.columns


def test_imsma_view_of_accidents_counts_people_and_names_nobody(tmp_path):
    text = (
        "accident_localid\taccidenttype_enum\tdateofaccident\tnumkilled\tnuminjured\tordcategory_enum\tvictim_first_name\t"
        "victim_surname\tvictim_age\tlongitude\tlatitude\n"
        "ACC-1\tCivilian accident\t2001-07-02\t0\t2\tSubmunition\tXx\tYy\t11\t20.9\t42.6\n"
        "ACC-2\tDemining accident\t2000-05-09\t1\t\tAP mine\tXx\tYy\t30\t\t\n"
    )
    read = kh.read_accidents(written(tmp_path, "accidents.tsv", text), crs="EPSG:4326")
    assert read.data["kind"].tolist() == ["civilian", "demining"]
    assert read.data["killed"].tolist() == [0, 1]
    assert read.data["injured"].iloc[0] == 2
    assert pd.isna(read.data["injured"].iloc[1])
    assert places(read.data) == [(20.9, 42.6), None]
    assert "victim_age" in read.data.columns
    assert not {"victim_first_name", "victim_surname"} & set(read.data.columns)


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (["Nr i mjetit", "Lloji i mjetit", "Modeli", "Thellësia (cm)", "Gjendja", "Data e gjetjes", "Mbiemri"],
         ["Minë kundër këmbësorisë", "i armatosur"]),
        (["Broj predmeta", "Vrsta sredstva", "Model sredstva", "Dubina (cm)", "Stanje", "Datum nalaza", "Prezime"],
         ["PPM", "armirano"]),
        (["Број предмета", "Врста средства", "Модел средства", "Дубина (cm)", "Стање", "Датум налаза", "Презиме"],
         ["Противпешадијска мина", "армирано"]),
    ],
)  # fmt: skip
def test_workbook_of_an_operator_in_the_language_of_the_country_on_the_national_grid(tmp_path, headings, words):
    at = gpd.GeoSeries([shapely.Point(20.9, 42.6)], crs=4326).to_crs("EPSG:9141")[0]
    row = ["M-1", words[0], "PMA-2", "5,5", words[1], "3.6.2023", "Xxx", at.x, at.y]
    path = tmp_path / "list.xlsx"
    pd.DataFrame([row], columns=[*headings, "X", "Y"]).to_excel(path, index=False)
    read = kh.read_items(path, crs="EPSG:9141")
    shown = read.data[["item_id", "device_category", "device_model", "depth_cm", "condition"]]
    assert shown.to_numpy().tolist() == [["M-1", "anti-personnel mine", "PMA-2", 5.5, "armed"]]
    assert places(read.data) == [(20.9, 42.6)]
    assert read.data["date"].iloc[0] == pd.Timestamp("2023-06-03")
    assert headings[-1] not in read.data.columns


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "fgb", "kml", "parquet"])
def test_points_of_every_format_come_to_the_same_place(tmp_path, ending):
    table = gpd.GeoDataFrame(
        {"item_id": ["I-1", "I-2"], "depth_cm": [10.0, None]},
        geometry=[shapely.Point(20.9, 42.6, 500), shapely.Point(20.91, 42.61, 500)],
        crs="EPSG:4326",
    )
    path = tmp_path / f"items.{ending}"
    if ending == "parquet":
        table.to_parquet(path)
    else:
        table.to_file(path)
    read = kh.read_items(path)
    assert read.rejected.empty
    # FlatGeobuf sorts its records by place.
    found = read.data.sort_values("item_id")
    assert found["item_id"].tolist() == ["I-1", "I-2"]
    assert places(found) == [(20.9, 42.6), (20.91, 42.61)]


def test_feature_service_with_points(tmp_path):
    # As an ArcGIS REST service answers a query with f=json (Esri Feature object, esriGeometryPoint).
    service = {
        "geometryType": "esriGeometryPoint",
        "spatialReference": {"wkid": 4326},
        "fields": [{"name": "evidence_id", "type": "esriFieldTypeString"}],
        "features": [{"attributes": {"evidence_id": "E-1"}, "geometry": {"x": 20.9, "y": 42.6}}],
    }
    read = kh.read_evidence(written(tmp_path, "layer.json", json.dumps(service)))
    assert (len(read.data), len(read.rejected)) == (1, 0)
    assert places(read.data) == [(20.9, 42.6)]


def test_what_is_no_point_or_can_not_be_read_is_rejected_with_its_place_and_reason():
    shapes = [shapely.Point(20.9, 42.6), shapely.box(20.9, 42.6, 20.91, 42.61), shapely.Point(20.9, 42.6), None]
    table = gpd.GeoDataFrame({"item_id": ["A", "B", "A", "D"]}, geometry=shapes, crs="EPSG:4326")
    read = kh.read_items(table)
    assert read.data["item_id"].tolist() == ["A", "D"]
    reasons = dict(zip(read.rejected["row"], read.rejected["reason"], strict=True))
    assert "polygon, not a point" in reasons[2]
    assert "that of row 1" in reasons[3]
    assert read.positions.geometry.notna().all()
    with pytest.raises(kh.BadRecordsError, match="2 of 4"):
        kh.read_items(table, on_error="raise")


def test_points_that_lie_nowhere_on_earth_are_rejected_or_without_a_position_and_break_no_map():
    shapes = [shapely.Point(float("inf"), 1), shapely.Point(200, 95), shapely.Point(), None, shapely.Point(20.9, 42.6)]
    table = gpd.GeoDataFrame({"item_id": list("ABCDE")}, geometry=shapes, crs="EPSG:4326")
    read = kh.read_items(table)
    assert read.data["item_id"].tolist() == ["C", "D", "E"]
    assert "no numbers" in read.rejected["reason"].iloc[0]
    hazards, _ = kh.demo_data()
    shown = kh.hazard_map(hazards, places=False, items=table)
    assert shown.content["points"]["items"]["at"]["count"] == 1
    found = kh.check(hazards, items=table)
    assert found.loc[found["table"] == "item", "record_id"].tolist() == ["E"]


def test_coordinates_that_can_not_be_read_are_quoted():
    table = pd.DataFrame({"item_id": ["A", "B"], "lat": ["42.6", "forty"], "lon": ["20.9", "20.9"]})
    read = kh.read_items(table, crs="EPSG:4326")
    assert read.data["item_id"].tolist() == ["A"]
    assert "lat forty" in read.rejected["reason"].iloc[0]


@pytest.mark.parametrize(
    ("heading", "cells", "centimetres"),
    [
        ("Depth (m)", [0.05, 0.6], [5, 60]),
        ("Depth [mm]", [50, 600], [5, 60]),
        ("Depth", ["5 cm", "0,6 m"], [5, 60]),
        ("Depth", [5, 60], [5, 60]),
        ("depth_cm", [0.5, 2.5], [0.5, 2.5]),
        ("Depth (in)", [2, 20], [5.08, 50.8]),
    ],
)
def test_depths_are_centimetres_whatever_the_source_uses(heading, cells, centimetres):
    read = kh.read_items(pd.DataFrame({"item_id": ["A", "B"], heading: cells}))
    assert read.data["depth_cm"].tolist() == pytest.approx(centimetres)


def test_depths_that_may_be_metres_are_left_until_somebody_says_so():
    table = pd.DataFrame({"item_id": ["A", "B"], "Depth": [0.05, 0.6]})
    read = kh.read_items(table)
    assert read.data["depth_cm"].isna().all()
    assert read.data["depth_cm_in_source"].tolist() == [0.05, 0.6]
    assert "may be metres or centimetres" in read.unread["problem"].iloc[0]
    assert kh.read_items(table, units={"depth_cm": "m"}).data["depth_cm"].tolist() == pytest.approx([5, 60])


def test_what_counts_as_direct_is_for_the_programme_to_say():
    table = pd.DataFrame({"evidence_id": ["A", "B", "C"], "kind": ["verbal report", "scrap metal", "crater"]})
    assert kh.read_evidence(table).data["directness"].tolist()[0] == "indirect"
    assert kh.read_evidence(table).data["directness"].isna().tolist() == [False, True, True]
    own = kh.read_evidence(table, direct=["verbal report", "crater"])
    assert own.data["directness"].tolist() == ["direct", "indirect", "direct"]


def test_columns_of_persons_are_known_by_heading_or_by_what_they_hold():
    personal = {
        "Name of victim": "X", "victim1_phone": "1", "Emri i viktimës": "X", "Ime žrtve": "X", "Презиме": "X",
        "E-mail": "x", "Witness": "X", "اسم الضحية": "X", "VictimName": "X", "reach": "044 123 456",
        "to write to": "a.b@example.org", "Date of birth": "2000-01-01", "JMBG": "1",
    }  # fmt: skip
    others = {
        "Name of village": "V", "Victim age": 12, "Number of victims": 2, "Contact mine": "no", "Emri i fshatit": "F",
        "remarks": "wet", "Owner type": "state",
    }  # fmt: skip
    table = pd.DataFrame({"accident_id": ["A"], **{k: [v] for k, v in {**personal, **others}.items()}})
    read = kh.read_accidents(table)
    assert set(personal) & set(read.data.columns) == set()
    assert set(others) <= set(read.data.columns)
    assert "Name" not in kh.read_accidents(pd.DataFrame({"accident_id": ["A"], "Name": ["X"]})).data.columns


def test_a_profile_says_how_the_office_s_lists_are_read(tmp_path):
    profile = written(tmp_path, "own.toml", '[items]\ncrs = "EPSG:4326"\n\n[items.columns]\ndevice_model = "Was"\n')
    table = pd.DataFrame({"item_id": ["A"], "Was": ["BLU-97"], "x": [20.9], "y": [42.6]})
    assert kh.read_items(table, profile=profile).data["device_model"].tolist() == ["BLU-97"]
    wrong = written(tmp_path, "wrong.toml", "[items]\njoin_parts = true\n")
    with pytest.raises(kh.UsageError, match=r"\[items\] has 'join_parts'"):
        kh.read_items(table, profile=wrong)


def test_a_file_is_read_in_a_process_of_its_own_and_within_limits(tmp_path):
    path = written(tmp_path, "evidence.csv", KOBO)
    assert len(kh.read_evidence(path, sandbox=True).data) == 3
    with pytest.raises(kh.UnreadableSourceError, match="columns"):
        kh.read_evidence(path, limits={"columns": 3})


def test_reading_does_not_change_the_table():
    table = pd.DataFrame({"item_id": ["A"], "x": [20.9], "y": [42.6], "Phone": ["1"]})
    before = table.copy()
    kh.read_items(table, crs="EPSG:4326")
    pd.testing.assert_frame_equal(table, before)


def test_points_read_make_polygons_of_evidence():
    table = pd.DataFrame({"item_id": ["A", "B"], "Model": ["BLU-97", "M75"], "x": [20.9, 21], "y": [42.6, 42.6]})
    items = kh.read_items(table, crs="EPSG:4326").data
    areas = kh.polygons_from_evidence(items, fade_out_m={"BLU-97": 25, "*": 50})
    assert areas[["evidence_ids", "fade_out_m"]].to_numpy().tolist() == [["A", 25.0], ["B", 50.0]]
