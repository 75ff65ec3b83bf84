"""A short run of the harness with a fixed seed, and every file that once went wrong."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

HERE = Path(__file__).parent
FOUND = sorted((HERE.parent / "data" / "fuzz").glob("*.*"))
SECONDS = float(os.environ.get("KOSOVO_HAZARDS_FUZZ_SECONDS", "0"))

_spec = importlib.util.spec_from_file_location("fuzzing", HERE / "fuzzing.py")
assert _spec is not None
assert _spec.loader is not None
fuzzing = importlib.util.module_from_spec(_spec)


def setup_module() -> None:
    import sys

    sys.modules["fuzzing"] = fuzzing
    _spec.loader.exec_module(fuzzing)


def test_files_gone_wrong_are_read_or_refused_in_words(tmp_path: Path) -> None:
    """No foreign exception, no hang, no record lost; an hour by KOSOVO_HAZARDS_FUZZ_SECONDS=3600."""
    tallies = fuzzing.fuzz(20241231, tmp_path, rounds=None if SECONDS else 12, seconds=SECONDS or None)
    assert sum(tally.executions for tally in tallies.values()) >= 12 * len(tallies)
    found = {name: tally.finds for name, tally in tallies.items() if tally.finds}
    assert found == {}


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_a_file_that_once_went_wrong_no_longer_does(path: Path) -> None:
    tally = fuzzing.Tally()
    fuzzing.try_file(path, tally)
    assert tally.finds == []
