"""Files gone wrong within: values, elements, members and tables are changed, and the whole is packed again.

A mutator takes the bytes of a small register and gives a mutant, with the number of records in it where that is known.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree
from texts import random_wkt, some_json

Mutant = tuple[bytes, int | None]

TOKENS = [
    b"null", b"-1", b"1e999", b"NaN", b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"\x00", b"\xff\xfe",
    b"<![CDATA[", b"-->", b"<kml>", b"</Placemark>", b"<MultiGeometry>", b'{"type":"Feature"}', b"[[[[", b"]]]]",
    b"99999999999999999999", b",,", b";", b"\n", b"\r", b"\t", b"EPSG:4326", b"EPSG:0", b"\xef\xbb\xbf", b"PK\x03\x04",
    b"POLYGON EMPTY", b"GEOMETRYCOLLECTION(", b"\xf0\x9f\x92\xa3", b"\\ud800", b"crs", b"0x10", b"=cmd|' /C x'!A0",
]  # fmt: skip
TEXTS = [
    "", " ", "x", "CHA", "SHA", "closed", "null", "NaN", "inf", "-1", "0", "1e999", "1e-320", "99999999999999999999",
    "0x10", "١٢٣", "²", "1,5", "1.234,5", "1 234", "12'34\"", "42°30'00\"N", "N 42 30.5", "34TDN1234567890", "7500000",
    "2024-02-30", "30/02/2024", "0000-00-00", "99999-01-01", "9999999999", "2024-12-31T25:61:61Z", "true", "EPSG:0",
    "EPSG:9141", "http://127.0.0.1:9/x", "/etc/hostname", "=1+1", "a\x00b", "a\rb", "a\nb", "\x1b[31m", "\u202egpj.exe",
    "Đ" * 300, "x" * 40_000, "💣", "\ufeff", "KS-0", "KS-1", "20.6,42.5", "20.6,42.5,0 20.7,42.5,0", "POINT (1 2)",
    "POLYGON EMPTY", "POLYGON ((20 42, 20.01 42, 20.01 42.01, 20 42))", "GEOMETRYCOLLECTION (" * 60, "((((((((",
    "<b>", "&amp;", "%s%n", "{}", "[]", "::", "--", "Infinity", "-0.0", "180.0000001", "91",
]  # fmt: skip
NUMBERS: list[Any] = [0, -0.0, 1e-320, 1e308, -1e308, float("nan"), float("inf"), 180.0, -180.0, 181, 90, 91, 42.5,
           20.6, 1e7, 7_500_000.0, 10**30, -1, 2**31, 2**63, 0.1]  # fmt: skip


def times(rng: random.Random) -> range:
    return range(rng.choice([1, 1, 2, 4, 8]))


# --- bytes and texts -------------------------------------------------------------------------------------------------


def of_bytes(rng: random.Random, data: bytes) -> bytes:
    """One to four things wrong anywhere."""
    for _ in times(rng):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
        elif kind == 2:
            data = data[:at] + rng.choice(TOKENS) + data[at:]
        elif kind == 3:
            data = data[:at] + data[at + rng.randint(1, 40) :]
        elif kind == 4:
            end = min(len(data), at + rng.randint(1, 200))
            data = data[:end] + data[at:end] * rng.randint(1, 3) + data[end:]
        else:
            data = data[:at] + rng.choice(TOKENS) + data[at + rng.randint(1, 8) :]
    return data


def of_octets(rng: random.Random, data: bytes, start: int = 0) -> bytes:
    """Some octets changed in place, so that whatever points to others still does."""
    changed = bytearray(data)
    for _ in times(rng):
        if start >= len(changed):
            break
        at = rng.randrange(start, len(changed))
        kind = rng.randrange(4)
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 2 and at + 8 <= len(changed):
            number = rng.choice(NUMBERS)
            changed[at : at + 8] = struct.pack("<d", float(number))
        else:
            end = min(len(changed), at + 4)
            changed[at:end] = rng.choice(
                [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x01\x00\x00\x00", b"\x80\x00\x00\x7f"]
            )[: end - at]
    return bytes(changed)


def of_text(rng: random.Random, text: str) -> str:
    """Another text in its place, or the same with something put in, taken out or said twice."""
    if rng.random() < 0.4:
        return rng.choice(TEXTS)
    at = rng.randrange(len(text) + 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + rng.choice(TEXTS) + text[at:]
    if kind == 1:
        return text[:at] + text[at + rng.randint(1, 12) :]
    if kind == 2:
        return text[:at] + text[max(0, at - 30) : at] * rng.randint(1, 3) + text[at:]
    return text[:at] + rng.choice("0123456789.,;-+eENSWZ()°'\" \t|/") + text[at + 1 :]


# --- JSON ------------------------------------------------------------------------------------------------------------


def of_tree(rng: random.Random, tree: Any) -> Any:  # noqa: C901 - a list of what may go wrong
    """A JSON tree with values replaced, taken out, moved, said twice or under other keys, anywhere in it."""
    for _ in times(rng):
        holders = list(_holders(tree))
        if not holders:
            return some_json(rng)
        holder = rng.choice(holders)
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        kind = rng.randrange(8)
        value = holder[key]
        if kind == 0:
            holder[key] = some_json(rng)
        elif kind == 1:
            del holder[key]
        elif kind == 2 and isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(value)))
        elif kind == 3 and isinstance(holder, dict):
            del holder[key]
            holder[
                rng.choice([key.upper(), key + " ", "", "id", "type", "crs", "attributes", "place", of_text(rng, key)])
            ] = value
        elif kind == 4:
            holder[key] = [value] if rng.random() < 0.5 else {"type": "GeometryCollection", "geometries": [value]}
        elif isinstance(value, str):
            holder[key] = of_text(rng, value)
        elif isinstance(value, (int, float)):
            holder[key] = rng.choice([*NUMBERS, value * rng.choice([-1, 1e5, 1 + 1e-12]), str(value)])
        elif rng.random() < 0.3:
            other = rng.choice(holders)
            holder[key] = json.loads(json.dumps(other))
    return tree


def _holders(tree: Any) -> Any:
    if isinstance(tree, (dict, list)):
        if tree:
            yield tree
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _holders(value)


def as_json(rng: random.Random, tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=rng.random() < 0.7)


def geojson(rng: random.Random, data: bytes) -> Mutant:
    tree = of_tree(rng, json.loads(data))
    features = tree.get("features") if isinstance(tree, dict) and tree.get("type") == "FeatureCollection" else None
    count = len(features) if isinstance(features, list) else None
    return as_json(rng, tree).encode("utf-8", "replace"), count


def geojson_lines(rng: random.Random, data: bytes) -> Mutant:
    """Each line is an object; the lines between may get another separator."""
    trees = [json.loads(line) for line in data.splitlines() if line.strip()]
    for _ in times(rng):
        at = rng.randrange(len(trees))
        trees[at] = of_tree(rng, trees[at])
        if rng.random() < 0.1:
            trees.insert(at, rng.choice([some_json(rng), json.loads(json.dumps(trees[at]))]))
    lines = [as_json(rng, tree) for tree in trees]
    between = rng.choice(["\n", "\n", "\r\n", "\n\n", "\n\x1e", " "])
    plain = all(isinstance(tree, dict) for tree in trees) and trees[0].get("type") == "Feature"
    return between.join(lines).encode("utf-8", "replace"), len(trees) if plain else None


# --- XML -------------------------------------------------------------------------------------------------------------


def of_xml(  # noqa: C901 - a list of what may go wrong
    rng: random.Random, data: bytes, *, values_only: bool = False
) -> etree._Element:
    """An XML text with texts, attributes and elements gone wrong; it stays one that is well-formed."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for _ in times(rng):
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        said = [one for one in elements if one.text and one.text.strip()]
        kind = rng.choice([0, 0, 0, 0, 1, 2, 3, 4, 5, 6]) if not values_only else 0
        one = rng.choice(said or elements) if kind == 0 else rng.choice(elements)
        above = one.getparent()
        if kind == 0:
            one.text = _xml_text(of_text(rng, one.text or ""))
        elif kind == 1:
            with_attributes = rng.choice([e for e in elements if e.attrib] or [root])
            for key in list(with_attributes.attrib)[:1]:
                with_attributes.set(key, _xml_text(of_text(rng, with_attributes.get(key, ""))))
        elif above is None:
            continue
        elif kind == 2:
            above.remove(one)
        elif kind == 3:
            above.insert(rng.randrange(len(above) + 1), _copy(one))
        elif kind == 4:
            place = rng.choice(elements)
            if place is not one and one not in place.iterancestors():
                place.append(_copy(one))
        elif kind == 5:
            one.tag = rng.choice(elements).tag
        else:
            one.attrib.clear()
    return root


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element, with_tail=False), etree.XMLParser(huge_tree=True))


def _xml_text(text: str) -> str:
    return "".join(sign for sign in text if sign in "\t\n\r" or (ord(sign) >= 32 and not 0xD800 <= ord(sign) < 0xE000))


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def as_xml(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def kml(rng: random.Random, data: bytes) -> Mutant:
    root = of_xml(rng, data)
    return as_xml(root), sum(local(one) == "Placemark" for one in root.iter())


def gml(rng: random.Random, data: bytes) -> Mutant:
    """Features stand in members that stand in the root; those of the first type are the layer."""
    root = of_xml(rng, data)
    kinds = [local(one) for member in root if local(member) == "featureMember" for one in member]
    return as_xml(root), len(kinds) if len(set(kinds)) == 1 else None


# --- tables of text --------------------------------------------------------------------------------------------------


def table_of_text(*, count_rows: bool, joined: int | None = None) -> Callable[[random.Random, bytes], Mutant]:
    """Cells gone wrong below sound headings, with any delimiter, quotes, ends of lines and encoding."""

    def mutate(rng: random.Random, data: bytes) -> Mutant:
        text = data.decode()
        heads, *rows = csv.reader(io.StringIO(text), csv.Sniffer().sniff(text.splitlines()[0], ",;\t"))
        known = True
        for _ in times(rng):
            row = rng.choice(rows)
            # The id of a record of several rows says which they are.
            at = rng.randrange(0 if count_rows else 1, len(row))
            row[at] = random_wkt(rng) if heads[at] == "wkt" and rng.random() < 0.3 else of_text(rng, row[at])
        if rng.random() < 0.15:
            known, at = False, rng.randrange(len(heads))
            heads[at] = of_text(rng, heads[at])
        out = io.StringIO()
        writer = csv.writer(
            out, delimiter=rng.choice(",;\t|"), lineterminator=rng.choice(["\n", "\r\n"]),
            quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        )  # fmt: skip
        writer.writerows([heads, *rows])
        blank = any(not any(cell.strip(" \x00\ufeff") for cell in row) for row in rows)
        encoded = out.getvalue().encode(rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"]), "replace")
        count = len(rows) if count_rows else joined
        return encoded, count if known and not blank else None

    return mutate


# --- archives --------------------------------------------------------------------------------------------------------


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def packed(rng: random.Random, members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_names_changed(rng: random.Random, members: dict[str, bytes]) -> dict[str, bytes]:
    """A member taken out, renamed, put in twice or into a folder."""
    name = rng.choice(list(members))
    content = members[name]
    kind = rng.randrange(5)
    changed = {other: one for other, one in members.items() if other != name or kind == 3}
    names = [name.upper(), f"a/{name}", f"../{name}", f"/{name}", "a" * 300, "a/" * 300 + "b", ".", f"__MACOSX/{name}",
             f"{name}.txt", f"copy of {name}", "Thumbs.db",
             "\u202e" + name, "con", name + "\u0000x", "a\\b" + name]  # fmt: skip
    if kind:
        changed[rng.choice(names)] = content
    return changed


def archive(
    inner: Callable[[random.Random, str, bytes], tuple[bytes, bool]], count: int
) -> Callable[[random.Random, bytes], Mutant]:
    """Members gone wrong within, packed again with sums that are right; `inner` says whether records stay as many."""

    def mutate(rng: random.Random, data: bytes) -> Mutant:
        members = members_of(data)
        known = True
        if rng.random() < 0.15:
            return packed(rng, with_names_changed(rng, members)), None
        for _ in range(rng.choice([1, 1, 2])):
            name = rng.choice([name for name in members if members[name]])
            members[name], kept = inner(rng, name, members[name])
            known &= kept
        return packed(rng, members), count if known else None

    return mutate


def in_shapefile(rng: random.Random, name: str, data: bytes) -> tuple[bytes, bool]:
    """Coordinates, cells, the texts beside them; lengths and places stay, so that it is read on."""
    ending = name.rsplit(".", 1)[-1].lower()
    if rng.random() < 0.1:
        return of_bytes(rng, data), False
    if ending == "shp":
        places = list(_in_shapes(data))
        changed = bytearray(data)
        for _ in times(rng) if places else ():
            at = rng.choice(places)
            struct.pack_into("<d", changed, at, float(rng.choice(NUMBERS)))
        return (bytes(changed), True) if rng.random() < 0.7 else (of_octets(rng, data, 108), False)
    if ending == "dbf":
        start, width = struct.unpack_from("<HH", data, 8)
        changed = bytearray(data)
        for _ in times(rng):
            at = start + rng.randrange(5) * width + rng.randrange(1, width)
            token = rng.choice([*TOKENS, b"*" * 20, b"\x80\x8e\xc5"])[: width - 1]
            end = min(at + len(token), start + ((at - start) // width + 1) * width)
            changed[at:end] = token[: end - at]
        return (bytes(changed), True) if rng.random() < 0.8 else (of_octets(rng, data, 32), False)
    if ending in ("prj", "cpg"):
        return of_text(rng, data.decode("utf-8", "replace")).encode("utf-8", "replace"), True
    return of_octets(rng, data, 100 if ending == "shx" else 0), False


def _in_shapes(data: bytes) -> Any:
    """Where coordinates stand in the shapes of a .shp file of polygons."""
    at = 100
    while at + 8 <= len(data):
        length = 2 * struct.unpack_from(">i", data, at + 4)[0]
        parts, points = struct.unpack_from("<ii", data, at + 8 + 36)
        first = at + 8 + 44 + 4 * parts
        end = at + 8 + length
        # Another change may have come before.
        if not (0 < parts < 100 and 0 < points < 1000 and first + 16 * points <= end <= len(data)):
            return
        yield from range(at + 12, at + 44, 8)
        yield from range(first, first + 16 * points, 8)
        at = end


def in_geodatabase(rng: random.Random, name: str, data: bytes) -> tuple[bytes, bool]:
    if name.endswith(".gdbtable") and rng.random() < 0.9:
        # The header says where its list of columns stands, and rows follow it.
        fields_at = struct.unpack_from("<q", data, 32)[0]
        size = struct.unpack_from("<i", data, fields_at)[0] if 0 <= fields_at < len(data) - 4 else 0
        return of_octets(rng, data, min(len(data) - 1, fields_at + size + 8)), False
    return of_octets(rng, data), False


def in_workbook(rng: random.Random, name: str, data: bytes) -> tuple[bytes, bool]:
    if not name.endswith((".xml", ".rels")) or rng.random() < 0.05:
        return of_bytes(rng, data), False
    root = of_xml(rng, data)
    return as_xml(root), False


def sheet(rng: random.Random, data: bytes) -> Mutant:
    """Cells of the body gone wrong, or anything in any of the texts of the workbook."""
    if rng.random() < 0.5:
        return archive(in_workbook, 0)(rng, data)
    members = members_of(data)
    name = next(name for name in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "content.xml") if name in members)
    root = etree.fromstring(members[name])
    said = [one for one in root.iter() if local(one) in ("t", "v", "p") and one.text]
    # The first six are the headings.
    for _ in times(rng):
        one = rng.choice(said[6:])
        one.text = _xml_text(of_text(rng, one.text or ""))
    members[name] = as_xml(root)
    # Shared texts stand once for all the cells that share them, and a row may lose its last cell but one.
    return packed(rng, members), 5


def kmz(rng: random.Random, data: bytes) -> Mutant:
    members = members_of(data)
    count = 0
    for name in list(members):
        members[name], more = kml(rng, members[name])
        count += more or 0
    kind = rng.randrange(6)
    if kind == 0:
        members["files/more.kml"], more = kml(rng, next(iter(members.values())))
        count += more or 0
    elif kind == 1:
        members["files/icon.png"] = b"\x89PNG\r\n"
    elif kind == 2:
        return packed(rng, with_names_changed(rng, members)), None
    return packed(rng, members), count


# --- databases and binary tables -------------------------------------------------------------------------------------


def geopackage(rng: random.Random, data: bytes) -> Mutant:
    """Cells, shapes and the tables about tables changed by SQLite itself."""
    if rng.random() < 0.2:
        return of_octets(rng, data, 100), None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.gpkg"
        path.write_bytes(data)
        database = sqlite3.connect(path)
        try:
            for _ in times(rng):
                try:
                    _change_database(rng, database)
                except (sqlite3.Error, OverflowError, ValueError):
                    continue
            database.commit()
            try:
                count = database.execute("SELECT count(*) FROM seed").fetchone()[0]
            except sqlite3.Error:
                count = None
        finally:
            database.close()
        return path.read_bytes(), count


def _change_database(rng: random.Random, database: sqlite3.Connection) -> None:
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{trigger}"')
    kind = rng.randrange(10)
    if kind < 4:
        row, geometry = rng.choice(database.execute("SELECT fid, geom FROM seed").fetchall())
        changed: Any = of_octets(rng, geometry) if kind < 3 else rng.choice([None, b"", b"GP", "text", 5, 1.5])
        database.execute("UPDATE seed SET geom = ? WHERE fid = ?", (changed, row))
    elif kind < 7:
        column = rng.choice(["hazard_id", "hazard_type", "name", "established", "reported_area_m2"])
        value = rng.choice([None, b"\xff\x00", 5, 2**62, float("inf"), *(rng.choice(TEXTS) for _ in range(6))])
        where = "" if rng.random() < 0.2 else f"WHERE fid = {rng.randint(1, 5)}"
        database.execute(f'UPDATE seed SET "{column}" = ? {where}', (value,))
    elif kind == 7:
        database.execute(
            f"INSERT INTO seed SELECT fid + {rng.randint(10, 10**6)}, geom, hazard_id, hazard_type, name, established, "
            "reported_area_m2 FROM seed LIMIT 1"
        )
    elif kind == 8:
        tables = [
            "gpkg_contents",
            "gpkg_geometry_columns",
            "gpkg_spatial_ref_sys",
            "gpkg_extensions",
            "gpkg_ogr_contents",
        ]
        table = rng.choice(tables)
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        value = rng.choice([None, b"\xff", -1, 2**40, *(rng.choice(TEXTS) for _ in range(4))])
        database.execute(f'UPDATE {table} SET "{rng.choice(columns)}" = ?', (value,))
    else:
        database.execute(
            rng.choice([
                "ALTER TABLE seed ADD COLUMN other BLOB", "ALTER TABLE seed RENAME COLUMN name TO \"a\"\"b\"",
                "DROP TABLE gpkg_extensions", "DROP TABLE gpkg_ogr_contents", "DROP TABLE rtree_seed_geom",
                "ALTER TABLE seed RENAME COLUMN hazard_id TO geometry", "CREATE VIEW other AS SELECT * FROM seed",
                "CREATE TABLE styles (a)", "DELETE FROM seed", "DELETE FROM gpkg_geometry_columns",
                "UPDATE seed SET hazard_id = fid", "CREATE TABLE \"x'y\" (a, b)",
            ])
        )  # fmt: skip


def flatgeobuf(rng: random.Random, data: bytes) -> Mutant:
    """Octets of features changed, more often where coordinates and texts stand than where places do."""
    size = struct.unpack_from("<I", data, 8)[0]
    if rng.random() < 0.15:
        return of_octets(rng, data, 8), None
    # Five features, so an index of six boxes of forty bytes.
    first = 12 + size + 40 * 6
    spans, at = [], first
    while at + 4 <= len(data):
        length = struct.unpack_from("<I", data, at)[0]
        spans.append((at + 4, at + 4 + length))
        at += 4 + length
    if at != len(data):
        raise AssertionError("the seed is laid out in another way")
    changed = bytearray(data)
    for _ in times(rng):
        start, end = rng.choice(spans)
        # Coordinates are doubles near 20 and 42; texts are letters.
        doubles = [at for at in range(start, end - 7) if 20 < struct.unpack_from("<d", changed, at)[0] < 43]
        if doubles and rng.random() < 0.6:
            struct.pack_into("<d", changed, rng.choice(doubles), float(rng.choice(NUMBERS)))
        else:
            letters = [at for at in range(start, end) if 48 <= changed[at] < 123]
            at = rng.choice(letters) if letters and rng.random() < 0.6 else rng.randrange(start, end)
            changed[at] = rng.randrange(256)
    return bytes(changed), 5


def parquet(rng: random.Random, data: bytes) -> Mutant:  # noqa: C901 - a list of what may go wrong
    """Cells, types of columns and the words about geometry changed, written again by pyarrow."""
    if rng.random() < 0.1:
        return of_octets(rng, data, 4), None
    table = pq.read_table(pa.BufferReader(data))
    meta = dict(table.schema.metadata or {})
    for _ in times(rng):
        if not (table.num_columns and table.num_rows):
            break
        at = rng.randrange(table.num_columns)
        name, column = table.column_names[at], table.column(at).to_pylist()
        row = rng.randrange(len(column))
        kind = rng.randrange(8)
        try:
            if kind < 3 and isinstance(column[row], bytes):
                column[row] = rng.choice([None, b"", of_octets(rng, column[row]), of_octets(rng, column[row])])
                table = table.set_column(at, name, pa.array(column, table.schema.field(name).type))
            elif kind < 4 and isinstance(column[row], str):
                column[row] = of_text(rng, column[row])
                table = table.set_column(at, name, pa.array(column, pa.string()))
            elif kind == 4:
                table = table.set_column(at, name, _of_another_type(rng, column))
            elif kind == 5:
                meta[b"geo"] = as_json(rng, of_tree(rng, json.loads(meta[b"geo"]))).encode("utf-8", "replace")
            elif kind == 6:
                names = [
                    of_text(rng, name) if at == chosen else chosen_name
                    for chosen, chosen_name in enumerate(table.column_names)
                ]
                table = table.rename_columns(names)
            else:
                table = rng.choice([table.remove_column(at), table.append_column(name, table.column(at)),
                                    pa.concat_tables([table, table.slice(row, 1)]), table.slice(0, 0)])  # fmt: skip
        except (pa.ArrowException, ValueError, TypeError, OverflowError, UnicodeError, KeyError):
            continue
    sink = pa.BufferOutputStream()
    try:
        pq.write_table(table.replace_schema_metadata(meta), sink, compression=rng.choice(["snappy", "zstd", "none"]),
                       row_group_size=rng.choice([2, 100]))  # fmt: skip
    except (pa.ArrowException, UnicodeError, ValueError):
        return of_octets(rng, data, 4), None
    return sink.getvalue().to_pybytes(), table.num_rows if table.num_columns else None


def _of_another_type(rng: random.Random, column: list[Any]) -> pa.Array:  # noqa: PLR0911 - one a kind
    kind = rng.randrange(8)
    if kind == 0:
        return pa.array([[one] for one in column])
    if kind == 1:
        return pa.array([{"a": one} for one in column])
    if kind == 2:
        return pa.array([str(one) for one in column]).dictionary_encode()
    if kind == 3:
        return pa.array(
            [rng.randrange(-(2**62), 2**62) for _ in column], pa.timestamp(rng.choice(["s", "ms", "us", "ns"]), "UTC")
        )
    if kind == 4:
        return pa.array([None] * len(column), rng.choice([pa.null(), pa.float16(), pa.date32(), pa.binary()]))
    if kind == 5:
        return pa.array([rng.randrange(2**31) for _ in column], pa.duration("ns"))
    if kind == 6:
        return pa.array([str(one) for one in column], pa.large_string())
    return pa.array([rng.choice([True, False, None]) for _ in column])


MUTATORS: dict[str, Callable[[random.Random, bytes], Mutant]] = {
    "geojson": geojson,
    "geojsonl": geojson_lines,
    "kml": kml,
    "kmz": kmz,
    "gml": gml,
    "gpkg": geopackage,
    "fgb": flatgeobuf,
    "zip": archive(in_shapefile, 5),
    "gdb.zip": archive(in_geodatabase, 5),
    "parquet": parquet,
    "csv": table_of_text(count_rows=True),
    "points.csv": table_of_text(count_rows=False, joined=3),
    "xlsx": sheet,
    "ods": sheet,
}


def mutated(rng: random.Random, kind: str, data: bytes) -> Mutant:
    """Mostly gone wrong within; now and then any bytes are wrong, whatever they mean."""
    if rng.random() < 0.15:
        return of_bytes(rng, data), None
    try:
        return MUTATORS[kind](rng, data)
    except (TypeError, ValueError, OverflowError, LookupError, struct.error, etree.LxmlError, pa.ArrowException):
        # The second of two changes may meet what the first has left in no shape.
        return of_octets(rng, data, len(data) // 4), None
