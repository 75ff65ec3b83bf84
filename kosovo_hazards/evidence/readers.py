"""Evidence, accidents and items found, read from files and tables: points with what is known of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kosovo_hazards.evidence.personal import without_personal_data
from kosovo_hazards.reading import (
    LimitsLike,
    OnError,
    Options,
    ProfileSource,
    ReadResult,
    TableSource,
    Values,
    limits_of,
    options_with_profile,
    read_points,
    read_profile,
)
from kosovo_hazards.schema import ACCIDENTS, EVIDENCE, ITEMS, Directness, EvidenceKind, Table

__all__ = ["DIRECT_KINDS", "INDIRECT_KINDS", "read_accidents", "read_evidence", "read_items"]

DIRECT_KINDS = (
    EvidenceKind.DETONATION.value,
    EvidenceKind.ACCIDENT.value,
    EvidenceKind.RELIABLE_RECORD.value,
    EvidenceKind.MARKING.value,
    EvidenceKind.VISUAL.value,
)
"""Kinds that IMSMA counts as direct evidence; programmes differ, so a reader takes others."""

INDIRECT_KINDS = (
    EvidenceKind.OLD_SURVEY.value,
    EvidenceKind.COMBAT_ZONE.value,
    EvidenceKind.ACCIDENT_SOMEWHERE.value,
    EvidenceKind.UNRELIABLE_RECORD.value,
    EvidenceKind.UNUSED_LAND.value,
    EvidenceKind.VERBAL.value,
)
"""Kinds that IMSMA counts as indirect evidence."""


def read_evidence(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    personal: Collection[str] = (),
    direct: Sequence[str] | None = None,
    profile: ProfileSource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read points of evidence; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source
        Path, DataFrame or GeoDataFrame, as for `read_hazards`: points, or a table with a place in one or two columns of
        each row, also as the forms of ODK, KoboToolbox and Survey123 export geopoints.
    layer
        Layer, table or sheet, where the source has several.
    columns
        Our column and the source's; usual headings in English, Albanian and Serbian are recognised.
    values
        The source's values and ours, for all columns or column by column.
    defaults
        What holds where the source has nothing.
    crs
        CRS of a source that names none or a wrong one; geopoints of forms are on WGS 84.
    on_error
        ``"quarantine"`` puts bad records into `rejected`; ``"raise"`` raises an error that names them all.
    swap_xy
        True if the source has latitude where longitude belongs, False if coordinates that look swapped are right.
    day_first
        How to read dates such as 03/04/2024; by default they are left, not guessed.
    encoding
        Encoding of the text of a shapefile or CSV file that says none or a wrong one.
    personal
        Headings of columns that are taken over although they look like names of persons or ways to reach them.
    direct
        Kinds that count as direct evidence in this programme, for records that do not say whether they are; all
        others then count as indirect. By default those of IMSMA (`DIRECT_KINDS`, `INDIRECT_KINDS`), and a kind in
        neither says nothing.
    profile
        A profile of the office's files, or its path: the section ``[evidence]`` holds where the call says nothing.
    limits
        How much the source may hold, where that differs from `ReadingLimits`.
    sandbox
        True to read a file of unknown origin in a process of its own.

    Returns
    -------
    `ReadResult`. `data` has one row a record in EPSG:4326, a point, or no shape where the position is not known.

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS, has several layers, or with ``on_error="raise"`` a record is bad.

    Notes
    -----
    `directness` is direct, indirect or unknown; `kind` one of the kinds of IMSMA or of the forms of IMSMA Core.

    Columns whose headings or cells look like names of persons, telephone numbers, addresses and the like are left out
    of all that is given back, also of the rejected records, and a note names each. A text that tells a story may still
    hold a name.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame(
    ...     {
    ...         "Evidence no": ["E-1", "E-2"],
    ...         "Kind": ["Mine signs, fencing", "Verbal reports"],
    ...         "Latitude": [42.6, 42.61],
    ...         "Longitude": [20.9, 20.91],
    ...         "Informant name": ["A. B.", "C. D."],
    ...     }
    ... )
    >>> read = read_evidence(sheet, crs="EPSG:4326")
    >>> read.data[["evidence_id", "directness"]].values.tolist(), "Informant name" in read.data.columns
    ([['E-1', 'direct'], ['E-2', 'indirect']], False)
    """
    options: dict[str, Any] = {
        "layer": layer, "columns": columns, "values": values, "defaults": defaults, "crs": crs, "on_error": on_error,
        "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "limits": limits_of(limits),
        "sandbox": sandbox, "direct": direct,
    }  # fmt: skip
    if profile is not None:
        options = options_with_profile(options, read_profile(profile).evidence)
    kinds = options.pop("direct")
    return _with_directness(_read(source, EVIDENCE, options, personal), kinds)


def read_accidents(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    personal: Collection[str] = (),
    profile: ProfileSource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read accidents with explosive ordnance; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source, layer, columns, values, defaults, crs, on_error, swap_xy, day_first, encoding, personal
        As for `read_evidence`.
    profile
        A profile of the office's files, or its path: the section ``[accidents]`` holds where the call says nothing.
    limits, sandbox
        As for `read_evidence`.

    Returns
    -------
    `ReadResult`. `data` has one row a record in EPSG:4326, a point, or no shape where the position is not known.

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS, has several layers, or with ``on_error="raise"`` a record is bad.

    Notes
    -----
    `kind` is civilian, demining, other or unknown. Only numbers of people are kept.

    Columns that look like names of persons and the like are left out, see `read_evidence`.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame(
    ...     {
    ...         "Accident no": [7],
    ...         "Type": ["Demining accident"],
    ...         "Injured": [1],
    ...         "Victim name": ["A. B."],
    ...         "X": [20.9],
    ...         "Y": [42.6],
    ...     }
    ... )
    >>> read = read_accidents(sheet, crs="EPSG:4326")
    >>> read.data[["accident_id", "kind", "injured"]].values.tolist(), "Victim name" in read.data.columns
    ([['7', 'demining', 1]], False)
    """
    options: dict[str, Any] = {
        "layer": layer, "columns": columns, "values": values, "defaults": defaults, "crs": crs, "on_error": on_error,
        "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "limits": limits_of(limits),
        "sandbox": sandbox,
    }  # fmt: skip
    if profile is not None:
        options = options_with_profile(options, read_profile(profile).accidents)
    return _read(source, ACCIDENTS, options, personal)


def read_items(
    source: TableSource,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Values | None = None,
    defaults: Mapping[str, Any] | None = None,
    crs: str | None = None,
    on_error: OnError = "quarantine",
    swap_xy: bool | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    personal: Collection[str] = (),
    units: Mapping[str, str] | None = None,
    profile: ProfileSource | None = None,
    limits: LimitsLike = None,
    sandbox: bool = False,
) -> ReadResult:
    """Read items of explosive ordnance found; every record is accepted or rejected with the reason.

    Parameters
    ----------
    source, layer, columns, values, defaults, crs, on_error, swap_xy, day_first, encoding, personal
        As for `read_evidence`.
    units
        Unit of depths or accuracies that neither their heading nor their cells name: ``{"depth_cm": "m"}``.
    profile
        A profile of the office's files, or its path: the section ``[items]`` holds where the call says nothing.
    limits, sandbox
        As for `read_evidence`.

    Returns
    -------
    `ReadResult`. `data` has one row a record in EPSG:4326, a point, or no shape where the position is not known.

    Raises
    ------
    HazardDataError
        If the source can't be read, names no CRS, has several layers, or with ``on_error="raise"`` a record is bad.

    Notes
    -----
    Depths are centimetres, whatever unit the source uses; where it names none they are taken to be, unless they could
    as well be metres: then they are left, and a message says so.

    Columns that look like names of persons and the like are left out, see `read_evidence`.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet = pd.DataFrame(
    ...     {"Item id": ["I-1"], "Model": ["BLU-97"], "Depth (m)": [0.12], "X": [20.9], "Y": [42.6]}
    ... )
    >>> read_items(sheet, crs="EPSG:4326").data[["device_model", "depth_cm"]].values.tolist()
    [['BLU-97', 12.0]]
    """
    options: dict[str, Any] = {
        "layer": layer, "columns": columns, "values": values, "defaults": defaults, "crs": crs, "on_error": on_error,
        "swap_xy": swap_xy, "day_first": day_first, "encoding": encoding, "limits": limits_of(limits),
        "sandbox": sandbox, "units": units,
    }  # fmt: skip
    if profile is not None:
        options = options_with_profile(options, read_profile(profile).items)
    return _read(source, ITEMS, options, personal)


def _read(source: TableSource, table: Table, options: dict[str, Any], personal: Collection[str]) -> ReadResult:
    asked = {*personal, *(options["columns"] or {}).values()}
    return read_points(source, table, Options(**options), lambda records: without_personal_data(records, table, asked))[
        0
    ]


def _with_directness(read: ReadResult, direct: Sequence[str] | None) -> ReadResult:
    """With the directness that follows from the kind, where the record does not say it."""
    kinds = read.data["kind"]
    if direct is None:
        by_kind = dict.fromkeys(DIRECT_KINDS, Directness.DIRECT.value)
        by_kind |= dict.fromkeys(INDIRECT_KINDS, Directness.INDIRECT.value)
    else:
        by_kind = dict.fromkeys(
            [kind for kind in EvidenceKind if kind != EvidenceKind.UNKNOWN], Directness.INDIRECT.value
        )
        by_kind |= dict.fromkeys(direct, Directness.DIRECT.value)
    said = read.data["directness"]
    follows = said.isna() & kinds.isin(list(by_kind))
    if not follows.any():
        return read
    whose = "IMSMA" if direct is None else "the caller"
    note = (
        f"{follows.sum():,} records do not say whether they are direct evidence; that follows from their kind, as "
        f"{whose} counts them"
    )
    filled = said.where(~follows, kinds.map(by_kind)).astype("str")
    return replace(read, data=read.data.assign(directness=filled), notes=(*read.notes, note))
