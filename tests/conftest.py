"""A real browser for the tests of maps, without any way out to a network."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A process for each file would make the tests of commands take minutes; those of the sandbox ask for it.
os.environ.setdefault("KOSOVO_HAZARDS_SANDBOX", "0")
# Property tests that say no number of examples take the same few each time, and many others when time is no matter.
settings.register_profile("few", max_examples=8, deadline=None, derandomize=True)
settings.register_profile("many", max_examples=300, deadline=None)
settings.load_profile("many" if os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1" else "few")
CHROMIUM = Path(os.environ.get("KOSOVO_HAZARDS_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# The canvas is a layer of the map, and knows the program that draws on it.
APP = """
    const { app } = Object.values(window[document.querySelector(".folium-map").id]._layers).find((layer) => layer.app);
"""


@dataclass
class OpenedMap:
    """A map in the browser, and what went wrong or out while it was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, script: str, argument: Any = None) -> Any:
        """Value of an expression in which `app` is the map's program, found by way of folium's variable of the map."""
        return self.page.evaluate(f"(given) => {{ {APP} return {script}; }}", argument)

    def wait(self, script: str) -> None:
        """Wait until an expression is true; asked from here, as the page's own policy forbids to poll inside it."""
        end = time.monotonic() + 8
        while not self.run(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        if os.environ.get("KOSOVO_HAZARDS_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{CHROMIUM} is missing, and KOSOVO_HAZARDS_REQUIRE_BROWSER=1 asks for it")
        pytest.skip(f"{CHROMIUM} is missing: maps are not tested in a browser")
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield opened
    opened.close()
    playwright.stop()


@pytest.fixture
def open_map(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., OpenedMap]]:
    """Save a map, open it, wait until it is drawn; every request but that of the page itself is blocked and kept."""
    contexts = []

    def opened(
        saved: Any, *, width: int = 1280, height: int = 800, fragment: str = "", answers: dict[str, str] | None = None
    ) -> OpenedMap:
        path = saved if isinstance(saved, Path) else tmp_path / f"map{len(contexts)}.html"
        if not isinstance(saved, Path):
            saved.save(str(path))
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
        context.set_default_timeout(8_000)
        contexts.append(context)
        shown = OpenedMap(context.new_page())

        def answer(route: Any) -> None:
            url = route.request.url
            if url.split("#")[0] == path.as_uri():
                route.continue_()
                return
            shown.requests.append(url)
            known = next((body for start, body in (answers or {}).items() if url.startswith(start)), None)
            if known is None:
                route.abort()
            else:
                route.fulfill(body=known)

        context.route("**/*", answer)
        shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
        shown.page.on(
            "console", lambda line: shown.errors.append(line.text) if line.type in ("error", "warning") else None
        )
        shown.page.goto(path.as_uri() + fragment)
        shown.page.wait_for_selector(".kh-ready", timeout=60_000)
        return shown

    yield opened
    for context in contexts:
        context.close()


# --- the ground in a page, read anew from the description of its format ----------------------------------------------


@pytest.fixture(scope="session")
def ground() -> SimpleNamespace:
    """`decoded` gives the rings of each record of a page, `filled` the ground that rings cover."""
    return SimpleNamespace(decoded=decoded, filled=filled)


def decoded(coded: dict[str, Any]) -> list[Any]:
    from kosovo_hazards.maps.coding import STEPS_PER_DEGREE, unpack

    planes = np.frombuffer(unpack(coded["data"]), dtype=np.uint8).reshape(4, -1)
    numbers = np.ascontiguousarray(planes.T).view("<u4").ravel().astype(np.int64)
    records, rings, points = coded["records"], coded["rings"], coded["points"]
    per_record, per_ring = numbers[:records], numbers[records : records + rings]
    zigzag = numbers[records + rings :].reshape(2, points)
    steps = np.cumsum((zigzag >> 1) ^ -(zigzag & 1), axis=1)
    steps = (steps + 2**31) % 2**32 - 2**31
    corners = np.split(steps.T * coded["step"] / STEPS_PER_DEGREE, np.cumsum(per_ring)[:-1])
    ends = np.cumsum(per_record)
    return [corners[end - count : end] for end, count in zip(ends, per_record, strict=True)]


def filled(rings: list[Any]) -> Any:
    """Ground that rings fill by the non-zero rule."""
    closed = [np.vstack([ring, ring[:1]]) for ring in rings if len(ring) >= 3]
    if not closed:
        return shapely.Polygon()
    lines = shapely.union_all([shapely.LineString(ring) for ring in closed])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces)) if len(faces) else np.empty((0, 2))
    return shapely.union_all([face for face, at in zip(faces, inside, strict=True) if winding(closed, at)])


def winding(rings: list[Any], at: Any) -> int:
    total = 0.0
    for ring in rings:
        angle = np.unwrap(np.arctan2(ring[:, 1] - at[1], ring[:, 0] - at[0]))
        total += angle[-1] - angle[0]
    return round(total / (2 * np.pi))


# --- a register of which much is rejected ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def damaged_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 records, ten a row of 0.03 degrees: rows 1 to 60 are fine, four each of the others are bad for one reason.

    Rows 61 to 92 have coordinates that can be used, rows 93 to 96 no geometry, rows 97 to 100 none on Earth.
    """

    def ring(*corners: tuple[float, float]) -> Callable[[float, float], dict[str, Any]]:
        return lambda x, y: {"type": "Polygon", "coordinates": [[[x + dx, y + dy] for dx, dy in corners]]}

    square = ring((0, 0), (0.004, 0), (0.004, 0.003), (0, 0.003), (0, 0))
    bad: list[tuple[Callable[[float, float], Any], dict[str, Any]]] = [
        (lambda x, y: {"type": "Point", "coordinates": [x, y]}, {}),
        (lambda x, y: {"type": "LineString", "coordinates": [[x, y], [x + 0.005, y + 0.002]]}, {}),
        (ring((0, 0), (0.002, 0), (0.004, 0), (0, 0)), {}),
        (ring((0, 0), (0.004, 0)), {}),
        (ring((0, 0), (0, 0), (0, 0), (0, 0)), {}),
        (square, {"hazard_type": "swamp"}),
        (square, {"hazard_type": None}),
        (square, {"hazard_id": "KS-001"}),
        (lambda *_: None, {}),
        (ring((400, 0), (400.004, 0), (400.004, 0.003), (400, 0)), {}),
    ]
    features = []
    for number in range(100):
        draw, odd = bad[(number - 60) // 4] if number >= 60 else (square, {})
        kind = "CHA" if number % 2 else "SHA"
        properties = {"hazard_id": f"KS-{number + 1:03}", "hazard_type": kind, "status": "open", **odd}
        place = (20.9 + 0.03 * (number % 10), 42.4 + 0.03 * (number // 10))
        features.append({"type": "Feature", "properties": properties, "geometry": draw(*place)})
    path = tmp_path_factory.mktemp("damaged") / "damaged.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
