"""Exports of survey forms in several tables: the rows of repeats joined to the submissions that they belong to.

KoboToolbox links a sheet of repeats by ``_parent_index`` to ``_index``, ODK Central and Briefcase a file by
``PARENT_KEY`` to ``KEY``, Survey123 a table by ``parentglobalid`` to ``globalid``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from kosovo_hazards._arrays import Floats, Positions
from kosovo_hazards._errors import UnreadableSourceError
from kosovo_hazards._wording import argument
from kosovo_hazards.cells import texts
from kosovo_hazards.language import compact, headings
from kosovo_hazards.reading.field_tools.form_columns import places_of_form
from kosovo_hazards.reading.source_records import Records, records_of

__all__ = ["joined_form", "main_table", "mentions_repeats", "plain_form", "repeats_beside"]

_LINKS = {"parentindex": "index", "parentkey": "key", "parentglobalid": "globalid"}
_PARENT_TABLE = "parenttablename"
# Headings by which a table tells that a form server exported it, and what the server keeps for itself.
_SERVERS = (
    frozenset({"_index", "_parent_index"}),
    frozenset({"_uuid", "_submission_time"}),
    frozenset({"SubmissionDate", "KEY"}),
    frozenset({"PARENT_KEY", "KEY"}),
)
_BOOKKEEPING = re.compile(
    r"_(uuid|submission_time|validation_status|notes|status|submitted_by|tags|index|parent_table_name|parent_index|"
    r"submission__\w+)|__version__|formhub/uuid|meta[/-]\w+|PARENT_KEY|[Pp]arent[Gg]lobal[Ii][Dd]|SubmitterID|SubmitterName|AttachmentsPresent|"
    r"AttachmentsExpected|ReviewState|DeviceID|Edits|FormVersion|deviceid|username|SET-OF-.*"
)
_GROUPED = re.compile(r".*[/-](?P<last>[^/-]+)", re.S)
_CORNERS = (
    "corner",
    "turning",
    "vertex",
    "vertices",
    "boundary",
    "perimeter",
    "polygon",
    "outline",
    "tp",
    "kth",
    "prelom",
)
_PLACES = frozenset({"longitude", "latitude", "coordinate"})
_NUMBER_IN_KEY = re.compile(r"\[(\d+)\]\s*$")
_OF_SURVEY123 = re.compile(r"(?P<stem>.+)_(?P<number>\d{1,2})")


def mentions_repeats(text: bytes) -> bool:
    """Whether a text holds a heading by which rows are linked to others."""
    return any(heading in text for heading in (b"_parent_index", b"PARENT_KEY", b"arentGlobalID", b"arentglobalid"))


# --- files that belong together --------------------------------------------------------------------------------------


def main_table(files: list[Path]) -> Path | None:
    """The file of submissions among those that a form was exported to; None if they are no such export."""
    if len(files) < 2 or {file.suffix.lower() for file in files} != {".csv"}:
        return None
    mains = [one for one in files if set(repeats_beside(one, files)) == set(files) - {one}]
    return mains[0] if len(mains) == 1 else None


def repeats_beside(path: Path, files: list[Path] | None = None) -> list[Path]:
    """The files of repeats beside a file of submissions, by the names that servers give them."""
    if files is None:
        files = [one for one in path.parent.glob("*.csv") if one != path and one.is_file() and not one.is_symlink()]
    of_survey123 = _OF_SURVEY123.fullmatch(path.stem)
    if of_survey123 and of_survey123["number"] == "0":
        found = [one for one in files if (match := _OF_SURVEY123.fullmatch(one.stem)) and match["number"] != "0"]
        return sorted(found)
    return sorted(one for one in files if one != path and one.stem.startswith(f"{path.stem}-"))


# --- one table -------------------------------------------------------------------------------------------------------


def plain_form(records: Records) -> Records:
    """A table of a form server without what the server keeps for itself, and without names of groups in headings.

    Parameters
    ----------
    records
        A table; it stays as it is if no server's headings are in it.
    """
    names = [str(name) for name in records.table.columns]
    if not any(server <= set(names) for server in _SERVERS):
        return records
    kept = [name for name in names if not _BOOKKEEPING.fullmatch(name)]
    if {"SubmissionDate", "KEY", "Status"} <= set(names) and names.index("Status") > names.index("KEY"):
        # ODK Central's own, behind the answers; "Status" before them is one.
        kept.remove("Status")
    table = records.table[kept] if kept else records.table
    renamed: dict[str, str] = {}
    for name in kept:
        match = _GROUPED.fullmatch(name)
        last = match["last"] if match else ""
        if last and not _is_known(name) and _is_known(last) and last not in (*kept, *renamed.values()):
            renamed[name] = last
    notes = [f"columns of the form server were left out: {', '.join(n for n in names if n not in kept)}"]
    if renamed:
        notes.append(f"names of groups were left out of headings: {', '.join(renamed)}")
    return replace(records, table=table.rename(columns=renamed), notes=(*records.notes, *notes))


def _is_known(heading: str) -> bool:
    return any(compact(heading) in headings(table) for table in ("hazard", "release"))


# --- several tables --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A table of repeats, and for each of its rows that of the table it belongs to (-1 for none)."""

    parent: str
    rows: Positions


def joined_form(tables: Mapping[str, Records], layer: str | None) -> Records | None:
    """Records of a form whose submissions and repeats stand in several tables.

    Parameters
    ----------
    tables
        Each table by its name.
    layer
        The table that is wanted; without one the submissions, with the points of their repeats if those have the
        corners.

    Returns
    -------
    None if the tables are no form. With points in repeats one row a point, `groups` telling which rows are of one
    submission; submissions without a point have a row of their own.

    Raises
    ------
    UnreadableSourceError
        If several repeats hold points and none is called as corners are.
    """
    filled = {name: records for name, records in tables.items() if len(records.table.columns)}
    links = {name: link for name in filled if (link := link_to_parent(name, filled)) is not None}
    mains = [name for name in filled if name not in links]
    if not links or len(mains) != 1:
        return None
    main = mains[0]
    if layer == main or (layer is not None and layer not in filled):
        return plain_form(filled[main]) if layer == main else None
    chosen = _with_corners(filled, links, main, layer)
    wanted = layer or chosen
    rest = [
        f"{name!r} with {len(filled[name]):,} rows" for name in filled if name not in _line(wanted or main, links, main)
    ]
    notes = [f"tables of the form that hold no corners were left out: {', '.join(rest)}"] if rest else []
    if wanted is None:
        found = plain_form(filled[main])
        return replace(found, notes=(*found.notes, *notes))
    joined = _joined(filled, links, main, wanted, with_all=wanted == chosen)
    return replace(joined, notes=(*joined.notes, *notes))


def _heading(records: Records, key: str) -> str | None:
    return next((str(name) for name in records.table.columns if compact(name) == key), None)


def link_to_parent(name: str, tables: Mapping[str, Records]) -> Link | None:
    """Where the rows of a table belong; None if it holds submissions."""
    records = tables[name]
    for key, target in _LINKS.items():
        ours = _heading(records, key)
        if ours is None or records.table[ours].isna().all():
            continue
        keys = texts(records.table[ours]).map(_plain_key, na_action="ignore")
        stated = _heading(records, _PARENT_TABLE)
        said = set(texts(records.table[stated]).dropna()) if stated else set()
        best, best_rows = "", np.full(len(records), -1)
        for other, parent in tables.items():
            theirs = _heading(parent, target)
            if other == name or theirs is None or (said & set(tables) and other not in said):
                continue
            at = pd.Series(range(len(parent)), index=texts(parent.table[theirs]).map(_plain_key, na_action="ignore"))
            at = at[at.index.notna() & ~at.index.duplicated()]
            rows = keys.map(at).fillna(-1).to_numpy(dtype=int)
            if (rows >= 0).sum() > (best_rows >= 0).sum():
                best, best_rows = other, rows
        if best:
            return Link(best, best_rows)
    return None


def _plain_key(key: str) -> str:
    """A key as both tables write it: 12 and 12.0, and GUIDs with and without braces, are the same."""
    return re.sub(r"\.0$", "", key.strip().strip("{}").casefold())


def _line(name: str, links: Mapping[str, Link], main: str) -> list[str]:
    """A table and those that it belongs to, up to the submissions."""
    line = [name]
    while line[-1] != main and line[-1] in links and links[line[-1]].parent not in line:
        line.append(links[line[-1]].parent)
    return line


def _with_corners(tables: Mapping[str, Records], links: Mapping[str, Link], main: str, layer: str | None) -> str | None:
    """The repeats that hold the corners of the submissions; None if those have shapes of their own, or none has."""
    if places_of_form(tables[main].table, lists_only=True).roles:
        return None
    pointed = [name for name in links if places_of_form(tables[name].table).roles or _has_point(tables[name].table)]
    if len(pointed) > 1:
        called = [name for name in pointed if any(word in _said(name, tables[name]) for word in _CORNERS)]
        if len(called) != 1 and layer is not None:
            return None
        if len(called) != 1:
            raise UnreadableSourceError(
                f"the form has {len(pointed)} tables with points: {', '.join(map(repr, pointed))}",
                hint=f"name the one that holds the corners of areas with {argument('layer')}",
            )
        pointed = called
    return pointed[0] if pointed else None


def _has_point(table: pd.DataFrame) -> bool:
    roles = {role for name in table.columns for role in _shape_roles(name)}
    return {"longitude", "latitude"} <= roles or "coordinate" in roles


def _shape_roles(heading: object) -> dict[str, int]:
    return headings("shape").get(compact(heading), {})


def _said(name: str, records: Records) -> str:
    places = places_of_form(records.table).roles
    return f"{name} {' '.join(places.values())}".casefold()


def _joined(
    tables: Mapping[str, Records], links: Mapping[str, Link], main: str, wanted: str, *, with_all: bool
) -> Records:
    line = _line(wanted, links, main)
    child = tables[wanted]
    owner = np.arange(len(child))
    table = plain_form(child).table
    notes = list(dict.fromkeys(note for name in reversed(line) for note in plain_form(tables[name]).notes))
    for name, above in pairwise(line):
        owner = np.where(owner >= 0, links[name].rows[owner], -1)
        table = beside(table, plain_form(tables[above]).table, owner, name)
    part = links[wanted].rows if len(line) > 2 else owner
    lost = int((owner < 0).sum())
    if lost:
        notes.append(f"{lost:,} rows of {wanted!r} name no submission that is there; each is a record of its own")
        owner = np.where(owner < 0, len(tables[main]) + np.arange(len(owner)), owner)
    order = np.lexsort((_position(child), part, owner))
    table, groups = table.iloc[order], np.stack([owner, part], axis=1)[order]
    alone = np.setdiff1d(np.arange(len(tables[main])), owner) if with_all else np.array([], dtype=int)
    if len(alone):
        notes.append(f"{len(alone):,} submissions have no rows in {wanted!r}")
        table = pd.concat([table, plain_form(tables[main]).table.iloc[alone]], ignore_index=True)
        groups = np.vstack([groups, np.stack([alone, np.full(len(alone), -1)], axis=1)])
    records = records_of(table.reset_index(drop=True), None, None, notes=notes)
    rows = np.r_[tables[main].rows, tables[main].rows.max(initial=0) + 1 + np.arange(len(child))]
    note = f"the rows of {wanted!r} were joined to the submissions in {main!r} that they belong to"
    return replace(records, rows=rows[groups[:, 0]], groups=groups, notes=(*records.notes, note))


def beside(table: pd.DataFrame, parent: pd.DataFrame, owner: Positions, name: str) -> pd.DataFrame:
    """The rows with those above them; of columns called alike the submission's keeps its heading, but for places."""
    places = [one for one in parent.columns if one in table.columns and _PLACES & set(_shape_roles(one))]
    parent = parent.rename(columns={one: f"{one} of the submission" for one in places})
    table = table.rename(columns={one: f"{one} ({name})" for one in table.columns if one in parent.columns})
    above = parent.take(np.maximum(owner, 0)).reset_index(drop=True)
    above.loc[owner < 0, :] = None
    return pd.concat([above, table.reset_index(drop=True)], axis=1)


def _position(child: Records) -> Floats:
    """The order of rows as the form counts them, if it does: a sheet may have been sorted."""
    if (index := _heading(child, "index")) is not None:
        return _numbers(child.table[index])
    if (key := _heading(child, "key")) is not None:
        return _numbers(texts(child.table[key]).str.extract(_NUMBER_IN_KEY)[0])
    return np.arange(len(child), dtype=np.float64)


def _numbers(column: pd.Series) -> Floats:
    numbers: Floats = pd.to_numeric(column, errors="coerce").fillna(0).to_numpy(dtype=np.float64)
    return numbers
