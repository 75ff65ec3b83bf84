"""IMSMA's database: time of each stage and memory of `read_imsma_ng`, on PostgreSQL and on the tables in memory.

Run with ``python benchmarks/imsma.py [RECORDS] [--url URL]`` from the root of the repository. By default 20,000 hazards
with 20 points each, in a cluster of its own in a temporary folder (Debian's packages ``postgresql`` and ``postgis``);
where there is none, SQLite holds the tables. With ``--url`` the database of that address is read as it is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from measuring import memory_mib

sys.path.insert(0, str(Path(__file__).parents[1]))

import kosovo_hazards as kh
from kosovo_hazards.imsma import database as databases
from kosovo_hazards.imsma import operational, reading_ng
from tests.imsma.cluster import cluster, programs

POINTS = 20


def tables_of(count: int) -> dict[str, pd.DataFrame]:
    """Tables of the operational database with so many hazards, each with one polygon."""
    rng = np.random.default_rng(7)
    keys = np.array([f"{{H{at:07d}}}" for at in range(count)])
    shapes = np.array([f"{{S{at:07d}}}" for at in range(count)])
    angle = (np.arange(POINTS) + rng.uniform(0, 0.9, (count, POINTS))) * 2 * np.pi / POINTS
    radius = rng.uniform(0.0004, 0.0012, (count, POINTS))
    middle = np.array([20.9, 42.6]) + rng.uniform(-0.5, 0.5, (count, 2))
    number = np.tile(np.arange(1, POINTS + 1), count)
    order = rng.permutation(count * POINTS)
    points = pd.DataFrame({
        "geospatialinfo_guid": np.repeat(shapes, POINTS), "pointno": number,
        "latitude": (middle[:, 1:] + radius * np.sin(angle)).ravel(),
        "longitude": (middle[:, :1] + radius * np.cos(angle)).ravel(),
    })  # fmt: skip
    return {
        "imsmaenum": pd.DataFrame({"imsmaenum_guid": ["c", "s", "o", "p"], "enumvalue": [
            "Confirmed Hazardous Area", "Suspected Hazardous Area", "Open", "Polygon"]}),
        "hazard": pd.DataFrame({
            "hazard_guid": keys, "hazard_localid": [f"KS-{at}" for at in range(count)],
            "areatype_guid": rng.choice(["c", "s"], count), "status_guid": "o",
            "areasize": rng.uniform(1e3, 1e5, count),
        }),
        "hazard_has_geospatialinfo": pd.DataFrame({"hazard_guid": keys, "geospatialinfo_guid": shapes}),
        "geospatialinfo": pd.DataFrame({
            "geospatialinfo_guid": shapes, "shape_id": shapes, "shapeenum_guid": "p", "isactive": True,
        }),
        "geopoint": points.iloc[order],
    }  # fmt: skip


@contextmanager
def timed(stages: dict[str, float], owner: Any, name: str, stage: str) -> Iterator[None]:
    """Add up the time that a function of a module or class takes."""
    whole: Callable[..., Any] = getattr(owner, name)

    def run(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return whole(*given, **named)
        finally:
            stages[stage] = stages.get(stage, 0.0) + time.perf_counter() - start

    setattr(owner, name, run)
    try:
        yield
    finally:
        setattr(owner, name, whole)


def measure(address: Any, schema: str) -> None:
    stages: dict[str, float] = {}
    with (
        timed(stages, databases.Database, "read", "tables read"),
        timed(stages, operational, "drawn_shapes", "polygons made of points"),
        timed(stages, operational, "ground_of_records", "shapes joined to records"),
        timed(stages, reading_ng, "read_records", "records repaired and accepted"),
    ):
        start = time.perf_counter()
        read = kh.read_imsma_ng(address, schema=schema)
        whole = time.perf_counter() - start
    print(f"{len(read.hazards.data):,} hazards accepted, {len(read.rejected):,} records rejected")
    stages["all else"] = whole - sum(stages.values())
    for stage, seconds in stages.items():
        print(f"{stage:32} {seconds:6.1f} s  {seconds / whole:4.0%}")
    print(f"{'together':32} {whole:6.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="?", type=int, default=20_000)
    parser.add_argument("--url")
    parser.add_argument("--schema", default="public")
    given = parser.parse_args()
    if given.url:
        measure(given.url, given.schema)
        return
    where = programs()
    if where is None:
        print("no PostgreSQL here; SQLite holds the tables")
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        save(tables_of(given.records), engine, None)
        measure(engine, "main")
        return
    with cluster(where) as address:
        engine = sa.create_engine(address)
        save(tables_of(given.records), engine, "public")
        engine.dispose()
        measure(address, "public")
        before = "import kosovo_hazards as kh\nkh.read_imsma_ng, kh.read_hazards(kh.demo_data()[0])"
        print(f"memory beyond the library: {memory_mib(before, f'kh.read_imsma_ng({address!r})'):.0f} MiB")


def save(tables: dict[str, pd.DataFrame], engine: sa.Engine, schema: str | None) -> None:
    print(f"{len(tables['hazard']):,} hazards, {len(tables['geopoint']):,} points")
    for name, table in tables.items():
        table.head(0).to_sql(name, engine, schema=schema, index=False, if_exists="replace")
        if engine.dialect.name != "postgresql":
            table.to_sql(name, engine, index=False, if_exists="append")
            continue
        connection = engine.raw_connection()
        with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as copy:
            copy.write(table.to_csv(index=False, header=False))
        connection.commit()
        connection.close()


if __name__ == "__main__":
    main()
