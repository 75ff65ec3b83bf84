"""How an office's files are to be read, kept in a small TOML file and used by every reader and command."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from kosovo_hazards._errors import Fault, UnreadableSourceError, UsageError

__all__ = ["Profile", "ProfileSource", "options_with_profile", "read_profile"]

_READER = {
    "layer": str, "crs": str, "encoding": str, "swap_xy": bool, "day_first": bool, "join_parts": bool,
    "close_lines": bool,
    "columns": dict, "values": dict, "defaults": dict,
}  # fmt: skip
_POINTS = {name: kind for name, kind in _READER.items() if name not in ("join_parts", "close_lines")}
_SECTIONS: dict[str, dict[str, type]] = {
    "hazards": _READER,
    "releases": _READER,
    "evidence": {**_POINTS, "direct": list},
    "accidents": _POINTS,
    "items": {**_POINTS, "units": dict},
    "places": {"source": str, "layer": str, "crs": str, "columns": dict},
}
_MERGED = frozenset({"columns", "values", "defaults", "units"})
# A profile is written by hand; anything larger is something else.
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Profile:
    """How registers, release results and boundaries of an office are read.

    Attributes
    ----------
    hazards, releases
        Keywords of `read_hazards` and `read_releases`: `layer`, `crs`, `encoding`, `swap_xy`, `day_first`,
        `join_parts`, `close_lines`, `columns`, `values`, `defaults`.
    evidence, accidents, items
        Keywords of `read_evidence`, `read_accidents` and `read_items`: the same without `join_parts` and
        `close_lines`; `direct` of evidence and `units` of items too.
    places
        Keywords of `places`: `source`, `layer`, `crs`, `columns`.

    Examples
    --------
    >>> Profile(hazards={"crs": "EPSG:9141"}).hazards["crs"]
    'EPSG:9141'
    """

    hazards: Mapping[str, Any] = field(default_factory=dict)
    releases: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    accidents: Mapping[str, Any] = field(default_factory=dict)
    items: Mapping[str, Any] = field(default_factory=dict)

    def as_toml(self) -> str:
        """The text of the file.

        Examples
        --------
        >>> print(Profile(hazards={"crs": "EPSG:9141", "values": {"Suspect Areas": "SHA"}}).as_toml())
        [hazards]
        crs = "EPSG:9141"
        <BLANKLINE>
        [hazards.values]
        "Suspect Areas" = "SHA"
        <BLANKLINE>
        """
        import tomli_w

        sections = {name: dict(getattr(self, name)) for name in _SECTIONS if getattr(self, name)}
        return tomli_w.dumps(sections)


ProfileSource: TypeAlias = str | os.PathLike[str] | Profile
"""A profile, or the path of its file."""


def read_profile(source: ProfileSource) -> Profile:
    r"""Read a profile.

    Parameters
    ----------
    source
        Path of a TOML file with the tables ``[hazards]``, ``[releases]``, ``[places]``, ``[evidence]``,
        ``[accidents]`` and ``[items]``, or a profile already read.

    Returns
    -------
    The profile; a boundary file that it names is looked for beside it.

    Raises
    ------
    UnreadableSourceError
        If the file is not there or is no TOML.
    UsageError
        If it holds a key or a type of value that no reader takes; the message names each.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "kosovo-hazards.toml"
    >>> _ = path.write_text('[hazards.columns]\nhazard_type = "typeArea"\n', encoding="utf-8")
    >>> read_profile(path).hazards
    {'columns': {'hazard_type': 'typeArea'}}
    """
    if isinstance(source, Profile):
        return source
    path = Path(source)
    given = _parsed(path)
    faults = list(_faults(given))
    if faults:
        raise UsageError(f"the profile {path.name!r} can't be used", faults)
    places = dict(given.get("places", {}))
    if "source" in places:
        places["source"] = str(path.parent / places["source"])
    return Profile(**{name: given.get(name, {}) for name in _SECTIONS if name != "places"}, places=places)


def options_with_profile(given: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a reader with what its profile says where the caller says nothing.

    Parameters
    ----------
    given
        What the caller said; None and, of switches, False stand for nothing.
    profile
        A section of a profile.

    Returns
    -------
    Columns, values and defaults of both together, the caller's first; of other options the caller's.

    Examples
    --------
    >>> options_with_profile({"crs": None, "columns": {"name": "N"}}, {"crs": "EPSG:9141", "columns": {"status": "St"}})
    {'crs': 'EPSG:9141', 'columns': {'status': 'St', 'name': 'N'}}
    """
    options = dict(given)
    for name, value in profile.items():
        own = options.get(name)
        if name in _MERGED:
            options[name] = {**value, **(own or {})}
        elif own is None or own is False:
            options[name] = value
    return options


def _parsed(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableSourceError(f"{path.name!r} is too large for a profile", hint="is it another file?")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "kosovo-hazards inspect FILE --write-profile PATH makes one"
        raise UnreadableSourceError(f"the profile {str(path)!r} can't be read: {error.strerror}", hint=hint) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableSourceError(f"the profile {path.name!r} is not TOML: {error}") from error


def _faults(given: Mapping[str, Any]) -> list[Fault]:
    known = ", ".join(f"[{name}]" for name in _SECTIONS)
    faults = [
        Fault(None, None, name, f"{name!r} is no table of a profile", f"there are {known}")
        for name, section in given.items()
        if name not in _SECTIONS or not isinstance(section, dict)
    ]
    for name, allowed in _SECTIONS.items():
        section = given.get(name, {})
        for key, value in section.items() if isinstance(section, dict) else ():
            if key not in allowed:
                faults.append(Fault(None, None, key, f"[{name}] has {key!r}", f"it may have {', '.join(allowed)}"))
            elif not isinstance(value, allowed[key]):
                wanted = {str: "a text", bool: "true or false", dict: "a table", list: "a list"}[allowed[key]]
                faults.append(Fault(None, None, key, f"[{name}] {key} is {value!r}", f"{wanted} is wanted"))
    return faults
