"""Where records come from: which sources they name, and which of them are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Mask

__all__ = ["any_synthetic", "source_names", "synthetic_records"]

_YES = ("true", "1", "1.0", "yes")


def source_names(*tables: pd.DataFrame | None) -> list[str]:
    """The sources that the records of these tables name, each once, in the order in which they first stand.

    Parameters
    ----------
    tables
        Any tables; None is a table that is not there.

    Examples
    --------
    >>> source_names(pd.DataFrame({"source": ["b.csv", None, "a.csv", "b.csv"]}), None, pd.DataFrame({"x": [1]}))
    ['b.csv', 'a.csv']
    """
    named = [table["source"].dropna() for table in tables if table is not None and "source" in table.columns]
    return list(dict.fromkeys(str(name) for column in named for name in column.unique()))


def synthetic_records(table: pd.DataFrame) -> Mask:
    """Which records are made up for demonstration; those that do not say are taken as real.

    Parameters
    ----------
    table
        Any table; as text, ``true``, ``1`` and ``yes`` count.

    Examples
    --------
    >>> synthetic_records(pd.DataFrame({"synthetic": [True, None, "false", "TRUE"]})).tolist()
    [True, False, False, True]
    """
    if "synthetic" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    if table["synthetic"].dtype == bool:
        return np.asarray(table["synthetic"], dtype=bool)
    return np.isin(table["synthetic"].astype(object).astype(str).str.strip().str.lower().to_numpy(), _YES)


def any_synthetic(*tables: pd.DataFrame | None) -> bool:
    """Whether any record of these tables is made up for demonstration; None is a table that is not there."""
    return any(bool(synthetic_records(table).any()) for table in tables if table is not None)
