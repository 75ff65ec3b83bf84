"""Tables in partitions give what one machine gives, on local processes: ids, counts, and areas to 1e-9.

The register is a Poisson field of star-shaped outlines, as benchmarks of spatial joins have it: nobody chose where they
overlap, and many do across the borders of partitions. KOSOVO_HAZARDS_HEAVY=1 takes 200,000 in 8 partitions.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards import scale
from kosovo_hazards.tiles import pyramid
from tests.tiles.reading_back import lost_m2, read_tiles

distributed = pytest.importorskip("distributed")

HEAVY = os.environ.get("KOSOVO_HAZARDS_HEAVY") == "1"
COUNT = 200_000 if HEAVY else 1_500
PARTS = 8 if HEAVY else 3
DAY = "2024-12-31"


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.Client]:
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local,
        distributed.Client(local) as client,
    ):
        yield client


def stars(rng: np.random.Generator, count: int, side: float, radius: float) -> np.ndarray:
    """Outlines of eight corners strewn over a square of some degrees."""
    angle = np.sort(rng.random((count, 8)), axis=1) * 2 * np.pi
    far = radius * (0.5 + rng.random((count, 8)))
    middle = np.c_[20.2 + rng.random(count) * side, 42.0 + rng.random(count) * side]
    points = np.stack([middle[:, :1] + far * np.cos(angle), middle[:, 1:] + far * np.sin(angle)], axis=2)
    return shapely.polygons(points)


@pytest.fixture(scope="module")
def tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """As they come from anywhere: overlaps, an id twice, records without a polygon, figures that name hazards."""
    rng = np.random.default_rng(11)
    side = 1.3 * (COUNT / 1e6) ** 0.5
    hazards = gpd.GeoDataFrame(
        {
            "hazard_id": [f"H-{number}" for number in range(COUNT)],
            "hazard_type": rng.choice(["CHA", "SHA"], COUNT),
            "status": rng.choice(["open", "worked on", "closed"], COUNT, p=[0.7, 0.2, 0.1]),
            "priority": rng.choice(["high", "low"], COUNT),
        },
        geometry=stars(rng, COUNT, side, 6e-4),
        crs="EPSG:4326",
    )
    hazards.loc[COUNT - 1, "hazard_id"] = "H-0"
    hazards.loc[5, "geometry"] = None
    hazards.loc[7, "hazard_type"] = "burnt"
    many = COUNT // 4
    releases = gpd.GeoDataFrame(
        {
            "release_id": [f"R-{number}" for number in range(many)],
            "hazard_id": [f"H-{number}" for number in rng.integers(1, COUNT + 50, many)],
            "product": rng.choice(["cleared", "reduced", "cancelled"], many),
            "completed": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1800, many), unit="D"),
            "reported_area_m2": rng.integers(100, 4_000, many).astype(float),
        },
        geometry=stars(rng, many, side, 6e-4),
        crs="EPSG:4326",
    )
    releases.loc[::5, "geometry"] = None
    releases.loc[::35, "hazard_id"] = None
    return hazards, releases


@pytest.fixture(scope="module")
def read(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    cluster: distributed.Client,  # noqa: ARG001 - it is there, so dask uses it
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[scale.PartitionedRead, scale.PartitionedRead]:
    place = tmp_path_factory.mktemp("register")
    for name, table in zip(("hazards", "releases"), tables, strict=True):
        # Groups of rows as GDAL and pyarrow write them.
        table.to_parquet(place / f"{name}.parquet", row_group_size=COUNT // 3)
    rows = COUNT // PARTS
    hazards = scale.read_hazards(place / "hazards.parquet", place / "hazards", rows_a_part=rows)
    return hazards, scale.read_releases(place / "releases.parquet", place / "releases", rows_a_part=rows // 2)


@pytest.fixture(scope="module")
def alone(
    read: tuple[scale.PartitionedRead, scale.PartitionedRead],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The same records on one machine, in the same order."""
    hazards, releases = (one.data.compute().reset_index(drop=True) for one in read)
    return hazards, releases


def by_id(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table.set_index(key).sort_index()


def test_every_record_is_accepted_or_rejected_as_on_one_machine(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], read: tuple[scale.PartitionedRead, scale.PartitionedRead]
) -> None:
    for table, one, reader, key in zip(
        tables, read, (kh.read_hazards, kh.read_releases), ("hazard_id", "release_id"), strict=True
    ):
        whole = reader(table)
        assert one.counts["records"] == len(table)
        assert one.counts["accepted"] + one.counts["rejected"] == len(table)
        mine, theirs = by_id(one.data.compute(), key), by_id(whole.data, key)
        assert mine.index.tolist() == theirs.index.tolist()
        np.testing.assert_allclose(mine["area_m2"], theirs["area_m2"], rtol=1e-14)
        assert len(one.rejected) == len(whole.rejected) == len(one.positions)
    assert read[0].data.npartitions == PARTS


def test_an_id_in_two_pieces_is_rejected_with_the_ground_where_it_lies(
    read: tuple[scale.PartitionedRead, scale.PartitionedRead], tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> None:
    rejected = read[0].rejected.compute()
    again = rejected[rejected["reason"].str.contains("'H-0'")]
    assert again["hazard_id"].tolist() == ["H-0"]
    there = read[0].positions.compute()
    lies = there[there["reason"].str.contains("'H-0'")].geometry.iloc[0]
    assert lies.equals(tables[0].geometry.iloc[-1])


def test_areas_places_footprint_and_summary(
    read: tuple[scale.PartitionedRead, scale.PartitionedRead], alone: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> None:
    hazards, whole = read[0].data, alone[0]
    np.testing.assert_allclose(scale.area_m2(hazards).compute(), kh.area_m2(whole), rtol=1e-12)
    assert scale.footprint_m2(hazards) == pytest.approx(kh.footprint_m2(whole), rel=1e-9)
    for by in ("priority", ["priority", "hazard_type"]):
        pd.testing.assert_frame_equal(scale.summarise(hazards, by), kh.summarise(whole, by), rtol=1e-9)
    placed = scale.assign_places(hazards)
    theirs = kh.assign_places(whole)
    assert placed["municipality"].compute().tolist() == theirs["municipality"].tolist()
    pd.testing.assert_frame_equal(scale.summarise(placed), kh.summarise(theirs), rtol=1e-9)


def test_land_release_across_borders(
    read: tuple[scale.PartitionedRead, scale.PartitionedRead],
    alone: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    tmp_path: Path,
) -> None:
    mine = scale.apply_releases(read[0].data, read[1].data, folder=tmp_path / "left")
    theirs = kh.apply_releases(*alone)
    left, whole = by_id(mine.remaining.compute(), "hazard_id"), by_id(theirs.remaining, "hazard_id")
    assert left.index.tolist() == whole.index.tolist()
    figures = ["baseline_m2", "cancelled_m2", "reduced_m2", "cleared_m2", "remaining_m2", "closed_m2", "sliver_m2"]
    np.testing.assert_allclose(left[figures], whole[figures], rtol=1e-9, atol=1e-6)
    for column in ("status", "release_basis", "last_release"):
        assert left[column].astype(str).tolist() == whole[column].astype(str).tolist()
    assert shapely.equals(left.geometry.to_numpy(), whole.geometry.to_numpy()).all()
    ledger, book = by_id(mine.ledger.compute(), "release_id"), by_id(theirs.ledger, "release_id")
    assert ledger.index.tolist() == book.index.tolist()
    parts = [column for column in book.columns if column.endswith("_m2")]
    np.testing.assert_allclose(ledger[parts], book[parts], rtol=1e-9, atol=1e-6)
    for column in ("lies_in", "repeats", "may_repeat"):
        assert ledger[column].fillna("").tolist() == book[column].fillna("").tolist()
    assert mine.balance()["remaining"] == pytest.approx(whole["remaining_m2"].sum(), rel=1e-12)
    assert mine.released()["inside"] == pytest.approx(book["inside_m2"].sum(), rel=1e-12)


def test_checks_see_across_borders(
    read: tuple[scale.PartitionedRead, scale.PartitionedRead], alone: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]
) -> None:
    mine = scale.check(read[0].data, read[1].data, register_date=DAY, as_of=DAY)
    theirs = kh.check(*alone, register_date=DAY, as_of=DAY)
    key = ["check", "severity", "table", "record_id", "other_id"]
    # How many records of a crowd were not compared with all is counted in each partition by itself.
    rest = (table[table["check"] != "not-all-compared"] for table in (mine, theirs))
    found, whole = (table[key].fillna("").value_counts() for table in rest)
    odd = (found - whole).fillna(99)
    assert found.sort_index().equals(whole.sort_index()), odd[odd != 0]


def test_values_that_could_not_be_taken_over_are_told(tmp_path: Path) -> None:
    table = kh.demo_data()[0].assign(status="open")
    table.loc[table.index[20], "status"] = "opn?"
    table.to_parquet(tmp_path / "register.parquet")
    found = scale.read_hazards(tmp_path / "register.parquet", tmp_path / "parts", rows_a_part=10)
    whole = kh.read_hazards(tmp_path / "register.parquet")
    assert found.unread.compute()[["row", "value"]].to_numpy().tolist() == [[21, "opn?"]]
    assert whole.unread["row"].tolist() == [21]
    assert "1 values could not be taken over" in str(found)


def test_pieces_that_say_different_things_are_refused_with_what_to_do(tmp_path: Path) -> None:
    # A heading that says nothing is recognised by the words below it, of which the first pieces have none.
    table = kh.demo_data()[0].drop(columns="hazard_type").assign(Xy=None)
    table.loc[table.index[20:], "Xy"] = "CHA"
    table.to_parquet(tmp_path / "register.parquet")
    with pytest.raises(kh.UsageError, match=r'columns=\{"hazard_type": "Xy"\}'):
        scale.read_hazards(tmp_path / "register.parquet", tmp_path / "parts", rows_a_part=10)
    with pytest.raises(kh.UsageError, match="4 pieces"):
        scale.read_hazards(tmp_path / "register.parquet", tmp_path / "parts", rows_a_part=10, join_parts=True)
    assert not (tmp_path / "parts").exists()
    told = {"hazard_type": "Xy"}
    read = scale.read_hazards(tmp_path / "register.parquet", tmp_path / "parts", rows_a_part=10, columns=told)
    assert (read.counts["accepted"], read.counts["rejected"]) == (15, 20)


def test_figures_name_hazards_whatever_kind_of_number_their_id_is(tmp_path: Path) -> None:
    boxes = shapely.box(20 + np.arange(30) * 0.01, 42, 20.005 + np.arange(30) * 0.01, 42.005)
    hazards = gpd.GeoDataFrame({"hazard_id": np.arange(30), "hazard_type": "SHA"}, geometry=boxes, crs="EPSG:4326")
    releases = gpd.GeoDataFrame(
        {"release_id": ["R1", "R2"], "hazard_id": [3.0, 27.0], "product": "cleared", "reported_area_m2": 1_000.0},
        geometry=[None, None], crs="EPSG:4326",
    )  # fmt: skip
    mine = scale.apply_releases(
        scale.write_parquet(hazards, tmp_path / "h", rows_a_part=10), scale.write_parquet(releases, tmp_path / "r"),
        folder=tmp_path / "left",
    )  # fmt: skip
    assert (
        mine.ledger["inside_m2"].compute().tolist() == kh.apply_releases(hazards, releases).ledger["inside_m2"].tolist()
    )
    assert mine.balance()["cleared"] == pytest.approx(2_000)


@pytest.mark.filterwarnings("ignore:Sending large graph")
def test_a_table_that_is_not_sorted_is_refused_with_what_to_do(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    import dask_geopandas

    mixed = pd.concat([tables[0].head(1_500)] * 17, ignore_index=True).sample(frac=1, random_state=3)
    with pytest.raises(kh.UsageError, match=r"scale\.write_parquet"):
        scale.footprint_m2(dask_geopandas.from_geopandas(mixed, npartitions=8, sort=False))


def test_a_map_of_tiles_has_the_same_tiles(
    tables: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    read: tuple[scale.PartitionedRead, scale.PartitionedRead],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyramid, "_MOST_A_TILE", COUNT // 4)
    one = kh.write_tile_map(kh.read_hazards(tables[0]), tmp_path / "one", as_of=DAY)
    many = scale.write_tile_map(read[0], tmp_path / "many", as_of=DAY)
    tiles, others = (dict(read_tiles(folder / "hazards.pmtiles")) for folder in (one, many))
    assert {layer for tile in tiles.values() for layer in tile} == {"cells", "hazards", "rejected"}
    assert tiles.keys() == others.keys()
    for place, tile in tiles.items():
        assert tile.keys() == others[place].keys(), place
        for layer, content in tile.items():
            # Why an id is rejected is told by the row of the first, which pieces do not know.
            keep = ("record_id",) if layer == "rejected" else content["features"][0]["properties"].keys()
            mine, theirs = (
                sorted((str([one["properties"][name] for name in keep]), str(one["geometry"])) for one in features)
                for features in (content["features"], others[place][layer]["features"])
            )
            assert mine == theirs, (place, layer)
    pages = [(folder / "index.html").read_text("utf-8") for folder in (one, many)]
    said, other = (page.split("<h1", 1)[1].split("Sources", 1)[0] for page in pages)
    assert said == other
    if not HEAVY:
        assert (
            max(lost_m2(many / "hazards.pmtiles", kh.read_hazards(tables[0]).data.query("status != 'closed'")).values())
            == 0
        )


def test_a_partition_without_polygons_is_no_hole_in_the_map(tmp_path: Path) -> None:
    demo, _ = kh.demo_data()
    bare = demo.iloc[:3].assign(hazard_id=["A", "B", "C"], geometry=None).set_crs(demo.crs, allow_override=True)
    table = scale.write_parquet(gpd.GeoDataFrame(pd.concat([bare, demo])), tmp_path / "table", rows_a_part=2)
    folder = scale.write_tile_map(table, tmp_path / "map")
    ids = {
        feature["properties"]["hazard_id"]
        for _, tile in read_tiles(folder / "hazards.pmtiles")
        for feature in tile["hazards"]["features"]
    }
    assert ids == set(demo["hazard_id"])
    assert "38 areas" in (folder / "index.html").read_text("utf-8")
