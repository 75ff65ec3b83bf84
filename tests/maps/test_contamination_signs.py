"""The sign of a small area tells its contamination by shape: on the web map, on paper, in a dossier."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

import kosovo_hazards as kh
from kosovo_hazards.charts import paper_map, svg_of
from kosovo_hazards.language import catalogue
from kosovo_hazards.schema import Contamination
from kosovo_hazards.symbols import glyphs

Opener = Callable[..., Any]
KINDS = [kind.value for kind in Contamination]
HEADINGS = {"en": "Contamination: inside the sign", "sr": "Kontaminacija: unutar znaka", "sq": "Ndotja: brenda shenjës"}


def register(*kinds: str | None) -> gpd.GeoDataFrame:
    """Confirmed areas of 50 m, each of its contamination, 8 km apart, and one that is large."""
    small = [shapely.box(20.6 + 0.1 * i, 42.6, 20.6006 + 0.1 * i, 42.6005) for i in range(len(kinds))]
    table = {
        "hazard_id": [f"A-{i}" for i in range(len(kinds) + 1)],
        "hazard_type": "CHA",
        "status": "open",
        "contamination": [*kinds, "mixed"],
    }
    large = shapely.box(20.9, 42.7, 21.2, 42.9)
    return gpd.GeoDataFrame(table, geometry=[*small, large], crs="EPSG:4326")


def test_each_contamination_has_a_glyph_of_its_own() -> None:
    known = glyphs()
    assert set(known) - {""} == set(KINDS) - {"unknown"}
    assert len({glyph.parts for glyph in known.values()}) == len(known)
    numbers = [abs(number) for glyph in known.values() for _, part in glyph.parts for number in part]
    assert max(numbers) <= 1


def grey(shown: Any, row: int) -> np.ndarray:
    """The sign of an area as a print without colours shows it."""
    spot = """(() => { const at = app.map.latLngToContainerPoint(app.layer('hazards').bounds(given).getCenter()),
        box = app.map.getContainer().getBoundingClientRect(); return [at.x + box.left, at.y + box.top]; })()"""
    x, y = shown.run(spot, row)
    clip = {"x": round(x) - 6, "y": round(y) - 6, "width": 12, "height": 12}
    return np.asarray(Image.open(io.BytesIO(shown.page.screenshot(clip=clip))).convert("L")).astype(int)


def test_signs_are_told_apart_without_colours(open_map: Opener) -> None:
    shown = open_map(kh.hazard_map(register(*KINDS), places=False))
    shown.run("app.map.setView([42.6, 20.85], 10, {animate: false})")
    pictures = [grey(shown, row) for row in range(len(KINDS))]
    for one, other in combinations(range(len(KINDS)), 2):
        differing = (np.abs(pictures[one] - pictures[other]) > 30).sum()
        assert differing >= 8, (KINDS[one], KINDS[other], differing)


@pytest.mark.parametrize("language", ["en", "sr", "sq"])
def test_legends_list_what_occurs_and_nothing_else(language: str, open_map: Opener) -> None:
    t = catalogue(language, report=True)
    there, absent = ["anti-personnel mines", "mixed", "unknown"], ["anti-vehicle mines", "other ERW"]
    hazards = register("anti-personnel mines", None, "unknown")
    shown = open_map(kh.hazard_map(hazards, places=False, language=language))
    legend = shown.text(".kh-panel-legend")
    assert HEADINGS[language] in legend
    for kind in there:
        assert legend.count(t(f"contamination.{kind}")) == 1
    for kind in absent:
        assert t(f"contamination.{kind}") not in legend
    figure = paper_map(hazards, kh.places(), t, public=False, synthetic=False)
    legends = [one for one in figure.axes[0].get_children() if hasattr(one, "get_texts")]
    (own,) = [one for one in legends if one.get_title().get_text() == HEADINGS[language]]
    # The mixed one is large enough to be seen and has no sign on paper.
    said = [text.get_text().replace("\n", " ") for text in own.get_texts()]
    assert said == [t("contamination.anti-personnel mines"), t("contamination.unknown")]
    drawn = svg_of(figure).decode()
    assert set(re.findall(r'id="contamination-([^"]+)"', drawn)) == {"anti-personnel mines", "unknown"}


def test_a_popup_and_a_dossier_show_the_sign(open_map: Opener, browser: Any, tmp_path: Path) -> None:
    hazards = register("cluster munition remnants")
    shown = open_map(kh.hazard_map(hazards, places=False))
    shown.run("app.show(app.layer('hazards'), 0)")
    assert shown.page.locator(".kh-popup-title canvas").count() == 2
    folder = kh.write_dossiers(hazards, tmp_path / "dossiers", places=False)
    page = browser.new_page()
    page.goto((folder / "A-0.html").as_uri())
    sign = page.locator("dd", has_text="cluster munition remnants").locator("img")
    assert sign.evaluate("one => one.complete && one.naturalWidth > 0")
    page.close()


def test_a_register_that_knows_no_contamination_has_plain_signs(open_map: Opener) -> None:
    hazards = register("unknown", None).assign(contamination=None)
    shown = open_map(kh.hazard_map(hazards, places=False))
    assert HEADINGS["en"] not in shown.text(".kh-panel-legend")
    shown.run("app.map.setView([42.6, 20.85], 10, {animate: false})")
    # One colour but for its edge.
    assert grey(shown, 0)[4:8, 4:8].std() < 3


def test_words_of_another_register_give_the_same_signs(tmp_path: Path) -> None:
    """A sheet in Spanish with shapes in WKT and words of its own, as an office without English keeps it."""
    (tmp_path / "areas.csv").write_text(
        "Código;Tipo de área;Contaminación;Geometría\n"
        "AP-1;AP;minas antipersonal;POLYGON((-75 6,-74.999 6,-74.999 6.001,-75 6))\n"
        "AP-2;AP;minas antivehículo;POLYGON((-75.1 6,-75.099 6,-75.099 6.001,-75.1 6))\n",
        encoding="utf-8",
    )
    read = kh.read_hazards(
        tmp_path / "areas.csv",
        columns={"hazard_id": "Código", "contamination": "Contaminación", "wkt": "Geometría"},
        values={
            "contamination": {"minas antipersonal": "anti-personnel mines", "minas antivehículo": "anti-vehicle mines"}
        },
        defaults={"hazard_type": "SHA"},
        crs="EPSG:4326",
    )
    assert len(read.data) == 2, read.messages()
    figure = paper_map(read.data, None, catalogue("en", report=True), public=False, synthetic=False)
    drawn = set(re.findall(r'id="contamination-([^"]+)"', svg_of(figure).decode()))
    assert drawn == {"anti-personnel mines", "anti-vehicle mines"}
