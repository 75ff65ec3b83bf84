"""What came of writing a report: where it is, its files, and what the checks found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from kosovo_hazards.checks import Severity

__all__ = ["WrittenReport"]


@dataclass(frozen=True, eq=False, repr=False)
class WrittenReport:
    """A report that was written; stands for its folder wherever a path does, and ``report / "map.html"`` is a file.

    Attributes
    ----------
    path
        The folder.
    findings
        What the checks found, as `kosovo_hazards.check` gives it.
    files
        Every file of the report.

    Examples
    --------
    >>> import os, tempfile, kosovo_hazards as kh
    >>> hazards, releases = kh.demo_data(2023)
    >>> report = kh.write_report(hazards, releases, os.path.join(tempfile.mkdtemp(), "report"), as_of="2023-12-31")
    >>> report.counts["error"], (report / "report.html").is_file(), os.path.basename(report)
    (0, True, 'report')
    """

    path: Path
    findings: gpd.GeoDataFrame
    files: tuple[Path, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of findings of each severity, also of those without any."""
        found = self.findings["severity"].value_counts()
        return {word.value: int(found.get(word.value, 0)) for word in Severity}

    @property
    def page(self) -> Path:
        """The page to read and print."""
        return self.path / "report.html"

    def __fspath__(self) -> str:
        return str(self.path)

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def __repr__(self) -> str:
        found = ", ".join(f"{number:,} of severity {word}" for word, number in self.counts.items())
        return f"<WrittenReport: {self.path}, {len(self.files):,} files; findings: {found}>"
