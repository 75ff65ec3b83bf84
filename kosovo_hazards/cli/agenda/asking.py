"""How areas are ranked on the command line: criteria, layers and weights as options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer

from kosovo_hazards._errors import UsageError
from kosovo_hazards.cli.options import pairs
from kosovo_hazards.cli.printing import say, working
from kosovo_hazards.cli.reading_options import Reading

if TYPE_CHECKING:
    import geopandas as gpd

    from kosovo_hazards.priorities import Criterion, Ranking
    from kosovo_hazards.reading import ReadResult

__all__ = [
    "CriterionOption",
    "NearCrsOption",
    "NearOption",
    "StrategyOption",
    "TopOption",
    "WeightOption",
    "Wishes",
    "WithinOption",
    "ranked",
    "read_register",
]

CriterionOption = Annotated[
    list[str] | None,
    typer.Option(help="What of the register counts: type, contamination, recorded priority, size, age; repeatable."),
]
StrategyOption = Annotated[
    bool,
    typer.Option("--strategy", help="The criteria of Kosovo's centre: risk, development, climate, poverty."),
]
NearOption = Annotated[
    list[str] | None,
    typer.Option(help="A layer and its file, e.g. schools=schools.geojson, or development=roads.gpkg; repeatable."),
]
NearCrsOption = Annotated[str | None, typer.Option(help="CRS of the files of --near that name none.")]
WithinOption = Annotated[float, typer.Option(help="From so many metres on a layer counts 0, at 0 m it counts 1.")]
WeightOption = Annotated[
    list[str] | None, typer.Option(help="Weight of a criterion, e.g. climate=2; repeatable. All weigh 1 otherwise.")
]
TopOption = Annotated[int, typer.Option(help="How many of the first are tried under other weights.", min=1)]


@dataclass(frozen=True)
class Wishes:
    """What the command was asked to rank by.

    Attributes
    ----------
    criterion, strategy, near, near_crs, within, weight, top
        The options.
    """

    criterion: Sequence[str] | None
    strategy: bool
    near: Sequence[str] | None
    near_crs: str | None
    within: float
    weight: Sequence[str] | None
    top: int


def read_register(
    reading: Reading, file: Path, releases: Path | None, as_of: str | None
) -> tuple[ReadResult, dict[str, ReadResult]]:
    """Read the register and what stands beside it; where releases are given, what they leave of it.

    Parameters
    ----------
    reading
        How files are read.
    file, releases
        The files.
    as_of
        Later releases are left out.

    Returns
    -------
    What is ranked, and all that was read, by name.
    """
    from kosovo_hazards.land_release import apply_releases

    with working("Reading"):
        hazards = reading.hazards(file)
        released = None if releases is None else reading.releases_beside(releases)
    read = {"hazards": hazards, **({} if released is None else {"releases": released})}
    if released is None:
        return hazards, read
    with working("Taking off what was released"):
        remaining = apply_releases(hazards.data, released.data, as_of=as_of).remaining
    return replace(hazards, data=remaining), read


def ranked(
    hazards: ReadResult, found: dict[str, ReadResult], reading: Reading, wishes: Wishes, as_of: str | None
) -> Ranking:
    """Rank the areas as the options say.

    Parameters
    ----------
    hazards
        The register.
    found
        Evidence, accidents and items, by name.
    reading
        How files are read.
    wishes
        The options.
    as_of
        Day up to which the age of records counts.
    """
    from kosovo_hazards.priorities import STRATEGY, prioritise

    if not wishes.within > 0:
        raise UsageError(f"--within {wishes.within:g} is no distance", hint="give metres above 0")
    layers = {name: _layer(reading, name, Path(path), wishes) for name, path in _files(wishes.near)}
    layers |= {name: _placed(result.data, name) for name, result in found.items()}
    criteria = _criteria(layers, wishes, as_of)
    weights = {
        STRATEGY.get(name, name): _weight(name, text) for name, text in (pairs(wishes.weight, "weight") or {}).items()
    }
    with working("Ranking"):
        return prioritise(hazards, criteria=criteria, weights=weights or None, top=wishes.top)


def _criteria(layers: dict[str, gpd.GeoDataFrame], wishes: Wishes, as_of: str | None) -> list[Criterion]:
    from kosovo_hazards.priorities import STRATEGY, near_to, of_register, strategy_criteria

    register = of_register(as_of=as_of)
    unknown = [name for name in wishes.criterion or () if name not in register]
    if unknown:
        raise UsageError(
            f"--criterion {unknown[0]!r} is none of the register",
            hint=f"choose of {', '.join(register)}, or use --near",
        )
    of_set = {key: {name: one for name, one in layers.items() if _key(name) == key} for key in STRATEGY}
    if not (wishes.strategy or any(of_set[key] for key in of_set)):
        chosen = wishes.criterion or ("type", "contamination", "recorded priority")
        own = [near_to(layer, name, within_m=wishes.within) for name, layer in layers.items()]
        return [*(register[name] for name in dict.fromkeys(chosen)), *own]
    told = {"accidents", "evidence", "items"}
    fed = {key: {_label(name): one for name, one in some.items()} for key, some in of_set.items()}
    fed["risk"] |= {name: layers[name] for name in layers if name in told}
    others = [name for name in layers if name not in told and _key(name) not in STRATEGY]
    return [
        *strategy_criteria(**fed, within_m=wishes.within),
        *(register[name] for name in dict.fromkeys(wishes.criterion or ())),
        *(near_to(layers[name], name, within_m=wishes.within) for name in others),
    ]


def _files(near: Sequence[str] | None) -> list[tuple[str, str]]:
    """Name and file of each layer; several files of one name are told apart by their own."""
    from kosovo_hazards.priorities import STRATEGY

    wrong = [text for text in near or () if "=" not in text or not all(text.split("=", 1))]
    if wrong:
        raise UsageError(f"--near {wrong[0]!r} is not NAME=FILE", hint="for instance --near schools=schools.geojson")
    named = [(text.split("=", 1)[0].strip(), text.split("=", 1)[1]) for text in near or ()]
    found = [(f"{name}:{Path(path).stem}" if name in STRATEGY else name, path) for name, path in named]
    names = [name for name, _ in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"--near {twice[0]} is given twice", hint="give each layer a name of its own")
    return found


def _key(name: str) -> str:
    return name.partition(":")[0]


def _label(name: str) -> str:
    return name.partition(":")[2] or name


def _layer(reading: Reading, name: str, path: Path, wishes: Wishes) -> gpd.GeoDataFrame:
    with working("Reading"):
        table, lost = reading.layer(path, wishes.near_crs)
    if lost:
        say(f"note: {path}: {lost:,} records can't be read, so what they hold is missing from {_label(name)}")
    return _placed(table, _label(name))


def _placed(table: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """What has a place; what has none is told, for it may lie beside any area."""
    there = table.geometry.notna() & ~table.geometry.is_empty
    if not there.all():
        lost = int((~there).sum())
        say(f"note: {lost:,} records of {name} have no place, so areas may be nearer to one than it seems")
    return table[there]


def _weight(name: str, text: str) -> float:
    number = pd.to_numeric(text, errors="coerce")
    if pd.isna(number):
        raise UsageError(f"--weight {name}={text} is no number", hint=f"for instance --weight {name}=2")
    return float(number)
