"""kosovo-hazards dossier writes what a team takes along."""

from __future__ import annotations

from pathlib import Path

from kosovo_hazards.demo import sample_files
from tests.command_line import run


def test_dossiers_are_written_for_the_areas_that_are_named(tmp_path: Path) -> None:
    for name in ("register.geojson", "releases.geojson", "register-messy.geojson"):
        (tmp_path / name).write_bytes(sample_files()[name].read_bytes())
    named = ("dossier", "register.geojson", "--releases", "releases.geojson", "--only", "SYN-N-05", "--no-sandbox")
    done = run(*named, "--declination", -3.5, "--as-of", "2024-12-31", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("index.html")
    page = (tmp_path / "dossiers" / "SYN-N-05.html").read_text(encoding="utf-8")
    assert "Magnetic declination as given: −3.5°" in page
    assert "Zveçan, Mitrovicë" in page
    again = run(*named, cwd=tmp_path)
    assert again.returncode == 2
    assert "--overwrite" in again.stderr
    unknown = run("dossier", "register.geojson", "--only", "KS-0", "--out", "other", "--no-sandbox", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "has the id KS-0" in unknown.stderr


def test_maps_and_history_come_along_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "now.geojson").write_bytes(sample_files()["register.geojson"].read_bytes())
    (tmp_path / "old register.geojson").write_bytes(sample_files()["register.geojson"].read_bytes())
    named = ("dossier", "now.geojson", "--only", "SYN-N-05", "--no-sandbox", "--as-of", "2024-12-31")
    done = run(*named, "--maps", "--earlier", "2023-12-31=old register.geojson", "--language", "sr", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"areas.gpkg", "areas.mbtiles"} <= {path.name for path in (tmp_path / "dossiers").iterdir()}
    page = (tmp_path / "dossiers" / "SYN-N-05.html").read_text(encoding="utf-8")
    assert "31. decembra 2023. – CHA, u radu" in page
    for wrong in ("old register.geojson", "someday=old register.geojson", "2023-12-31=not there.geojson"):
        refused = run(*named, "--earlier", wrong, "--out", "other", cwd=tmp_path)
        assert refused.returncode == 2, (wrong, refused.stderr)
    assert not (tmp_path / "other").exists()
