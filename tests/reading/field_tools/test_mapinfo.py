"""MapInfo tables as MapInfo Professional and QGIS write them: TAB with .dat, .map and .id, and MIF with MID.

Layouts: the TAB files are GDAL's (drivers/vector/mitab.html), with the charset line as MapInfo Professional writes it
where Albanian and Serbian are meant (``WindowsLatin2``); MIF as in "MapInfo Data Interchange Format" (MapInfo
Professional User Guide, appendix on MIF).
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import kosovo_hazards as kh

pytestmark = pytest.mark.filterwarnings("ignore")

FIELD = shapely.Polygon([(7_500_100.12, 4_712_000.34), (7_500_480.56, 4_712_030.78), (7_500_450.9, 4_712_340.12)])
HOLE = shapely.box(7_501_200, 4_712_050, 7_501_250, 4_712_100)


@pytest.fixture(scope="module")
def register() -> gpd.GeoDataFrame:
    with_hole = shapely.box(7_501_000, 4_712_000, 7_501_300, 4_712_200).difference(HOLE)
    parts = shapely.MultiPolygon([shapely.affinity.translate(FIELD, 2_000), shapely.affinity.translate(FIELD, 3_000)])
    return gpd.GeoDataFrame(
        {
            "hazard_id": ["KS-1", "KS-2", "KS-3"],
            "hazard_type": ["CHA", "SHA", "CHA"],
            "name": ["Gjakovë", "Đakovica", "Štrpce; Žur"],
        },
        geometry=[FIELD, with_hole, parts],
        crs="EPSG:9141",
    )


def written(register: gpd.GeoDataFrame, path: Path) -> Path:
    register.to_crs(32634).to_file(path, driver="MapInfo File", encoding="CP1250")
    text = path.read_bytes()
    path.write_bytes(
        text.replace(b'"Neutral"', b'"WindowsLatin2"').replace(b"!charset Neutral", b"!charset WindowsLatin2")
    )
    return path


@pytest.mark.parametrize("ending", [".tab", ".mif", ".dat", ".map", ".id", ".mid"])
def test_a_table_is_read_by_any_of_its_parts(ending: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    main = tmp_path / f"zonat{'.mif' if ending in ('.mif', '.mid') else '.tab'}"
    result = kh.read_hazards(written(register, main).with_suffix(ending))
    assert result.rejected.empty
    assert result.data[["hazard_id", "hazard_type", "name"]].to_numpy().tolist() == [
        ["KS-1", "CHA", "Gjakovë"], ["KS-2", "SHA", "Đakovica"], ["KS-3", "CHA", "Štrpce; Žur"],
    ]  # fmt: skip
    there = gpd.GeoSeries(result.data.geometry, crs="EPSG:4326").to_crs(32634)
    truth = register.to_crs(32634).geometry
    for drawn, true in zip(there, truth, strict=True):
        assert shapely.hausdorff_distance(drawn, true) < 0.01


def test_capital_endings_and_archives_are_read_too(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    main = written(register, tmp_path / "zonat.tab")
    packed = tmp_path / "zonat.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("zonat.*"):
            if part != packed:
                archive.write(part, f"export/{part.name.upper()}")
    assert len(kh.read_hazards(packed).data) == 3
    assert len(kh.read_hazards(main, sandbox=True).data) == 3


def test_a_part_that_is_missing_is_named(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    for main, part in (("zonat.tab", ".dat"), ("zonat.mif", ".mid")):
        file = written(register, tmp_path / main)
        file.with_suffix(part).unlink()
        with pytest.raises(kh.HazardDataError, match=f"lacks its {part} file"):
            kh.read_hazards(file)
        for left in tmp_path.glob("zonat.*"):
            left.unlink()


def test_records_that_do_not_come_are_missed(register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    file = written(register, tmp_path / "zonat.mif")
    file.write_bytes(file.read_bytes()[:-400])
    with pytest.raises(kh.HazardDataError, match=r"zonat\.mif"):
        kh.read_hazards(file)


@pytest.mark.parametrize(
    "text",
    [
        '!table\n!version 300\n\nDefinition Table\n  File "secret.dbf"\n  Type DBF Charset "x"\n',
        '!table\n!version 300\n\nDefinition Table\n  Type LINKED Charset "Neutral"\n  Fields 1\n  ID Integer ;\n',
        '!table\nDefinition Table\n  Type NATIVE\nbegin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n',
        '!table\n!version 100\nopen table "secret" Hide\ncreate view both as\nSelect * From secret\n',
    ],
    ids=["another file", "linked", "seamless", "view"],
)
def test_tables_that_point_elsewhere_are_not_followed(text: str, register: gpd.GeoDataFrame, tmp_path: Path) -> None:
    written(register, tmp_path / "secret.tab")
    file = tmp_path / "zonat.tab"
    shutil.copy(tmp_path / "secret.dat", tmp_path / "zonat.dat")
    file.write_text(text, encoding="ascii")
    with pytest.raises(kh.HazardDataError, match="points to other data, which are not followed"):
        kh.read_hazards(file)


def test_text_parted_by_tabs_is_still_a_table_of_text(tmp_path: Path) -> None:
    file = tmp_path / "zonat.tab"
    file.write_text("hazard_id\thazard_type\twkt\nKS-1\tCHA\tPOLYGON ((21 42, 21.1 42, 21.1 42.1, 21 42))\n", "utf-8")
    assert kh.read_hazards(file, crs="EPSG:4326").data["hazard_id"].tolist() == ["KS-1"]


def test_an_ellipse_keeps_its_ground_for_hazards_and_gives_none_away_for_releases(tmp_path: Path) -> None:
    (tmp_path / "e.mif").write_text(
        'Version 300\nCharset "WindowsLatin1"\nDelimiter ","\nCoordSys Earth Projection 8, 104, "m", 21, 0, 0.9996, '
        "500000, 0\nColumns 2\n  id Char(10)\n  type Char(10)\nData\n\n"
        "Ellipse 500000 4712000 500600 4712240\n    Pen (1,2,0)\n    Brush (1,0,16777215)\n",
        encoding="ascii",
    )
    (tmp_path / "e.mid").write_text('"E-1","cleared"\n', encoding="ascii")
    at = np.linspace(0, 2 * np.pi, 4_001)
    true = shapely.Polygon(np.stack([500_300 + 300 * np.cos(at), 4_712_120 + 120 * np.sin(at)], axis=1))
    hazards = kh.read_hazards(tmp_path / "e.mif", values={"cleared": "SHA"})
    hazard = gpd.GeoSeries(hazards.data.geometry, crs="EPSG:4326").to_crs(32634)[0]
    release = gpd.GeoSeries(
        kh.read_releases(tmp_path / "e.mif", columns={"product": "type"}).data.geometry, crs="EPSG:4326"
    ).to_crs(32634)[0]
    assert true.difference(hazard.buffer(1e-3)).is_empty
    assert release.difference(true.buffer(1e-3)).is_empty
    assert max(shapely.hausdorff_distance(one, true) for one in (hazard, release)) < 0.1
    assert hazards.repairs["what"].tolist() == ["ellipse drawn with straight lines at most 0.1 m beside it"]
