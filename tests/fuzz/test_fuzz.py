"""A short run of the harness with a fixed seed, and every file that once went wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import fuzzing

pytestmark = pytest.mark.filterwarnings("ignore")

# Of some thirty kinds of files; the hour is by hand.
ROUNDS = 4
FOUND = sorted((Path(__file__).parents[1] / "data" / "fuzz").glob("*.*"))


def test_files_gone_wrong_are_read_or_refused_in_words(tmp_path: Path) -> None:
    """No foreign exception, no hang, no record lost, and mutants get further than the door."""
    tallies = fuzzing.fuzz(20241231, tmp_path, rounds=ROUNDS)
    assert {name: tally.finds for name, tally in tallies.items() if tally.finds} == {}
    assert sum(tally.accepted > 0 for tally in tallies.values()) > 0.8 * len(tallies)
    assert all(tally.executions == ROUNDS for tally in tallies.values())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_a_file_that_once_went_wrong_no_longer_does(path: Path) -> None:
    tally = fuzzing.Tally()
    fuzzing.try_file(path, tally)
    assert tally.finds == []
