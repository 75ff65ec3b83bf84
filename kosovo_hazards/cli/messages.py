"""What was read and found, counted by reason and by check."""

from __future__ import annotations

import pandas as pd

from kosovo_hazards.language import spoken

__all__ = ["by_check", "counted"]

_ROWS_SHOWN = 5


def counted(records: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Count records by what was done to them or why they were rejected, the most frequent first.

    Parameters
    ----------
    records
        `rejected` or `repairs` of a `ReadResult`.
    reason
        The column that says what or why.

    Returns
    -------
    One row a reason: `records` (their number, as text), the reason, where there are any the sums of square metres, and
    the first `rows`.

    Examples
    --------
    >>> counted(pd.DataFrame({"row": [1, 4, 9], "reason": ["no polygon", "no type", "no type"]}), "reason")
      records      reason  rows
    0       2     no type  4, 9
    1       1  no polygon     1
    """
    groups = records.groupby(reason, sort=False, dropna=False)
    areas = [name for name in records.columns if str(name).endswith("_m2") and reason != "reason"]
    table = groups.agg(
        records=("row", "size"), **{name: (name, "sum") for name in areas}, rows=("row", _first_rows)
    ).reset_index()
    table = table.sort_values("records", ascending=False, kind="stable", ignore_index=True)
    return table.assign(records=spoken().numbers(table["records"]))[["records", reason, *areas, "rows"]]


def _first_rows(rows: pd.Series) -> str:
    shown = ", ".join(map(str, rows.head(_ROWS_SHOWN)))
    return f"{shown}, …" if len(rows) > _ROWS_SHOWN else shown


def by_check(findings: pd.DataFrame) -> pd.DataFrame:
    """Count findings by check and severity, with the first of each as an example.

    Parameters
    ----------
    findings
        What `kosovo_hazards.check` gave, sorted by severity.

    Examples
    --------
    >>> import kosovo_hazards as kh
    >>> by_check(kh.check(pd.concat([kh.demo_data()[0]] * 2)))[["severity", "check", "findings"]].head(2)
      severity              check findings
    0    error       duplicate-id       35
    1    error  duplicate-polygon       35
    """
    groups = pd.DataFrame(findings).groupby(["severity", "check"], sort=False, observed=True)
    first = {name: (name, "first") for name in ("record_id", "message")}
    table = groups.agg(findings=("check", "size"), **first).reset_index()
    t = spoken()
    if t.code != "en":
        # Checks have English names, which options and files use; what each tests is said in the language.
        kinds = [
            f"{name}: {t.texts[f'tests.{name}']}" if f"tests.{name}" in t.texts else name for name in table["check"]
        ]
        table = table.assign(severity=[t(f"severity.{one}") for one in table["severity"]], check=kinds)
    return table.assign(findings=t.numbers(table["findings"])).rename(columns={"record_id": "example"})
