"""A register read from IMSMA NG's database: on a real PostgreSQL with PostGIS, from tables as IMSMA has them."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import kosovo_hazards as kh

sa = pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

from tests.command_line import run as run_command  # noqa: E402
from tests.imsma.cluster import PASSWORD  # noqa: E402
from tests.imsma.tables import Operational, of_register, save_staging  # noqa: E402

SQUARE = [(20.90, 42.60), (20.91, 42.60), (20.91, 42.61), (20.90, 42.61)]
HEAVY = pytest.mark.skipif(os.environ.get("KOSOVO_HAZARDS_HEAVY") != "1", reason="a report takes its time")


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def sorted_by(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    return table.sort_values(key).reset_index(drop=True)


def same_register(read: kh.ImsmaRegister, hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> None:
    """Both tables equal the source: ids, words, areas and ground to a square metre."""
    assert (len(read.hazards.rejected), len(read.releases.rejected)) == (0, 0)
    for mine, theirs, key, columns in (
        (read.hazards.data, hazards, "hazard_id", ["hazard_type", "status", "contamination", "priority"]),
        (read.releases.data, releases, "release_id", ["product", "hazard_id"]),
    ):
        got, want = sorted_by(mine, key), sorted_by(theirs, key)
        assert got[key].tolist() == want[key].tolist()
        for name in [*columns, "reported_area_m2"]:
            pd.testing.assert_series_equal(got[name], want[name], check_dtype=False)
        drawn = want.geometry.notna()
        assert (got.geometry.notna() == drawn).all()
        assert (got["area_m2"] - want["area_m2"])[drawn].abs().max() < 1
        apart = shapely.symmetric_difference(got.geometry[drawn].array, want.geometry[drawn].array)
        assert kh.area_m2(gpd.GeoSeries(apart, crs=4326)).max() < 1


def test_the_operational_database_gives_the_register_it_was_filled_from(engine: sa.Engine, schema: str) -> None:
    hazards, releases = kh.demo_data()
    of_register(hazards, releases).save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    assert read.layout == "operational"
    same_register(read, hazards, releases)
    got, want = (sorted_by(table, "release_id") for table in (read.releases.data, releases))
    for name in ("submunitions", "ap_mines", "av_mines", "other_uxo", "completed"):
        pd.testing.assert_series_equal(got[name], want[name], check_dtype=False)
    # Releases of areas that have left the register name them still.
    assert set(read.findings["check"]) == {"hazard-missing"}
    assert read.hazards.data["synthetic"].all()


def test_the_staging_area_gives_the_same_and_counts_no_area_twice(engine: sa.Engine, schema: str) -> None:
    hazards, releases = kh.demo_data()
    save_staging(hazards, releases, engine, schema)
    view = pd.read_sql(sa.text(f'SELECT areasize FROM "{schema}".hazard_polygon_view'), engine)
    assert view["areasize"].sum() > hazards["reported_area_m2"].sum() + 1, "the trap is there"
    read = kh.read_imsma_ng(engine, schema=schema)
    assert read.layout == "staging"
    same_register(read, hazards, releases)


def test_a_staging_area_of_views_alone_gives_the_same(engine: sa.Engine, schema: str) -> None:
    hazards, releases = kh.demo_data()
    save_staging(hazards, releases, engine, schema)
    only = f"{schema}_views"
    views = [f'CREATE TABLE "{only}".{name}_polygon_view AS SELECT * FROM "{schema}".{name}_polygon_view'
             for name in ("hazard", "hazreduc")]  # fmt: skip
    run(engine, f'CREATE SCHEMA "{only}"', *views)
    bare = releases[releases.geometry.isna()]["release_id"]
    same_register(kh.read_imsma_ng(engine, schema=only), hazards, releases[~releases["release_id"].isin(bare)])


# --- dirt ------------------------------------------------------------------------------------------------------------


def planted(base: Operational) -> dict[str, str]:
    """Each kind of dirt that geocheck looks for, in a hazard named after what must be told of it."""
    x, y = SQUARE[0]

    def square(shift: float, step: float = 0.001) -> list[tuple[float, float]]:
        left = x + shift
        return [(left, y), (left + step, y), (left + step, y + step), (left, y + step)]

    base.shape(base.hazard("bow-tie"), [square(0)[at] for at in (0, 2, 1, 3)])
    base.shape(base.hazard("outline"), square(0.002)[:2])
    base.shape(base.hazard("closed-twice"), [*square(0.004), square(0.004)[0]])
    base.shape(base.hazard("point-twice"), [square(0.006)[0], *square(0.006)])
    key = base.hazard("shape-twice")
    base.shape(key, square(0.008))
    base.shape(key, square(0.008))
    key = base.hazard("blanks-in-id")
    base.shape(key, square(0.010), shape_id="A 1")
    base.shape(key, square(0.012), shape_id="A1")
    base.shape(base.hazard("points-far-apart"), [(x, y + 0.01), (x + 0.1, y + 0.01), (x + 0.1, y + 0.02)])
    key = base.hazard("parts-overlap")
    base.shape(key, square(0.014))
    base.shape(key, square(0.0145))
    for shift in (0.016, 0.018):
        base.shape(base.hazard("local-id-twice"), square(shift))
    key = base.hazard("devices-twice")
    base.shape(key, square(0.020))
    base.device(key, "Anti-personnel mine", 3, table="hazard")
    base.rows["hazdeviceinfo"] *= 2
    base.shape(base.hazard("numbers-twice"), square(0.022), numbers=[1, 2, 2, 3])
    base.shape(base.hazard("nowhere"), [*square(0.024)[:3], (None, None)])
    key = base.hazard("shape-replaced")
    base.shape(key, square(0.026))
    base.shape(key, square(0.5), active=False)
    base.shape(base.hazard("only replaced"), square(0.028), active=False)
    base.shape("{GONE}", square(0.030))
    base.shape(None, square(0.040))
    base.rows["geopoint"].append(("{P}", "{NO SHAPE}", 1, y, x, None))
    base.shape(base.hazard("spot", "EOD spot task"), square(0.032))
    base.shape(base.hazard("strange", "Zone B"), square(0.034))
    base.hazard("undrawn")
    return {
        "outline": "fewer than three", "numbers-twice": "point 2 in several places", "nowhere": "point 4",
        "only replaced": "in use", "spot": "spot task", "strange": "Zone B", "undrawn": "has no polygon",
    }  # fmt: skip


def test_planted_dirt_is_told_and_nothing_is_lost(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    reasons = planted(base)
    base.save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    hazards, rejected = read.hazards.data, read.hazards.rejected
    # One more than there are rows: the shape whose hazard is gone.
    assert len(hazards) + len(rejected) == len(base.rows["hazard"]) + 1
    said = dict(zip(rejected["hazard_localid"], rejected["reason"], strict=True))
    for name, reason in reasons.items():
        assert reason in said[name]
    told = set(zip(read.findings["check"], read.findings["record_id"], strict=True))
    same_names = ("closed-twice", "point-twice", "shape-twice", "blanks-in-id", "points-far-apart", "parts-overlap",
                  "local-id-twice", "devices-twice", "shape-replaced", "outline")  # fmt: skip
    assert {(name, name) for name in same_names} <= told
    assert ("record-missing", "{GONE}") in told
    assert {"shape-of-nobody", "points-of-nobody"} <= set(read.findings["check"])
    assert read.hazards.repairs["record_id"].tolist().count("bow-tie") == 1
    assert read.other_land["hazard_localid"].tolist() == ["spot"]
    # What is rejected stays visible: all but what nobody drew.
    hidden = read.hazards.positions[read.hazards.positions.geometry.isna()]
    assert set(hidden["record_id"]) == {"undrawn", "only replaced"}
    area = hazards.set_index("hazard_id")["area_m2"]
    assert area["shape-twice"] == pytest.approx(area["closed-twice"], rel=1e-3)
    assert area["parts-overlap"] == pytest.approx(1.5 * area["closed-twice"], rel=1e-3)
    assert area["bow-tie"] >= 0.5 * area["closed-twice"]


def test_a_hazard_of_which_a_shape_is_missing_is_rejected_and_stays_visible(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    for table, key in (("hazard", base.hazard("H")), ("hazreduc", base.release("R", completed="2024-01-01"))):
        base.shape(key, SQUARE, table=table)
        gone = base.shape(key, SQUARE, table=table)
        base.rows["geospatialinfo"] = [row for row in base.rows["geospatialinfo"] if row[0] != gone]
    base.save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    assert len(read.hazards.data) == 0
    assert "is linked to a shape that is not there" in read.hazards.rejected["reason"].iloc[0]
    assert shapely.equals(read.hazards.positions.geometry.iloc[0], shapely.Polygon(SQUARE))
    # A release that has less ground than it had frees less.
    assert read.releases.data["release_id"].tolist() == ["R"]


def test_polygons_of_the_staging_area_that_say_nothing_or_are_of_nobody_are_told(
    engine: sa.Engine, schema: str
) -> None:
    hazards, releases = kh.demo_data()
    save_staging(hazards, releases, engine, schema)
    first, second = hazards["hazard_id"].iloc[:2]
    curve = "CURVEPOLYGON(CIRCULARSTRING(21 42.5, 21.01 42.51, 21.02 42.5, 21.01 42.49, 21 42.5))"
    table = f'"{schema}".hazard_polygon (hazard_guid, shape)'
    run(
        engine,
        f"INSERT INTO {table} VALUES ('{{{first}}}', NULL)",
        f"INSERT INTO {table} VALUES ('{{{second}}}', ST_GeomFromText('{curve}', 4326))",
        f'INSERT INTO {table} SELECT NULL, shape FROM "{schema}".hazard_polygon LIMIT 1',
    )
    read = kh.read_imsma_ng(engine, schema=schema)
    assert len(read.hazards.data) + len(read.hazards.rejected) == len(hazards)
    assert set(read.hazards.rejected["hazard_localid"]) == {first, second}
    assert read.hazards.rejected["reason"].str.contains("so not all of its ground is known").all()
    assert read.hazards.positions.geometry.notna().all()
    assert "shape-of-nobody" in set(read.findings["check"])


def test_a_record_keeps_its_ground_where_it_is_not_known_what_a_shape_is(engine: sa.Engine, schema: str) -> None:
    base, inner = Operational(), [(20.902, 42.602), (20.904, 42.602), (20.904, 42.604), (20.902, 42.604)]
    for prop, shift in (("Hole", 0.0), ("Zonë X", 0.1)):
        for table, key in (("hazard", base.hazard(prop)), ("hazreduc", base.release(prop, completed="2024-01-01"))):
            for ring, said in ((SQUARE, None), (inner, prop)):
                base.shape(key, [(x + shift, y) for x, y in ring], table=table, prop=said)
    base.save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    whole = kh.area_m2(gpd.GeoSeries([shapely.Polygon(SQUARE)], crs=4326)).iloc[0]
    less = whole - kh.area_m2(gpd.GeoSeries([shapely.Polygon(inner)], crs=4326)).iloc[0]
    hazards = read.hazards.data.set_index("hazard_id")["area_m2"]
    releases = read.releases.data.set_index("release_id")["area_m2"]
    assert hazards.to_dict() == pytest.approx({"Hole": less, "Zonë X": whole}, abs=1)
    assert releases.to_dict() == pytest.approx({"Hole": less, "Zonë X": less}, abs=1)
    assert (read.findings["check"] == "unknown-property").sum() == 2


def test_words_of_seven_languages_are_understood_and_unknown_ones_kept(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    kinds = {
        "en": "Suspected Hazardous Area", "sq": "Zonë e dyshuar e rrezikshme", "sr": "Сумњива опасна површина",
        "fr": "Zone dangereuse suspectée", "es": "Área peligrosa sospechosa", "ar": "منطقة خطرة مشتبه بها",
        "pt": "Área perigosa suspeita",
    }  # fmt: skip
    for language, word in kinds.items():
        base.shape(base.hazard(f"قرية {language} Ђаковица", word, status="Half done"), SQUARE)
    base.shape(base.hazard("own", "Zone B"), SQUARE)
    base.save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema, values={"hazard_type": {"Zone B": "SHA"}})
    assert read.hazards.data["hazard_type"].tolist() == ["SHA"] * 8
    assert "قرية ar Ђаковица" in read.hazards.data["hazard_id"].tolist()
    assert read.hazards.data["status"].isna().sum() == 7
    assert set(read.hazards.unread["value"]) == {"Half done"}


def test_devices_are_counted_by_category_and_unknown_ones_apart(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    key = base.release("R-1", completed="2024-03-01")
    base.shape(key, SQUARE, table="hazreduc")
    for category, finer, quantity in (
        ("UXO", "Submunition", 4), ("UXO", None, 3), ("Mina antipersonal", None, 2), ("Anti-vehicle mine", None, 1),
        ("Rauchkörper", None, 9), ("Small arms ammunition", None, 50), ("UXO", None, None),
    ):  # fmt: skip
        base.device(key, category, quantity, finer=finer)
    base.save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    row = read.releases.data.iloc[0]
    columns = ["submunitions", "ap_mines", "av_mines", "other_uxo", "other_devices", "unknown_devices"]
    assert [int(row[name]) for name in columns] == [4, 2, 1, 3, 50, 9]
    assert {"unknown-category", "devices-without-number"} <= set(read.findings["check"])


def test_records_later_than_the_day_asked_for_stand_apart(engine: sa.Engine, schema: str) -> None:
    hazards, releases = kh.demo_data()
    of_register(hazards, releases).save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema, as_of="2021-12-31")
    assert len(read.releases.data) + len(read.later["release"]) == len(releases)
    assert (read.later["release"]["completed"] > "2021-12-31").all()
    assert (read.releases.data["completed"] <= "2021-12-31").all()


@pytest.mark.parametrize("report", [False, pytest.param(True, marks=HEAVY)])
def test_the_command_writes_register_findings_and_report(
    engine: sa.Engine, schema: str, tmp_path: Path, report: bool
) -> None:
    base = Operational()
    planted(base)
    base.save(engine, schema)
    url = engine.url.render_as_string(hide_password=False)
    without = [] if report else ["--no-report"]
    done = run_command("imsma", url, "--schema", schema, "--out", "db", *without, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert {path.name for path in (tmp_path / "db").iterdir()} == {
        "about.json", "findings.geojson", "register.gpkg", "rejected-hazards.csv", "repaired-hazards.csv",
        *(["report"] if report else []),
    }  # fmt: skip
    written = gpd.read_file(tmp_path / "db" / "register.gpkg", layer="hazards")
    read = kh.read_imsma_ng(engine, schema=schema)
    assert sorted(written["hazard_id"]) == sorted(read.hazards.data["hazard_id"])
    assert len(pd.read_csv(tmp_path / "db" / "rejected-hazards.csv")) == len(read.hazards.rejected)
    structure = {"shape-twice", "record-missing"}
    assert structure <= set(gpd.read_file(tmp_path / "db" / "findings.geojson")["check"])
    assert structure <= set(gpd.read_file(tmp_path / "db" / "register.gpkg", layer="findings")["check"])
    if report:
        page = (tmp_path / "db" / "report" / "report.html").read_text(encoding="utf-8")
        assert {name for name in ("parts-overlap", *structure) if name in page} == {"parts-overlap", *structure}
    everything = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "db").rglob("*") if path.is_file())
    assert PASSWORD not in everything + done.stdout + done.stderr
    wrong = run_command("imsma", url, "--schema", "nowhere", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "--schema public" in wrong.stderr
    assert not (tmp_path / "imsma").exists()


# --- bad days --------------------------------------------------------------------------------------------------------


def complaint(call: Callable[[], object]) -> str:
    """What an error says, which never holds the password, nor does its trace."""
    with pytest.raises(kh.HazardDataError) as caught:
        call()
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def test_what_can_not_be_reached_or_is_not_imsma_is_told_in_words(engine: sa.Engine, schema: str) -> None:
    url = engine.url
    wrong = url.set(password="wr0ng-" + PASSWORD)
    assert "password authentication failed" in complaint(lambda: kh.read_imsma_ng(wrong))
    assert "can't be read" in complaint(lambda: kh.read_imsma_ng(url.set(port=1)))
    assert "no_such" in complaint(lambda: kh.read_imsma_ng(url.set(database="no_such")))
    plain = f"postgresql://postgres:{PASSWORD}@[::1"
    assert "can't be understood" in complaint(lambda: kh.read_imsma_ng(plain))
    assert "has no schema 'nowhere'" in complaint(lambda: kh.read_imsma_ng(url, schema="nowhere"))
    run(engine, f'CREATE SCHEMA "{schema}"')
    assert "nothing" in complaint(lambda: kh.read_imsma_ng(url, schema=schema))
    run(engine, f'CREATE TABLE "{schema}".hazard (hazard_guid text)')
    assert "geospatialinfo, geopoint" in complaint(lambda: kh.read_imsma_ng(url, schema=schema))


def test_missing_columns_and_tables_are_named_and_unknown_columns_kept(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    base.shape(base.hazard("KS-1"), SQUARE)
    optional = ("hazreduc", "hazreduc_has_geospatialinfo", "hazreducdeviceinfo", "ordnance")
    base.save(engine, schema, leave=optional)
    run(engine, f'ALTER TABLE "{schema}".hazard ADD COLUMN "our ""own"" field" jsonb DEFAULT \'{{"a": 1}}\'')
    read = kh.read_imsma_ng(engine, schema=schema)
    assert read.hazards.data['our "own" field'].tolist() == ['{"a": 1}']
    assert len(read.releases.data) == 0
    assert any("has no table hazreduc" in message for message in read.messages())
    run(engine, f'ALTER TABLE "{schema}".geopoint DROP COLUMN latitude')
    assert "geopoint of database postgres on 127.0.0.1 has no column latitude" in complaint(
        lambda: kh.read_imsma_ng(engine, schema=schema)
    )


def test_empty_tables_give_an_empty_register(engine: sa.Engine, schema: str) -> None:
    Operational().save(engine, schema)
    read = kh.read_imsma_ng(engine, schema=schema)
    assert (len(read.hazards.data), len(read.releases.data), len(read.rejected)) == (0, 0, 0)
    assert any("holds no record" in message for message in read.messages())


def test_a_user_who_may_only_read_reads_all_and_one_without_rights_is_told_the_table(
    engine: sa.Engine, schema: str
) -> None:
    hazards, releases = kh.demo_data()
    of_register(hazards, releases).save(engine, schema)
    run(
        engine,
        f"CREATE ROLE reader_{schema} LOGIN PASSWORD '{PASSWORD}'",
        f'GRANT USAGE ON SCHEMA "{schema}" TO reader_{schema}',
        f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO reader_{schema}',
    )
    url = engine.url.set(username=f"reader_{schema}")
    same_register(kh.read_imsma_ng(url.render_as_string(hide_password=False), schema=schema), hazards, releases)
    run(engine, f'REVOKE SELECT ON "{schema}".geopoint FROM reader_{schema}')
    assert "permission denied for table geopoint" in complaint(lambda: kh.read_imsma_ng(url, schema=schema))


@pytest.mark.parametrize("name", ['x"; DROP SCHEMA victim CASCADE; --', "x'; DROP SCHEMA victim CASCADE; --", "100%s"])
def test_names_of_schemas_are_names_whatever_they_hold(engine: sa.Engine, name: str) -> None:
    run(engine, "CREATE SCHEMA IF NOT EXISTS victim")
    assert "has no schema" in complaint(lambda: kh.read_imsma_ng(engine, schema=name))
    base = Operational()
    base.shape(base.hazard("KS-1'; DROP SCHEMA victim CASCADE; --"), SQUARE)
    base.save(engine, name)
    assert len(kh.read_imsma_ng(engine, schema=name).hazards.data) == 1
    assert "victim" in sa.inspect(engine).get_schema_names()


def test_nothing_can_be_written_and_a_cut_connection_is_an_error(engine: sa.Engine, schema: str) -> None:
    base = Operational()
    base.shape(base.hazard("KS-1"), SQUARE)
    base.save(engine, schema)
    run(
        engine,
        f'CREATE TABLE "{schema}".log (at int)',
        f'CREATE FUNCTION "{schema}".writes() RETURNS int LANGUAGE sql VOLATILE AS '
        f"'INSERT INTO \"{schema}\".log VALUES (1) RETURNING 1'",
        f'ALTER TABLE "{schema}".geopoint RENAME TO points',
        f'CREATE VIEW "{schema}".geopoint AS SELECT * FROM "{schema}".points WHERE "{schema}".writes() = 1',
    )
    assert "read-only transaction" in complaint(lambda: kh.read_imsma_ng(engine, schema=schema))
    run(
        engine,
        f'CREATE OR REPLACE VIEW "{schema}".geopoint AS SELECT * FROM "{schema}".points '
        "WHERE pg_terminate_backend(pg_backend_pid())",
    )
    assert "can't be read" in complaint(lambda: kh.read_imsma_ng(engine, schema=schema))


def test_a_database_without_postgis_is_read_all_the_same(engine: sa.Engine, schema: str) -> None:
    name = f"plain_{schema}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    plain = sa.create_engine(engine.url.set(database=name))
    hazards, releases = kh.demo_data()
    assert "has no schema" in complaint(lambda: kh.read_imsma_ng(plain, schema=schema))
    assert "holds no tables of IMSMA NG" in complaint(lambda: kh.read_imsma_ng(plain))
    of_register(hazards, releases).save(plain, schema)
    same_register(kh.read_imsma_ng(plain, schema=schema), hazards, releases)
    # A staging area that was copied as text holds shapes as PostGIS writes them.
    shapes = hazards.geometry.explode()
    copied = pd.DataFrame({"hazard_localid": hazards["hazard_id"][shapes.index], "shape": shapes.to_wkb(hex=True)})
    kinds = hazards[["hazard_id", "hazard_type"]].set_axis(["hazard_localid", "areatype_enum"], axis=1)
    with plain.begin() as connection:
        connection.execute(sa.schema.CreateSchema("copied"))
        copied.to_sql("hazard_polygon", connection, schema="copied", index=False)
        kinds.to_sql("hazard", connection, schema="copied", index=False)
    read = kh.read_imsma_ng(plain, schema="copied")
    assert read.hazards.data["area_m2"].sum() == pytest.approx(hazards["area_m2"].sum(), abs=35)
    plain.dispose()
