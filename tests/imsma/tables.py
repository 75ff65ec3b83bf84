"""Tables of IMSMA NG filled from a register.

Operational database and staging area as GICHD's IMSMA wiki ("Staging Area Database", "GIS Data in Staging Area
Database", "Land Summary Window") and GICHD's *geocheck* queries for IMSMA NG 6 name their tables and columns.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from tests.imsma.field_reports import METHODS, TYPES

HAZARD = ("hazard_guid", "hazard_localid", "areatype_guid", "status_guid", "priorityenum_guid",
          "type_of_minefield", "hazardname", "dataentrydate", "areasize", "synthetic")  # fmt: skip
HAZREDUC = ("hazreduc_guid", "hazreduc_localid", "hazard_guid", "hazreductypeenum_guid", "enddate", "areasize",
            "synthetic")  # fmt: skip
COLUMNS = {
    "imsmaenum": ("imsmaenum_guid", "enumvalue"),
    "hazard": HAZARD,
    "hazreduc": HAZREDUC,
    "hazard_has_geospatialinfo": ("hazard_guid", "geospatialinfo_guid"),
    "hazreduc_has_geospatialinfo": ("hazreduc_guid", "geospatialinfo_guid"),
    "geospatialinfo": ("geospatialinfo_guid", "shape_id", "shapeenum_guid", "isactive", "poly_prop_enum_guid"),
    "geopoint": ("geopoint_guid", "geospatialinfo_guid", "pointno", "latitude", "longitude", "user_entered_mgrs"),
    "hazdeviceinfo": ("hazard_guid", "ordnance_guid", "qty"),
    "hazreducdeviceinfo": ("hazreduc_guid", "ordnance_guid", "qty"),
    "ordnance": ("ordnance_guid", "model", "ordcategoryenum_guid", "ordsubcategoryenum_guid"),
}
KINDS = {
    "isactive": sa.Boolean, "synthetic": sa.Boolean, "dataentrydate": sa.DateTime(timezone=True), "enddate": sa.Date,
    "latitude": sa.Float(53), "longitude": sa.Float(53),
}  # fmt: skip


def guid() -> str:
    return "{" + str(uuid.uuid4()).upper() + "}"


@dataclass
class Operational:
    """Rows of the operational database, to be added to by hand."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    enums: dict[str, str] = field(default_factory=dict)

    def enum(self, word: str | None) -> str | None:
        if word is None or pd.isna(word):
            return None
        if word not in self.enums:
            self.enums[word] = guid()
            self.rows["imsmaenum"].append((self.enums[word], word))
        return self.enums[word]

    def hazard(self, local: str | None, kind: str | None = "CHA", **more: Any) -> str:
        key = guid()
        self.rows["hazard"].append((
            key, local, self.enum(TYPES.get(str(kind), kind)), self.enum(more.get("status", "Open")),
            self.enum(more.get("priority")), self.enum(more.get("contamination")), more.get("name"),
            more.get("established"), more.get("area"), more.get("synthetic", True),
        ))  # fmt: skip
        return key

    def release(self, local: str, product: str = "cleared", **more: Any) -> str:
        key = guid()
        self.rows["hazreduc"].append((
            key, local, more.get("hazard"), self.enum(METHODS.get(product, product)), more.get("completed"),
            more.get("area"), True,
        ))  # fmt: skip
        return key

    def shape(
        self, of: str | None, points: Any, *, table: str = "hazard", kind: str = "Polygon", active: bool | None = True,
        prop: str | None = None, shape_id: str | None = None, numbers: Any = None,
    ) -> str:  # fmt: skip
        key = guid()
        self.rows[f"{table}_has_geospatialinfo"].append((of, key))
        self.rows["geospatialinfo"].append((key, shape_id or key[:6], self.enum(kind), active, self.enum(prop)))
        for at, (x, y) in enumerate(points):
            number = at + 1 if numbers is None else numbers[at]
            self.rows["geopoint"].append((guid(), key, number, y, x, "34T"))
        return key

    def polygons(self, of: str, shape: Any, table: str = "hazard") -> None:
        for part in shapely.get_parts(shape):
            self.shape(of, part.exterior.coords[:-1], table=table)
            for hole in part.interiors:
                self.shape(of, hole.coords[:-1], table=table, prop="Hole")

    def device(
        self, of: str, category: str, quantity: Any, *, table: str = "hazreduc", finer: str | None = None
    ) -> None:
        key = guid()
        self.rows["ordnance"].append((key, "model", self.enum(category), self.enum(finer)))
        self.rows["hazdeviceinfo" if table == "hazard" else "hazreducdeviceinfo"].append((of, key, quantity))

    def save(self, engine: sa.Engine, schema: str, *, leave: tuple[str, ...] = ()) -> None:
        """Write the rows, in no order, as a database gives them."""
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
            for name, rows in self.rows.items():
                if name not in leave:
                    frame = pd.DataFrame(rows, columns=list(COLUMNS[name]))
                    mixed = frame.sample(frac=1, random_state=1) if len(frame) else frame
                    types = {column: KINDS[column] for column in frame.columns if column in KINDS}
                    mixed.to_sql(
                        name, connection, schema=schema, index=False, dtype=types, method="multi", chunksize=500
                    )


def of_register(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame) -> Operational:
    base = Operational()
    keys = {}
    for row in hazards.itertuples():
        keys[row.hazard_id] = base.hazard(
            row.hazard_id, row.hazard_type, status=row.status, priority=row.priority, contamination=row.contamination,
            name=row.name, established=row.established, area=row.reported_area_m2,
        )  # fmt: skip
        base.polygons(keys[row.hazard_id], row.geometry)
    for row in releases.itertuples():
        hazard = keys.get(row.hazard_id, row.hazard_id)
        key = base.release(
            row.release_id, row.product, hazard=hazard, completed=row.completed, area=row.reported_area_m2
        )
        if row.geometry is not None:
            base.polygons(key, row.geometry, table="hazreduc")
        counts = zip(_counted(row), ("Submunition", "Anti-personnel mine", "Anti-vehicle mine", "UXO"), strict=True)
        for count, category in counts:
            if not pd.isna(count):
                base.device(key, category, int(count))
    return base


def _counted(row: Any) -> Iterator[Any]:
    return iter((row.submunitions, row.ap_mines, row.av_mines, row.other_uxo))


def save_staging(hazards: gpd.GeoDataFrame, releases: gpd.GeoDataFrame, engine: sa.Engine, schema: str) -> None:
    """The staging area: plain words, polygons as PostGIS keeps them, figures repeated on each in the view."""
    of_hazards = pd.DataFrame({
        "hazard_guid": hazards["hazard_id"].map(lambda text: f"{{{text}}}"), "hazard_localid": hazards["hazard_id"],
        "areatype_enum": hazards["hazard_type"].map(TYPES), "status_enum": hazards["status"],
        "priority_enum": hazards["priority"], "contamination_enum": hazards["contamination"],
        "dataentrydate": hazards["established"], "areasize": hazards["reported_area_m2"], "synthetic": True,
    })  # fmt: skip
    of_releases = pd.DataFrame({
        "hazreduc_guid": releases["release_id"].map(lambda text: f"{{{text}}}"),
        "hazreduc_localid": releases["release_id"], "hazard_localid": releases["hazard_id"],
        "hazreductype_enum": releases["product"].map(METHODS), "enddate": releases["completed"],
        "areasize": releases["reported_area_m2"], "synthetic": True,
        # Programmes add fields of their own, such as what was found.
        **{name: releases[name] for name in ("submunitions", "ap_mines", "av_mines", "other_uxo")},
    })  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
        for name, objects, source in (("hazard", of_hazards, hazards), ("hazreduc", of_releases, releases)):
            objects.to_sql(name, connection, schema=schema, index=False)
            parts = source.set_geometry("geometry").geometry.reset_index(drop=True).dropna().explode()
            table = pd.DataFrame({
                f"{name}_guid": objects[f"{name}_guid"].to_numpy()[parts.index],
                "shape": parts.to_wkt(rounding_precision=-1),
            })  # fmt: skip
            table.to_sql(f"{name}_polygon", connection, schema=schema, index=False)
            connection.execute(sa.text(
                f'ALTER TABLE "{schema}".{name}_polygon ALTER COLUMN shape TYPE geometry '
                "USING ST_GeomFromText(shape, 4326)"
            ))  # fmt: skip
            connection.execute(sa.text(
                f'CREATE VIEW "{schema}".{name}_polygon_view AS SELECT h.*, p.shape FROM "{schema}".{name} h '
                f'JOIN "{schema}".{name}_polygon p USING ({name}_guid)'
            ))  # fmt: skip
