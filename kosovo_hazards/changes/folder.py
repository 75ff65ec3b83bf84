"""A folder with what changed: a map, tables for a spreadsheet, and layers for GIS programs."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd

from kosovo_hazards._wording import doing
from kosovo_hazards.changes.changes_map import changes_map
from kosovo_hazards.deciding import Comparison
from kosovo_hazards.gazetteer import BoundarySource
from kosovo_hazards.provenance import any_synthetic
from kosovo_hazards.reading import ReadResult, accepted
from kosovo_hazards.writing import NOTICE, about, save_csv, whole_folder, write_layers, write_manifest

__all__ = ["write_comparison"]

_TEXTS = {
    "changed_ground": "Ground that was gained or lost, by cause; EPSG:4326",
    "before": "The register before, as it was compared",
    "after": "The register after, as it was compared",
    "findings": "Ground that is gone without a release, or that one of two owners lacks",
}


def write_comparison(
    found: Comparison,
    folder: str | os.PathLike[str],
    before: gpd.GeoDataFrame | ReadResult,
    after: gpd.GeoDataFrame | ReadResult,
    *,
    places: BoundarySource | bool | None = None,
    language: str | Path = "en",
    title: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write what changed between two registers: ``changes.html``, ``changes.gpkg``, ``areas.csv`` and others.

    Parameters
    ----------
    found
        What `kh.compare` said of the two.
    folder
        Where to; the folder around it must be there.
    before, after
        The registers compared.
    places, language, title
        As `kh.changes_map` takes them.
    overwrite
        Whether a folder that was written so before is replaced.

    Returns
    -------
    The folder. It holds the map; ``changes.gpkg`` with layers `changed_ground`, `before`, `after` and `findings`;
    ``areas.csv`` and ``causes.csv`` with the tables of the comparison, ``findings.csv``, and ``summary.txt`` with what
    it prints.

    Raises
    ------
    HazardDataError
        If the folder is there already or can't be written.

    Examples
    --------
    >>> import tempfile, kosovo_hazards as kh
    >>> before, after = kh.demo_data("2023-12-31")[0], kh.demo_data("2024-12-31")[0]
    >>> folder = write_comparison(kh.compare(before, after), Path(tempfile.mkdtemp()) / "changes", before, after)
    >>> (folder / "changes.html").is_file()
    True
    """
    old, new = accepted(before), accepted(after)
    with whole_folder(folder, overwrite=overwrite) as part:
        doing("Drawing the map")
        changes_map(found, before, after, places=places, language=language, title=title).save(part / "changes.html")
        doing("Writing the tables")
        save_csv(found.areas, part / "areas.csv")
        save_csv(found.causes.reset_index(), part / "causes.csv")
        save_csv(found.findings.drop(columns="geometry"), part / "findings.csv")
        notice = f"{NOTICE}\n" if any_synthetic(old) or any_synthetic(new) else ""
        (part / "summary.txt").write_text(f"{notice}{found}\n", encoding="utf-8", newline="\n")
        doing("Writing the GIS files")
        tables = {"changed_ground": found.ground, "before": old, "after": new, "findings": found.findings}
        write_layers({name: table for name, table in tables.items() if len(table)}, part / "changes.gpkg", texts=_TEXTS)
        write_manifest(part, about([old, new]))
    return Path(folder)
