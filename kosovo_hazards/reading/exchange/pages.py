"""The answers of a feature service in several files: pages of one layer joined, and what says that one is missing."""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards.language import compact
from kosovo_hazards.reading.exchange.related import KEYS

__all__ = ["MORE", "Joined", "are_pages", "in_order", "joined_pages", "layers_among", "says_more"]

_ENDINGS = frozenset({".json", ".geojson"})
_OF_SERVICE = re.compile(rb'"(objectIdFieldName|exceededTransferLimit|attributes|objectIds|count)"\s*:')
_MORE = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
_COLLECTION = re.compile(rb'"FeatureCollection"')
_LOOKED_AT = 64 * 1024
_DIGITS = re.compile(r"(\d+)")
_MOST_SHOWN = 5
_HALF = 0.5


MORE = "the service that made the file says that it holds more records than it gave: ask for the others too"
"""What is told of one page by itself."""


def are_pages(paths: Sequence[Path]) -> bool:
    """Whether files look like the answers of a feature service: all in Esri JSON, or in GeoJSON with one that says so.

    Parameters
    ----------
    paths
        The files.
    """
    if len(paths) < 2 or {path.suffix.lower() for path in paths} - _ENDINGS:
        return False
    ends = [_ends_of(path) for path in paths]
    if not all(end.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") for end in ends):
        return False
    collections = [_COLLECTION.search(end) is not None for end in ends]
    if any(collections):
        return all(
            inside or _OF_SERVICE.search(end) is not None for inside, end in zip(collections, ends, strict=True)
        ) and any(_MORE.search(end) for end in ends)
    return all(_OF_SERVICE.search(end) for end in ends)


def _ends_of(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        file.seek(max(path.stat().st_size - _LOOKED_AT, 0))
        return head + file.read(_LOOKED_AT)


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Files in the order of the numbers in their names.

    Examples
    --------
    >>> [path.name for path in in_order([Path("p10.json"), Path("p9.json")])]
    ['p9.json', 'p10.json']
    """
    return sorted(paths, key=lambda path: [_part(text) for text in _DIGITS.split(str(path))])


def _part(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (-1, text)


def says_more(members: Mapping[str, Any]) -> bool:
    """Whether an answer says that the service holds more records than it gave."""
    properties = members.get("properties")
    within = properties.get("exceededTransferLimit") if isinstance(properties, Mapping) else None
    return bool(members.get("exceededTransferLimit") or within)


@dataclass(frozen=True)
class Joined:
    """Pages as one answer.

    Attributes
    ----------
    members
        The answer with the features of all.
    notes
        What there is to tell.
    """

    members: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def layers_among(pages: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Mapping[str, Any]]]:
    """The pages of each layer, those with shapes first, where several are related by their keys; else all as one.

    Parameters
    ----------
    pages
        Each answer by the name of its file.
    """
    layers: list[tuple[frozenset[str], dict[str, Mapping[str, Any]]]] = []
    for file, members in pages.items():
        names = _columns(members)
        found = next((one for columns, one in layers if names == columns or not names), None)
        if found is None:
            layers.append((names, found := {}))
        found[file] = members
    if len(layers) < 2 or not all({compact(name) for name in names} & KEYS for names, _ in layers):
        return [dict(pages)]
    return sorted((one for _, one in layers), key=lambda one: not _has_areas(one))


def _has_areas(pages: Mapping[str, Mapping[str, Any]]) -> bool:
    features = (feature for members in pages.values() for feature in members.get("features") or [])
    return any("rings" in (feature.get("geometry") or {}) for feature in features if isinstance(feature, Mapping))


def joined_pages(pages: Mapping[str, Mapping[str, Any]], name: str) -> Joined:
    """Join the pages of one layer.

    Parameters
    ----------
    pages
        Each answer by the name of its file, in order. One that only counts records or lists their ids is compared with
        what is there.
    name
        Of the whole, for errors.

    Raises
    ------
    UnreadableSourceError
        If the pages are not of one layer: in other reference systems, or with other fields.
    """
    filled = {file: members for file, members in pages.items() if isinstance(members.get("features"), list)}
    if not filled:
        raise UnreadableSourceError(f"{name!r} holds no page with features", hint="save the answers to queries")
    _require_one_layer(filled, name)
    first = next(iter(filled.values()))
    fields = next((members["fields"] for members in filled.values() if members.get("fields")), None)
    features = [feature for members in filled.values() for feature in members["features"]]
    ids = [_id_of(feature, _id_field(first, fields)) for feature in features]
    kept, notes = _each_once(features, ids)
    ends = np.cumsum([len(members["features"]) for members in filled.values()]).tolist()
    rows = ", ".join(f"{file} to {end:,}" for file, end in list(zip(filled, ends, strict=True))[:_MOST_SHOWN])
    rows += ", …" if len(filled) > _MOST_SHOWN else ""
    told = [f"{len(filled):,} pages of a feature service are read as one, rows as they follow: {rows}", *notes]
    told += [*_on_ends(filled, ids, ends), *_on_counts(pages, ids, len(kept))]
    told += [] if _is_unbroken(ids) else _on_names(list(filled))
    whole = {**first, "features": kept, **({"fields": fields} if fields else {})}
    # What the pages say of the end has been told.
    whole.pop("exceededTransferLimit", None)
    whole.pop("properties", None)
    return Joined(whole, told)


def _require_one_layer(filled: Mapping[str, Mapping[str, Any]], name: str) -> None:
    systems = {file: str(members.get("spatialReference") or members.get("crs")) for file, members in filled.items()
               if members["features"]}  # fmt: skip
    if len(set(systems.values())) > 1:
        other = next(file for file, one in systems.items() if one != next(iter(systems.values())))
        raise UnreadableSourceError(
            f"the pages of {name!r} are in several reference systems; {other!r} in another than the first",
            hint="ask the service for all of them in one (outSR=4326)",
        )
    columns = {file: names for file, members in filled.items() if (names := _columns(members))}
    whole = frozenset().union(*columns.values()) if columns else frozenset()
    for file, names in columns.items():
        # Pages of one query have the same fields, whatever is empty in them.
        if len(names & whole) < _HALF * len(whole):
            raise UnreadableSourceError(
                f"{file!r} has other fields than the other files of {name!r}, so they are no pages of one layer",
                hint="name one of them, or put each layer in a folder of its own",
            )


def _columns(members: Mapping[str, Any]) -> frozenset[str]:
    first = next((one for one in members.get("features") or [] if isinstance(one, Mapping)), {})
    said = first.get("attributes", first.get("properties"))
    return frozenset(map(str, said)) if isinstance(said, Mapping) else frozenset()


# --- ids -------------------------------------------------------------------------------------------------------------


def _id_field(members: Mapping[str, Any], fields: Any) -> str | None:
    named = members.get("objectIdFieldName")
    if isinstance(named, str):
        return named
    listed = fields if isinstance(fields, list) else []
    found = [one.get("name") for one in listed if isinstance(one, Mapping) and one.get("type") == "esriFieldTypeOID"]
    return found[0] if found and isinstance(found[0], str) else None


def _id_of(feature: Any, name: str | None) -> int | str | None:
    if not isinstance(feature, Mapping):
        return None
    attributes = feature.get("attributes")
    found = attributes.get(name) if isinstance(attributes, Mapping) and name else feature.get("id")
    return found if isinstance(found, int | str) and not isinstance(found, bool) else None


def _each_once(features: Sequence[Any], ids: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """The features without those that stand on several pages; of those with one id that differ all are kept."""
    first: dict[Any, Any] = {}
    kept, again, differing = [], 0, 0
    for feature, one in zip(features, ids, strict=True):
        if one is None or one not in first:
            first[one] = feature
            kept.append(feature)
        elif pickle.dumps(feature) == pickle.dumps(first[one]):
            again += 1
        else:
            differing += 1
            kept.append(feature)
    notes = [f"{again:,} records stand on several pages and count once"] if again else []
    return kept, notes + ([f"{differing:,} records have an object id that others have too"] if differing else [])


# --- what is missing -------------------------------------------------------------------------------------------------


def _on_ends(filled: Mapping[str, Mapping[str, Any]], ids: Sequence[Any], ends: Sequence[int]) -> list[str]:
    """Whether the last page is the end, and whether ids are missing between two pages."""
    files = list(filled)
    more = [says_more(members) for members in filled.values()]
    whole = all(isinstance(one, int) for one in ids)
    firsts = [0, *ends[:-1]]
    order = [at for at in range(len(files)) if ends[at] > firsts[at]]
    spans = {at: (min(ids[firsts[at] : ends[at]]), max(ids[firsts[at] : ends[at]])) for at in order if whole}
    if whole:
        order.sort(key=lambda at: spans[at])
    told = []
    if order and more[order[-1]]:
        told.append(f"the last page, {files[order[-1]]!r}, says that the service holds more records: pages are missing")
    if whole and any(more):
        within = [int(np.diff(sorted(ids[firsts[at] : ends[at]])).max(initial=1)) for at in order]
        for one, two in pairwise(order):
            gap = spans[two][0] - spans[one][1]
            if gap > max(*within, _HALF * (ends[one] - firsts[one])):
                told.append(
                    f"object ids {spans[one][1] + 1:,} to {spans[two][0] - 1:,} stand on no page, between "
                    f"{files[one]!r} and {files[two]!r}; look whether a page is missing"
                )
    return told


def _is_unbroken(ids: Sequence[Any]) -> bool:
    """Whether every object id from the first to the last is there."""
    numbers = {one for one in ids if isinstance(one, int)}
    return len(numbers) > 0 and None not in ids and max(numbers) - min(numbers) + 1 == len(numbers)


def _on_names(files: Sequence[str]) -> list[str]:
    """Whether a number is missing in the names of the files."""
    numbered = [(int(found[-1]), file) for file in files if (found := _DIGITS.findall(Path(file).stem))]
    if len(numbered) < len(files) or len(files) < 3:
        return []
    numbers = sorted(numbered)
    steps = [two[0] - one[0] for one, two in pairwise(numbers)]
    usual = Counter(steps).most_common(1)[0][0] if len(steps) > 2 else min(steps)
    return [
        f"between {one[1]!r} and {two[1]!r} a page seems to be missing, by the numbers in their names"
        for (one, two), step in zip(pairwise(numbers), steps, strict=True)
        if usual > 0 and step > usual
    ]


def _on_counts(pages: Mapping[str, Mapping[str, Any]], ids: Sequence[Any], kept: int) -> list[str]:
    """What an answer that counts the records of the layer, or lists their ids, says of those that are here."""
    told = []
    for file, members in pages.items():
        count, listed = members.get("count"), members.get("objectIds")
        if isinstance(count, int) and "features" not in members and count != kept:
            told.append(f"{file!r} counts {count:,} records, of which {kept:,} are here: pages are missing")
        if isinstance(listed, list) and (lost := set(map(str, listed)) - set(map(str, ids))):
            some = ", ".join(sorted(lost)[:_MOST_SHOWN])
            told.append(f"{file!r} lists {len(lost):,} object ids that are on no page: {some}")
    return told
