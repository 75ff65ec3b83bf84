"""What has been published on Kosovo: tables and key figures as printed, and whether they add up."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import UsageError
from kosovo_hazards.published import comparisons

__all__ = ["audit", "differences", "figures", "sources", "table", "tables"]

_KEY_FIGURES = "key_figures"
_NUMBERS = ["value", "rounded_to"]


def sources() -> pd.DataFrame:
    """The documents that the figures were taken from.

    Returns
    -------
    One row a document: `source` (the short id that all other tables use), `title`, `publisher`, `date` (ISO 8601, as
    exact as known) and `kind`, what sort of document it is.

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> published.sources()["source"].tolist()
    ['mar-2025', 'npa-2024', 'monitor-profile-2014', 'monitor-ban-2016', 'halo-2025']
    """
    return _read("sources").copy()


def tables() -> list[str]:
    """List the printed tables.

    Returns
    -------
    Their names, in the order of the documents.

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> len(published.tables())
    18
    """
    return list(_read("tables")["table"])


def table(name: str) -> pd.DataFrame:
    """One table as it is printed.

    Parameters
    ----------
    name
        One of `tables()`.

    Returns
    -------
    The first column holds the labels of the rows; every cell is the printed text, and an empty one an empty text. Where
    two columns have one heading, the type of hazardous area follows it in brackets. `attrs` hold `source`, `caption`
    and `note`. A table whose cells are lost in the document has headings and no cells.

    Raises
    ------
    HazardDataError
        If there is no table of that name.

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> published.table("mar-2025-table-9")
        Year Area cleared (km²)
    0   2024               1.51
    1   2023               1.92
    2   2022               1.32
    3   2021               1.30
    4   2020               0.34
    5  Total               6.39
    """
    about = _read("tables").set_index("table")
    _require_known(name, about.index, what="table")
    cells = _read(name).fillna({"row": "", "column": "", "printed": ""})
    headings = _headings(cells)
    wide = (
        cells.assign(column=headings)
        .drop_duplicates(["row", "column"])  # a cell such as "27 (35%)" holds two figures
        .pivot_table(index="row", columns="column", values="printed", aggfunc="first")
        .reindex(index=cells["row"].unique(), columns=headings.unique())
    )
    wide = wide[wide.index != ""].fillna("").rename_axis(columns=None)
    wide = wide.rename_axis(index=about.loc[name, "row_heading"]).reset_index()
    wide.attrs = about.loc[name, ["source", "caption", "note"]].fillna("").to_dict()
    return wide


def figures(
    *,
    source: str | None = None,
    table: str | None = None,
    measure: str | None = None,
    place: str | None = None,
    operator: str | None = None,
    product: str | None = None,
) -> pd.DataFrame:
    """Every published figure, one a row, from tables and from the text between them.

    Parameters
    ----------
    source
        Id of a document, see `sources`.
    table
        Name of a table, see `tables`.
    measure
        What was counted or measured, such as "area released" or "submunitions destroyed".
    place
        Label of a place exactly as printed; what it denotes stands in `place_kind`.
    operator
        Who did it.
    product
        "cancelled", "reduced" or "cleared".

    Returns
    -------
    The columns stand in ``geodata/published/README.md``. `printed` is the text of the document, `value` the number in
    `unit`, `rounded_to` the unit of the last printed digit (0: an exact count), `qualifier` a word such as
    "more than".

    Raises
    ------
    HazardDataError
        If no figure has the requested value; the message lists those there are.

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> cleared = published.figures(table="mar-2025-table-7", measure="submunitions destroyed", operator="KSF")
    >>> cleared[["place", "place_kind", "printed", "value"]]
       place place_kind printed  value
    0   East     region       0    0.0
    1  South     region       8    8.0
    """
    found = _all_figures()
    wanted = {"source": source, "table": table, "measure": measure, "place": place}
    for column, value in {**wanted, "operator": operator, "product": product}.items():
        if value is not None:
            _require_known(value, found[column].dropna().unique(), what=column)
            found = found[found[column] == value]
    return found.reset_index(drop=True)


def audit(data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recompute what can be recomputed, and say what does not add up.

    Totals, shares, ratios, products, conversions, balances of opening and closing stock, claims about trends, the
    dates of the sources cited, and the same quantity given in two places or documents are compared. Each comparison is
    declared in ``geodata/published/comparisons.csv``.

    Parameters
    ----------
    data
        Figures to compare instead of the shipped ones: a table as `figures` returns it.

    Returns
    -------
    One row a comparison: `where` and `what` is compared, the number as `printed` and `recomputed`, the `difference`
    between them (printed less recomputed, in `unit`; days for dates), the `verdict`, a `remark`, the `sources` used;
    besides `comparison` (its id), `kind`, `relation` (what should hold between printed and recomputed: =, <, <=, >,
    >=) and `finding` (the real difference it belongs to, see `differences`).

    The verdict is "agrees" if the relation holds at the printed precision, "rounding" if the rounding of the printed
    figures can explain that it does not (interval arithmetic over half units of their last digits), else "differs".

    Raises
    ------
    HazardDataError
        If `data` lack a figure that a comparison needs.

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> result = published.audit()
    >>> result["verdict"].value_counts()["rounding"].item()
    2
    >>> result.loc[result["finding"] == "grand-total", ["printed", "recomputed", "difference"]]
          printed recomputed  difference
    5   6,269,292  6,265,292      4000.0
    11  6,269,292  6,265,292      4000.0
    """
    return comparisons.compare(_all_figures() if data is None else data, _read("comparisons"), _read("findings"))


def differences() -> pd.DataFrame:
    """The real differences in the published figures, each given once, and what to do about it.

    Returns
    -------
    One row a difference: `finding` (its id), `where`, `what`, `printed` and `recomputed` of the comparison that shows
    it first, `statement` (what differs), `meaning` (what it means for who uses the figures), `comparisons` (how many
    rows of `audit` show it).

    Examples
    --------
    >>> from kosovo_hazards import published
    >>> published.differences().loc[0, "meaning"]
    'Use 6,265,292 m², the sum of the rows; at two decimals (6.27 km²) nothing changes.'
    """
    shown = audit().query("verdict == 'differs'").groupby("finding", sort=False)
    shows = ["where", "what", "printed", "recomputed"]
    first = shown[shows].first().assign(comparisons=shown.size())
    statements = _read("findings").set_index("finding")[["statement", "meaning"]]
    ordered = statements.join(first, how="inner").reset_index()
    return ordered[["finding", *shows, "statement", "meaning", "comparisons"]]


@lru_cache(maxsize=32)
def _read(name: str) -> pd.DataFrame:
    data = pd.read_csv(
        geodata_path("published", f"{name}.csv"), dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8"
    )
    return data.astype({column: "float64" for column in _NUMBERS if column in data.columns})


@lru_cache(maxsize=1)
def _all_figures() -> pd.DataFrame:
    return pd.concat([_read(name) for name in [*tables(), _KEY_FIGURES]], ignore_index=True)


def _headings(cells: pd.DataFrame) -> pd.Series:
    """Column headings, made distinct where the document prints one twice."""
    kinds = cells.groupby("column")["hazard_type"].transform("nunique")
    return cells["column"].where(kinds < 2, cells["column"] + " [" + cells["hazard_type"].fillna("") + "]")


def _require_known(value: str, known: pd.Index, *, what: str) -> None:
    if value not in known:
        raise UsageError(
            f"no published figure has the {what} {value!r}", hint=f"there are {', '.join(map(str, known))}"
        )
