"""Twelve boundary files as their publishers lay them out, each with registers of four kinds, from file to open map.

Columns are those that the publishers document: geoBoundaries (shapeName …), GADM 4.1 (NAME_n, ENGTYPE_n, NL_NAME_n), UN
OCHA's COD-AB in English and in French with Arabic (ADM2_EN, ADM2_PCODE, validOn …), OpenStreetMap by QuickOSM (osm_id,
name:en) and by osmtogeojson (@id), Natural Earth admin-1 (name, name_local, type_en, adm0_a3), FAO GAUL (ADM2_NAME),
WHO (ADM2_VIZ_NAME), the German VG250 (GEN, BEZ, AGS), a cadastre's columns in Cyrillic on a metric grid, a statistical
office's in Khmer. The country is made up. ``KOSOVO_HAZARDS_HEAVY=1`` tries all pairs, and a report of each.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

Opener = Callable[..., Any]
HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
KOSOVO = re.compile(r"Kosov|KMAC|\b2030\b|EPSG:9141|KOSOVAREF|Prizren|Mitrovic|Prishtin|Pristin|Gjakov|\bPej[aë]\b")
# Eight units in two rows; two bear one name under different parents.
SQUARES = [shapely.box(104 + x / 5, 12 + y / 5, 104.2 + x / 5, 12.2 + y / 5) for y in range(2) for x in range(4)]
UNITS = ["Sala", "Banteay", "Kampong", "O Reang", "Prek", "Kampong", "Thma", "Vihear"]
ABOVE = ["Norea"] * 4 + ["Sambor"] * 4
TOP = ["Upper"] * 8
SHOWN = ["Sala", "Banteay", "Kampong (Norea)", "O Reang", "Prek", "Kampong (Sambor)", "Thma", "Vihear"]
KHMER = ["សាលា", "បន្ទាយ", "កំពង់", "អូររាំង", "ព្រែក", "កំពត", "ថ្ម", "វិហារ"]
CYRILLIC = ["Сала", "Бантај", "Кампонг", "О Реанг", "Прек", "Тарева", "Тма", "Вихеар"]
NUMBERED = [*UNITS[:2], "Kampong 1", *UNITS[3:5], "Kampong 2", *UNITS[6:]]
CODES = [f"XX{n:02d}" for n in range(8)]


class Layout(NamedTuple):
    """A file: its name, its columns, its CRS, the units as they are to be shown, and the words of the levels."""

    file: str
    columns: dict[str, Any]
    shown: list[str]
    words: tuple[str, ...] = ()
    crs: int = 4326


LAYOUTS = {
    "geoBoundaries": Layout(
        "geoBoundaries-XXX-ADM2.geojson",
        {"shapeName": UNITS, "shapeISO": "", "shapeID": CODES, "shapeGroup": "XXX", "shapeType": "ADM2"}, NUMBERED,
    ),
    "GADM": Layout(
        "gadm41_XXX_2.gpkg",
        {"GID_0": "XXX", "COUNTRY": "Xandia", "GID_1": "XXX.1_1", "NAME_1": ABOVE, "NL_NAME_1": "NA", "VARNAME_1": "NA",
         "TYPE_1": "Khet", "ENGTYPE_1": "Province", "NAME_2": UNITS, "VARNAME_2": "NA", "NL_NAME_2": "NA",
         "TYPE_2": "Srok", "ENGTYPE_2": "District", "CC_2": "NA", "HASC_2": CODES}, SHOWN, ("Province", "District"),
    ),
    "COD-AB": Layout(
        "xxx_admbnda_adm2.zip",
        {"ADM2_EN": UNITS, "ADM2_PCODE": CODES, "ADM2_REF": None, "ADM1_EN": ABOVE, "ADM1_PCODE": "XX0",
         "ADM0_EN": "Xandia", "ADM0_PCODE": "XX", "date": "2024-05-01", "validOn": "2024-06-01", "validTo": None},
        SHOWN,
    ),
    "COD-AB in French and Arabic": Layout(
        "xxx_admbnda_adm2_fr.gpkg",
        {"ADM2_FR": UNITS, "ADM2_AR": [f"وحدة {n}" for n in "ابتثجحخد"], "ADM2_PCODE": CODES, "ADM1_FR": ABOVE,
         "ADM1_AR": "منطقة", "ADM0_FR": "Xandie"}, SHOWN,
    ),
    "QuickOSM": Layout(
        "admin_level_7.geojson",
        {"full_id": [f"r{n}" for n in range(8)], "osm_id": range(8), "osm_type": "relation", "admin_level": "7",
         "boundary": "administrative", "name": UNITS, "name:en": UNITS}, NUMBERED,
    ),
    "osmtogeojson": Layout(
        "export.geojson",
        {"@id": [f"relation/{n}" for n in range(8)], "admin_level": "8", "boundary": "administrative", "name": CYRILLIC,
         "name:ru": CYRILLIC, "type": "boundary", "population": [None] * 8}, CYRILLIC,
    ),
    "Natural Earth": Layout(
        "ne_10m_admin_1_states_provinces.shp",
        {"featurecla": "Admin-1 states provinces", "scalerank": 3, "adm1_code": CODES, "iso_3166_2": CODES,
         "name": SHOWN, "name_local": None, "type": "Khet", "type_en": "Province", "admin": "Xandia", "adm0_a3": "XXX",
         "labelrank": 6, "latitude": 12.1, "longitude": 104.1}, SHOWN,
    ),
    "FAO GAUL": Layout(
        "g2015_2014_2.shp",
        {"ADM2_CODE": range(8), "ADM2_NAME": UNITS, "STATUS": "Member State", "DISP_AREA": "NO", "STR2_YEAR": 1000,
         "EXP2_YEAR": 3000, "ADM1_CODE": 1, "ADM1_NAME": ABOVE, "ADM0_CODE": 9, "ADM0_NAME": "Xandia"}, SHOWN,
    ),
    "WHO": Layout(
        "Detailed_Boundary_ADM2.geojson",
        {"OBJECTID": range(8), "ISO_3_CODE": "XXX", "ADM0_VIZ_NAME": "Xandia", "ADM1_VIZ_NAME": ABOVE,
         "ADM2_VIZ_NAME": UNITS, "ADM2_CODE": CODES, "Shape__Area": 1.0, "Shape__Length": 2.0}, SHOWN,
    ),
    "VG250": Layout(
        "VG250_KRS.gpkg",
        {"ADE": 4, "GF": 4, "BSG": 1, "ARS": CODES, "AGS": CODES, "SDV_ARS": CODES, "GEN": SHOWN, "BEZ": "Landkreis",
         "IBZ": 43, "NUTS": CODES, "WSK": "2009-01-01"}, SHOWN, (), 32648,
    ),
    "cadastre in Cyrillic": Layout(
        "opstine.gpkg", {"Назив_општине": CYRILLIC, "Округ": ["Горњи", *[None] * 3, *["Доњи"] * 4], "Шифра": range(8)},
        CYRILLIC, (), 32648,
    ),
    "office in Khmer": Layout("khum.geojson", {"ឈ្មោះ": KHMER, "លេខកូដ": range(8)}, KHMER),
}  # fmt: skip


def boundaries(layout: Layout, folder: Path) -> Path:
    """The file as it is downloaded."""
    frame = gpd.GeoDataFrame(layout.columns, geometry=SQUARES, crs=4326).to_crs(layout.crs)
    path = folder / layout.file
    frame.to_file(path.with_suffix(".shp.zip") if path.suffix == ".zip" else path, engine="pyogrio")
    return path.with_suffix(".shp.zip") if path.suffix == ".zip" else path


def areas() -> tuple[list[shapely.Polygon], list[int]]:
    """Four areas in each unit but the last."""
    draw = np.random.default_rng(5)
    owner = [unit for unit in range(7) for _ in range(4)]
    west, south = (shapely.bounds(np.array(SQUARES))[owner][:, side] + draw.uniform(0.02, 0.17, 28) for side in (0, 1))
    return list(shapely.box(west, south, west + 0.003, south + 0.002)), owner


def register(kind: str, layout: Layout, folder: Path) -> Path:
    """A register on disk: with the names of places, without any, with names spelled otherwise, or partly broken."""
    shapes, owner = areas()
    frame = gpd.GeoDataFrame(
        {"hazard_id": [f"X-{n}" for n in range(28)], "hazard_type": ["SHA", "CHA"] * 14}, geometry=shapes, crs=4326
    )
    # As people record them, who leave out what lies above unless the file itself has it in the name.
    whole = SHOWN in layout.columns.values()
    names = [layout.shown[unit] if whole else layout.shown[unit].split(" (")[0] for unit in owner]
    if kind == "named":
        frame["municipality"] = names
    elif kind == "spelled otherwise":
        frame["municipality"] = [f" {name.upper()} " for name in names[:14]] + ["n/a"] * 7 + ["Elsewhere"] * 7
    elif kind == "partly broken":
        frame.loc[3, "geometry"] = shapely.Point(104.1, 12.1)
        frame.loc[4, "geometry"] = None
        frame.loc[5, "hazard_type"] = "perhaps"
    path = folder / "register.gpkg"
    frame.to_file(path)
    return path


REGISTERS = ["named", "without names", "spelled otherwise", "partly broken"]
PAIRS = [
    (layout, kind)
    for number, layout in enumerate(LAYOUTS)
    for other, kind in enumerate(REGISTERS)
    if HEAVY or number % 4 == other
]


def strict(text: str) -> Any:
    """JSON as the standard has it: browsers take no NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


@pytest.mark.filterwarnings("ignore::kosovo_hazards.PlacesWarning")
@pytest.mark.filterwarnings("ignore:Column names longer:UserWarning", "ignore:.*Normalized:RuntimeWarning")
# Charts are drawn in DejaVu Sans, which has no Khmer letters; pages use the fonts of the reader.
@pytest.mark.filterwarnings("ignore:Glyph .* missing from font:UserWarning")
@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_from_a_boundary_file_and_a_register_to_tables_and_an_open_map(
    name: str, kind: str, open_map: Opener, tmp_path: Path
) -> None:
    layout = LAYOUTS[name]
    source = boundaries(layout, tmp_path)
    units = kh.places(source=source)
    assert sorted(units["name"]) == sorted(layout.shown)
    read = kh.read_hazards(register(kind, layout, tmp_path))
    assert len(read.data) + len(read.rejected) == 28
    assert len(read.rejected) == (3 if kind == "partly broken" else 0)

    placed = kh.assign_places(read.data, units)
    _, owner = areas()
    truly = {f"X-{n}": layout.shown[unit] for n, unit in enumerate(owner)}
    here = placed[placed["municipality"] != "Elsewhere"]
    assert here["municipality"].tolist() == [truly[key] for key in here["hazard_id"]]
    for level in ("municipality", "district"):
        table = kh.summarise(placed, by=level)
        assert table.loc["Totals", "total_m2"] == pytest.approx(placed["area_m2"].sum(), abs=1)
        assert table.drop(index="Totals")["total_m2"].sum() == pytest.approx(placed["area_m2"].sum(), abs=1)

    work = placed.iloc[:6]
    west, south, _, north = shapely.bounds(work.geometry.to_numpy()).T
    releases = gpd.GeoDataFrame(
        {"release_id": [f"R-{n}" for n in range(6)], "hazard_id": list(work["hazard_id"]), "product": "cleared",
         "completed": [f"{2019 + n}-06-30" for n in range(6)]},
        geometry=shapely.box(west, south, west + 0.0015, north), crs=4326,
    )  # fmt: skip
    made = kh.hazard_map(replace(read, data=placed), kh.read_releases(releases), places=source, as_of="2024-12-31")
    page = made.get_root().render()
    for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S):
        strict(data)
    assert KOSOVO.findall(page) == []
    shown = open_map(made, width=390 if len(name) % 2 else 1280)
    assert (shown.requests, shown.errors) == ([], [])
    text = shown.page.locator(".kh").inner_text()
    assert not re.search(r"\b(NaN|None|null|undefined|nan|NaT|<NA>)\b", text)
    shown.run("""app.show(app.layer("hazards"), 0)""")
    popup = shown.page.locator(".kh-popup-body").text_content()
    assert layout.shown[0] in popup
    assert [word for word in layout.words if word not in popup] == []
    assert "Region" not in popup
    if HEAVY:
        written = kh.write_report(read, kh.read_releases(releases), tmp_path / "report", places=source,
                                  as_of="2024-12-31")  # fmt: skip
        told = re.sub(
            r"(?s)<(style|script|iframe).*?(</\1>|/>)| (srcdoc|src)=\"[^\"]*\"", " ", written.page.read_text("utf-8")
        )
        assert KOSOVO.findall(told) == []
        assert not re.search(r">\s*(NaN|None|nan|NaT|<NA>)\s*<", told)
        book = pd.read_excel(written.path / "tables.xlsx", sheet_name=None)
        assert not any(frame.astype("str").isin(["None", "NaT", "inf"]).any(axis=None) for frame in book.values())
