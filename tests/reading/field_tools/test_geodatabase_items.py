"""File Geodatabases: domains give the words, aliases the headings, and true curves keep their ground.

Layouts: `coded.gdb.zip` as GDAL 3.6.2 writes domains (tests/data/geodatabase); `ITEMS` the definition of a feature
class with aliases and subtypes, in the elements of Esri's XML schema for geodatabases (DEFeatureClassInfo,
GPFieldInfoEx).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh
from kosovo_hazards.reading.field_tools.geodatabase_items import with_geodatabase_words
from kosovo_hazards.reading.files.limits import ReadingLimits
from kosovo_hazards.reading.source_records import records_of

CODED = Path(__file__).parents[2] / "data" / "geodatabase" / "coded.gdb.zip"

NAMES = {"hazard_id": "hazid", "hazard_type": "f_2", "status": "state"}
ITEMS = """<?xml version="1.0"?><t:DEFeatureClassInfo xmlns:t="http://www.esri.com/schemas/ArcGIS/10.8">
<Name>{name}</Name><GPFieldInfoExs><GPFieldInfoEx><Name>f_1</Name><AliasName>Hazard ID</AliasName></GPFieldInfoEx>
<GPFieldInfoEx><Name>f_2</Name><AliasName>Status &amp; state</AliasName><DomainName>states</DomainName></GPFieldInfoEx>
<GPFieldInfoEx><Name>kind</Name><AliasName>Hazard type</AliasName></GPFieldInfoEx></GPFieldInfoExs>
<SubtypeFieldName>kind</SubtypeFieldName><Subtypes><Subtype><SubtypeName>CHA</SubtypeName><SubtypeCode>0</SubtypeCode>
</Subtype><Subtype><SubtypeName>SHA</SubtypeName><SubtypeCode>1</SubtypeCode></Subtype></Subtypes></t:DEFeatureClassInfo>"""


def test_codes_of_domains_become_words_and_one_without_a_word_is_told() -> None:
    result = kh.read_hazards(CODED, columns=NAMES)
    assert result.data["hazard_id"].tolist() == ["KS-1", "KS-2"]
    assert result.data["hazard_type"].tolist() == ["CHA", "SHA"]
    assert result.data["status"].tolist() == ["open", "worked on"]
    assert result.rejected["hazid"].tolist() == ["KS-3"]
    assert "codes in 'f_2' without a word in the file's list stay as they are: 7" in result.notes


def test_a_true_circle_is_drawn_round_a_hazard_and_within_a_release() -> None:
    hazard = kh.read_hazards(CODED, columns=NAMES, values={"hazard_type": {"7": "SHA"}}).data.geometry.iloc[2]
    release = kh.read_releases(CODED, defaults={"product": "cleared"}).data.geometry.iloc[2]
    outer, inner = gpd.GeoSeries([hazard, release], crs="EPSG:4326").to_crs(32634)
    at = np.linspace(0, 2 * np.pi, 20_001)
    circle = shapely.Polygon(np.stack([500_000 + 500 * np.cos(at), 4_722_000 + 500 * np.sin(at)], axis=1))
    assert circle.difference(outer.buffer(1e-4)).is_empty
    assert inner.difference(circle.buffer(1e-4)).is_empty
    assert outer.difference(circle.buffer(0.1)).is_empty
    assert circle.buffer(-0.1).difference(inner).is_empty


@pytest.mark.parametrize(("name", "known"), [("areas", True), ("others", False)])
def test_aliases_and_subtypes_of_the_table_itself_are_taken(name: str, known: bool) -> None:
    table = pd.DataFrame({"f_1": ["KS-1"], "f_2": ["o"], "kind": [0]})
    records = records_of(table, None, None)
    items = [
        ITEMS.format(name="areas"),
        "no XML with DomainName>",
        "<!DOCTYPE a><a><DomainName>b</DomainName></a>",
    ]
    seen = with_geodatabase_words(type(records)(**{**vars(records), "label": name}), items, ReadingLimits())
    assert seen.table.columns.tolist() == (["Hazard ID", "f_2", "Hazard type"] if known else ["f_1", "f_2", "kind"])
    assert seen.table.iloc[0].tolist() == ["KS-1", "o", "CHA" if known else 0]
