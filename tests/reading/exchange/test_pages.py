"""Pages of a feature service: read as one layer from a folder, an archive or a list, and told where one is missing.

Layout: answers to queries with ``f=json`` and ``resultOffset``
(developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer/): the fields in each, and
``exceededTransferLimit`` where more records follow; ``returnCountOnly`` and ``returnIdsOnly`` give other
objects.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import kosovo_hazards as kh
from kosovo_hazards.reading.exchange.pages import in_order

FIELDS = [
    {"name": "objectid", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "ha_id", "type": "esriFieldTypeString", "alias": "HA ID"},
    {"name": "kind", "type": "esriFieldTypeInteger", "alias": "Hazard type", "domain": {
        "type": "codedValue", "codedValues": [{"name": "CHA", "code": 1}, {"name": "SHA", "code": 2}]}},
]  # fmt: skip


def feature(number: int) -> dict[str, Any]:
    x, y = 20.5 + 0.01 * (number % 40), 42.3 + 0.01 * (number // 40)
    ring = [[x, y], [x, y + 0.001], [x + 0.001, y + 0.001], [x + 0.001, y], [x, y]]
    return {
        "attributes": {"objectid": number, "ha_id": f"KS-{number}", "kind": 1 + number % 2},
        "geometry": {"rings": [ring]},
    }


def page(folder: Path, name: str, numbers: range, *, more: bool = True, **members: Any) -> Path:
    folder.mkdir(exist_ok=True)
    whole = {
        "objectIdFieldName": "objectid", "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326},
        "fields": FIELDS, **({"exceededTransferLimit": True} if more else {}),
        "features": [feature(number) for number in numbers], **members,
    }  # fmt: skip
    path = folder / name
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def three(folder: Path) -> list[Path]:
    return [
        page(folder, "hazards_2.json", range(21, 41)),
        page(folder, "hazards_1.json", range(1, 21)),
        page(folder, "hazards_10.json", range(41, 51), more=False),
    ]


def missing(result: kh.ReadResult) -> list[str]:
    return [note for note in result.notes if "missing" in note or "more records" in note or "on no page" in note]


def test_pages_are_one_layer_from_a_folder_an_archive_or_a_list(tmp_path: Path) -> None:
    paths = three(tmp_path / "answers")
    packed = tmp_path / "answers.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    for source in (tmp_path / "answers", packed, in_order(paths), [str(path) for path in in_order(paths)]):
        for sandbox in (False, True) if source == packed else (False,):
            result = kh.read_hazards(source, sandbox=sandbox)
            assert result.data["hazard_id"].tolist() == [f"KS-{number}" for number in range(1, 51)]
            assert result.data["hazard_type"].tolist() == [("CHA", "SHA")[number % 2] for number in range(1, 51)]
            told = "hazards_1.json to 20, hazards_2.json to 40, hazards_10.json to 50"
            assert any(told in note for note in result.notes)
            # Every object id is there, so the jump in the names says nothing.
            assert missing(result) == []


def test_a_page_that_is_missing_is_told_however_the_files_are_called(tmp_path: Path) -> None:
    folder = tmp_path / "end"
    page(folder, "a.json", range(1, 21))
    page(folder, "b.json", range(21, 41))
    assert missing(kh.read_hazards(folder)) == [
        "the last page, 'b.json', says that the service holds more records: pages are missing"
    ]
    folder = tmp_path / "middle"
    page(folder, "one.json", range(1, 21))
    page(folder, "three.json", range(41, 51), more=False)
    assert missing(kh.read_hazards(folder)) == [
        "object ids 21 to 40 stand on no page, between 'one.json' and 'three.json'; look whether a page is missing"
    ]
    folder = tmp_path / "offsets"
    for start in (0, 20, 60):
        page(folder, f"offset={start}.json", range(start + 1, start + 21), more=start < 60)
    assert any("'offset=20.json' and 'offset=60.json'" in note for note in missing(kh.read_hazards(folder)))
    folder = tmp_path / "counted"
    page(folder, "1.json", range(1, 21))
    page(folder, "2.json", range(21, 31), more=False)
    (folder / "count.json").write_text('{"count": 31}', encoding="utf-8")
    (folder / "ids.json").write_text('{"objectIdFieldName": "objectid", "objectIds": [1, 30, 77]}', encoding="utf-8")
    told = missing(kh.read_hazards(folder))
    assert any("counts 31 records, of which 30 are here" in note for note in told)
    assert any("lists 1 object ids that are on no page: 77" in note for note in told)


def test_a_whole_answer_says_nothing_of_missing_pages(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    page(folder, "page1.json", range(1, 21))
    page(folder, "page2.json", range(25, 41), more=False, fields=[])
    page(folder, "page3.json", range(0), more=False)
    result = kh.read_hazards(folder)
    assert (len(result.data), missing(result)) == (36, [])
    assert result.data["hazard_type"].isin(["CHA", "SHA"]).all()


def test_a_page_saved_twice_counts_once_and_changed_records_stay(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    page(folder, "page1.json", range(1, 21))
    page(folder, "page2.json", range(1, 26), more=False)
    changed = feature(7)
    changed["attributes"]["kind"] = 1
    page(folder, "page3.json", range(26, 28), more=False, features=[changed])
    result = kh.read_hazards(folder)
    assert len(result.data) + len(result.rejected) == 26
    assert "20 records stand on several pages and count once" in result.notes
    assert "1 records have an object id that others have too" in result.notes
    assert "id 'KS-7' is that of row 7 too" in result.rejected["reason"][0]


def test_pages_in_geojson_say_their_end_too(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    for name, numbers, more in (("1.geojson", range(1, 11), True), ("2.geojson", range(11, 15), False)):
        features = [
            {"type": "Feature", "id": number, "properties": {"ha_id": f"KS-{number}", "kind": "CHA"},
             "geometry": {"type": "Polygon", "coordinates": feature(number)["geometry"]["rings"]}}
            for number in numbers
        ]  # fmt: skip
        properties = {"properties": {"exceededTransferLimit": True}} if more else {}
        text = json.dumps({"type": "FeatureCollection", **properties, "features": features})
        (folder / name).write_text(text, encoding="utf-8")
    result = kh.read_hazards(folder, columns={"hazard_type": "kind"})
    assert (len(result.data), missing(result)) == (14, [])
    alone = kh.read_hazards(folder / "1.geojson", columns={"hazard_type": "kind"})
    assert any("holds more records than it gave" in note for note in alone.notes)


def test_files_that_are_no_pages_of_one_layer_are_not_joined(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    first = page(folder, "page1.json", range(1, 5))
    page(folder, "page2.json", range(5, 8), spatialReference={"wkid": 32634})
    with pytest.raises(kh.HazardDataError, match=r"several reference systems; 'page2.json'"):
        kh.read_hazards(folder)
    other = {"attributes": {"victim": 1, "age": 2, "sex": "f", "date": 0}, "geometry": {"x": 21, "y": 42}}
    page(folder, "page2.json", range(0), features=[other])
    with pytest.raises(kh.HazardDataError, match="has other fields"):
        kh.read_hazards(folder)
    (folder / "page2.json").write_text('{"objectIdFieldName": "a", "features": [', encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match=r"'page2.json' isn't whole GeoJSON"):
        kh.read_hazards(folder)
    table = tmp_path / "sheet.csv"
    table.write_text("hazard_id,hazard_type\n", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match="not the pages of one feature service"):
        kh.read_hazards([first, table])
    with pytest.raises(kh.HazardDataError):
        kh.read_hazards([])
