"""Field reports in maXML: every report a record, its ground that of its points, whatever the programme calls them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh
from tests.imsma import field_reports as fields
from tests.imsma.field_reports import element, point, report, ring, save, spatial

SQUARE = [(20.90, 42.60), (20.91, 42.60), (20.91, 42.61), (20.90, 42.61)]
INNER = [(20.902, 42.602), (20.904, 42.602), (20.904, 42.604), (20.902, 42.604)]
KIND = element("AreaType", "Suspected Hazardous Area")


def moved(corners: list[tuple[float, float]], east: float) -> list[tuple[float, float]]:
    return [(round(x + east, 6), y) for x, y in corners]


def area(*corners: list[tuple[float, float]]) -> float:
    return float(kh.area_m2(gpd.GeoSeries([shapely.Polygon(ring) for ring in corners], crs=4326)).sum())


def hazard(name: str, inner: str, kind: str = KIND) -> str:
    return report("Hazard", element("LocalID", name) + kind + inner)


def read(tmp_path: Path, *reports: str, **options: object) -> kh.ReadResult:
    return kh.read_hazards(save(tmp_path / "reports.xml", reports), **options)  # type: ignore[arg-type]


def test_a_register_comes_back_from_its_reports(tmp_path: Path) -> None:
    hazards, releases = kh.demo_data()
    path = fields.of_register(hazards, releases, tmp_path / "reports.xml")
    for got, want, key in (
        (kh.read_hazards(path), hazards, "hazard_id"),
        (kh.read_releases(path), releases, "release_id"),
    ):
        assert len(got.rejected) == 0
        mine, theirs = (table.sort_values(key).reset_index(drop=True) for table in (got.data, want))
        assert mine[key].tolist() == theirs[key].tolist()
        drawn = theirs.geometry.notna()
        assert (mine["area_m2"] - theirs["area_m2"])[drawn].abs().max() < 1
    counts = ["submunitions", "ap_mines", "av_mines", "other_uxo"]
    assert mine[counts].sum().tolist() == theirs[counts].sum().tolist()
    assert mine["hazard_id"].fillna("").tolist() == theirs["hazard_id"].fillna("").tolist()


def test_points_go_by_their_numbers_and_else_as_they_are_given(tmp_path: Path) -> None:
    numbered = [point(at, x, y) for at, (x, y) in enumerate(SQUARE, 1)]
    named = [
        point(None, x, y, element("PointLocalID", f"TP {name}")) for name, (x, y) in zip("dbac", SQUARE, strict=True)
    ]
    result = read(
        tmp_path,
        hazard("mixed up", spatial([numbered[at] for at in (2, 0, 3, 1)])),
        hazard("as given", spatial(named)),
        hazard("some numbered", spatial([*numbered[:3], point(None, *SQUARE[3])])),
    )
    assert len(result.rejected) == 0
    for shape in result.data.geometry:
        assert shape.equals(shapely.Polygon(SQUARE))


def test_several_polygons_of_a_report_are_one_hazard_and_holes_are_taken_out(tmp_path: Path) -> None:
    inner = ring(SQUARE) + ring(moved(SQUARE, 0.05)) + ring(INNER, prop="Hole")
    reports = [
        hazard("H", inner),
        report("HazardReduction", element("LocalID", "R") + element("Method", "BAC") + inner),
    ]
    want = area(SQUARE, moved(SQUARE, 0.05)) - area(INNER)
    path = save(tmp_path / "reports.xml", reports)
    for data in (kh.read_hazards(path).data, kh.read_releases(path).data):
        assert data["area_m2"].tolist() == pytest.approx([want], abs=1)


def test_what_a_polygon_is_in_an_unknown_word_keeps_hazards_and_frees_nothing(tmp_path: Path) -> None:
    inner = ring(SQUARE) + ring(INNER, prop="Zonë X")
    reports = [
        hazard("H", inner),
        report("HazardReduction", element("LocalID", "R") + element("Method", "BAC") + inner),
    ]
    path = save(tmp_path / "reports.xml", reports)
    hazards, releases = kh.read_hazards(path), kh.read_releases(path)
    assert hazards.data["area_m2"].tolist() == pytest.approx([area(SQUARE)], abs=1)
    assert releases.data["area_m2"].tolist() == pytest.approx([area(SQUARE) - area(INNER)], abs=1)
    assert any("'Zonë X', which is not known" in note for note in hazards.notes)


NESTED = """<GeospatialInfo><Polygons><Polygon><PolygonID>A</PolygonID><Points>{0}</Points></Polygon>
<Polygon><PolygonID>B</PolygonID><Points>{1}</Points></Polygon></Polygons>
<Benchmark><Latitude>42.599</Latitude><Longitude>20.899</Longitude></Benchmark></GeospatialInfo>"""


def coordinates(corners: list[tuple[float, float]]) -> list[str]:
    return [f"<Coordinates>{element('Lat', y)}{element('Lon', x)}{element('X', 7)}{element('Y', 8)}</Coordinates>"
            for x, y in corners]  # fmt: skip


def test_layouts_that_nobody_announced_are_understood(tmp_path: Path) -> None:
    other = moved(SQUARE, 0.05)
    wrapped = ["".join(f"<Point>{text}<PointDescription>x</PointDescription></Point>" for text in coordinates(corners))
               for corners in (SQUARE, other)]  # fmt: skip
    turning = "".join(f"<TurningPoint lat='{y}' lon='{x}'/>" for x, y in SQUARE)
    flat = "".join(
        f"<GeospatialInfo><PolyID>{name}</PolyID><PointNo>{at}</PointNo><Latitude>{y}</Latitude>"
        f"<Longitude>{x}</Longitude></GeospatialInfo>"
        for name, corners in (("A", SQUARE), ("B", other))
        for at, (x, y) in enumerate(corners, 1)
    )  # fmt: skip
    row = "".join(element("Latitude", y) + element("Longitude", x) for x, y in SQUARE)
    result = read(
        tmp_path,
        hazard("nested", NESTED.format(*wrapped)),
        hazard("attributes", f"<GeospatialInfo><Polygon>{turning}</Polygon></GeospatialInfo>"),
        hazard("flat", flat),
        hazard("in a row", f"<GeospatialInfo>{row}</GeospatialInfo>"),
        hazard("dms", spatial([point(at, f"{x:.2f}° E", f"{y:.2f}° N") for at, (x, y) in enumerate(SQUARE)])),
    )
    assert len(result.rejected) == 0, result.rejected["reason"].tolist()
    areas = result.data.set_index("hazard_id")["area_m2"]
    both, one = area(SQUARE, other), area(SQUARE)
    expected = {"nested": both, "attributes": one, "flat": both, "in a row": one, "dms": one}
    assert areas.to_dict() == pytest.approx(expected, abs=1)
    assert result.data["benchmark"].tolist()[0] == "42.599, 20.899"


def test_a_corner_that_is_not_known_rejects_the_record_where_it_lies(tmp_path: Path) -> None:
    points = [point(at, x, y) for at, (x, y) in enumerate(SQUARE, 1)]
    bearing = "<GeoPoint><PointNo>5</PointNo><Bearing>90</Bearing><Distance>40</Distance></GeoPoint>"
    only = [bearing.replace("5", str(at)) for at in range(3)]
    result = read(
        tmp_path,
        hazard("by bearing", spatial([*points, bearing])),
        hazard("empty", spatial([*points, "<GeoPoint/>"])),
        hazard("second by bearings", ring(SQUARE) + spatial(only)),
        hazard("two points", spatial(points[:2])),
        hazard("twice", spatial([*points, point(2, 20.95, 42.65)])),
        hazard("north pole", spatial([*points[:3], point(4, 20.9, "north")])),
        hazard("no shape", ""),
    )
    assert len(result.data) == 0
    assert len(result.rejected) == 7
    reasons = dict(zip(result.rejected["LocalID"], result.rejected["reason"], strict=True))
    assert "no usable coordinates" in reasons["by bearing"]
    assert "no usable coordinates" in reasons["empty"]
    assert "no usable coordinates" in reasons["north pole"]
    assert "fewer than three" in reasons["second by bearings"]
    assert "fewer than three" in reasons["two points"]
    assert "in several places" in reasons["twice"]
    assert "no polygon" in reasons["no shape"]
    lying = result.positions.set_index("record_id").geometry
    assert lying.drop("no shape").notna().all()


def test_benchmarks_and_lines_are_no_corners_and_replaced_shapes_are_left_out(tmp_path: Path) -> None:
    points = [point(at, x, y) for at, (x, y) in enumerate(SQUARE, 1)]
    benchmark = point(5, 20.89, 42.59, element("PointType", "Benchmark"))
    old = spatial(points).replace("<ShapeEnum>", "<IsActive>false</IsActive><ShapeEnum>")
    line = spatial(points[:2], kind="Polyline")
    result = read(tmp_path, hazard("H", spatial([*points, benchmark]) + old + line + spatial([benchmark], kind=None)))
    assert result.data["area_m2"].tolist() == pytest.approx([area(SQUARE)], abs=1)
    assert result.data["benchmark"].tolist() == ["42.59, 20.89; 42.59, 20.89"]
    told = "\n".join(result.notes)
    assert "no longer in use" in told
    assert "is a line and no ground" in told


def test_words_in_other_scripts_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        hazard("قرية 1", ring(SQUARE), element("AreaType", "منطقة خطرة مشتبه بها") + element("Status", "Half <done>")),
        hazard("Ђаковица", ring(SQUARE), "<AreaType><EnumValue>Сумњива опасна површина</EnumValue></AreaType>"),
        hazard("own", ring(SQUARE), element("AreaType", "Zone B")),
        hazard("spot", ring(SQUARE), element("AreaType", "EOD spot task")),
    )
    assert result.data["hazard_id"].tolist() == ["قرية 1", "Ђаковица"]
    assert result.data["hazard_type"].tolist() == ["SHA", "SHA"]
    assert result.unread["value"].tolist() == ["Half <done>"]
    assert "spot task" in result.rejected["reason"][1]
    known = kh.read_hazards(tmp_path / "reports.xml", values={"hazard_type": {"Zone B": "CHA"}})
    assert known.data["hazard_type"].tolist() == ["SHA", "SHA", "CHA"]


def test_values_below_other_elements_do_not_pass_for_those_of_the_record(tmp_path: Path) -> None:
    inner = (
        "<Organisation><Name>NPA</Name><Status>Closed</Status></Organisation><GeneralInfo><Priority>High</Priority>"
        "</GeneralInfo><Remark>wet</Remark><Remark>steep</Remark>"
    )
    row = read(tmp_path, hazard("H", inner + ring(SQUARE))).data.iloc[0]
    assert row[["operator", "priority", "Remark"]].tolist() == ["NPA", "high", "wet, steep"]
    assert row[["name", "status"]].isna().all()


def test_kinds_of_reports_are_told_apart(tmp_path: Path) -> None:
    accident = report("Accident", element("LocalID", "A"))
    path = save(tmp_path / "mixed.xml", [hazard("H", ring(SQUARE)), accident, report("HazardReduction", KIND)])
    read_ = kh.read_hazards(path)
    assert any("1 HazardReduction, 1 Accident" in note for note in read_.notes)
    assert len(kh.read_releases(path).rejected) == 1
    one = save(tmp_path / "one.xml", [hazard("H", ring(SQUARE)), accident])
    with pytest.raises(kh.HazardDataError, match="no reports of the kind HazardReduction; it holds Hazard"):
        kh.read_releases(one)
    with pytest.raises(kh.HazardDataError, match="without reports of hazards or hazard reductions; it holds Accident"):
        kh.read_hazards(save(tmp_path / "none.xml", [accident]))
    assert len(kh.read_hazards(one, sandbox=True).data) == 1


def test_a_reference_system_that_is_not_known_has_to_be_named(tmp_path: Path) -> None:
    header = fields.HEADER.replace("WGS 84", "Hermannskogel 1871").replace("Geographic", "Local")
    path = save(tmp_path / "old.xml", [hazard("H", ring(SQUARE))], header)
    with pytest.raises(kh.HazardDataError, match="crs"):
        kh.read_hazards(path)
    assert len(kh.read_hazards(path, crs="EPSG:4326").data) == 1
    plain = kh.read_hazards(save(tmp_path / "plain.xml", [hazard("H", ring(SQUARE))], ""))
    assert any("degrees were taken to be on WGS 84" in note for note in plain.notes)


ENTITIES = '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]><MineActionFieldReport>&b;</MineActionFieldReport>'
OUTSIDE = '<!DOCTYPE r SYSTEM "file:///etc/passwd"><MineActionFieldReport/>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ENTITIES, "declares a document type or entities"),
        (OUTSIDE, "declares a document type or entities"),
        ("<MineActionFieldReport><FieldReport><Hazard>", "isn't whole XML"),
        ("<MineActionFieldReport>" + "<a>" * 500 + "</a>" * 500 + "</MineActionFieldReport>", "one in the other"),
        ("<MineActionFieldReport/>", "none at all"),
        ("<Invoice><Hazard/></Invoice>", "none of KML, GML, GPX and maXML"),
        ("<MineActionFieldReport>\x00</MineActionFieldReport>", "isn't"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "reports.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match=reason):
        kh.read_hazards(path)


def test_more_than_may_be_read_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "reports.xml", [hazard(f"H{at}", ring(SQUARE)) for at in range(30)])
    with pytest.raises(kh.HazardDataError, match="elements; at most 100 are read"):
        kh.read_hazards(path, limits={"cells": 100})
    wide = save(tmp_path / "wide.xml", [hazard("H", "".join(f"<f{at}>1</f{at}>" for at in range(40)))])
    with pytest.raises(kh.HazardDataError, match="columns"):
        kh.read_hazards(wide, limits={"columns": 30})
