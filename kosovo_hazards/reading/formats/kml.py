"""KML and KMZ: every placemark is a record with all its polygons; what is no record is reported.

The text is read by us: nothing that it links to is looked up, and no part of a placemark is dropped unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from kosovo_hazards._arrays import Floats
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.reading.field_tools.html_tables import described
from kosovo_hazards.reading.field_tools.names import meaning_of, with_names_as_ids
from kosovo_hazards.reading.files import archives
from kosovo_hazards.reading.files.limits import Request
from kosovo_hazards.reading.files.staging import private_folder
from kosovo_hazards.reading.files.xml_text import local_name, parse
from kosovo_hazards.reading.formats.json_table import readable
from kosovo_hazards.reading.formats.outlines import Geometry, NoPositions, shapes_of
from kosovo_hazards.reading.source_records import Records, records_of
from kosovo_hazards.schema import CRS

__all__ = ["read_kml", "read_kmz"]

_NO_RECORDS = {
    "GroundOverlay": "ground overlays",
    "ScreenOverlay": "screen overlays",
    "PhotoOverlay": "photos",
    "Tour": "tours",
    "NetworkLink": "links to other files, which are not fetched",
    "Model": "3D models",
    "NetworkLinkControl": "updates of other files",
}
_FIELDS = {
    "name": "Name", "description": "description", "Snippet": "snippet", "snippet": "snippet", "address": "address",
    "phoneNumber": "phone number", "when": "timestamp", "begin": "begin", "end": "end",
}  # fmt: skip
_FOLDERS = frozenset({"Folder", "Document"})
_SHAPES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"})
_UNREAD = "has coordinates that can't be read"
_NUMBERS = frozenset({"int", "uint", "short", "ushort", "float", "double"})
_LONE_SPACES = re.compile(r"\s*,\s*")


@dataclass
class _Folder:
    name: str = ""


@dataclass
class _Placemark:
    folders: tuple[_Folder, ...]
    cells: dict[str, str] = field(default_factory=dict)
    drawn: Geometry = field(default_factory=Geometry)
    is_drawn: bool = False

    def say(self, name: str, text: str) -> None:
        """Keep what is said under a name; said twice, both are kept."""
        text = text.strip()
        if not text:
            return
        kept, number = name, 2
        while kept in self.cells and self.cells[kept] != text:
            kept, number = f"{name} ({number})", number + 1
        self.cells[kept] = readable(text)


def read_kml(request: Request) -> Records:
    """Read a KML file: the placemarks of all its folders, unless one is named.

    Raises
    ------
    UnreadableSourceError
        If it is not whole, or has no folder of the name wanted.
    """
    return _records([_Document(request, request.path).read()], request)


def read_kmz(request: Request) -> Records:
    """Read all KML documents of a KMZ archive, one after the other."""
    with private_folder() as folder:
        archives.unpack(request.path, folder, request.limits, request.name)
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".kml" and path.is_file())
        request.limits.require("layers", len(paths), request.name, "KML documents")
        if not paths:
            raise UnreadableSourceError(f"{request.name!r} holds no KML document", hint="save it again as KMZ")
        documents = [_Document(request, path).read() for path in paths]
    for document, path in zip(documents, paths, strict=True):
        document.name = path.relative_to(folder).as_posix()
    return _records(documents, request)


# --- from text to placemarks -----------------------------------------------------------------------------------------


class _Document:
    """One KML text, its placemarks, and a count of all its elements."""

    def __init__(self, request: Request, path: Path) -> None:
        self.request, self.path = request, path
        self.name = ""
        self.placemarks: list[_Placemark] = []
        self.counted: Counter[str] = Counter()
        self.types: dict[str, str] = {}
        self.open: list[str] = []
        self.folders: list[_Folder] = []
        self.placemark: _Placemark | None = None
        self.texts: list[str] = []
        self.data_name = ""
        self.rings: list[Floats] = []
        self.outer_rings = 0
        self.track: list[str] = []
        self.described = 0

    def read(self) -> _Document:
        """Read it from beginning to end."""
        parse(
            self.path, self.request.name, self.request.limits,
            start=self._start, end=self._end, text=self.texts.append,
        )  # fmt: skip
        return self

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        self.open.append(local)
        self.counted[local] += 1
        self.texts.clear()
        if local in _FOLDERS:
            self.folders.append(_Folder())
        elif local == "Placemark":
            self.placemark = _Placemark(tuple(self.folders))
            self.placemarks.append(self.placemark)
            self.placemark.say("id", attributes.get("id", ""))
        elif local in ("Data", "SimpleData", "SimpleArrayData"):
            self.data_name = attributes.get("name", "")
        elif local == "SimpleField":
            self.types[attributes.get("name", "")] = attributes.get("type", "")
        elif local in ("Polygon", "Track"):
            self.rings, self.track, self.outer_rings = [], [], 0
        if self.placemark is not None and local in _SHAPES:
            self.placemark.drawn.is_many |= self.placemark.is_drawn or local in ("MultiGeometry", "MultiTrack")
            self.placemark.is_drawn |= local not in ("MultiGeometry", "MultiTrack")

    def _end(self, _: str) -> None:
        local = self.open.pop()
        text = "".join(self.texts)
        self.texts.clear()
        above = self.open[-1] if self.open else ""
        if local in _FOLDERS and self.folders:
            self.folders.pop()
        elif local == "Placemark":
            if self.placemark is not None:
                self.described += _with_described(self.placemark)
            self.placemark = None
        elif self.placemark is None:
            if local == "name" and above in _FOLDERS:
                self.folders[-1].name = text.strip()
        else:
            self._in_placemark(self.placemark, local, above, text)

    def _in_placemark(self, placemark: _Placemark, local: str, above: str, text: str) -> None:
        if "ExtendedData" in self.open:
            self._extended(placemark, local, above, text)
        elif local in _FIELDS and above in ("Placemark", "TimeStamp", "TimeSpan"):
            placemark.say(_FIELDS[local], text)
        elif local == "coordinates":
            self._coordinates(placemark.drawn, above, text)
        elif local == "coord":
            self.track.append(",".join(text.split()))
        elif local == "Polygon":
            placemark.drawn.polygons.append(self.rings)
            if self.outer_rings != 1:
                placemark.drawn.problem = f"has a polygon with {self.outer_rings} outer rings"
        elif local == "Track":
            self._coordinates(placemark.drawn, "LineString", " ".join(self.track))

    def _extended(self, placemark: _Placemark, local: str, above: str, text: str) -> None:
        if local in ("SimpleData", "SimpleArrayData") or (local == "value" and above == "Data"):
            placemark.say(self.data_name or local, text)
        elif above == "ExtendedData" and local not in ("Data", "SchemaData"):
            placemark.say(local, text)

    def _coordinates(self, drawn: Geometry, above: str, text: str) -> None:
        try:
            places = _places(text)
            if "Polygon" in self.open:
                is_outer = "outerBoundaryIs" in self.open[-2:]
                self.outer_rings += is_outer
                # The outer ring comes first, wherever it stands in the text.
                self.rings.insert(0 if is_outer else len(self.rings), places)
            elif above == "Point":
                drawn.others += [shapely.Point(place) for place in places] or [shapely.Point()]
            else:
                drawn.others.append(shapely.LineString(places))
        except (NoPositions, ValueError, shapely.GEOSException):
            drawn.problem = _UNREAD


def _places(text: str) -> Floats:
    """Positions as KML writes them: longitude, latitude and perhaps height, with blanks between positions."""
    listed = _LONE_SPACES.sub(",", text.strip()).split()
    if not listed:
        return np.empty((0, 2))
    axes = {place.count(",") + 1 for place in listed}
    if not axes <= {2, 3}:
        raise NoPositions
    if len(axes) > 1:
        listed = [",".join(place.split(",")[:2]) for place in listed]
    return np.array(",".join(listed).split(","), dtype=np.float64).reshape(len(listed), -1)


def _with_described(placemark: _Placemark) -> bool:
    """Take over the attributes in the HTML of a description; whether there were any."""
    found = described(placemark.cells.get("description", ""))
    if found is None:
        return False
    del placemark.cells["description"]
    for name, value in found.pairs:
        placemark.say(name, value)
    if found.rest != placemark.cells.get("Name"):
        placemark.say("description", found.rest)
    if "id (2)" in placemark.cells:
        # The attribute of the placemark is a number that the program gave.
        placemark.cells["id in file"] = placemark.cells["id"]
        placemark.cells["id"] = placemark.cells.pop("id (2)")
    return True


# --- from placemarks to records --------------------------------------------------------------------------------------


def _records(documents: Sequence[_Document], request: Request) -> Records:
    found = [(document, placemark) for document in documents for placemark in document.placemarks]
    counted = sum((document.counted for document in documents), Counter())
    _require_all(found, counted, request)
    chosen = [pair for pair in found if request.layer is None or request.layer in _layers_of(*pair)]
    if request.layer is not None and not chosen:
        known = sorted({name for pair in found for name in _layers_of(*pair)})
        raise UnreadableSourceError(f"{request.name!r} has no folder {request.layer!r}; it has {', '.join(known)}")
    placemarks = [placemark for _, placemark in chosen]
    shapes, problems, repairs = shapes_of(
        [one.drawn if one.is_drawn or one.drawn.problem else None for one in placemarks]
    )
    types = {name: kind for document in documents for name, kind in document.types.items()}
    table = _typed(_table(placemarks, request), types)
    notes = [f"left out, as they are no records: {_listed(counted)}"] if _listed(counted) else []
    if request.layer is None:
        table, more = _with_folders(table, placemarks, shapes)
        notes += more
    if len(documents) > 1:
        table = table.assign(document=[document.name for document, _ in chosen])
        names = ", ".join(document.name for document in documents)
        notes.append(f"the records of {len(documents)} documents were joined ({names}); column 'document' says which")
    if count := sum(document.described for document in documents):
        notes.append(f"attributes of {count:,} placemarks were read from the HTML of their descriptions")
    records = records_of(table, shapes, CRS, notes=notes)
    return with_names_as_ids(replace(records, problems=problems, repairs=repairs), "Name")


def _layers_of(document: _Document, placemark: _Placemark) -> set[str]:
    return {folder.name for folder in placemark.folders if folder.name} | ({document.name} if document.name else set())


def _require_all(found: Sequence[tuple[_Document, _Placemark]], counted: Counter[str], request: Request) -> None:
    """Compare what was made with what stands in the text."""
    polygons = sum(len(placemark.drawn.polygons) for _, placemark in found)
    outside = counted["Polygon"] - polygons
    if len(found) != counted["Placemark"] or outside:
        raise UnreadableSourceError(
            f"{request.name!r} holds {counted['Placemark']:,} placemarks with {counted['Polygon']:,} polygons, "
            f"of which {len(found):,} with {polygons:,} can be read",
            hint="save it again with Google Earth or QGIS",
        )


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{counted[name]:,} {said}" for name, said in _NO_RECORDS.items() if counted[name])


def _table(placemarks: Sequence[_Placemark], request: Request) -> pd.DataFrame:
    names = list(dict.fromkeys(name for one in placemarks for name in one.cells))
    request.limits.require("columns", len(names), request.name, "columns")
    cells = {name: pd.Series([one.cells.get(name) for one in placemarks], dtype="str") for name in names}
    return pd.DataFrame(cells, index=range(len(placemarks)))


def _typed(table: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """The table with numbers where its schema says so and every cell is one."""
    for name in table.columns:
        if types.get(name) in _NUMBERS:
            numbers = pd.to_numeric(table[name], errors="coerce")
            if (numbers.notna() == table[name].notna()).all():
                table[name] = numbers
    return table


def _with_folders(table: pd.DataFrame, placemarks: Sequence[_Placemark], shapes: Any) -> tuple[pd.DataFrame, list[str]]:
    """The table with the folder of each record, if there are several: they are how people group."""
    folders = pd.Series([one.folders[-1].name if one.folders else "" for one in placemarks], dtype="str")
    names: list[str] = list(dict.fromkeys(folders))
    if len(names) < 2:
        return table, []
    drawn = list(dict.fromkeys(folders[~shapely.is_missing(shapes)]))
    column = meaning_of(drawn, "folder")
    said = folders.where(folders.isin(drawn) | (column == "folder")).replace("", None)
    table = table.assign(**{column: table[column].fillna(said) if column in table.columns else said})
    listed = ", ".join(name or "no folder" for name in names[:20])
    return table, [f"the records of {len(names)} folders were joined ({listed}); column {column!r} says which"]
