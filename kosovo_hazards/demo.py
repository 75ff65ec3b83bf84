"""The synthetic register: invented areas that carry the published figures."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from kosovo_hazards._data import geodata_path
from kosovo_hazards._errors import UsageError
from kosovo_hazards.schema import COUNT, HAZARDS, RELEASES, Table
from kosovo_hazards.validation import conform

__all__ = ["DEMO_DATES", "demo_data", "sample_files"]

DEMO_DATES = ("2022-12-31", "2023-12-31", "2024-12-31")
"""Dates at which the synthetic register stands."""


def demo_data(as_of: str | dt.date | int = "2024-12-31") -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the synthetic register as it stood on a date, and the releases completed up to then.

    **Synthetic demonstration data – not real locations.** Shapes and places are invented; areas, counts and releases
    are those published on Kosovo, to the square metre.

    Parameters
    ----------
    as_of
        End of 2022, 2023 or 2024: ``"2023-12-31"``, a date, or the year (2023 or ``"2023"``).

    Returns
    -------
    The hazards that stood open or worked on at that date, each with its ground of that date (areas released by then are
    not among them), and the releases from 2020 on. Both in EPSG:4326, areas in m², every row `synthetic`. Releases have
    four columns more: `published_place` and `published_table` (the printed row that the record belongs to),
    `areas_cleared`, and `assumption` (what no source says); hazards have `assumption`.

    Raises
    ------
    HazardDataError
        If the register does not exist for that date.

    Notes
    -----
    What is reproduced and what is assumed: ``geodata/synthetic/README.md``.

    Examples
    --------
    >>> hazards, releases = demo_data("2024-12-31")
    >>> len(hazards), int(hazards["area_m2"].sum())
    (35, 6265292)
    >>> releases.loc[releases["completed"] >= "2024", "submunitions"].sum()
    np.int64(89)
    """
    date = _date(as_of)
    hazards = _read(f"hazards_{date}.geojson", HAZARDS)
    releases = _read("releases.geojson", RELEASES)
    return hazards.copy(), releases[releases["completed"] <= date].reset_index(drop=True)


def sample_files() -> dict[str, Path]:
    """Where the sample files lie that ship with the library, by the names under which they are handed out.

    Returns
    -------
    Name and path of each; ``README.md`` says what they are. All are synthetic: not real locations.

    Raises
    ------
    FileNotFoundError
        If the installation lacks them.

    Examples
    --------
    >>> sorted(sample_files())[:3]
    ['README.md', 'country-boundaries.geojson', 'country-register.geojson']
    """
    register = {
        "register.geojson": "hazards_2024-12-31.geojson",
        "register-2023.geojson": "hazards_2023-12-31.geojson",
        "releases.geojson": "releases.geojson",
    }
    own = sorted(path for path in geodata_path("samples").iterdir() if path.suffix in (".geojson", ".gpx", ".md"))
    files = {name: geodata_path("synthetic", shipped) for name, shipped in register.items()}
    return {**files, **{path.name: path for path in own}}


def _date(as_of: str | dt.date | int) -> str:
    if (of_year := f"{as_of}-12-31") in DEMO_DATES:
        return of_year
    try:
        date: str = pd.Timestamp(as_of).strftime("%Y-%m-%d")
    except (TypeError, ValueError):
        date = str(as_of)
    if date not in DEMO_DATES:
        raise UsageError(
            f"the synthetic register does not exist for {as_of!r}", hint=f"it stands at {', '.join(DEMO_DATES)}"
        )
    return date


@lru_cache(maxsize=4)
def _read(name: str, table: Table) -> gpd.GeoDataFrame:
    """Read a shipped table; callers get copies."""
    frame = conform(pyogrio.read_dataframe(geodata_path("synthetic", name)), table)
    if "areas_cleared" in frame.columns:
        frame["areas_cleared"] = frame["areas_cleared"].astype(COUNT)
    return frame
