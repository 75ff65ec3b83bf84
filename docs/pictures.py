"""Pictures of map and charts, taken from the demo register: ``python docs/pictures.py`` after a change of look.

Needs Chromium and the packages of the tests.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

import kosovo_hazards as kh

CHROMIUM = "/usr/bin/chromium"
IMAGES = Path(__file__).parent / "images"
# Flat colours: 256 of them look the same as all, at a third of the bytes, if rare ones are among them.
COLOURS = 256


def open_area(page: Page) -> None:
    page.locator("[data-kh-tab=areas]").click()
    page.locator(".kh-open", has_text="SYN-N-01").first.click()
    page.mouse.move(0, 0)


def saved(image: Image.Image, name: str) -> None:
    image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, 4, dither=Image.Dither.NONE).save(
        IMAGES / f"{name}.png", optimize=True
    )


def charts() -> None:
    hazards, _ = kh.demo_data("2024-12-31")
    ranking = kh.prioritise(hazards)
    plan = kh.plan(hazards, kh.Capacity(21, 168), ranking, start=2025, cost_eur_per_m2=2.5)
    for name, figure in (
        ("contributions", kh.contributions_chart(ranking, top=10, synthetic=True)),
        ("plan", kh.plan_chart(plan, top=25, synthetic=True)),
    ):
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", dpi=110)
        saved(Image.open(drawn), name)


def picture(browser: Browser, made: Path, name: str, size: tuple[int, int], act: Callable[[Page], None] | None) -> None:
    narrow = size[0] < 500
    options = {"device_scale_factor": 1.5, "is_mobile": True, "has_touch": True} if narrow else {}
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
    page.goto(made.as_uri())
    page.wait_for_selector(".kh-ready")
    if act:
        act(page)
    page.wait_for_timeout(500)
    saved(Image.open(io.BytesIO(page.screenshot())), name)
    page.close()


def main() -> None:
    charts()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = Path(folder) / "map.html"
        kh.hazard_map(*kh.demo_data("2024-12-31"), as_of="2024-12-31").save(str(made))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        picture(browser, made, "map", (1280, 800), None)
        picture(browser, made, "map-phone", (390, 844), None)
        picture(browser, made, "area", (1280, 800), open_area)
        browser.close()


if __name__ == "__main__":
    main()
