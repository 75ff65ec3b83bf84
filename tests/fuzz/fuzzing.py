"""Files gone wrong, read for as long as you like: small registers of every format mutated, and texts built at random.

``python tests/fuzz/fuzzing.py --seconds 3600`` shares the time among all formats and prints a table; ``--each 120``
gives every format two minutes; ``--formats kml kmz`` tries some. Files that went wrong are left in a folder. Reading is
done in a process of its own, so that one that dies is a find and not the end.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pandas as pd
from mutants import mutated
from seeds import SEEDS, csv
from texts import RANDOM

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError

SLOW_S = 10.0
DEAD_S = 120.0
PER_PROCESS = 2000
MOST_ALIKE = 3
# Behind an error of ours, these are faults of ours that were only caught at the last door.
HIDDEN = (AttributeError, IndexError, KeyError, NameError, AssertionError, TypeError, ZeroDivisionError)
# What a reader says when it leaves out what is no record.
LEFT_OUT = ("left out", "marks as deleted", "were joined", "no record")


@dataclass
class Tally:
    """What came of one format."""

    executions: int = 0
    accepted: int = 0
    read: int = 0
    refused: int = 0
    foreign: int = 0
    hidden: int = 0
    died: int = 0
    slow: int = 0
    counted: int = 0
    lost: int = 0
    more: int = 0
    unexplained: int = 0
    finds: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def try_file(path: Path, tally: Tally, expected: int | None = None) -> None:
    """Read a file and note what came of it; every record is accepted, rejected, or left out in words."""
    tally.executions += 1
    started = time.process_time()
    in_words = path.suffix in (".csv", ".xlsx", ".ods")
    try:
        result = kh.read_hazards(path, crs="EPSG:4326" if in_words else None, defaults={"hazard_type": "CHA"})
        result.messages()
        repr(result)
        tally.read += 1
        tally.accepted += len(result.data) > 0
        got = len(result.data) + len(result.rejected)
        said = " ".join(result.notes)
        if expected is not None:
            tally.counted += 1
            # Where a cell holds a bare carriage return a row may begin, so more may come.
            tally.more += got > expected
            if got < expected and not any(words in said for words in LEFT_OUT):
                tally.lost += 1
                tally.finds.append(f"{got} of {expected} records: {said[:300]}")
        if got == 0 and "no record" not in said:
            tally.unexplained += 1
            tally.finds.append("nothing, without a word")
    except HazardDataError as error:
        tally.refused += 1
        if isinstance(error.__cause__, HIDDEN):
            tally.hidden += 1
            tally.finds.append("".join(traceback.format_exception(error.__cause__)[-3:]))
    except Exception:
        tally.foreign += 1
        tally.finds.append(traceback.format_exc(limit=-4))
    took = time.process_time() - started
    if took > SLOW_S:
        tally.slow += 1
        tally.finds.append(f"slow: {took:.0f} s")


def made(rng: random.Random, kind: str, seeds: dict[str, bytes]) -> tuple[str, bytes, int | None]:
    """The ending, the bytes and, where known, the number of records of one file."""
    if kind in RANDOM:
        ending, build = RANDOM[kind]
        return ending, *build(rng)
    return kind, *mutated(rng, kind, seeds[kind])


def seeds_of(seed: int, formats: list[str]) -> dict[str, bytes]:
    rng = random.Random(seed)  # noqa: S311 - no secrets
    found = {}
    for kind in formats:
        if kind in SEEDS:
            with tempfile.TemporaryDirectory() as place:
                found[kind] = SEEDS[kind](rng, Path(place))
    return found


def run(
    seed: int, formats: list[str], folder: Path, *, rounds: range, until: float
) -> Iterator[tuple[int, str, Tally | None]]:
    """Try these rounds over these formats, or until then; a round is the same whenever it is run.

    Before each file its round and format come, after it what came of it.
    """
    warnings.simplefilter("ignore")
    seeds = seeds_of(seed, formats)
    # The first read loads libraries, which is no slowness of a file.
    (folder / "first.csv").write_bytes(csv(random.Random(seed), folder))  # noqa: S311
    try_file(folder / "first.csv", Tally())
    for number in rounds:
        for kind in formats:
            if time.time() > until:
                return
            ending, data, expected = made(random.Random(f"{seed} {number} {kind}"), kind, seeds)  # noqa: S311
            path = folder / f"file.{ending}"
            path.write_bytes(data)
            yield number, kind, None
            one = Tally()
            try_file(path, one, expected)
            for find in one.finds:
                keep(folder, kind, ending, data, find)
            yield number, kind, one


def keep(folder: Path, kind: str, ending: str, data: bytes, find: str) -> None:
    """Leave a file that went wrong and what was said; of those alike a few are enough."""
    alike = hashlib.sha256(find[-200:].encode()).hexdigest()[:8]
    stem = f"find {kind} {alike}"
    number = len(list(folder.glob(f"{stem} *.txt")))
    if number < MOST_ALIKE:
        (folder / f"{stem} {number}.{ending}").write_bytes(data)
        (folder / f"{stem} {number}.txt").write_text(find, encoding="utf-8", errors="replace")


def fuzz(seed: int, folder: Path, *, rounds: int, formats: list[str] | None = None) -> dict[str, Tally]:
    """Try so many rounds over all formats in this process; what went wrong is kept in the folder."""
    chosen = formats or [*SEEDS, *RANDOM]
    tallies = {kind: Tally() for kind in chosen}
    for _, kind, tally in run(seed, chosen, folder, rounds=range(rounds), until=float("inf")):
        if tally is not None:
            tallies[kind].add(tally)
    return tallies


# --- by hand ---------------------------------------------------------------------------------------------------------


def _work(tell: Connection, seed: int, formats: list[str], folder: Path, rounds: range, until: float) -> None:
    for step in run(seed, formats, folder, rounds=rounds, until=until):
        tell.send(step)
    tell.send("done")


def for_long(seed: int, folder: Path, formats: list[str], seconds: float) -> dict[str, Tally]:
    """Try for so long in processes of their own; one that dies or hangs is a find, and the next goes on."""
    tallies = {kind: Tally() for kind in formats}
    until, number = time.time() + seconds, 0
    while time.time() < until:
        hear, tell = multiprocessing.Pipe(duplex=False)
        rounds = range(number, number + max(1, PER_PROCESS // len(formats)))
        worker = multiprocessing.get_context("spawn").Process(
            target=_work, args=(tell, seed, formats, folder, rounds, until)
        )
        worker.start()
        tell.close()
        kind, done = formats[0], False
        try:
            while not done and hear.poll(DEAD_S):
                said = hear.recv()
                if said == "done":
                    done = True
                    continue
                number, kind, tally = said
                if tally is not None:
                    tallies[kind].add(tally)
        except EOFError:
            pass
        if not done:
            worker.kill()
            tallies[kind].died += 1
            tallies[kind].finds.append(f"the process died or hung in round {number} of seed {seed} ({kind})")
            ending = RANDOM[kind][0] if kind in RANDOM else kind
            if (folder / f"file.{ending}").exists():
                keep(folder, kind, ending, (folder / f"file.{ending}").read_bytes(), f"died or hung: {kind}")
        worker.join()
        number += 1
    return tallies


def table_of(tallies: dict[str, Tally]) -> pd.DataFrame:
    """What a person wants to see of each format, and of all."""
    rows = {kind: vars(tally) for kind, tally in tallies.items()}
    table = pd.DataFrame(rows).T.drop(columns="finds").astype(int)
    table.loc["all"] = table.sum()
    table.insert(1, "accepted %", (100 * table["accepted"] / table["executions"].clip(lower=1)).round().astype(int))
    return table.drop(columns=["accepted", "read"])


def main() -> None:
    """Fuzz by hand."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60, help="for all formats together")
    options.add_argument("--each", type=float, help="for each format, one after the other")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--formats", nargs="*", choices=[*SEEDS, *RANDOM])
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    formats = given.formats or [*SEEDS, *RANDOM]
    tallies: dict[str, Tally] = {}
    for some in [[kind] for kind in formats] if given.each else [formats]:
        tallies |= for_long(given.seed, folder, some, given.each or given.seconds)
        if given.each:
            print(table_of({some[0]: tallies[some[0]]}).head(1).to_string(), flush=True)  # noqa: T201
    print(f"\n{table_of(tallies).to_string()}\nfinds in {folder}")  # noqa: T201
    for find, count in Counter(find[-900:] for tally in tallies.values() for find in tally.finds).most_common(25):
        print(f"--- {count}×\n{find}")  # noqa: T201


if __name__ == "__main__":
    main()
