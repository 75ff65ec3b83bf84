"""What a page carries: shapes that cover the ground, tables that come back whole, a policy that lets nothing in."""

from __future__ import annotations

import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kosovo_hazards import HazardDataError
from kosovo_hazards.language.catalogues import catalogue, languages
from kosovo_hazards.maps.coding import (
    COARSE_STEP,
    STEPS_PER_DEGREE,
    encode_columns,
    encode_shapes,
    order_for_coding,
    pack,
    unpack,
)
from kosovo_hazards.maps.page import script
from kosovo_hazards.pages.page_json import json_for_page
from kosovo_hazards.pages.policy import image_hosts, policy
from kosovo_hazards.schema import Direction, HazardType

# One centimetre in degrees of latitude; of longitude it is more.
CENTIMETRE_DEG = 0.01 / 111_320


@st.composite
def fields(draw: st.DrawFn) -> Any:
    """Areas as deminers draw them: 3 to 20 turning points, dents, now and then a hole or a second part."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lon, lat = draw(st.tuples(st.floats(-179, 179), st.floats(-70, 70)))
    size = draw(st.sampled_from([0.0005, 0.003, 0.02]))
    parts = []
    for part in range(draw(st.integers(1, 2))):
        count = draw(st.integers(3, 20))
        angle, radius = np.sort(rng.uniform(0, 2 * np.pi, count)), rng.uniform(0.3, 1, count) * size
        ring = np.c_[lon + 3 * size * part + radius * np.cos(angle), lat + radius * np.sin(angle)]
        hole = np.c_[lon + 3 * size * part + 0.1 * radius * np.cos(angle), lat + 0.1 * radius * np.sin(angle)]
        parts.append(shapely.Polygon(ring, [hole] if draw(st.booleans()) else []))
    shape = shapely.make_valid(shapely.union_all([shapely.make_valid(part) for part in parts]))
    solid = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(solid) if len(solid) != 1 else solid[0]


@given(st.lists(fields(), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_coded_shapes_lie_within_a_centimetre_of_the_true_ones(ground: Any, shapes: list[Any]) -> None:
    for shape, rings in zip(shapes, ground.decoded(encode_shapes(np.array(shapes, dtype=object))), strict=True):
        drawn = ground.filled(rings)
        assert shape.buffer(-CENTIMETRE_DEG).difference(drawn).area < CENTIMETRE_DEG**2
        assert drawn.difference(shape.buffer(CENTIMETRE_DEG)).area < CENTIMETRE_DEG**2


@given(st.lists(fields(), min_size=1, max_size=6), st.sampled_from(list(Direction)))
@settings(max_examples=60, deadline=None)
def test_coarse_shapes_lie_wholly_on_the_safe_side_and_near(ground: Any, shapes: list[Any], direction: Any) -> None:
    """Of registers with millions of points; parts far thinner than a step are among them."""
    coded = encode_shapes(np.array(shapes, dtype=object), direction, COARSE_STEP)
    step = COARSE_STEP / STEPS_PER_DEGREE
    for shape, rings in zip(shapes, ground.decoded(coded), strict=True):
        drawn = ground.filled(rings)
        if direction is Direction.OUTWARD:
            assert shape.buffer(-CENTIMETRE_DEG / 100).difference(drawn).area < CENTIMETRE_DEG**2
            # A mitre reaches five times as far as the edges are moved.
            assert drawn.difference(shape.buffer(20 * step)).area == 0
        else:
            assert drawn.difference(shape.buffer(CENTIMETRE_DEG / 100)).area < CENTIMETRE_DEG**2
            assert shape.buffer(-5 * step).difference(drawn).area < (4 * step) ** 2


def test_a_hole_or_a_gap_too_narrow_for_the_grid_is_closed_for_hazards_and_a_thin_release_is_left_out(
    ground: Any,
) -> None:
    step = COARSE_STEP / STEPS_PER_DEGREE
    field = shapely.box(21, 42, 21.001, 42.001) - shapely.box(21.0005, 42.0004, 21.0005 + step / 3, 42.0006)
    thin = shapely.box(21, 42, 21.001, 42 + step / 2)
    hazards = ground.decoded(encode_shapes(np.array([field, thin], dtype=object), step=COARSE_STEP))
    assert [len(rings) for rings in hazards] == [1, 1]
    assert ground.filled(hazards[1]).covers(thin)
    releases = ground.decoded(encode_shapes(np.array([field, thin, None]), Direction.INWARD, COARSE_STEP))
    assert releases[1:] == [[], []]
    assert shapely.covers(field.buffer(1e-12), ground.filled(releases[0]))


@given(st.binary(max_size=400))
def test_packed_bytes_come_back_and_are_harmless_in_a_page(data: bytes) -> None:
    text = pack(data)
    assert unpack(text) == data
    assert not set(text) & set("<>&\"'`\\\n\r") - {"'", "`"}


def test_shapes_without_ground_have_no_ring(ground: Any) -> None:
    shapes = np.array([None, shapely.Polygon(), shapely.MultiPolygon(), shapely.box(21, 42, 21.1, 42.1)], dtype=object)
    assert [len(rings) for rings in ground.decoded(encode_shapes(shapes))] == [0, 0, 0, 1]
    assert encode_shapes(np.array([], dtype=object))["points"] == 0


def test_a_shape_that_crosses_itself_covers_all_it_encloses(ground: Any) -> None:
    bow = shapely.Polygon([(21, 42), (21.01, 42.01), (21.01, 42), (21, 42.01)])
    [rings] = ground.decoded(encode_shapes(np.array([bow], dtype=object)))
    for lobe in (shapely.Point(21.001, 42.005), shapely.Point(21.009, 42.005)):
        assert ground.filled(rings).covers(lobe)


def test_ground_wound_round_twice_is_no_hole(ground: Any) -> None:
    # By the even-odd rule the middle of a five-pointed star would be free.
    angle = np.radians(90 + 144 * np.arange(5))
    star = shapely.Polygon(np.c_[21 + 0.001 * np.cos(angle), 42.6 + 0.001 * np.sin(angle)])
    [rings] = ground.decoded(encode_shapes(np.array([star], dtype=object)))
    assert len(rings) == 1
    assert shapely.Polygon(rings[0]).contains(shapely.Point(21, 42.6))


def test_long_edges_follow_the_straight_line_in_degrees(ground: Any) -> None:
    wide = shapely.box(20, 42, 21, 43)
    [[ring]] = ground.decoded(encode_shapes(np.array([wide], dtype=object)))
    assert np.hypot(*np.diff(ring, axis=0).T).max() < 0.0051
    assert shapely.hausdorff_distance(shapely.LinearRing(ring), wide.exterior) < 2 / STEPS_PER_DEGREE


def test_order_keeps_every_record_once_and_those_without_ground_last() -> None:
    boxes = [shapely.box(x, 42, x + 0.01, 42.01) for x in (20.5, 21.5, 20.51)]
    order = order_for_coding(np.array([None, *boxes, shapely.Polygon()], dtype=object))
    assert sorted(order.tolist()) == [0, 1, 2, 3, 4]
    assert set(order[-2:].tolist()) == {0, 4}


@pytest.mark.parametrize("digits", ["{}", "{:07}", "{:03}"])
def test_thousands_of_ids_and_figures_come_back_from_their_bytes(digits: str) -> None:
    number = np.random.default_rng(1).permutation(20_000)
    table = pd.DataFrame({
        "id": pd.array([f"KS-{digits.format(n)}" for n in number], dtype="str"),
        "area_m2": number * 17.0,
        "odd": pd.array(["0" * (n % 3) + str(n) for n in number], dtype="str"),
        "gap": np.where(number % 7, number, np.nan),
        "below": number - 5.0,
    })  # fmt: skip
    columns = {column["name"]: column for column in json.loads(unpack(encode_columns(table)))}
    planes = {name: np.frombuffer(unpack(columns[name]["data"]), dtype=np.uint8) for name in ("id", "area_m2")}
    back = {name: bytes_.reshape(4, -1).T.copy().view("<u4").ravel() for name, bytes_ in planes.items()}
    words = [columns["id"]["prefix"] + str(n).zfill(columns["id"]["width"]) for n in back["id"]]
    assert words == table["id"].tolist()
    assert back["area_m2"].tolist() == table["area_m2"].tolist()
    assert columns["odd"]["cells"] == table["odd"].tolist()
    assert columns["below"]["cells"] == table["below"].tolist()
    assert columns["gap"]["cells"][:3] == [None if pd.isna(value) else value for value in table["gap"].head(3)]


def test_columns_keep_missing_values_types_and_letters() -> None:
    table = pd.DataFrame(
        {
            "name": ["Gjakovë", None, "Ђаковица"],
            "area_m2": [1.0, np.nan, 3.0],
            "share": [0.25, np.inf, None],
            "day": pd.to_datetime(["1970-01-02", None, "2024-12-31"]),
            "count": pd.array([1, None, 1], dtype="Int64"),
            "odd": [{"a": 1}, 2, None],
        }
    )
    columns = {column["name"]: column for column in json.loads(unpack(encode_columns(table)))}

    def cells(name: str) -> list[Any]:
        column = columns[name]
        if "cells" in column:
            return column["cells"]
        return [None if code < 0 else column["values"][code] for code in column["codes"]]

    assert cells("name") == ["Gjakovë", None, "Ђаковица"]
    assert cells("area_m2") == [1, None, 3]
    assert cells("share") == [0.25, None, None]
    # 2024-12-31 is 20,088 days after 1970-01-01: 55 years and 14 leap days, less one.
    assert (cells("day"), columns["day"]["kind"]) == ([1, None, 55 * 365 + 14 - 1], "date")
    assert cells("count") == [1, None, 1]
    assert cells("odd") == ["{'a': 1}", "2", None]


@pytest.mark.parametrize("sign", ["<", ">", "&", "\u2028", "\u2029"])
def test_json_in_a_page_has_no_sign_that_means_something_there(sign: str) -> None:
    text = json_for_page({"a": f"x{sign}y"})
    assert sign not in text
    assert json.loads(text) == {"a": f"x{sign}y"}


@pytest.mark.parametrize("missing", [None, np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
def test_whatever_is_missing_is_null_in_a_page(missing: Any) -> None:
    assert json_for_page({"a": [missing, {"b": missing}]}) == '{"a":[null,{"b":null}]}'


def test_numbers_of_numpy_and_words_of_the_schema_are_plain_in_a_page() -> None:
    value = [np.int64(3), np.float64(0.5), np.bool_(True), HazardType.CHA, (1, "a")]
    assert json.loads(json_for_page(value)) == [3, 0.5, True, "CHA", [1, "a"]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.inf, "page.a[1] is infinite"),
        (-np.inf, "page.a[1] is infinite"),
        (pd.Timestamp("2024-12-31"), "page.a[1] is a Timestamp"),
        ({1, 2}, "page.a[1] is a set"),
        ({np.nan: 1}, "page.a[1] has the key nan"),
    ],
)
def test_what_a_page_can_not_show_is_refused_and_named(value: Any, message: str) -> None:
    with pytest.raises(HazardDataError, match=re.escape(message)):
        json_for_page({"a": [0, value]})


# --- the policy ------------------------------------------------------------------------------------------------------


def test_the_policy_allows_what_is_in_the_page_by_hash_and_nothing_from_outside() -> None:
    text = policy("<script>let a = 1;</script><script type='application/json'>{}</script><style>p{}</style>")
    assert text.count("sha256-") == 2
    assert "http" not in text.split("content=")[1]
    assert "default-src &#x27;none&#x27;" in text
    assert "unsafe" not in text


def test_the_policy_names_linked_files_without_their_queries_and_the_hosts_of_their_pictures() -> None:
    page = '<link rel="stylesheet" href="https://a.example/x/y.css?v=1"/><script src="https://b.example/z.js?q;r"></script>'
    text = policy(page, hosts=["https://*.tile.example"], added=True)
    assert "style-src &#x27;unsafe-inline&#x27; https://a.example/x/y.css;" in text
    assert "https://b.example/z.js" in text
    assert "?" not in text
    assert "img-src data: https://*.tile.example https://a.example" in text


@pytest.mark.parametrize(
    "address", ["https://x.example;script-src *", "https://x.example 'unsafe-inline'", "javascript:alert(1)"]
)
def test_an_address_can_not_loosen_the_policy(address: str) -> None:
    class Tiles:
        tiles = address

    hosts = image_hosts([Tiles()])
    assert "*" not in "".join(hosts)
    assert "unsafe-inline" not in policy("", hosts=hosts)


# --- languages -------------------------------------------------------------------------------------------------------


def test_every_text_that_the_scripts_ask_for_is_in_the_catalogue() -> None:

    asked = set(re.findall(r"""\bt\("([a-z_.]+)"\s*[,)]""", script())) | set(
        re.findall(r'"((?:layers|hidden|legend|areas)\.[a-z_]+)"', script())
    )
    assert len(asked) > 30
    assert asked <= {key.partition("|")[0] for key in catalogue("en").texts}


def test_every_word_of_the_vocabulary_is_translated() -> None:
    from kosovo_hazards.schema import HAZARDS, RELEASES

    for table in (HAZARDS, RELEASES):
        for column in table.columns:
            if column.name not in ("synthetic",):
                assert f"field.{column.name}" in catalogue("en").texts
            for word in column.vocabulary:
                assert f"{column.name}.{word}" in catalogue("en").texts


def test_a_catalogue_of_ones_own_falls_back_to_english(tmp_path: Any) -> None:
    path = tmp_path / "de.json"
    path.write_text(json.dumps({"language.code": "de", "tab.legend": "Legende"}), encoding="utf-8")
    words = catalogue(path)
    assert (words.code, words("tab.legend"), words("tab.areas")) == ("de", "Legende", "Areas")
    with pytest.raises(ValueError, match="choose one of en, sq, sr"):
        catalogue("xx")


def test_numbers_and_dates_are_written_as_in_the_language() -> None:
    from datetime import date

    shown = {
        code: (catalogue(code).number(1234567.5, 1), catalogue(code).day(date(2024, 12, 31))) for code in languages()
    }
    assert shown == {
        "en": ("1,234,567.5", "31 December 2024"),
        "sq": ("1\u00a0234\u00a0567,5", "31 dhjetor 2024"),
        "sr": ("1.234.567,5", "31. decembra 2024."),
    }


def test_shapes_in_the_page_are_those_of_the_register(ground: Any, square_register: gpd.GeoDataFrame) -> None:
    from kosovo_hazards.maps import hazard_map

    content = hazard_map(square_register, places=False).content
    shapes = ground.decoded(content["hazards"]["shapes"])
    columns = {column["name"]: column for column in json.loads(unpack(content["hazards"]["columns"]))}
    for row, hazard_id in enumerate(columns["hazard_id"]["cells"]):
        true = square_register.set_index("hazard_id").geometry[hazard_id]
        assert shapely.equals_exact(ground.filled(shapes[row]).normalize(), true.normalize(), tolerance=CENTIMETRE_DEG)


@pytest.fixture
def square_register() -> gpd.GeoDataFrame:
    squares = [shapely.box(x, 42.6, x + 0.002, 42.602) for x in (21.0, 21.2, 20.8)]
    return gpd.GeoDataFrame(
        {"hazard_id": ["1", "2", "3"], "hazard_type": ["CHA", "SHA", "CHA"]}, geometry=squares, crs="EPSG:4326"
    )
