"""Write LICENSES.md: the licence of everything that the library builds on or ships, as their own metadata say.

Run it where the library and its dependencies are installed: ``python .ci/licences.py`` writes the file, ``--check`` says
whether it names all that is needed today.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "LICENSES.md"
# Licences under which a library may be used beside BSD-3-Clause code without binding it.
FINE = re.compile(
    r"BSD|MIT|Apache|PSF|Python Software Foundation|ISC|HPND|MPL|Mozilla|Zlib|Unlicense|CC0|OFL|matplotlib",
    re.IGNORECASE,
)
# Metadata that say nothing or too much, with what stands in the package's own licence file.
SAID_ELSEWHERE = {"xstatic-leaflet": "BSD-2-Clause (Leaflet)", "matplotlib": "Matplotlib license (PSF-based)"}
# Licences that bind only who changes the package itself; each was looked at by name. They come with an extra, are not
# shipped, and are used as they are.
USED_AS_THEY_ARE = {"psycopg": "LGPL-3.0-only"}
SHIPPED = """\
| what | where | licence |
| --- | --- | --- |
| The code and the program of the map page | `kosovo_hazards/` | BSD-3-Clause |
| PMTiles, vector-tile, pbf (© Protomaps; © Mapbox, © the maintainers), put inside pages of tiles | from npm as locked in `js/package-lock.json`: `pmtiles`, `@mapbox/vector-tile`, `pbf` | BSD-3-Clause |
| point-geometry (© Mapbox), fflate (© Arjun Barrett), which come with them | `@mapbox/point-geometry`, `fflate` | ISC; MIT |
| Leaflet, put inside every map page | from the package `xstatic-leaflet` | BSD-2-Clause, © Volodymyr Agafonkin, CloudMade |
| Boundaries of municipalities | `geodata/places/municipalities.geojson` | ODbL 1.0 and CC BY-SA 2.0: © OpenStreetMap contributors, geoBoundaries; share alike, see `geodata/places/README.md` |
| Names of places, words of registers | `geodata/places/*.csv`, `geodata/vocabulary/` | facts; CC0 1.0 |
| Published figures | `geodata/published/` | facts as printed, sources named beside each |
| Symbols | `geodata/symbols/` | after GICHD Technical Note 07.11/01; BSD-3-Clause |
| Synthetic register | `geodata/synthetic/` | BSD-3-Clause, made up |
| Sample files | `geodata/samples/` | CC0 1.0, made up |
"""


def needed() -> dict[str, Distribution]:
    """Every package that an installation with all extras for users brings along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        *project["dependencies"],
        *(line for name in extras if name not in ("test", "docs") for line in extras[name]),
    ]
    found: dict[str, Distribution] = {}
    queue = [name for line in wanted if (name := name_of(line)) != "kosovo-hazards"]
    while queue:
        name = queue.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        # Of this system, and without the extras of others: what else happens to be installed changes nothing.
        lines = (Requirement(line) for line in found[name].requires or [])
        queue += [name_of(line.name) for line in lines if line.marker is None or line.marker.evaluate({"extra": ""})]
    return dict(sorted(found.items()))


def name_of(requirement: str) -> str:
    """Name of a package in the spelling of the index."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[(]", requirement.strip(), maxsplit=1)[0]).lower()


def licence_of(package: Distribution) -> str:
    """Licence as the metadata say it."""
    meta = package.metadata
    if (name := name_of(meta["Name"])) in SAID_ELSEWHERE:
        return SAID_ELSEWHERE[name]
    said = meta.get("License-Expression") or ""
    classified = [line.split(" :: ")[-1] for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    short = (meta.get("License") or "").strip().split("\n")[0]
    return said or ", ".join(word for word in classified if word != "OSI Approved") or short[:80] or "not said"


def page(packages: dict[str, Distribution]) -> str:
    """Text of the page; versions would be out of date the next day."""
    rows = [f"| {name} | {licence_of(package)} |" for name, package in packages.items()]
    return (
        "# Licences\n\nMade by `python .ci/licences.py`; a test holds it complete.\n\n## What is shipped\n\n"
        f"{SHIPPED}\n## What is installed along\n\nAs the packages themselves say. Binary wheels hold libraries of their own: GEOS (LGPL 2.1) in shapely and pyogrio, "
        "GDAL (MIT) in pyogrio, PROJ (MIT) in pyproj and pyogrio, and what these build on; their licence files lie in the "
        "wheels. psycopg (LGPL 3.0) comes with the extra `imsma` only and is used as it is.\n\n| package | licence |\n| --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )


def faults(packages: dict[str, Distribution], text: str) -> list[str]:
    """Packages that the page does not name, and licences that may bind the code that uses them."""
    missing = [f"{name} is not in {PAGE.name}" for name in packages if f"| {name} |" not in text]
    binding = [
        f"{name}: {said}"
        for name, p in packages.items()
        if not FINE.search(said := licence_of(p)) and USED_AS_THEY_ARE.get(name) != said
    ]
    return missing + binding


def main() -> int:
    """Write or check the page."""
    packages = needed()
    if "--check" not in sys.argv:
        PAGE.write_text(page(packages), encoding="utf-8", newline="\n")
    found = faults(packages, PAGE.read_text(encoding="utf-8"))
    print("\n".join(found) or f"{len(packages)} packages, all named")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
