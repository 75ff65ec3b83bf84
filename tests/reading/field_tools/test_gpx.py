"""GPX as receivers and apps write it: tracks, routes and waypoints become the areas that were walked.

Layouts: the GPX 1.1 schema (https://www.topografix.com/GPX/1/1/gpx.xsd); Garmin's own extensions as a GPSMAP 66s writes
them (creator, ``gpxx:TrackExtension``, ``sym``); OziExplorer and QGIS (GDAL's GPX driver) write the same elements
without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import shapely
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app
from kosovo_hazards.geometry.areas import area_m2
from kosovo_hazards.reading import ReadResult, rejected_positions

FIELD = [(21.000123, 42.600456), (21.004321, 42.600789), (21.003987, 42.603654), (21.000456, 42.603321)]
HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxx="http://www.garmin.com/xmlschemas/GpxExtensions/v3"
 creator="GPSMAP 66s" version="1.1"><metadata>
<link href="http://www.garmin.com"><text>Garmin International</text></link>
<time>2024-05-01T08:00:00Z</time></metadata>"""
CENTIMETRE_DEG = 1e-7


def points(tag: str, places: Sequence[tuple[float, float]]) -> str:
    said = "<ele>540.2</ele><time>2024-05-01T08:00:00Z</time>"
    return "".join(f'<{tag} lat="{lat}" lon="{lon}">{said}</{tag}>' for lon, lat in places)


def track(name: str, *segments: Sequence[tuple[float, float]]) -> str:
    drawn = "".join(f"<trkseg>{points('trkpt', places)}</trkseg>" for places in segments)
    colour = (
        "<extensions><gpxx:TrackExtension><gpxx:DisplayColor>Red</gpxx:DisplayColor></gpxx:TrackExtension></extensions>"
    )
    return f"<trk><name>{name}</name><desc>walked round</desc>{colour}{drawn}</trk>"


def waypoint(name: str, place: tuple[float, float]) -> str:
    return f'<wpt lat="{place[1]}" lon="{place[0]}"><ele>540.2</ele><name>{name}</name><sym>Flag, Blue</sym></wpt>'


def saved(path: Path, *parts: str) -> Path:
    path.write_text(f"{HEAD}{''.join(parts)}</gpx>", encoding="utf-8")
    return path


def read(path: Path, **options: object) -> ReadResult:
    return kh.read_hazards(path, defaults={"hazard_type": "SHA"}, **options)  # type: ignore[arg-type]


def shift(places: Sequence[tuple[float, float]], by: float) -> list[tuple[float, float]]:
    return [(x + by, y) for x, y in places]


def same(drawn: shapely.Geometry, corners: Sequence[tuple[float, float]]) -> bool:
    return shapely.hausdorff_distance(drawn, shapely.Polygon(corners)) < CENTIMETRE_DEG


def test_a_track_that_closes_is_an_area_called_as_the_track(tmp_path: Path) -> None:
    file = saved(
        tmp_path / "walked.gpx", track("KS-12", [*FIELD, FIELD[0]]), track("KS-13", shift([*FIELD, FIELD[0]], 1))
    )
    result = read(file)
    assert result.data["hazard_id"].tolist() == ["KS-12", "KS-13"]
    assert same(result.data.geometry[0], FIELD)
    assert same(result.data.geometry[1], shift(FIELD, 1))
    assert result.data["desc"].tolist() == ["walked round"] * 2
    assert "2 tracks in the file" in result.notes


def test_an_open_track_is_rejected_and_seen_until_it_is_asked_to_close(tmp_path: Path) -> None:
    file = saved(tmp_path / "walked.gpx", track("KS-12", FIELD))
    left = read(file)
    assert left.data.empty
    assert left.rejected["reason"].tolist() == [
        "is an open line, not a polygon – if it goes round the area, pass close_lines=True"
    ]
    assert rejected_positions(left).geometry[0].equals(shapely.LineString(FIELD))
    closed = read(file, close_lines=True)
    assert same(closed.data.geometry[0], FIELD)
    # From the last corner back to the first: 319.4 m by pyproj.Geod(ellps="WGS84").
    assert closed.repairs["what"].tolist() == [
        "open line closed over a gap of 319 m; closed line taken for the outline of a polygon"
    ]
    assert any("the widest gap is 319 m" in note for note in closed.notes)


def test_the_command_line_closes_lines_too(tmp_path: Path) -> None:
    file = saved(tmp_path / "walked.gpx", track("KS-12", FIELD))
    asked = ["inspect", str(file), "--default", "hazard_type=SHA", "--no-sandbox"]
    first = CliRunner().invoke(app, asked)
    assert "1 LineString" in first.output.replace("Linestring", "LineString")
    assert "--close-lines" in first.output
    second = CliRunner().invoke(app, [*asked, "--close-lines"])
    assert "1 accepted, 0 rejected" in second.output
    assert "--close-lines" in second.output.partition("Go on with:")[2]
    assert read(file, close_lines=True, sandbox=True).data.geometry.equals(read(file, close_lines=True).data.geometry)


def test_segments_of_a_track_are_its_parts(tmp_path: Path) -> None:
    other = shift(FIELD, 0.01)
    file = saved(tmp_path / "walked.gpx", track("KS-12", [*FIELD, FIELD[0]], [other[0]], [*other, other[0]]))
    result = read(file)
    assert shapely.get_num_geometries(result.data.geometry[0]) == 2
    assert result.data["area_m2"][0] == pytest.approx(2 * area_m2_of(FIELD), rel=1e-5)
    assert "1 segments of a single fix left out" in result.repairs["what"][0]


def area_m2_of(corners: Sequence[tuple[float, float]]) -> float:
    import geopandas as gpd

    return float(area_m2(gpd.GeoSeries([shapely.Polygon(corners)], crs="EPSG:4326")).iloc[0])


def test_a_route_is_read_as_a_track_is(tmp_path: Path) -> None:
    route = f"<rte><name>KS-7</name>{points('rtept', [*FIELD, FIELD[0]])}</rte>"
    result = read(saved(tmp_path / "planned.gpx", route))
    assert result.data["hazard_id"].tolist() == ["KS-7"]
    assert same(result.data.geometry[0], FIELD)


def test_waypoints_named_as_turning_points_make_the_areas_of_their_names(tmp_path: Path) -> None:
    """As offices name them: area, kind and number; a receiver sorts them by name, so that 10 comes before 2."""
    many = [(21 + 0.001 * x, 42.6 + 0.001 * x * x) for x in range(11)]
    named = [waypoint(f"KS-12 TP{n}", place) for n, place in enumerate(many, start=1)]
    marks = [waypoint("KS-12 BM", (21.5, 42.7)), waypoint("Camp", (21.6, 42.8))]
    others = [waypoint(f"KS-13 TP{n}", place) for n, place in enumerate(FIELD, start=1)]
    file = saved(tmp_path / "waypoints.gpx", *sorted([*named, *marks, *others]))
    result = read(file)
    assert sorted(result.data["hazard_id"]) == ["KS-12", "KS-13"]
    areas = result.data.set_index("hazard_id").geometry
    assert same(areas["KS-12"], many)
    assert same(areas["KS-13"], FIELD)
    assert result.rejected.empty
    assert any("left out: " in note and "Camp" in note and "KS-12 BM" in note for note in result.notes)


def test_numbered_waypoints_are_points_until_they_are_asked_to_be_an_area(tmp_path: Path) -> None:
    file = saved(tmp_path / "area.gpx", *(waypoint(f"{n:03d}", place) for n, place in enumerate(FIELD, start=1)))
    left = read(file)
    assert left.rejected["reason"].tolist() == ["is a point, not a polygon"] * 4
    assert any("pass close_lines=True" in note for note in left.notes)
    joined = read(file, close_lines=True)
    assert same(joined.data.geometry[0], FIELD)
    assert any("4 waypoints (001 to 004) were joined to one area in the order of the file" in n for n in joined.notes)


def test_waypoints_beside_tracks_are_kept_as_points_that_nothing_hides(tmp_path: Path) -> None:
    file = saved(tmp_path / "both.gpx", waypoint("UXO", (21.5, 42.7)), track("KS-12", [*FIELD, FIELD[0]]))
    result = read(file)
    assert result.data["hazard_id"].tolist() == ["KS-12"]
    assert rejected_positions(result).geometry.tolist() == [shapely.Point(21.5, 42.7)]
    assert read(file, layer="tracks").rejected.empty
    with pytest.raises(kh.HazardDataError, match="it has waypoints, routes, tracks"):
        read(file, layer="Tracks of May")


def test_a_point_that_is_no_number_costs_its_track_only(tmp_path: Path) -> None:
    broken = track("KS-12", [*FIELD, FIELD[0]]).replace('lat="42.600789"', 'lat="42,600789"')
    file = saved(tmp_path / "both.gpx", broken, track("KS-13", [*FIELD, FIELD[0]]))
    result = read(file)
    assert result.data["hazard_id"].tolist() == ["KS-13"]
    assert result.rejected["reason"].tolist() == ["has a point whose lat or lon is no number"]


def test_a_file_cut_off_or_with_entities_is_refused(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gpx"
    cut.write_text(f"{HEAD}<trk><trkseg><trkpt lat='42' ", encoding="utf-8")
    with pytest.raises(kh.HazardDataError, match="isn't whole XML"):
        read(cut)
    entity = tmp_path / "entity.gpx"
    entity.write_text('<!DOCTYPE gpx [<!ENTITY x SYSTEM "/etc/passwd">]><gpx><wpt lat="1" lon="2"/></gpx>')
    with pytest.raises(kh.HazardDataError, match="declares a document type"):
        read(entity)
