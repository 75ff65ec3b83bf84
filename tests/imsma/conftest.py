"""A PostgreSQL server with PostGIS for the tests of this folder, and a schema of its own for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.imsma.cluster import cluster, programs

NAMES = (f"imsma_{number}" for number in count())


@pytest.fixture(scope="session")
def engine() -> Iterator[Any]:
    import sqlalchemy as sa

    where = programs()
    if where is None:
        if os.environ.get("KOSOVO_HAZARDS_REQUIRE_POSTGRES") == "1":
            pytest.fail("PostgreSQL is missing, and KOSOVO_HAZARDS_REQUIRE_POSTGRES=1 asks for it")
        pytest.skip("PostgreSQL is missing: reading databases is not tested")
    with cluster(where) as address:
        made = sa.create_engine(address)
        with made.begin() as connection:
            connection.execute(sa.text("CREATE EXTENSION postgis"))
        yield made
        made.dispose()


@pytest.fixture
def schema() -> str:
    return next(NAMES)
