"""Many threads that are the first to read in a process, as dask's are where nobody made a cluster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import kosovo_hazards as kh

pytest.importorskip("dask_geopandas")

# A process of its own, in which nothing has been loaded yet.
_SCRIPT = """
import dask
from kosovo_hazards import scale
dask.config.set(scheduler="threads", num_workers=8)
print(scale.read_releases("releases.parquet", "parts", rows_a_part=60))
"""


def test_threads_that_read_first_do_not_wait_for_each_other(tmp_path: Path) -> None:
    releases = kh.demo_data()[1]
    many = pd.concat([releases] * 8, ignore_index=True)
    many["release_id"] = [f"R-{number}" for number in range(len(many))]
    many.to_parquet(tmp_path / "releases.parquet")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.startswith(f"{len(many)} records, {len(many)} accepted")
