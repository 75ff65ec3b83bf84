"""How an office's files are read, kept in a file: the same records as by the options that it stands for."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.reading.profiles import Profile, read_profile

TOML = """
[hazards]
crs = "EPSG:9141"

[hazards.columns]
hazard_id = "Šifra"
hazard_type = "vrsta"

[hazards.values]
"C.H.A?" = "CHA"

[releases.defaults]
product = "cleared"

[places]
source = "borders.geojson"
"""


def written(folder: Path, text: str = TOML) -> Path:
    path = folder / "kosovo-hazards.toml"
    path.write_text(text, encoding="utf-8")
    return path


def register() -> gpd.GeoDataFrame:
    square = gpd.GeoSeries([shapely.box(21, 42.5, 21.01, 42.51)], crs="EPSG:4326").to_crs("EPSG:9141")
    return gpd.GeoDataFrame({"Šifra": ["K-1"], "vrsta": ["C.H.A?"]}, geometry=square.to_numpy())


def test_profile_says_what_the_call_does_not(tmp_path):
    result = kh.read_hazards(register(), profile=written(tmp_path))
    assert result.data[["hazard_id", "hazard_type"]].to_numpy().tolist() == [["K-1", "CHA"]]
    assert result.data.geometry.iloc[0].centroid.distance(shapely.Point(21.005, 42.505)) < 1e-4


def test_call_says_more_than_the_profile(tmp_path):
    path = written(tmp_path)
    result = kh.read_hazards(register(), profile=path, values={"C.H.A?": "SHA"})
    assert result.data["hazard_type"].tolist() == ["SHA"]
    releases = gpd.GeoDataFrame({"release_id": ["R"]}, geometry=[shapely.box(21, 42, 21.1, 42.1)], crs="EPSG:4326")
    assert kh.read_releases(releases, profile=path).data["product"].tolist() == ["cleared"]
    given = kh.read_releases(releases, profile=path, defaults={"product": "reduced"})
    assert given.data["product"].tolist() == ["reduced"]


def test_boundary_file_is_looked_for_beside_the_profile(tmp_path):
    assert read_profile(written(tmp_path)).places == {"source": str(tmp_path / "borders.geojson")}


def test_profile_survives_its_file(tmp_path):
    profile = Profile(
        hazards={"columns": {"hazard_id": 'a "b" \\ č'}, "values": {"<script>": "CHA"}, "day_first": True},
        releases={"crs": "EPSG:32634"},
    )
    assert read_profile(written(tmp_path, profile.as_toml())) == profile


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[hazard]\ncrs = 'x'", r"'hazard' is no table of a profile – there are \[hazards\], \[releases\], "),
        ("[hazards]\ncolumn = 'x'", r"\[hazards\] has 'column' – it may have layer, crs"),
        ("[hazards]\ncrs = 4326", r"\[hazards\] crs is 4326 – a text is wanted"),
        ("[hazards]\nday_first = 'yes'", r"day_first is 'yes' – true or false is wanted"),
        ("hazards = 3", "'hazards' is no table"),
    ],
)
def test_wrong_profiles_are_told(tmp_path, text, problem):
    with pytest.raises(kh.UsageError, match=problem):
        read_profile(written(tmp_path, text))


@pytest.mark.parametrize("content", [b"[hazards", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_file_that_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(kh.UnreadableSourceError, match=r"'p\.toml' is not TOML"):
        read_profile(path)


def test_missing_and_huge_files_are_refused(tmp_path):
    with pytest.raises(kh.UnreadableSourceError, match="--write-profile"):
        read_profile(tmp_path / "none.toml")
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 1_000_001)
    with pytest.raises(kh.UnreadableSourceError, match="too large for a profile"):
        read_profile(large)
