"""Make vocabulary/country_extents.csv from the dataset of EPSG that comes with PROJ; run it without arguments."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

from pyproj.datadir import get_data_dir

# Regions of several countries, parts of countries, and what is no country.
LEFT_OUT = ("Africa", "Asia", "World", "Antarctica", "Venezuela - ", "Italy - ", "Yugoslavia")
# Codes of EPSG's extents of countries, but for some that were made later.
COUNTRIES = (*range(1024, 1263), 1268, 1269, 1270, 1271, 1272, 4542)


def main() -> None:
    """Write west, south, east and north of each country; east is beyond 180 where it lies across that meridian."""
    base = sqlite3.connect(f"file:{Path(get_data_dir()) / 'proj.db'}?mode=ro", uri=True)
    found = base.execute(
        "select name, west_lon, south_lat, east_lon, north_lat, cast(code as int) from extent where auth_name = 'EPSG' "
        "and west_lon is not null order by name"
    ).fetchall()
    path = Path(__file__).parent / "vocabulary" / "country_extents.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("name", "west", "south", "east", "north"))
        for name, west, south, east, north, code in found:
            if code in COUNTRIES and not name.startswith(LEFT_OUT):
                rows.writerow((name.partition(" - ")[0], west, south, east + 360 * (west > east), north))


if __name__ == "__main__":
    main()
