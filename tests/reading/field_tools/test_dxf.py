"""Drawings as AutoCAD and others save them in DXF: areas are closed polylines, their names texts within.

Layout: pairs of code and value, ENTITIES with LWPOLYLINE (AutoCAD 2000) and POLYLINE with VERTEX (R12), bulges under 42
("DXF Reference", help.autodesk.com: LWPOLYLINE, VERTEX, CIRCLE, INSERT, TEXT), laid out as AutoCAD writes them, codes
right-aligned in three columns and lines ending in CR LF.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

import kosovo_hazards as kh
from kosovo_hazards.cli import app
from kosovo_hazards.reading import rejected_positions

FIELD = [(500100.12, 4712000.34), (500480.56, 4712030.78), (500450.9, 4712340.12)]
Place = tuple[float, float]


def pairs(*values: tuple[int, Any]) -> str:
    return "".join(f"{code:>3}\r\n{value}\r\n" for code, value in values)


def head(kind: str, layer: str, subclass: str) -> list[tuple[int, Any]]:
    return [(0, kind), (5, "2F"), (330, "1F"), (100, "AcDbEntity"), (8, layer), (100, subclass)]


def lwpolyline(
    places: Sequence[Place], layer: str = "CHA", *, closed: bool = True, bulges: Sequence[float] = ()
) -> str:
    found = [*head("LWPOLYLINE", layer, "AcDbPolyline"), (90, len(places)), (70, int(closed)), (43, 0.0)]
    for at, (x, y) in enumerate(places):
        found += [(10, x), (20, y)]
        if at < len(bulges) and bulges[at]:
            found.append((42, bulges[at]))
    return pairs(*found)


def polyline_r12(places: Sequence[Place], layer: str = "CHA") -> str:
    found: list[tuple[int, Any]] = [(0, "POLYLINE"), (8, layer), (66, 1), (10, 0.0), (20, 0.0), (30, 0.0), (70, 1)]
    for x, y in places:
        found += [(0, "VERTEX"), (8, layer), (10, x), (20, y), (30, 0.0)]
    return pairs(*found, (0, "SEQEND"), (8, layer))


def text(said: str, place: Place, layer: str = "labels") -> str:
    return pairs(*head("TEXT", layer, "AcDbText"), (10, place[0]), (20, place[1]), (30, 0.0), (40, 2.5), (1, said))


def saved(path: Path, *entities: str) -> Path:
    start = pairs((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015"), (0, "ENDSEC"))
    block = pairs((0, "SECTION"), (2, "BLOCKS"), (0, "BLOCK"), (8, "0"), (2, "NORTH")) + lwpolyline(FIELD, "0")
    block += pairs((0, "ENDBLK"), (8, "0"), (0, "ENDSEC"))
    whole = [start, block, pairs((0, "SECTION"), (2, "ENTITIES")), *entities, pairs((0, "ENDSEC"), (0, "EOF"))]
    path.write_bytes("".join(whole).encode("cp1250"))
    return path


def in_metres(result: Any) -> gpd.GeoSeries:
    return gpd.GeoSeries(result.data.geometry, crs="EPSG:4326").to_crs(32634)


def shift(by: float) -> list[Place]:
    return [(x + by, y) for x, y in FIELD]


def centre(places: Sequence[Place]) -> Place:
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)


def test_closed_polylines_are_areas_named_by_the_text_in_them(tmp_path: Path) -> None:
    file = saved(
        tmp_path / "drawing.dxf",
        lwpolyline(FIELD, "CHA"),
        text("KS-1", centre(FIELD)),
        polyline_r12(shift(1_000), "SHA"),
        text("Đakovica 2", centre(shift(1_000))),
        text("Scale 1:5000", (0, 0)),
    )
    result = kh.read_hazards(file, crs="EPSG:32634")
    assert result.rejected.empty
    assert result.data[["hazard_id", "hazard_type"]].to_numpy().tolist() == [["KS-1", "CHA"], ["Đakovica 2", "SHA"]]
    for drawn, true in zip(in_metres(result), (FIELD, shift(1_000)), strict=True):
        assert shapely.hausdorff_distance(drawn, shapely.Polygon(true)) < 0.01
    assert any("3 texts of the drawing were taken for names" in note for note in result.notes)


def test_what_else_is_drawn_is_told_and_what_may_be_ground_stays_visible(tmp_path: Path) -> None:
    block = pairs(*head("INSERT", "symbols", "AcDbBlockReference"), (2, "NORTH"), (10, 500900.0), (20, 4712900.0))
    line = pairs(*head("LINE", "roads", "AcDbLine"), (10, 500000.0), (20, 4712000.0), (11, 500100.0), (21, 4712000.0))
    paper = lwpolyline(shift(9_000)).replace("AcDbEntity\r\n", "AcDbEntity\r\n 67\r\n1\r\n", 1)
    file = saved(tmp_path / "drawing.dxf", lwpolyline(FIELD), block, line, paper, lwpolyline(shift(500), closed=False))
    result = kh.read_hazards(file, crs="EPSG:32634", defaults={"hazard_type": "SHA"})
    assert len(result.data) == 1
    assert result.rejected["reason"].tolist() == [
        "is a block – explode it in the drawing program if it is an area",
        "is an open line, not a polygon – if it goes round the area, pass close_lines=True",
    ]
    lying = gpd.GeoSeries(rejected_positions(result).geometry, crs="EPSG:4326").to_crs(32634)
    assert lying[0].distance(shapely.Point(500900, 4712900)) < 0.01
    assert "left out of the drawing, as they enclose nothing: 1 LINE" in result.notes
    closed = kh.read_hazards(file, crs="EPSG:32634", defaults={"hazard_type": "SHA"}, close_lines=True)
    assert shapely.hausdorff_distance(in_metres(closed)[1], shapely.Polygon(shift(500))) < 0.01


def test_a_drawing_asks_for_its_system(tmp_path: Path) -> None:
    file = saved(tmp_path / "drawing.dxf", lwpolyline(FIELD))
    with pytest.raises(kh.HazardDataError, match="crs="):
        kh.read_hazards(file)
    shown = CliRunner().invoke(app, ["inspect", str(file), "--crs", "EPSG:32634"])
    assert "1 accepted, 0 rejected" in shown.output


@pytest.mark.parametrize("bulge", [1.0, -1.0, math.tan(math.pi / 8), -0.2])
def test_arcs_keep_the_ground_of_hazards_and_give_none_to_releases(bulge: float, tmp_path: Path) -> None:
    """A bulge is the tangent of a quarter of the angle; one of 1 is half a circle, to the right of its chord."""
    x, y, half = 500_000.0, 4_712_000.0, 200.0
    places = [(x - half, y), (x + half, y), (x + half, y + 400), (x - half, y + 400)]
    angle = 4 * math.atan(bulge)
    radius = half / math.sin(abs(angle) / 2)
    middle = np.array([x, y + radius * math.cos(angle / 2) * (1 if bulge > 0 else -1)])
    first = math.atan2(y - middle[1], -half)
    at = first + np.linspace(0, 1, 4_001) * angle
    arc = middle + radius * np.stack([np.cos(at), np.sin(at)], axis=1)
    true = shapely.Polygon([*arc, places[2], places[3]])
    assert np.allclose(arc[-1], places[1])
    file = saved(tmp_path / "drawing.dxf", lwpolyline(places, "cleared", bulges=[bulge]))
    hazards = kh.read_hazards(file, crs="EPSG:32634", columns={"hazard_type": "product"}, values={"cleared": "SHA"})
    hazard = in_metres(hazards)[0]
    release = in_metres(kh.read_releases(file, crs="EPSG:32634"))[0]
    assert true.difference(hazard.buffer(1e-3)).is_empty
    assert release.difference(true.buffer(1e-3)).is_empty
    assert max(shapely.hausdorff_distance(one, true) for one in (hazard, release)) < 0.1
    assert hazards.repairs["what"].tolist() == ["arcs drawn with straight lines at most 0.1 m beside them"]


def test_a_circle_is_an_area_too(tmp_path: Path) -> None:
    circle = pairs(*head("CIRCLE", "SHA", "AcDbCircle"), (10, 500_000.0), (20, 4_712_000.0), (40, 75.0))
    drawn = in_metres(kh.read_hazards(saved(tmp_path / "drawing.dxf", circle), crs="EPSG:32634"))[0]
    true = shapely.Point(500_000, 4_712_000).buffer(75, quad_segs=1_000)
    assert true.difference(drawn.buffer(1e-3)).is_empty
    assert shapely.hausdorff_distance(drawn, true) < 0.1


def test_drawings_cut_off_or_in_binary_are_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "drawing.dxf", lwpolyline(FIELD))
    cut = tmp_path / "cut.dxf"
    cut.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(kh.HazardDataError, match="no whole DXF"):
        kh.read_hazards(cut, crs="EPSG:32634")
    binary = tmp_path / "binary.dxf"
    binary.write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00\x00SECTION")
    with pytest.raises(kh.HazardDataError, match="save it as ASCII DXF"):
        kh.read_hazards(binary)
    empty = saved(tmp_path / "empty.dxf", text("nothing", (0, 0)))
    with pytest.raises(kh.HazardDataError, match="holds no polyline, circle or block: 1 TEXT"):
        kh.read_hazards(empty, crs="EPSG:32634")
