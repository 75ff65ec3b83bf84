"""Whatever a file holds and whatever its name says, reading it asks no network and reads no other file.

Every format that GDAL can write, and texts by which GDAL would look elsewhere, under every ending, plain, in an archive
and behind forged first bytes, with a server listening and a secret file beside. All of it is tried with
``KOSOVO_HAZARDS_HEAVY=1``, else a part.
"""

from __future__ import annotations

import http.server
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError

pytestmark = pytest.mark.filterwarnings("ignore")

SECRET = "SECRET-7f3a"  # noqa: S105 - only a word to look for
ENDINGS = (
    ".geojson", ".json", ".geojsonl", ".gpkg", ".sqlite", ".shp", ".dbf", ".kml", ".kmz", ".gml", ".fgb", ".parquet",
    ".csv", ".txt", ".tsv", ".xlsx", ".ods", ".zip", ".vrt", ".xml", ".tab", ".mif", ".gpx", ".gdb", "",
)  # fmt: skip
FEW_ENDINGS = (".geojson", ".gpkg", ".gml", ".csv")
FORGED = (
    b"",
    b"SQLite format 3\x00",
    b"fgb\x03fgb\x01",
    b"PK\x03\x04",
    b"\x00\x00\x27\x0a",
    b"PAR1",
    b"\xef\xbb\xbf",
    b"  \n",
)
HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"


class Listener:
    """A server on this computer that remembers what it was asked for."""

    def __init__(self) -> None:
        heard = self.heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_error(404)

            do_HEAD = do_POST = do_GET  # noqa: N815 - named by the base class

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def secret_register() -> gpd.GeoDataFrame:
    table = {"hazard_id": [SECRET], "hazard_type": ["CHA"], "NAME_1": [SECRET]}
    return gpd.GeoDataFrame(table, geometry=[shapely.box(21, 42.6, 21.01, 42.61)], crs=4326)


RING = "[[21,42.6],[21.01,42.6],[21.01,42.61],[21,42.6]]"
POLYGON = f'{{"type":"Polygon","coordinates":[{RING}]}}'


def texts(url: str, secret: Path) -> dict[str, str]:
    """Texts by which GDAL, or a reader of its formats, looks at an address or at another file."""
    gml = 'xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    layer = '<OGRVRTLayer name="secret"><SrcDataSource relativeToVRT="{}">{}</SrcDataSource></OGRVRTLayer>'
    return {
        "vrt to a file": f"<OGRVRTDataSource>{layer.format(0, secret)}</OGRVRTDataSource>",
        "vrt to a file beside": f"<OGRVRTDataSource>{layer.format(1, secret.name)}</OGRVRTDataSource>",
        "vrt to an address": f"<OGRVRTDataSource>{layer.format(0, f'/vsicurl/{url}/a.geojson')}</OGRVRTDataSource>",
        "vrt after a comment": f"<!-- x --><OGRVRTDataSource>{layer.format(0, secret)}</OGRVRTDataSource>",
        "vrt in kml": f'<kml xmlns="http://www.opengis.net/kml/2.2"><!-- <OGRVRTDataSource> --><OGRVRTDataSource>'
        f"{layer.format(0, secret)}</OGRVRTDataSource></kml>",
        "vrt in gml": f"<a {gml}><OGRVRTDataSource>{layer.format(0, secret)}</OGRVRTDataSource></a>",
        "vrt in json": json.dumps({"a": f"<OGRVRTDataSource>{layer.format(0, secret)}</OGRVRTDataSource>"}),
        "vrt in geojson": '{"type":"FeatureCollection","x":'
        + json.dumps(f"<OGRVRTDataSource>{layer.format(0, secret)}</OGRVRTDataSource>")
        + ',"features":[]}',
        "raster vrt": f'<VRTDataset rasterXSize="1" rasterYSize="1"><x>/vsicurl/{url}/a.tif</x></VRTDataset>',
        "wfs": f"<OGRWFSDataSource><URL>{url}/wfs?</URL></OGRWFSDataSource>",
        "wfs answer": f'<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs" {gml}><x xlink:href="{url}/w"/>'
        "</wfs:WFS_Capabilities>",
        "wfs prefix": f"WFS:{url}/wfs",
        "oapif": json.dumps({"links": [{"rel": "data", "href": f"{url}/collections"}], "collections": []}),
        "pipeline": json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secret}"}),
        "wms": f'<GDAL_WMS><Service name="TMS"><ServerUrl>{url}/t</ServerUrl></Service></GDAL_WMS>',
        "gpx": f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="1" lon="2"><x href="{url}/g"/></wpt></gpx>',
        "georss": f'<rss><channel><link>{url}/r</link><item><a href="{secret}"/></item></channel></rss>',
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="x"><image xlink:href="{url}/s"/></svg>',
        "gml schema": f'<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" {gml} '
        f'xsi:schemaLocation="http://ogr.maptools.org/ {url}/a.xsd http://b beside.xsd"><gml:featureMember><ogr:h>'
        f'<ogr:type xlink:href="{url}/x#a" xmlns:xlink="http://www.w3.org/1999/xlink">CHA</ogr:type></ogr:h>'
        "</gml:featureMember></ogr:FeatureCollection>",
        "gml srs": f'<FeatureCollection {gml}><gml:featureMember><h><g><gml:Point srsName="{url}/crs"><gml:pos>21 42'
        "</gml:pos></gml:Point></g></h></gml:featureMember></FeatureCollection>",
        "kml link": f'<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>{url}/k.kml</href></Link>'
        f"</NetworkLink><NetworkLink><Link><href>{secret.name}</href></Link></NetworkLink></kml>",
        "entity": f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{secret}"><!ENTITY y SYSTEM "{url}/e">]><kml>&x;&y;</kml>',
        "dtd": f'<!DOCTYPE kml SYSTEM "{url}/dtd"><kml/>',
        **{
            f"geojson {key}": f'{{"type":"FeatureCollection","{key}":{{"{kind}":"{kind_value}","properties":'
            f'{{"href":"{url}/crs","url":"{url}/crs","name":"{url}/crs"}}}},"features":[{{"type":"Feature",'
            f'"properties":{{}},"geometry":{POLYGON}}}]}}'
            for key, kind, kind_value in (("crs", "type", "link"), ("CRS", "type", "LINK"), ("Crs", "Type", "link"))
        },
        "geojson crs by name": f'{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{url}/crs"'
        f'}}}},"features":[{{"type":"Feature","properties":{{}},"geometry":{POLYGON}}}]}}',
        "geojson crs of a file": f'{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{secret}"'
        f'}}}},"features":[{{"type":"Feature","properties":{{}},"geometry":{POLYGON}}}]}}',
        "esri json": json.dumps({"geometryType": "esriGeometryPolygon", "spatialReference": {"wkt": f"{url}/crs"},
                                 "exceededTransferLimit": True, "url": f"{url}/query",
                                 "features": [{"attributes": {"a": 1}, "geometry": {"rings": []}}]}),
        "topojson": json.dumps({"type": "Topology", "objects": {}, "arcs": [], "x": f"{url}/t"}),
        "stac": json.dumps({"type": "FeatureCollection", "stac_version": "1", "links": [{"rel": "n", "href": url}],
                            "features": [{"type": "Feature", "stac_version": "1.0.0", "geometry": None,
                                          "properties": {}, "assets": {"a": {"href": f"{url}/a.tif"}}}]}),
        "tilejson": json.dumps({"tilejson": "2.2.0", "tiles": [f"{url}/{{z}}"], "vector_layers": [{"id": "a"}]}),
        "mapinfo": f'!table\n!version 300\nDefinition Table\n  Type NATIVE\n  File "{secret}"\n',
        "mapinfo view": f'!table\nOpen Table "{secret}" Hide\nCreate View secret As\nSelect *\nFrom secret\n',
        "edigeo": f"BOMT 12:{secret}\nCSET 03:IRV\nEOMT 00:\n",
        "csv": f"hazard_id,hazard_type,wkt\n{url}/c,CHA,/vsicurl/{url}/w\n",
        "path": f"{secret}\n",
        "address": f"/vsicurl/{url}/a.geojson\n",
        "gtfs": f"agency_id,agency_name,agency_url\na,b,{url}/g\n",
        "osm": f'<osm version="0.6"><node id="1" lat="1" lon="2"><tag k="url" v="{url}/o"/></node></osm>',
        "pds4": f'<Product_Observational xmlns="http://pds.nasa.gov/pds4/pds/v1"><x>{secret}</x></Product_Observational>',
        "cityjson": json.dumps({"type": "CityJSON", "extensions": {"x": {"url": f"{url}/x.json"}}}),
    }  # fmt: skip


def written_by_gdal(folder: Path) -> dict[str, bytes]:
    """A small file of each format that GDAL writes, as far as it can be written from a table."""
    found = {}
    table = gpd.GeoDataFrame({"name": ["a"], "hazard_type": ["CHA"]}, geometry=[shapely.Point(21, 42.6)], crs=4326)
    for driver in sorted(pyogrio.list_drivers(write=True)):
        path = folder / f"{driver.replace(' ', '_')}.bin"
        try:
            pyogrio.write_dataframe(table, path, driver=driver)
        except Exception:  # noqa: S112 - many formats take other tables only
            continue
        if path.is_file():
            found[driver] = path.read_bytes()
    return found


READERS: dict[str, Callable[[Path], object]] = {
    "register": lambda path: kh.read_hazards(path, crs="EPSG:4326", defaults={"hazard_type": "CHA"}),
    "boundaries": lambda path: kh.places(source=path),
}


def said(path: Path, read: Callable[[Path], object]) -> str:
    """All that comes of reading, as text."""
    try:
        result = read(path)
    except HazardDataError as error:
        return str(error)
    if isinstance(result, kh.ReadResult):
        return "\n".join([result.data.to_csv(), result.rejected.to_csv(), *result.notes])
    return result.to_csv()  # type: ignore[attr-defined]


@pytest.mark.parametrize("reader", READERS)
def test_no_file_makes_reading_look_elsewhere(reader: str, listener: Listener, tmp_path: Path) -> None:
    """0 requests and 0 foreign bytes over all contents, endings and forms."""
    folder = tmp_path / "here"
    folder.mkdir()
    secret = folder / "secret.geojson"
    secret_register().to_file(secret, driver="GeoJSON")
    include = f'<include schemaLocation="{listener.url}/b.xsd"/>'
    (folder / "beside.xsd").write_text(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{include}</schema>')
    (tmp_path / "made").mkdir()
    contents = {name: text.encode() for name, text in texts(listener.url, secret).items()}
    contents |= written_by_gdal(tmp_path / "made")
    endings = ENDINGS if HEAVY else FEW_ENDINGS if reader == "register" else FEW_ENDINGS[:1]
    tried = 0
    for name, content in contents.items():
        for ending in endings:
            for path in forms(folder, content, ending):
                text = said(path, READERS[reader])
                assert SECRET not in text, (name, ending)
                assert listener.heard == [], (name, ending)
                path.unlink()
                tried += 1
    assert len(contents) > 50
    print(f"{reader}: {len(contents)} contents, {len(endings)} endings, {tried} files, 0 requests, 0 foreign bytes")  # noqa: T201


def forms(folder: Path, content: bytes, ending: str) -> Iterator[Path]:
    """The same content plain, behind forged first bytes, and in an archive."""
    path = folder / f"source{ending}"
    for first in FORGED if HEAVY else FORGED[:1]:
        path.write_bytes(first + content)
        yield path
    if not HEAVY and ending != FEW_ENDINGS[0]:
        return
    path = folder / "source.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"data{ending}", content)
    yield path


def test_the_listener_and_the_secret_would_be_found(listener: Listener, tmp_path: Path) -> None:
    """Else the test above would prove nothing: GDAL by itself reads the secret under the name of another format."""
    secret = tmp_path / "secret.geojson"
    secret_register().to_file(secret, driver="GeoJSON")
    (tmp_path / "harmless.geojson").write_text(texts(listener.url, secret)["vrt to a file"], encoding="utf-8")
    assert SECRET in pyogrio.read_dataframe(tmp_path / "harmless.geojson").to_csv()
    with pytest.raises(HazardDataError, match="points to other sources"):
        kh.read_hazards(tmp_path / "harmless.geojson")
