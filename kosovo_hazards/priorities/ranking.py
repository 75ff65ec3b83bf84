"""Areas in order of urgency: a weighted sum of criteria, what each contributes, and how stable the order is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Mask, Objects
from kosovo_hazards._errors import Fault, UsageError
from kosovo_hazards.language import Catalogue, catalogue
from kosovo_hazards.priorities.criteria import Criterion, criterion_name, of_register
from kosovo_hazards.reading import ReadResult, accepted, rejected_positions
from kosovo_hazards.schema import RELEASED_STATUSES
from kosovo_hazards.validation import in_degrees, require_columns

__all__ = ["Ranking", "prioritise"]

_USUAL = ("type", "contamination", "recorded priority")
_AT_ONCE = 4_000_000
# Scores nearer than this are the same: sums of weights are no more exact.
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class Ranking:
    """Areas in order, and by what.

    Attributes
    ----------
    table
        One row an area that stands, the most urgent first: `hazard_id`, `rank` (the same for equal scores), `ties` (how
        many share it), `score` (0 to 1), one column ``by <criterion>`` with what each criterion adds to the score,
        `unknown` (criteria that are unknown of this area, which count as most urgent) and `in_top` (share of the draws
        of weights in which it stays among the first `top`).
    criteria
        One row a criterion: `weight` (they add up to 1), `scale` and `unknown` (areas of which it, or a part of it, is
        unknown).
    assumed
        One row an area as in `table`, one column a criterion: what of its contribution is there only because something
        is unknown.
    given
        The criteria themselves.
    top, draws, spread
        What `in_top` was worked out with.
    rejected
        Records that were rejected when the register was read: hazards that are in no place of the order.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> ranking = kh.prioritise(kh.demo_data()[0])
    >>> ranking.criteria["weight"].round(2).to_dict()
    {'type': 0.33, 'contamination': 0.33, 'recorded priority': 0.33}
    """

    table: pd.DataFrame
    criteria: pd.DataFrame
    assumed: pd.DataFrame
    given: tuple[Criterion, ...]
    top: int
    draws: int
    spread: float
    rejected: int = 0

    def __str__(self) -> str:
        return "\n".join(self.said(catalogue("en", report=True)))

    def said(self, t: Catalogue) -> list[str]:
        """What is to be known of the order, in a language.

        Parameters
        ----------
        t
            The words of reports.

        Examples
        --------
        >>> import kosovo_hazards as kh
        >>> from kosovo_hazards.language import catalogue
        >>> kh.prioritise(kh.demo_data()[0]).said(catalogue("sr", report=True))[0]
        '35 površina po: vrsta 33%, kontaminacija 33%, zabeležen prioritet 33%'
        """
        weights = [
            f"{criterion_name(str(name), t)} {t.percent(float(weight))}"
            for name, weight in self.criteria["weight"].items()
        ]
        lines = [t.counted("rank.areas", len(self.table), weights=", ".join(weights))]
        nowhere = [criterion_name(str(name), t) for name in self.criteria.index[self.unknown_everywhere]]
        if nowhere:
            lines.append(t("rank.unknown_everywhere", names=", ".join(nowhere)))
        if self.unsure:
            lines.append(t.counted("rank.unknown", self.unsure))
        if self.rejected:
            lines.append(t.counted("rank.rejected", self.rejected))
        first = self.table.head(self.top)
        given = {"n": int((first["in_top"] >= 1).sum()), "top": len(first), "draws": self.draws}
        figures = {name: t.number(value) for name, value in given.items()}
        lines.append(t("rank.stable", spread=t.percent(self.spread), **figures))
        return lines

    @property
    def unsure(self) -> int:
        """Of how many areas something is unknown, but for criteria that are unknown of all."""
        return int((self.assumed.loc[:, ~self.unknown_everywhere] > 0).any(axis=1).sum())

    @property
    def unknown_everywhere(self) -> Mask:
        """Which of the criteria are wholly unknown of every area."""
        weight = self.criteria["weight"].to_numpy()
        whole: Mask = (self.assumed.to_numpy() >= weight - _SAME).all(axis=0) & (weight > 0) & (len(self.table) > 0)
        return whole


def prioritise(
    hazards: gpd.GeoDataFrame | ReadResult,
    *,
    criteria: Sequence[Criterion] | None = None,
    weights: Mapping[str, float] | None = None,
    top: int = 10,
    draws: int = 1_000,
    spread: float = 0.5,
    seed: int = 0,
) -> Ranking:
    """Put areas in order of urgency by the weighted sum of criteria.

    Parameters
    ----------
    hazards
        The hazards table in any CRS, or what `read_hazards` gave. Areas that are closed or handed over are left out.
    criteria
        What areas are judged by: of `kh.of_register`, `kh.from_column`, `kh.near_to`, `kh.count_within`, or your own
        `kh.Criterion`. Type, contamination and recorded priority if None.
    weights
        Weight of each criterion by its name, 0 or more; those not named, and all if None, weigh the same as the mean of
        the others. They are scaled to add up to 1.
    top
        How many of the first `in_top` is about.
    draws, spread, seed
        For `in_top`, so many times every weight is drawn anew, evenly from ``1 - spread`` to ``1 + spread`` times its
        own; the same seed gives the same figures.

    Returns
    -------
    `Ranking`. The order of the rows of `hazards` changes nothing.

    Raises
    ------
    HazardDataError
        If an id is missing or repeated, a criterion gives values beyond 0 and 1, two have one name, or a weight is
        negative or of no criterion.

    Notes
    -----
    A value that is unknown counts as 1, the most urgent: nobody may take an area for harmless because nothing is known
    of it. `unknown` tells of which, `assumed` how much of the score it is.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> register = kh.of_register(as_of="2024-12-31")
    >>> ranking = prioritise(
    ...     kh.demo_data()[0],
    ...     criteria=[register["type"], register["recorded priority"], register["size"]],
    ...     weights={"recorded priority": 2, "type": 1, "size": 1},
    ... )
    >>> ranking.criteria["weight"].tolist()
    [0.25, 0.5, 0.25]
    >>> bool(ranking.table["score"].is_monotonic_decreasing)
    True
    """
    table = accepted(hazards)
    require_columns(table, ("hazard_id",), purpose="to put in order")
    table = in_degrees(table, "hazards", purpose="to put in order")
    if not (top >= 1 and draws >= 1 and 0 <= spread <= 1):
        raise UsageError(f"top is {top!r}, draws {draws!r}, spread {spread!r}", hint="give 1 or more, and 0 to 1")
    given = list(criteria) if criteria is not None else [of_register()[name] for name in _USUAL]
    share = _weights([criterion.name for criterion in given], weights)
    standing = table if "status" not in table.columns else table[~table["status"].isin(RELEASED_STATUSES)]
    standing = standing.sort_values("hazard_id", ignore_index=True)
    _refuse_ids(standing["hazard_id"])
    judged = [_judged(criterion, standing) for criterion in given]
    urgent = np.column_stack([values for values, _, _ in judged])
    assumed = np.column_stack([values for _, values, _ in judged])
    unsure = np.column_stack([names for _, _, names in judged])
    score = urgent @ share
    order = np.argsort(-np.round(score / _SAME) * _SAME, kind="stable")
    rank = pd.Series(-np.round(score / _SAME)).rank(method="min").astype("int64")
    names = np.array([criterion.name for criterion in given], dtype=object)
    ranked = pd.DataFrame(
        {
            "hazard_id": standing["hazard_id"],
            "rank": rank,
            "ties": rank.groupby(rank).transform("size"),
            "score": score,
            **{f"by {name}": urgent[:, at] * share[at] for at, name in enumerate(names)},
            "unknown": [", ".join(filter(None, row)) for row in unsure],
            "in_top": _in_top(urgent, share, top, draws, spread, seed),
        }
    ).iloc[order]
    about = pd.DataFrame(
        {"weight": share, "scale": [one.scale for one in given], "unknown": (unsure != "").sum(axis=0)},
        index=pd.Index(names, name="criterion"),
    )
    parts = pd.DataFrame((assumed * share)[order], columns=names)
    lost = len(rejected_positions(hazards))
    return Ranking(ranked.reset_index(drop=True), about, parts, tuple(given), top, draws, spread, lost)


def _weights(names: Sequence[str], weights: Mapping[str, float] | None) -> Floats:
    if not names:
        raise UsageError("there is no criterion", hint="name at least one")
    faults = [Fault(None, name, None, "stands twice") for name in sorted({n for n in names if names.count(n) > 1})]
    said = dict(weights or {})
    faults += [Fault(None, name, said[name], "is no criterion given") for name in said if name not in names]
    faults += [
        Fault(None, name, weight, f"has the weight {weight!r}", "give 0 or more")
        for name, weight in said.items()
        if not 0 <= weight < np.inf
    ]
    if faults:
        raise UsageError("these criteria can't be weighed", faults, hint=f"the criteria are {', '.join(names)}")
    usual = float(np.mean(list(said.values()))) if said else 1.0
    raw = np.array([said.get(name, usual) for name in names], dtype=np.float64)
    if not raw.sum() > 0:
        raise UsageError("all weights are 0", hint="give one above 0")
    share: Floats = raw / raw.sum()
    return share


def _judged(criterion: Criterion, hazards: gpd.GeoDataFrame) -> tuple[Floats, Floats, Objects]:
    """Values with 1 for what is unknown, how much of each is only assumed so, and names of what is unknown."""
    if not criterion.parts:
        values = _values(criterion, hazards)
        unknown = np.isnan(values)
        return (
            np.where(unknown, 1.0, values),
            unknown.astype(float),
            np.where(unknown, criterion.name, "").astype(object),
        )
    parts = [_judged(part, hazards) for part in criterion.parts]
    each = [", ".join(filter(None, row)) for row in zip(*[part[2] for part in parts], strict=True)]
    told = np.array([f"{criterion.name} ({name})" if name else "" for name in each], dtype=object)
    return np.mean([part[0] for part in parts], axis=0), np.mean([part[1] for part in parts], axis=0), told


def _values(criterion: Criterion, hazards: gpd.GeoDataFrame) -> Floats:
    values: Floats = pd.Series(criterion.values(hazards), index=hazards.index).to_numpy(dtype=np.float64)
    odd = np.flatnonzero((values < 0) | (values > 1 + _SAME))
    if len(odd):
        faults = [
            Fault(str(hazards["hazard_id"].iloc[row]), criterion.name, values[row], f"is {values[row]:g}")
            for row in odd
        ]
        raise UsageError(f"{criterion.name} gives values that are not from 0 to 1", faults)
    return values


def _refuse_ids(ids: pd.Series) -> None:
    missing, twice = int(ids.isna().sum()), ids[ids.duplicated() & ids.notna()].unique()
    if missing or len(twice):
        raise UsageError(
            f"{missing:,} areas have no id, {len(twice):,} ids stand more than once",
            [Fault(str(name), "hazard_id", name, "stands more than once", "give each its own") for name in twice],
        )


def _in_top(urgent: Floats, share: Floats, top: int, draws: int, spread: float, seed: int) -> Floats:
    """Share of the draws in which an area is among the first; equal scores are all among them."""
    count = len(urgent)
    if count <= top:
        return np.ones(count)
    random = np.random.default_rng(seed)
    drawn = share * random.uniform(1 - spread, 1 + spread, (draws, len(share)))
    held = np.zeros(count)
    step = max(1, _AT_ONCE // count)
    for start in range(0, draws, step):
        some = drawn[start : start + step]
        scores = urgent @ (some / some.sum(axis=1, keepdims=True)).T
        least = np.partition(scores, count - top, axis=0)[count - top]
        held += (scores >= least - _SAME).sum(axis=1)
    shares: Floats = held / draws
    return shares
