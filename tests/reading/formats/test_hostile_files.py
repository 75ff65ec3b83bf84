"""Files and paths made to harm end in an error or in bounded work; a listening server hears nothing."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kosovo_hazards import HazardDataError
from kosovo_hazards.gazetteer.units import places
from kosovo_hazards.reading.registers import read_hazards

RING = [[21.0, 42.6], [21.01, 42.6], [21.01, 42.61], [21.0, 42.6]]


class Listener:
    """A server on this computer that remembers what it was asked for."""

    def __init__(self) -> None:
        heard = self.heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_error(404)

            do_HEAD = do_GET  # noqa: N815 - named by the base class

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def test_the_listener_hears_what_gdal_asks_for(listener: Listener, tmp_path: Path) -> None:
    """Else the tests below would prove nothing."""
    import pyogrio

    path = collection(tmp_path / "link.geojson", crs=linked(listener.url))
    pyogrio.read_info(path)
    assert listener.heard == ["/crs"]


# --- nothing is fetched ----------------------------------------------------------------------------------------------


def linked(url: str, kind: str = "link") -> dict[str, Any]:
    return {"type": kind, "properties": {"href": f"{url}/crs", "url": f"{url}/crs", "type": "proj4"}}


def feature(**geometry: Any) -> dict[str, Any]:
    shape = {"type": "Polygon", "coordinates": [RING], **geometry}
    return {"type": "Feature", "properties": {"id": "KS-1", "type": "CHA"}, "geometry": shape}


def collection(path: Path, *features: Any, **members: Any) -> Path:
    content = {"type": "FeatureCollection", **members, "features": list(features) or [feature()]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["link", "url", "LINK"])
def test_a_crs_to_which_geojson_only_points_is_refused(kind: str, listener: Listener, tmp_path: Path) -> None:
    crs = linked(listener.url, kind)
    nested = feature(type="GeometryCollection", geometries=[{"type": "Polygon", "coordinates": [RING], "crs": crs}])
    files = [
        collection(tmp_path / "top.geojson", crs=crs),
        collection(tmp_path / "geometry.geojson", feature(crs=crs)),
        collection(tmp_path / "feature.geojson", {**feature(), "crs": crs}),
        collection(tmp_path / "nested.geojson", nested),
    ]
    lines = tmp_path / "lines.geojsonl"
    lines.write_text("\n".join(json.dumps(feature(crs=crs)) for _ in range(2)), encoding="utf-8")
    for path in (*files, lines):
        with pytest.raises(HazardDataError, match="instead of naming it; nothing is fetched"):
            read_hazards(path)
    assert listener.heard == []


def test_a_crs_that_nobody_knows_is_not_taken_for_degrees(tmp_path: Path) -> None:
    path = collection(tmp_path / "odd.geojson", crs={"type": "name", "properties": {"name": "Moon 2000"}})
    with pytest.raises(HazardDataError, match="isn't known: 'Moon 2000'"):
        read_hazards(path)
    known = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read_hazards(collection(tmp_path / "known.geojson", crs=known)).data) == 1


GML = """<?xml version="1.0" encoding="utf-8"?><ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://ogr.maptools.org/ {url}/a.xsd" xmlns:ogr="http://ogr.maptools.org/"
 xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"><gml:featureMember><ogr:h fid="1">
<ogr:geometryProperty><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>
21,42.6 21.01,42.6 21.01,42.61 21,42.6</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>
</ogr:geometryProperty><ogr:id>KS-1</ogr:id><ogr:type>CHA</ogr:type><ogr:x xlink:href="{url}/link#a"/></ogr:h>
</gml:featureMember></ogr:FeatureCollection>"""
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Style id="a"><IconStyle><Icon><href>{url}/i.png</href>
</Icon></IconStyle></Style><NetworkLink><Link><href>{url}/n.kml</href></Link></NetworkLink><Placemark><name>a</name>
<styleUrl>{url}/s.kml#x</styleUrl><ExtendedData><SchemaData schemaUrl="{url}/s.kml#S"><SimpleData name="type">CHA
</SimpleData></SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>21,42.6 21.01,42.6
21.01,42.61 21,42.6</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"""


@pytest.mark.parametrize(("name", "content"), [("a.gml", GML), ("a.kml", KML)])
def test_addresses_within_a_file_are_not_asked(name: str, content: str, listener: Listener, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content.format(url=listener.url), encoding="utf-8")
    assert len(read_hazards(tmp_path / name, crs="EPSG:4326", defaults={"hazard_type": "CHA"}).data) == 1
    assert listener.heard == []


def test_a_crs_in_a_prj_file_a_column_or_the_call_is_not_asked_for(listener: Listener, tmp_path: Path) -> None:
    table = {"id": ["KS-1"], "type": ["CHA"]}
    gpd.GeoDataFrame(table, geometry=[shapely.Polygon(RING)], crs=4326).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").write_text(f"{listener.url}/prj", encoding="ascii")
    with pytest.raises(HazardDataError, match="names no coordinate reference system"):
        read_hazards(tmp_path / "a.shp")
    for crs in (f"{listener.url}/crs", "/vsicurl/" + listener.url):
        with pytest.raises(HazardDataError, match="no coordinate reference system that PROJ knows"):
            read_hazards(tmp_path / "a.shp", crs=crs)
    points = pd.DataFrame(
        {"id": "KS-1", "type": "CHA", "point": [1, 2, 3], "lon": [21, 21.1, 21.1], "lat": [42, 42, 43]}
    )
    with pytest.raises(HazardDataError, match="no coordinate reference system that PROJ knows"):
        read_hazards(points.assign(crs=listener.url))
    assert listener.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "{url}/a.geojson", "/vsicurl/{url}/a.geojson", "/vsizip//vsicurl/{url}/a.zip", "WFS:{url}", "WMS:{url}",
        "GeoJSON:{url}", "ESRIJSON:{url}", "OAPIF:{url}", "CSW:{url}", "PG:host=127.0.0.1 password=secret",
        "MYSQL:db,user=x,password=secret", "mongodb+srv://u:secret@127.0.0.1", "Mongodb:mongodb://u:secret@127.0.0.1",
        "OCI:u/secret@127.0.0.1", "MSSQL:server=127.0.0.1;PWD=secret", "ES:{url}", "MVT:{url}", "GPKG:/vsicurl/{url}/a",
        "s3://bucket/a.parquet", "ftp://127.0.0.1/a", "<OGRVRTDataSource><x>{url}</x></OGRVRTDataSource>",
    ],
)  # fmt: skip
def test_addresses_and_connections_in_place_of_a_path_are_refused(address: str, listener: Listener) -> None:
    with pytest.raises(HazardDataError, match=r"is an address|is a connection|there is no file") as caught:
        read_hazards(address.format(url=listener.url))
    assert "secret" not in str(caught.value)
    assert listener.heard == []


ENTITIES = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">]><kml xmlns="http://www.opengis.net/kml/2.2"/>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bomb.kml", ENTITIES, "declares a document type or entities"),
        ("bomb.gml", ENTITIES.replace("kml", "gml"), "declares a document type or entities"),
        (
            "wide.kml",
            ENTITIES,
            "declares a document type or entities",
        ),
        (
            "remote.vrt",
            '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://127.0.0.1:9</SrcDataSource></x>',
            "points to other sources",
        ),
        ("pipe.geojson", '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}', "isn't GeoJSON"),
        ("remote.gml", "<x><!-- <OGRWFSDataSource> --><y xmlns='http://www.opengis.net/gml'/></x>", "any feature"),
    ],
)
def test_files_that_point_elsewhere_are_refused(name: str, content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-16" if name.startswith("wide") else "utf-8")
    with pytest.raises(HazardDataError, match=message):
        read_hazards(tmp_path / name)


def test_a_boundary_file_that_points_elsewhere_asks_nobody(listener: Listener, tmp_path: Path) -> None:
    layer = f'<OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{listener.url}/a.geojson</SrcDataSource></OGRVRTLayer>'
    (tmp_path / "units.vrt").write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>", encoding="utf-8")
    with pytest.raises(HazardDataError, match="points to other sources"):
        places(source=tmp_path / "units.vrt")
    assert listener.heard == []


@pytest.mark.parametrize("name", ["../out.geojson", "/out.geojson", "a/../../out.geojson", "C:\\out.geojson"])
def test_an_archive_that_leads_out_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(name, "{}")
    with pytest.raises(HazardDataError, match="leads out of the archive"):
        read_hazards(tmp_path / "in.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["in.zip"]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.xlsx", "bomb.kmz"])
def test_an_archive_that_grows_without_bound_is_left(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml" if name.endswith("xlsx") else "doc.kml", bytes(20_000_000))
    with pytest.raises(HazardDataError, match="unpacks to more than 10,000,000 bytes"):
        read_hazards(tmp_path / name, limits={"unpacked_bytes": 10_000_000})


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_archive_says_so(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(content)
    with pytest.raises(HazardDataError, match=r"half.zip"):
        read_hazards(tmp_path / "half.zip")


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    entity = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    for name in ("a.kml", "a.gml"):
        (tmp_path / name).write_text(f'<?xml version="1.0"?>{entity}<kml>&x;</kml>', encoding="utf-8")
        with pytest.raises(HazardDataError, match="declares a document type or entities"):
            read_hazards(tmp_path / name)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def test_a_billion_laughs_within_a_spreadsheet_end_soon(tmp_path: Path) -> None:
    """What is inside of an archive is XML too."""
    good = tmp_path / "good.xlsx"
    pd.DataFrame({"id": ["KS-1"], "type": ["CHA"]}).to_excel(good, index=False)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = BILLION.encode() + text.replace(b"<sheetData>", b"<sheetData>&j;")
            target.writestr(name, text)
    with pytest.raises(HazardDataError):
        read_hazards(tmp_path / "bad.xlsx", crs="EPSG:4326")


def test_a_hundred_thousand_records_are_read(tmp_path: Path) -> None:
    count = 100_000
    south, west = np.stack(np.divmod(np.arange(count), 500)) / 500 + [[42.2], [20.5]]
    shapes = shapely.box(west, south, west + 0.001, south + 0.001)
    table = {"hazard_id": [f"KS-{i}" for i in range(count)], "hazard_type": "CHA"}
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(tmp_path / "many.gpkg")
    result = read_hazards(tmp_path / "many.gpkg")
    assert (len(result.data), len(result.rejected)) == (count, 0)
