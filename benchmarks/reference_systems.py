"""Every geographic and projected CRS of EPSG that is used on land: it works, or is refused in words.

Run ``python benchmarks/reference_systems.py [STEP [FIRST]]``; with STEP only each so many-th code, from FIRST on. For
each code a field of some 200 m in the middle of the area of use is drawn in the CRS, read as a register, and written
into a file in the CRS again. Prints how many worked, were refused in words, and raised an exception that is not the
library's: there must be none.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

import kosovo_hazards as kh
from kosovo_hazards import HazardDataError

KINDS = (PJType.GEOGRAPHIC_2D_CRS, PJType.GEOGRAPHIC_3D_CRS, PJType.PROJECTED_CRS)


def codes_on_land() -> list[int]:
    """Codes of EPSG whose area of use holds land, withdrawn ones too."""
    known = query_crs_info(auth_name="EPSG", pj_types=list(KINDS), allow_deprecated=True)
    land = [info for info in known if info.area_of_use and not _at_sea(info.area_of_use.name)]
    return sorted(int(info.code) for info in land)


def _at_sea(name: str) -> bool:
    return "offshore" in name and "onshore" not in name


def field_in(code: int) -> gpd.GeoDataFrame:
    """A register of one field in the middle of the area of use of a CRS, drawn in that."""
    crs = pyproj.CRS.from_epsg(code)
    area = crs.area_of_use
    east = area.east + (360 if area.west > area.east else 0)
    middle = np.array([((area.west + east) / 2 + 180) % 360 - 180, (area.south + area.north) / 2])
    middle = np.where(np.abs(middle) < 0.5, middle + 2.013, middle)
    corners = middle + np.array([(0, 0), (0.002, 0), (0.002, 0.0015), (0, 0.0015)])
    try:
        points = np.column_stack(
            pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*corners.T),
        )
    except ProjError:
        points = corners
    if not np.isfinite(points).all():
        # PROJ can't draw there, as nobody could who has the CRS from it; other coordinates must be refused in words.
        points = 500_000 + (corners - middle) * 100_000
    table = {"hazard_id": ["A"], "hazard_type": ["CHA"]}
    return gpd.GeoDataFrame(table, geometry=[shapely.Polygon(points)], crs=crs)


def register_at(code: int) -> gpd.GeoDataFrame:
    """A register in degrees at the middle of the area of use of a CRS."""
    area = pyproj.CRS.from_epsg(code).area_of_use
    x, y = (area.west + area.east) / 2, (area.south + area.north) / 2
    table = {"hazard_id": ["A"], "hazard_type": ["CHA"]}
    return gpd.GeoDataFrame(table, geometry=[shapely.box(x, y, x + 0.002, y + 0.001)], crs="EPSG:4326")


def outcome(code: int, folder: Path) -> str:
    """What comes of reading and writing one CRS."""
    try:
        read = kh.read_hazards(field_in(code))
        reading = f"rejected: {read.rejected['reason'].iloc[0]}" if len(read.rejected) else "worked"
    except HazardDataError as error:
        reading = f"refused: {error}"
    except Exception as error:
        return f"FOREIGN {type(error).__name__} in reading: {error}"
    try:
        register = register_at(code) if reading != "worked" else read.data
        kh.write_gis(register, folder / f"{code}.csv", crs=f"EPSG:{code}")
    except HazardDataError as error:
        return f"refused: {error}" if reading == "worked" else reading
    except Exception as error:
        return f"FOREIGN {type(error).__name__} in writing: {error}"
    return reading


def main(step: int = 1, first: int = 0) -> int:
    """Try them all and print what came of them."""
    warnings.simplefilter("ignore")
    codes = codes_on_land()[first::step]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = {code: outcome(code, Path(folder)) for code in codes}
    kinds = Counter(text.split(":", maxsplit=1)[0].split(" ")[0] for text in found.values())
    for code, text in found.items():
        if text != "worked":
            print(f"EPSG:{code} {pyproj.CRS.from_epsg(code).name}: {text}".replace("\n", " ")[:300])
    print(f"{len(codes):,} codes in {time.perf_counter() - start:,.0f} s: {dict(kinds)}")
    return int(any(text.startswith("FOREIGN") for text in found.values()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
