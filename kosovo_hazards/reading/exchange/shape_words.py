"""What words say of shapes: whether they are in use, polygons or not, ground or hole; in doubt nothing is freed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask, Texts
from kosovo_hazards.language import compact, words
from kosovo_hazards.reading.exchange.notebook import Notebook
from kosovo_hazards.reading.exchange.numbered_points import LINE, POINT, POLYGON
from kosovo_hazards.schema import Direction

__all__ = ["are_holes", "are_in_use", "kinds_of_shapes"]

_NO = frozenset({"0", "f", "false", "n", "no", "inactive"})
_YES = frozenset({"1", "t", "true", "y", "yes", "active"})


def are_in_use(said: pd.Series, records: Texts, direction: Direction, book: Notebook) -> Mask:
    """Shapes in use; where nobody says, those of hazards are and those of releases are not.

    Parameters
    ----------
    said
        What is said of each; where nothing is said of any, all are in use.
    records
        Id of the record of each, for what is told.
    direction
        To which side ground may err.
    book
        Takes what was found.
    """
    if said.isna().all():
        return np.ones(len(said), dtype=bool)
    text = said.map(lambda value: str(value).strip().removesuffix(".0").casefold(), na_action="ignore")
    unclear = ~text.isin(_NO | _YES).to_numpy()
    keep = direction is Direction.OUTWARD
    for at in np.flatnonzero(unclear):
        told = "A shape does not say whether it is in use; " + ("it counts." if keep else "it does not count.")
        book.tell("activity-unknown", "warning", records[at], told)
    used: Mask = np.where(unclear, keep, text.isin(_YES).to_numpy())
    return used


def kinds_of_shapes(said: pd.Series, labels: Texts, records: Texts, book: Notebook) -> Texts:
    """Whether each shape is a polygon, a line or a point; what is not known is taken for a polygon.

    Parameters
    ----------
    said
        What is said of each.
    labels, records
        Id of each shape and of its record, for what is told.
    book
        Takes what was found.
    """
    found = said.map(lambda text: words("shape_kind").get(compact(text)), na_action="ignore")
    for at in np.flatnonzero(found.isna()):
        text = f"Shape {labels[at]} is of a kind that is not known, {said.iloc[at]!r}, and is taken for a polygon."
        book.tell("unknown-kind", "warning", records[at], text, value=str(said.iloc[at]))
    kinds: Texts = found.fillna(POLYGON).to_numpy(dtype=object)
    for at in np.flatnonzero((kinds == POINT) | (kinds == LINE)):
        text = f"Shape {labels[at]} is a {kinds[at]} and no ground; it stands beside the record."
        book.tell("no-polygon", "note", records[at], text)
    return kinds


def are_holes(
    said: pd.Series, kinds: Texts, labels: Texts, records: Texts, direction: Direction, book: Notebook
) -> Mask:
    """Polygons that are taken out; where it is not known what one is, hazards keep it and releases lose it.

    Parameters
    ----------
    said
        The property of each polygon.
    kinds, labels, records
        Kind and id of each shape, and id of its record.
    direction
        To which side ground may err.
    book
        Takes what was found.
    """
    found = said.map(lambda text: words("polygon_property").get(compact(text)), na_action="ignore")
    unclear = (found.isna() & said.notna()).to_numpy() & (kinds == POLYGON)
    lost = direction is Direction.INWARD
    for at in np.flatnonzero(unclear):
        text = f"Shape {labels[at]} has the property {said.iloc[at]!r}, which is not known"
        text += "; it counts as a hole, so that no release grows." if lost else "; it counts as ground."
        book.tell("unknown-property", "warning", records[at], text, value=str(said.iloc[at]))
    holes: Mask = (found == "hole").to_numpy(dtype=bool) & (kinds == POLYGON)
    if lost:
        holes[unclear] = True
    return holes
