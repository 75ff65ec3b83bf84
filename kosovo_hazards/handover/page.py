"""The page on the completion of one area: what was done, what lacks, what risk remains, and fields to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kosovo_hazards import pages
from kosovo_hazards.dossiers import perimeter_m, sheet_style
from kosovo_hazards.language import Catalogue, catalogue, languages
from kosovo_hazards.schema import BENEFICIARIES, FINDS, MET, NOT_MET, UNKNOWN, Product

if TYPE_CHECKING:
    import jinja2

    from kosovo_hazards.handover.completing import Completion

__all__ = ["Finished", "Shared", "list_page", "page_of"]

_ASSETS = Path(__file__).parent / "assets"
_ROLES = ("operator", "quality", "centre", "receiver")


@dataclass(frozen=True)
class Shared:
    """What all pages share.

    Attributes
    ----------
    t
        The words.
    grid
        Name of the grid on the map.
    as_of
        Day of the register, empty where it is not known.
    required_depth_cm
        Depth that is required.
    residual
        What is said of the risk that remains.
    synthetic
        Whether the records are made up.
    sources, made
        Where they come from, and when the page was made.
    """

    t: Catalogue
    grid: str
    as_of: str
    required_depth_cm: float
    residual: str
    synthetic: bool
    sources: str
    made: str


@dataclass(frozen=True)
class Finished:
    """What is told of an area.

    Attributes
    ----------
    area
        Its row of the areas.
    releases, items
        Those of the area.
    corners
        Its turning points.
    picture
        Its map as an address.
    """

    area: pd.Series
    releases: pd.DataFrame
    items: pd.DataFrame
    corners: pd.DataFrame
    picture: str


def page_of(one: Finished, shared: Shared) -> str:
    """Write the page of an area.

    Parameters
    ----------
    one
        The area.
    shared
        What all pages share.

    Returns
    -------
    HTML that loads nothing and runs nothing.
    """
    t, area = shared.t, one.area
    key = "completion.title" if area["finished"] else "completion.title_open"
    return _page(
        "completion.html",
        shared,
        title=t(key, id=area["hazard_id"]),
        finished=bool(area["finished"]),
        picture=one.picture,
        legend=_legend(one, t),
        grid=shared.grid,
        facts=_facts(one, shared),
        blocks=[_ground(area, t), _depth(area, shared), _found(one, t), _people(area, t)],
        headings=[
            t(f"completion.release.{name}") for name in ("id", "product", "day", "operator", "how", "m2", "depth")
        ],
        releases=[_release(row, t) for row in one.releases.to_dict("records")],
        open_points=[t.texts[f"completion.open.{point}"] for point in filter(None, area["open_points"].split("; "))],
        residual=shared.residual,
        sign=_sign(),
    )


def list_page(found: Completion, stems: dict[str, str], rejected: Mapping[str, Sequence[str]], shared: Shared) -> str:
    """Write the page that lists all areas with their new status and open points, and what belongs to none of them.

    Parameters
    ----------
    found
        Where the completion of the areas stands.
    stems
        Names of the files of those that have a page.
    rejected
        Rejected records with their reasons, by the key of their heading.
    shared
        What all pages share.
    """
    t, areas = shared.t, found.areas
    rows = [
        (
            str(area["hazard_id"]),
            stems.get(str(area["hazard_id"]), ""),
            [
                _status(t, area["status"]),
                _status(t, area["new_status"]),
                _m2(t, _left_m2(area)),
                _points(area, t),
            ],
        )
        for area in areas.to_dict("records")
    ]
    finished = int(areas["finished"].sum())
    names = ("status", "new_status", "remaining", "open_points")
    headings = [t("completion.area"), *(t(f"completion.{name}") for name in names)]
    elsewhere = found.items[found.items["hazard_id"].isna()]
    lost = [(t(heading), list(lines)) for heading, lines in rejected.items()]
    summary = t("completion.summary", finished=t.number(finished), all=t.number(len(areas)))
    return _page(
        "list.html",
        shared,
        title=t("completion.list"),
        summary=summary,
        headings=headings,
        rows=rows,
        more=[(t("completion.items_of_none"), [f"{name}: {count}" for name, count in _items(elsewhere, t)]), *lost],
    )


def _page(name: str, shared: Shared, **values: Any) -> str:
    same = {"synthetic": shared.synthetic, "sources": shared.sources, "made": shared.made}
    style = sheet_style() + (_ASSETS / "completion.css").read_text(encoding="utf-8")
    text = _template(name).render(t=shared.t, style=style, **same, **values)
    return text.replace("<!--policy-->", pages.policy(text), 1)


@lru_cache(maxsize=2)
def _template(name: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((_ASSETS / name).read_text(encoding="utf-8"))


# --- blocks of figures -----------------------------------------------------------------------------------------------


def _facts(one: Finished, shared: Shared) -> list[tuple[str, str]]:
    t, area = shared.t, one.area
    place = ", ".join(str(area[name]) for name in ("municipality", "district") if pd.notna(area.get(name)))
    return [
        (t("completion.new_status"), _status(t, area["new_status"])),
        (t("completion.status"), _status(t, area["status"])),
        (t("column.kind"), _word(t, "hazard_type", area)),
        (t("column.contamination"), _word(t, "contamination", area)),
        (t("sheet.place"), place or t("unknown")),
        (t("sheet.operator"), _text(t, area.get("operator"))),
        (t("completion.started"), _day(t, area["started"])),
        (t("completion.last_release"), _day(t, area["last_release"])),
        (t("completion.handed_over"), _day(t, area["handed_over"])),
        (t("sheet.as_of"), shared.as_of or t("unknown")),
        (t("sheet.perimeter"), f"{t.number(perimeter_m(one.corners))} m" if len(one.corners) else t("unknown")),
        (t("sheet.start"), str(one.corners["mgrs"].iloc[0]) if len(one.corners) else t("unknown")),
    ]


def _ground(area: pd.Series, t: Catalogue) -> tuple[str, list[tuple[str, str]]]:
    rows = [(t("completion.baseline"), _m2(t, area["baseline_m2"]))]
    rows += [(t.texts[f"product.{product}"], _m2(t, area[f"{product}_m2"])) for product in Product]
    if area["closed_m2"] >= 1:
        rows.append((t("completion.closed"), _m2(t, area["closed_m2"])))
    rows.append((t("completion.remaining"), _m2(t, _left_m2(area))))
    if area["sliver_m2"] >= 1:
        rows.append((t("completion.strips"), _m2(t, area["sliver_m2"])))
    return t("completion.ground"), [*rows, (t("completion.outside"), _m2(t, area["outside_m2"]))]


def _depth(area: pd.Series, shared: Shared) -> tuple[str, list[tuple[str, str]]]:
    t = shared.t
    required = _cm(t, shared.required_depth_cm)
    samples = t("unknown")
    if pd.notna(area["samples_taken"]):
        passed = t.number(int(area["samples_passed"])) if pd.notna(area["samples_passed"]) else t("unknown")
        samples = t("completion.samples_of", passed=passed, taken=t.number(int(area["samples_taken"])))
    return t("completion.depth"), [
        (t("completion.required"), required),
        (t("completion.shallowest"), _cm(t, area["shallowest_cm"])),
        (t("completion.depth_met"), _verdict(t, area["depth"])),
        (t("completion.deepest"), _cm(t, area["deepest_cm"])),
        (t("completion.samples"), samples),
        (t("completion.quality_met"), _verdict(t, area["quality"])),
    ]


def _found(one: Finished, t: Catalogue) -> tuple[str, list[tuple[str, str]]]:
    area = one.area
    rows = [(t.texts[f"told.{name}"], _count(t, area[name])) for name in FINDS]
    if area["finds_unknown"]:
        rows.append((t("completion.uncounted"), t.number(int(area["finds_unknown"]))))
    return t("completion.found"), [*rows, *_items(one.items, t)]


def _items(items: pd.DataFrame, t: Catalogue) -> list[tuple[str, str]]:
    """Category and model of items with their number."""
    rows = []
    for item in items.to_dict("records"):
        category = t.texts.get(f"device_category.{item['device_category']}", str(item["device_category"]))
        model = t("unknown") if item["device_model"] == UNKNOWN else str(item["device_model"])
        rows.append((f"{category}, {model}", t.number(int(item["quantity"]))))
    return rows


def _people(area: pd.Series, t: Catalogue) -> tuple[str, list[tuple[str, str]]]:
    return t("completion.people"), [(t(f"field.{name}"), _count(t, area[name])) for name in BENEFICIARIES]


def _release(row: dict[str, Any], t: Catalogue) -> list[str]:
    m2 = row.get("reported_area_m2") if pd.isna(row.get("area_m2")) else row.get("area_m2")
    how = ", ".join(str(row[name]) for name in ("operational_method", "team") if pd.notna(row.get(name)))
    product = row.get("product")
    return [
        str(row["release_id"]),
        t.texts.get(f"product.{product}.short", str(product)),
        _day(t, row.get("completed")),
        _text(t, row.get("operator")),
        how or t("unknown"),
        _m2(t, m2),
        _cm(t, row["depth_cleared_cm"]) if product == Product.CLEARED else "–",
    ]


def _legend(one: Finished, t: Catalogue) -> list[tuple[str, str]]:
    kinds = [("area", t("completion.outline"))]
    if not one.area["finished"]:
        kind = one.area.get("hazard_type")
        kinds.append(("CHA" if kind == "CHA" else "SHA", t("completion.remaining")))
    have = set(one.releases["product"])
    return [*kinds, *((str(product), t.texts[f"product.{product}.short"]) for product in Product if product in have)]


def _left_m2(area: Any) -> float:
    """What remains; strips between two surveys of one line are told apart."""
    return float(area["remaining_m2"] - area["sliver_m2"])


def _points(area: dict[str, Any], t: Catalogue) -> str:
    points = [t.texts[f"completion.open.{point}"] for point in filter(None, area["open_points"].split("; "))]
    return " ".join(points) or t("completion.no_open_points")


# --- words -----------------------------------------------------------------------------------------------------------


def _word(t: Catalogue, column: str, area: pd.Series) -> str:
    value = area.get(column)
    return t("unknown") if pd.isna(value) else t.texts.get(f"{column}.{value}", str(value))


def _status(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else t.texts.get(f"status.{value}", str(value))


def _verdict(t: Catalogue, word: str) -> str:
    mark = {MET: "✓ ", NOT_MET: "✗ "}.get(word, "")
    return mark + t.texts[f"completion.verdict.{word}"]


def _text(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else str(value)


def _day(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else t.day(pd.Timestamp(value).date())


def _m2(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else f"{t.number(float(value))} m²"


def _cm(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else f"{t.localised(f'{float(value):,.4g}')} cm"


def _count(t: Catalogue, value: Any) -> str:
    return t("unknown") if pd.isna(value) else t.number(int(value))


def _sign() -> dict[str, Any]:
    """Fields to sign, in every language that ships: who signs may read another than who printed."""
    words = [catalogue(code, report=True) for code in sorted(languages(), key=lambda code: code != "en")]

    def each(key: str) -> str:
        return " / ".join(dict.fromkeys(t(key) for t in words))

    return {
        "title": each("completion.sign"),
        "headings": [each(f"sheet.{name}") for name in ("name", "day", "signature")],
        "roles": [each(f"completion.{name}") for name in _ROLES],
    }
