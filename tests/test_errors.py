"""Errors: each kind can be caught by its class, all of them as one, and each says what to do."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

FIELD = shapely.box(21.0, 42.6, 21.01, 42.61)
NOT_PLACED = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["SHA"]}, geometry=[FIELD])
TYPELESS = gpd.GeoDataFrame({"hazard_id": ["KS-1"], "hazard_type": ["x"]}, geometry=[FIELD], crs="EPSG:4326")
POINTS = pd.DataFrame({"longitude": [21.0, 21.01, 21.01], "latitude": [42.6, 42.6, 42.61]})
LEGS = POINTS.assign(bearing=[None, 90.0, 0.0], distance=[None, 10.0, 10.0])
HAZARDS, RELEASES = kh.demo_data()


def _written_twice(folder: Path) -> None:
    kh.write_geojson(HAZARDS, folder / "hazards.geojson")
    kh.write_geojson(HAZARDS, folder / "hazards.geojson")


CAUSES: dict[str, tuple[type[kh.HazardDataError], Callable[[Path], object]]] = {
    "no boundary file": (kh.UnreadableSourceError, lambda folder: kh.places(source=folder / "no.gpkg")),
    "reading without CRS": (kh.MissingCRSError, lambda _: kh.read_hazards(NOT_PLACED)),
    "checking without CRS": (kh.MissingCRSError, lambda _: kh.check(NOT_PLACED)),
    "map without CRS": (kh.MissingCRSError, lambda _: kh.hazard_map(NOT_PLACED)),
    "areas without CRS": (kh.MissingCRSError, lambda _: kh.area_m2(NOT_PLACED.geometry)),
    "places without CRS": (kh.MissingCRSError, lambda _: kh.assign_places(NOT_PLACED)),
    "release without CRS": (kh.MissingCRSError, lambda _: kh.apply_releases(NOT_PLACED, RELEASES)),
    "report without CRS": (kh.MissingCRSError, lambda folder: kh.write_report(NOT_PLACED, None, folder / "report")),
    "file without CRS": (kh.MissingCRSError, lambda folder: kh.write_gis(NOT_PLACED, folder / "out.gpkg")),
    "bad records": (kh.BadRecordsError, lambda _: kh.read_hazards(TYPELESS, on_error="raise")),
    "type unknown": (kh.BadRecordsError, lambda _: kh.summarise(TYPELESS, by="hazard_id")),
    "points of no shape": (kh.UnreadableSourceError, lambda _: kh.read_hazards(POINTS, crs="EPSG:4326")),
    "column that is not there": (kh.UsageError, lambda _: kh.read_hazards(POINTS, columns={"longitude": "x"})),
    "sheet without coordinates": (
        kh.UnreadableSourceError,
        lambda _: kh.polygons_from_turning_points(pd.DataFrame({"a": [1]}), crs="EPSG:4326"),
    ),
    "sheet without CRS": (kh.MissingCRSError, lambda _: kh.polygons_from_turning_points(POINTS)),
    "bearings of no north": (kh.UsageError, lambda _: kh.polygons_from_turning_points(LEGS, crs="EPSG:4326")),
    "bearings of no unit": (
        kh.UsageError,
        lambda _: kh.polygons_from_turning_points(LEGS, crs="EPSG:4326", north="true", bearing_unit="gons"),
    ),
    "place unknown": (kh.UsageError, lambda _: kh.resolve_place("Atlantis")),
    "threshold": (kh.UsageError, lambda _: kh.Limits(gap_m=-1)),
    "language": (kh.UsageError, lambda _: kh.hazard_map(HAZARDS, language="xx")),
    "date": (kh.UsageError, lambda _: kh.check(HAZARDS, as_of="soon")),
    "forecast": (kh.UsageError, lambda _: kh.forecast(1e6, [])),
    "no folder": (kh.NotWrittenError, lambda folder: kh.write_geojson(HAZARDS, folder / "no" / "hazards.geojson")),
    "there already": (kh.NotWrittenError, _written_twice),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_kind_of_error_is_caught_by_its_class(cause: str, tmp_path: Path) -> None:
    kind, act = CAUSES[cause]
    with pytest.raises(kh.HazardDataError) as caught:
        act(tmp_path)
    assert type(caught.value) is kind
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own; workers send errors so
    assert str(again) == str(caught.value)
    assert again.faults == caught.value.faults


def test_a_missing_reference_system_is_told_in_one_wording(tmp_path: Path) -> None:
    for kind, act in CAUSES.values():
        if kind is kh.MissingCRSError:
            with pytest.raises(kind) as caught:
                act(tmp_path)
            sentence, hint = str(caught.value).splitlines()
            assert sentence.endswith(("name no coordinate reference system", "names no coordinate reference system"))
            assert hint.startswith("name it: ")
            assert '"EPSG:4326") for degrees' in hint or 'crs="EPSG:4326" for degrees' in hint


def test_no_error_is_raised_without_its_kind() -> None:
    """A caller who catches by kind misses what is raised as the class of all."""
    assert [place for path in Path(kh.__file__).parent.rglob("*.py") for place in _bare(path)] == []


def _bare(path: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [f"{path.name}:{call.lineno}" for call in calls if getattr(call.func, "id", "") == "HazardDataError"]


def test_errors_are_value_errors_that_pandas_users_catch() -> None:
    for kind in (kh.UnreadableSourceError, kh.MissingCRSError, kh.BadRecordsError, kh.UsageError, kh.NotWrittenError):
        assert issubclass(kind, kh.HazardDataError)
    assert issubclass(kh.HazardDataError, ValueError)
    with pytest.raises(ValueError, match="hazard_id"):
        kh.apply_releases(gpd.GeoDataFrame(pd.DataFrame({"x": [1]}), geometry=[FIELD], crs=4326), RELEASES)


WRONG: dict[str, object] = {
    "the result of reading": kh.read_hazards(HAZARDS),
    "None": None,
    "a list": [1, 2],
    "an array": HAZARDS.geometry.to_numpy(),
    "a number": 3,
    "a mapping": {"a": 1},
    "a column": HAZARDS["status"],
    "another table": pd.DataFrame({"x": [1]}),
}
# What takes a table, and of what it takes beside tables the words above.
TAKERS: dict[str, tuple[Callable[[object, Path], object], set[str]]] = {
    "area_m2": (lambda given, _: kh.area_m2(given), set()),
    "footprint_m2": (lambda given, _: kh.footprint_m2(given), set()),
    "summarise": (lambda given, _: kh.summarise(given), set()),
    "apply_releases": (lambda given, _: kh.apply_releases(given, RELEASES), set()),
    "apply_releases to": (lambda given, _: kh.apply_releases(HAZARDS, given), set()),
    "progress": (lambda given, _: kh.progress(given, RELEASES), set()),
    "progress by": (lambda given, _: kh.progress(HAZARDS, given), set()),
    "check": (lambda given, _: kh.check(given), {"the result of reading"}),
    "assign_places": (lambda given, _: kh.assign_places(given), set()),
    "hazard_map": (lambda given, _: kh.hazard_map(given), {"the result of reading"}),
    "write_geojson": (lambda given, folder: kh.write_geojson(given, folder / "a.geojson"), set()),
    "write_gis": (lambda given, folder: kh.write_gis(given, folder / "a.gpkg"), {"the result of reading"}),
    "write_report": (
        lambda given, folder: kh.write_report(given, None, folder / "report"), {"the result of reading"},
    ),
    "article_7_tables": (lambda given, _: kh.article_7_tables(given, RELEASES, year=2024), set()),
    "polygons_from_evidence": (lambda given, _: kh.polygons_from_evidence(given, fade_out_m=50), set()),
    "polygons_from_turning_points": (lambda given, _: kh.polygons_from_turning_points(given, crs="EPSG:4326"), set()),
    "read_hazards": (lambda given, _: kh.read_hazards(given), set()),
    "places": (lambda given, _: kh.places(source=given), {"None"}),
    "forecast": (lambda given, _: kh.forecast(given, [1e6], start=2025), {"a number", "a mapping"}),
}  # fmt: skip


@pytest.mark.parametrize("taker", TAKERS)
def test_what_is_no_table_is_refused_in_words(taker: str, tmp_path: Path) -> None:
    """Whoever hands on the result of reading instead of its data, or anything else, is told so."""
    take, taken = TAKERS[taker]
    for name, given in WRONG.items():
        if name in taken:
            continue
        with pytest.raises(kh.HazardDataError) as caught:
            take(given, tmp_path)
        if name == "the result of reading" and "table" in str(caught.value):
            assert "give its .data" in str(caught.value) or "path or a table" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
