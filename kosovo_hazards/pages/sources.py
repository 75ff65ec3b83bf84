"""The line of a page that says where its data come from."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from kosovo_hazards.gazetteer import is_shipped
from kosovo_hazards.language import Catalogue
from kosovo_hazards.provenance import source_names

__all__ = ["sources_line"]

_MOST = 3


def sources_line(
    t: Catalogue,
    *tables: pd.DataFrame | None,
    places: gpd.GeoDataFrame | None,
    stated: str | None = None,
    public: bool = False,
) -> str:
    """Name the sources of records and borders, at most three of the records.

    Parameters
    ----------
    t
        The words.
    tables
        Hazards and releases; None is a table that is not there.
    places
        The places table in use; borders that ship with the library name their makers.
    stated
        What the caller says of the sources, in place of what the records name.
    public
        Whether the page is for everyone. The name of a file may tell a place, so only what the caller says stands
        there.

    Examples
    --------
    >>> from kosovo_hazards.language import catalogue
    >>> table = pd.DataFrame({"source": ["a.csv", "b.csv", "c.csv", "d.csv", "a.csv"]})
    >>> sources_line(catalogue("en"), table, places=None)
    'Sources: a.csv; b.csv; c.csv; and 1 more.'
    >>> sources_line(catalogue("en"), table, places=None, public=True)
    ''
    """
    borders = t("foot.boundaries") if places is not None and is_shipped(places) else ""
    return " ".join(filter(None, [_records(t, tables, stated, public=public), borders]))


def _records(t: Catalogue, tables: tuple[pd.DataFrame | None, ...], stated: str | None, *, public: bool) -> str:
    if stated is not None:
        return t("foot.sources", sources=stated)
    names = [] if public else source_names(*tables)
    if not names:
        return ""
    more = t("foot.more_sources", n=len(names) - _MOST) if len(names) > _MOST else ""
    return t("foot.sources", sources="; ".join(names[:_MOST]) + more)
