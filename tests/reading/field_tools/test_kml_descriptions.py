"""KML whose attributes stand in the HTML of descriptions, names as ids, and what lies beside polygons.

Layouts: ArcGIS "Layer To KML" (ArcMap 10.x,
desktop.arcgis.com/en/arcmap/latest/tools/conversion-toolbox/layer-to-kml.htm): ids ``ID_00000``, a frame table with a
title and a table of field and value, ``<Null>`` for no value, and a label point beside the polygon in a MultiGeometry.
Google: info windows with bold names (Fusion Tables, My Maps before 2014), and Google Earth Pro 7.3, which gives
placemarks ids of 20 hexadecimal digits (developers.google.com/kml/documentation/kmlreference).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.reading import ReadResult
from kosovo_hazards.reading.field_tools.html_tables import described

FIELD = shapely.Polygon([(21.000123, 42.600456), (21.004321, 42.600789), (21.003987, 42.603654)])


def ring(shape: shapely.Polygon) -> str:
    places = " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)
    return f"<outerBoundaryIs><LinearRing><coordinates>{places}</coordinates></LinearRing></outerBoundaryIs>"


def polygon(east: float = 0) -> str:
    return f"<Polygon>{ring(shapely.affinity.translate(FIELD, east))}</Polygon>"


def arcgis_table(title: str, fields: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr{'' if at % 2 else ' bgcolor=#D4E4F3'}>\n\n<td>{name}</td>\n\n<td>{escape(value)}</td>\n\n</tr>"
        for at, (name, value) in enumerate(fields.items())
    )
    style = "font-family:Arial,Verdana,Times;font-size:12px;text-align:left;width:100%;border-collapse:collapse"
    return (
        '<html xmlns:fo="http://www.w3.org/1999/XSL/Format"><head><META http-equiv="Content-Type" content="text/html">'
        '<meta charset=utf-8></head><body style="margin:0px 0px 0px 0px;overflow:auto;background:#FFFFFF;">'
        f'<table style="{style};padding:3px 3px 3px 3px"><tr style="text-align:center;font-weight:bold;'
        f'background:#9CBCE2"><td>{escape(title)}</td></tr><tr><td><table style="{style};border-spacing:0px;'
        f'padding:3px 3px 3px 3px">{rows}</table></td></tr></table></body></html>'
    )


def placemark(name: str, description: str, geometry: str, key: str = "ID_00000") -> str:
    return (
        f'<Placemark id="{key}"><name>{escape(name)}</name><snippet></snippet>'
        f"<description><![CDATA[{description}]]></description><styleUrl>#PolyStyle00</styleUrl>{geometry}</Placemark>"
    )


def read(path: Path, *placemarks: str, **options: object) -> ReadResult:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document id="hazards">'
        f'<name>hazards</name><Folder id="FeatureLayer0"><name>hazards</name>{"".join(placemarks)}</Folder>'
        "</Document></kml>",
        encoding="utf-8",
    )
    return kh.read_hazards(path, **options)  # type: ignore[arg-type]


def test_a_table_of_arcgis_gives_ids_words_and_dates(tmp_path: Path) -> None:
    fields = [
        {
            "FID": "0",
            "Hazard_ID": "KS-12",
            "HazardType": "CHA",
            "Status": "Open",
            "Note": "<Null>",
            "Name": "Fushë & mal",
        },
        {
            "FID": "1",
            "Hazard_ID": "KS-13",
            "HazardType": "SHA",
            "Status": "Closed",
            "Note": "5 < 6",
            "Name": "Brestovac",
        },
    ]
    named = ("Fushë & mal", "Brestovac")
    result = read(
        tmp_path / "layer.kml",
        *(
            placemark(
                title, arcgis_table(title, table), f"<MultiGeometry>{polygon(at)}</MultiGeometry>", f"ID_0000{at}"
            )
            for at, (title, table) in enumerate(zip(named, fields, strict=True))
        ),
    )
    assert result.rejected.empty
    assert result.data["hazard_id"].tolist() == ["KS-12", "KS-13"]
    assert result.data["hazard_type"].tolist() == ["CHA", "SHA"]
    assert result.data["status"].tolist() == ["open", "closed"]
    assert result.data["name"].tolist() == list(named)
    assert result.data["Note"].fillna("-").tolist() == ["-", "5 < 6"]
    assert shapely.hausdorff_distance(result.data.geometry[0], FIELD) < 1e-7
    assert "description" not in result.data.columns
    assert "attributes of 2 placemarks were read from the HTML of their descriptions" in result.notes


def test_bold_names_of_googles_windows_are_attributes(tmp_path: Path) -> None:
    window = (
        "<div class='googft-info-window' style='font-family: sans-serif'><b>Hazard ID:</b> KS-12<br>"
        "<b>Hazard type:</b> SHA<br>\n<b>Contamination:</b> AP mines<br><b>Remarks:</b> near the <i>mill</i></div>"
    )
    result = read(tmp_path / "window.kml", placemark("North field", window, polygon()))
    assert result.data[["hazard_id", "hazard_type", "contamination"]].to_numpy().tolist() == [
        ["KS-12", "SHA", "anti-personnel mines"]
    ]
    assert result.data["Remarks"].tolist() == ["near the mill"]


@pytest.mark.parametrize(
    ("html", "pairs", "rest"),
    [
        ("<table><tr><th>ID</th><th>TYPE</th><th>NOTE</th></tr><tr><td>7</td><td>CHA</td><td></td></tr></table>",
         [("ID", "7"), ("TYPE", "CHA")], ""),
        ("<p>Report of May</p><TABLE BORDER=1><TR><TD><B>TYPE</B><TD>CHA<TR><TD>ID<TD>7</TABLE>",
         [("TYPE", "CHA"), ("ID", "7")], "Report of May"),
        ("<table><tr><td>a&nbsp;b</td><td>1 &gt; 0</td></tr>", [("a b", "1 > 0")], ""),
        ("<style>td {color: red}</style><table><tr><td>k</td><td>v</td></tr></table>", [("k", "v")], ""),
    ],
    ids=["headings above one row", "tags left open", "table left open", "style"],
)  # fmt: skip
def test_tables_as_hands_and_programs_write_them(html: str, pairs: list[tuple[str, str]], rest: str) -> None:
    found = described(html)
    assert found is not None
    assert (found.pairs, found.rest) == (pairs, rest)


@pytest.mark.parametrize(
    "text", ["", "Field of Agim, <b>mined</b> in 1999", "<table><tr><td>only this</td></tr></table>"]
)
def test_a_description_without_attributes_stays_a_text(text: str, tmp_path: Path) -> None:
    assert described(text) is None
    result = read(tmp_path / "plain.kml", placemark("KS-12", text, polygon()), defaults={"hazard_type": "SHA"})
    assert result.data.get("description", [""])[0] == text


def test_names_are_ids_when_each_has_its_own(tmp_path: Path) -> None:
    keys = ["0F2C77A1B92D5D4E5C5E", "04A37D1B2F2D5D4E5C60"]
    marks = [placemark(f"KS-{at}", "", polygon(at), key) for at, key in enumerate(keys)]
    result = read(tmp_path / "earth.kml", *marks, defaults={"hazard_type": "SHA"})
    assert result.data["hazard_id"].tolist() == ["KS-0", "KS-1"]
    assert result.data["id in file"].tolist() == keys
    assert any(note.startswith("names in 'Name' were taken for ids") for note in result.notes)


def test_names_that_repeat_or_lack_are_no_ids(tmp_path: Path) -> None:
    for at, names in enumerate((["Polygon", "Polygon"], ["KS-1", ""])):
        marks = [placemark(name, "", polygon(n), f"ID_0000{n}") for n, name in enumerate(names)]
        result = read(tmp_path / f"names{at}.kml", *marks, defaults={"hazard_type": "SHA"})
        assert result.data["hazard_id"].tolist() == ["ID_00000", "ID_00001"]


def test_ids_of_the_office_are_not_replaced_by_names(tmp_path: Path) -> None:
    table = arcgis_table("North", {"Hazard_ID": "KS-12", "Type": "CHA"})
    result = read(tmp_path / "ids.kml", placemark("North", table, polygon()))
    assert result.data["hazard_id"].tolist() == ["KS-12"]


def test_points_and_lines_beside_polygons_are_told_and_kept(tmp_path: Path) -> None:
    label = "<Point><coordinates>21.002,42.6015,0</coordinates></Point>"
    road = "<LineString><coordinates>21.01,42.61,0 21.02,42.62,0</coordinates></LineString>"
    many = f"<MultiGeometry>{label}{polygon()}<MultiGeometry>{road}</MultiGeometry></MultiGeometry>"
    result = read(
        tmp_path / "labels.kml",
        placemark("KS-1", "", many, "a"),
        placemark("KS-2", "", polygon(1), "b"),
        defaults={"hazard_type": "SHA"},
    )
    assert result.rejected.empty
    assert shapely.hausdorff_distance(result.data.geometry[0], FIELD) < 1e-7
    beside = shapely.from_wkt(result.data["points_and_lines"][0])
    assert {part.wkt for part in shapely.get_parts(beside)} == {
        "POINT (21.002 42.6015)",
        "LINESTRING (21.01 42.61, 21.02 42.62)",
    }
    assert result.data["points_and_lines"].isna().tolist() == [False, True]
    assert "2 points or lines left out" in result.repairs["what"][0]


def test_folders_called_as_products_are_products(tmp_path: Path) -> None:
    path = tmp_path / "done.kml"
    folders = "".join(
        f"<Folder><name>{name}</name>{placemark(f'R-{at}', '', polygon(at), f'ID_0000{at}')}</Folder>"
        for at, name in enumerate(("Cleared", "Reduced"))
    )
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>', encoding="utf-8"
    )
    assert kh.read_releases(path).data[["release_id", "product"]].to_numpy().tolist() == [
        ["R-0", "cleared"],
        ["R-1", "reduced"],
    ]
