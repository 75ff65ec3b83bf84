"""Checks between releases and hazards: where and when land was released, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats, Mask, Positions, Shapes, Texts
from kosovo_hazards._wording import argument
from kosovo_hazards.checks.checked_table import Records, Severity, products
from kosovo_hazards.checks.limits import Days, Limits
from kosovo_hazards.checks.pairs import pairs_of_crowd
from kosovo_hazards.geometry import in_metres, intersection, meeting, middle_latitude, without
from kosovo_hazards.language import areas, numbers, percents, sentence, sentences, spoken, spoken_words
from kosovo_hazards.schema import Product

__all__ = ["release_findings"]

# Two surveys of one outline never agree to the metre: less than this share of a release is no other ground.
_INSIDE = 0.5
_TOUCHES = 0.01
_STRIP_M2 = 100.0
# Rounding of areas that are added up.
_NOISE = 1e-9


@dataclass(frozen=True)
class _Where:
    """Where each release lies.

    Attributes
    ----------
    release, hazard, shape, of_release
        Pairs that share ground: positions, the ground, and its share of the release.
    inside
        Share of each release that lies in hazards; NaN without a polygon.
    main
        Position of the hazard with most of it; -1 where there is none.
    named
        Position of the hazard that it names; -1 where it names none that is there.
    names
        The id that it names; None where it names none.
    in_named
        Share of each release that lies in the hazard that it names.
    crowded
        Whether a release was held against some of the hazards only, in a crowd; where none was found, `inside` is NaN.
    unsure
        Whether a hazard was left out of some comparisons, in a crowd.
    """

    release: Positions
    hazard: Positions
    shape: Shapes
    of_release: Floats
    inside: Floats
    main: Positions
    named: Positions
    names: Texts
    in_named: Floats
    crowded: Mask
    unsure: Mask

    @classmethod
    def of(cls, hazards: Records, releases: Records) -> _Where:
        ground = hazards.ground.copy()
        ground[hazards.first != np.arange(len(hazards))] = None
        met = meeting(releases.ground, ground, of_crowd=pairs_of_crowd(len(releases)))
        shape = intersection(releases.ground[met.left], ground[met.right])
        size = shapely.area(releases.ground)
        share = shapely.area(shape) / size[met.left]
        keep = share > 0
        release, hazard, share = met.left[keep], met.right[keep], share[keep]
        inside = np.where(releases.has_ground, np.bincount(release, share, minlength=len(releases)).clip(0, 1), np.nan)
        crowded = np.isin(np.arange(len(releases)), met.crowded)
        inside[crowded & (inside < _TOUCHES)] = np.nan
        most = pd.DataFrame({"release": release, "hazard": hazard, "share": share}).sort_values(
            "share", ascending=False
        )
        main = most.drop_duplicates("release").set_index("release")["hazard"].reindex(range(len(releases))).fillna(-1)
        names = releases.texts("hazard_id")
        named = _positions(hazards, names)
        own = hazards.first[named[release]] == hazard if len(hazards) else np.zeros(len(release), dtype=bool)
        own &= named[release] >= 0
        in_named = np.bincount(release[own], share[own], minlength=len(releases)).astype(np.float64)
        unsure = np.isin(hazards.first, met.unsure)
        return cls(
            release, hazard, shape[keep], share, inside, main.to_numpy(dtype=np.intp), named, names, in_named, crowded,
            unsure,
        )  # fmt: skip


def _positions(hazards: Records, names: Texts) -> Positions:
    ids = pd.Series(np.arange(len(hazards)), index=hazards.ids)
    ids = ids[~ids.index.duplicated() & ids.index.notna()]
    found: Positions = ids.reindex(names).fillna(-1).to_numpy(dtype=np.intp)
    return found


def release_findings(hazards: Records, releases: Records, limits: Limits, days: Days) -> Iterator[pd.DataFrame]:
    """What is wrong between releases and hazards.

    Parameters
    ----------
    hazards, releases
        Both tables.
    limits
        The thresholds.
    days
        Today and the day of the register.
    """
    where = _Where.of(hazards, releases)
    register = _Register.of(releases, where, days)
    yield from _named(hazards, releases, where, register)
    yield _outside(releases, where, register)
    yield _other_hazard(hazards, releases, where)
    yield _far(hazards, releases, where, limits)
    yield from _too_early(hazards, releases, where)
    yield _exceeds(hazards, releases, where, register, limits)
    if pd.notna(days.register):
        yield _still_recorded(hazards, releases, where, register, limits)
    yield from _left(hazards, releases, where, register, limits)
    if count := int(where.crowded.sum()):
        text = sentence("not-all-compared.release", n=count)
        yield releases.found_in_table("not-all-compared", text, value=float(count))


# --- which releases the register has seen already --------------------------------------------------------------------


@dataclass(frozen=True)
class _Register:
    """Up to when releases have been taken off the register, and which are older (or undated, so nobody knows)."""

    date: pd.Timestamp
    older: Mask
    known: bool

    @classmethod
    def of(cls, releases: Records, where: _Where, days: Days) -> _Register:
        completed = releases.dates("completed")
        date = days.register if pd.notna(days.register) else _likely_date(releases, where, completed)
        older = completed.isna().to_numpy() | (completed <= date).to_numpy()
        # Where releases were taken off already, the register says itself how old it is.
        taken_off = bool((completed <= date).any())
        return cls(date, older, bool(pd.notna(days.register)) or taken_off)

    @property
    def words(self) -> str:
        """How to speak of the date."""
        return f"{self.date:%Y-%m-%d}" if pd.notna(self.date) else spoken().texts["register.date"]


def _likely_date(releases: Records, where: _Where, completed: pd.Series) -> pd.Timestamp:
    """The day that best parts releases already taken off, which lie outside, from those that still lie inside."""
    searched = np.isin(products(releases), [Product.CLEARED.value, Product.REDUCED.value])
    rows = np.flatnonzero(searched & ~np.isnan(where.inside) & completed.notna().to_numpy())
    days, day = np.unique(completed.to_numpy()[rows], return_inverse=True)
    if not len(days):
        return pd.NaT
    inside = where.inside[rows] > _INSIDE
    was_inside = np.cumsum(np.bincount(day, inside, minlength=len(days)))
    was_outside = np.cumsum(np.bincount(day, ~inside, minlength=len(days)))
    # Wrong if the register stands at the end of each day: those inside up to then, and those outside after it.
    wrong = np.r_[was_outside[-1], was_inside + was_outside[-1] - was_outside]
    # Of days that part them equally well the first, for then the fewest findings are taken for old.
    best = int(np.argmin(wrong))
    return pd.Timestamp(days[best - 1]) if best else pd.Timestamp(days[0]) - pd.Timedelta(days=1)


def _milder(mild: Mask) -> Texts:
    return np.where(mild, Severity.NOTE.value, Severity.WARNING.value).astype(object)


# --- which hazard ----------------------------------------------------------------------------------------------------


def _named(hazards: Records, releases: Records, where: _Where, register: _Register) -> Iterator[pd.DataFrame]:
    unknown = where.crowded & (where.main < 0)
    nameless = pd.isna(where.names) & np.isin(products(releases), [Product.CLEARED, Product.REDUCED])
    rows = np.flatnonzero(nameless & ~unknown)
    inside = where.main[rows] >= 0
    texts = sentences(
        [f"no-hazard-named.{'inside' if there else 'none'}" for there in inside],
        other=[hazards.labels[at] if at >= 0 else "" for at in where.main[rows]],
    )
    yield releases.found("no-hazard-named", rows, texts, severity=_milder(register.older[rows] & ~inside))
    rows = np.flatnonzero(~pd.isna(where.names) & (where.named < 0))
    keys = {_plain(text): text for text in hazards.ids[~pd.isna(hazards.ids)]}
    twin = [keys.get(_plain(name)) for name in where.names[rows]]
    texts = sentences(
        [
            f"unknown-hazard.{'meant' if near else 'older' if older else 'absent'}"
            for near, older in zip(twin, register.older[rows], strict=True)
        ],
        name=[repr(name) for name in where.names[rows]], near=[repr(near) for near in twin], date=register.words,
    )  # fmt: skip
    mild = register.older[rows] & np.array([near is None for near in twin], dtype=bool)
    yield releases.found("unknown-hazard", rows, texts, other=where.names[rows], severity=_milder(mild))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _outside(releases: Records, where: _Where, register: _Register) -> pd.DataFrame:
    outside = 100 * (1 - where.inside)
    rows = np.flatnonzero(where.inside < _TOUCHES)
    cancelled = products(releases)[rows] == Product.CANCELLED.value
    older = register.older[rows]
    texts = sentences(
        [
            f"release-outside-hazards.{'older' if old else 'cancelled' if cancel else 'odd'}"
            for cancel, old in zip(cancelled, older, strict=True)
        ],
        area=areas(releases.area_m2[rows]),
        product=spoken_words("land", [product or "released" for product in products(releases)[rows]]),
        date=register.words, argument=argument("register_date"),
    )  # fmt: skip
    return releases.found(
        "release-outside-hazards", rows, texts, value=outside[rows], severity=_milder(cancelled | older)
    )


def _other_hazard(hazards: Records, releases: Records, where: _Where) -> pd.DataFrame:
    rows = np.flatnonzero((where.named >= 0) & (where.inside > _INSIDE) & (where.in_named < _TOUCHES))
    lies_in = hazards.labels[where.main[rows]]
    texts = sentences(
        "release-in-other-hazard", name=where.names[rows].tolist(), share=percents(where.inside[rows]),
        other=lies_in.tolist(),
    )  # fmt: skip
    return releases.found("release-in-other-hazard", rows, texts, value=100 * where.inside[rows], other=lies_in)


def _far(hazards: Records, releases: Records, where: _Where, limits: Limits) -> pd.DataFrame:
    lies_elsewhere = (where.inside > _INSIDE) & (where.in_named < _TOUCHES)
    rows = np.flatnonzero((where.named >= 0) & releases.has_ground & (where.in_named == 0) & ~lies_elsewhere)
    rows = rows[hazards.has_ground[where.named[rows]]]
    ground, other = releases.ground[rows], hazards.ground[where.named[rows]]
    latitude = middle_latitude(ground)
    metres = shapely.distance(in_metres(ground, latitude), in_metres(other, latitude))
    far = metres > limits.named_distance_m
    rows, metres, lines = rows[far], metres[far], shapely.shortest_line(ground[far], other[far])
    texts = sentences("release-far-from-hazard", name=where.names[rows].tolist(), metres=numbers(metres))
    return releases.found("release-far-from-hazard", rows, texts, value=metres, other=where.names[rows], at=lines)


def _too_early(hazards: Records, releases: Records, where: _Where) -> Iterator[pd.DataFrame]:
    established, completed = hazards.dates("established"), releases.dates("completed")
    names = where.named >= 0
    lies = (where.of_release > _TOUCHES) & (where.named[where.release] != where.hazard)
    for release, hazard, severity, which in (
        (np.flatnonzero(names), where.named[names], Severity.ERROR, "release-before-hazard.named"),
        (where.release[lies], where.hazard[lies], Severity.WARNING, "release-before-hazard.lies"),
    ):
        early = (established.to_numpy()[hazard] - completed.to_numpy()[release]) / np.timedelta64(1, "D")
        odd = early > 0
        texts = sentences(
            which, completed=[f"{completed[one]:%Y-%m-%d}" for one in release[odd]], n=early[odd],
            hazard=hazards.labels[hazard[odd]].tolist(),
            recorded=[f"{established[other]:%Y-%m-%d}" for other in hazard[odd]],
        )  # fmt: skip
        yield releases.found(
            "release-before-hazard", release[odd], texts, value=early[odd], other=hazards.labels[hazard[odd]],
            severity=severity,
        )  # fmt: skip


# --- how much --------------------------------------------------------------------------------------------------------


def _exceeds(hazards: Records, releases: Records, where: _Where, register: _Register, limits: Limits) -> pd.DataFrame:
    recorded = np.nan_to_num(releases.recorded_m2()).clip(0)
    counts = ~releases.has_ground & (where.named >= 0) & ~register.older
    total = np.bincount(where.named[counts], recorded[counts], minlength=len(hazards))
    area = np.where(np.isnan(hazards.area_m2), hazards.recorded_m2(), hazards.area_m2)
    rows = np.flatnonzero(total > area * (1 + limits.area_share))
    texts = sentences("release-exceeds-hazard", total=areas(total[rows]), area=areas(area[rows]))
    return hazards.found("release-exceeds-hazard", rows, texts, value=total[rows] - area[rows])


def _still_recorded(
    hazards: Records, releases: Records, where: _Where, register: _Register, limits: Limits
) -> pd.DataFrame:
    established, completed = hazards.dates("established").to_numpy(), releases.dates("completed").to_numpy()
    dated = ~np.isnat(completed[where.release]) & ~(completed[where.release] < established[where.hazard])
    odd = (
        dated & register.older[where.release] & ~hazards.gone[where.hazard] & (where.of_release > limits.overlap_share)
    )
    rows, names = where.release[odd], hazards.labels[where.hazard[odd]]
    texts = sentences(
        "released-ground-still-recorded", share=percents(where.of_release[odd]), date=register.words,
        other=names.tolist(),
    )  # fmt: skip
    return releases.found(
        "released-ground-still-recorded",
        rows,
        texts,
        value=100 * where.of_release[odd],
        other=names,
        at=where.shape[odd],
    )


def _left(
    hazards: Records, releases: Records, where: _Where, register: _Register, limits: Limits
) -> Iterator[pd.DataFrame]:
    """Closed hazards with ground left, and open ones that had none on the day of the register."""
    every, area = np.ones(len(releases), dtype=bool), hazards.area_m2
    left, shape = _remaining(hazards, releases, where, every, hazards.gone)
    rows = np.flatnonzero(hazards.gone & ~where.unsure & (left > limits.left_share * area) & (left > _STRIP_M2))
    texts = sentences(
        "closed-with-ground-left", status=spoken_words("status", hazards.texts("status")[rows]),
        area=areas(area[rows]), left=areas(left[rows]),
    )  # fmt: skip
    yield hazards.found("closed-with-ground-left", rows, texts, value=left[rows], at=shape[rows])
    # A register is right if it shows what stood on its day, whatever was released since.
    chosen = register.older if register.known else every
    left, _ = _remaining(hazards, releases, where, chosen, ~hazards.gone, limits.nothing_left_share)
    rows = np.flatnonzero(~hazards.gone & (area > 0) & (left <= limits.nothing_left_share * area))
    texts = sentences("open-with-nothing-left", left=areas(np.maximum(left[rows], 0)), area=areas(area[rows]))
    severity = Severity.WARNING if register.known else Severity.NOTE
    yield hazards.found("open-with-nothing-left", rows, texts, value=left[rows], severity=severity)


def _remaining(
    hazards: Records, releases: Records, where: _Where, chosen: Mask, wanted: Mask, most_left: float = np.inf
) -> tuple[Floats, Shapes]:
    """Square metres that no chosen release accounts for, and where; copies of a polygon have that of the first.

    Only hazards that are wanted are cut, and of these only those of which not more may be left than a share: what their
    releases hold together takes off at most that much.
    """
    established, completed = hazards.dates("established").to_numpy(), releases.dates("completed").to_numpy()
    counts = ~(completed[where.release] < established[where.hazard]) & chosen[where.release]
    # Position -1, no hazard named, is that of the date added at the end: an empty register has no other.
    recorded_on = np.append(established, np.datetime64("NaT"))[where.named]
    by_figure = chosen & ~releases.has_ground & (where.named >= 0) & ~(completed < recorded_on)
    recorded = np.nan_to_num(releases.recorded_m2()).clip(0)
    taken = np.bincount(where.named[by_figure], recorded[by_figure], minlength=len(hazards))
    held = np.bincount(where.hazard[counts], shapely.area(where.shape[counts]), minlength=len(hazards))
    share = np.ones(len(hazards))
    met = np.flatnonzero(held)
    share[met] = 1 - held[met] / shapely.area(hazards.ground[met])
    cut = wanted & (held > 0)[hazards.first]
    cut &= hazards.area_m2 * (share[hazards.first] - _NOISE) - taken <= most_left * hazards.area_m2
    rows = np.unique(hazards.first[cut])
    pairs = counts & np.isin(where.hazard, rows)
    shape = without(hazards.ground, where.shape, where.hazard[pairs], np.flatnonzero(pairs))
    share[rows] = shapely.area(shape[rows]) / shapely.area(hazards.ground[rows])
    share, shape = share[hazards.first], shape[hazards.first]
    return hazards.area_m2 * share - taken, shape
