"""Records handed from one process to another as Arrow and JSON, which hold data and no programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely
from pyarrow import feather

from kosovo_hazards._arrays import Shapes
from kosovo_hazards._errors import HazardDataError
from kosovo_hazards._wording import argument, only_in_python, speaking_to
from kosovo_hazards.reading.files.limits import ReadingLimits
from kosovo_hazards.reading.formats.opening import open_records
from kosovo_hazards.reading.source_records import Records

__all__ = ["answer", "read_records", "worded", "write_records"]

_TABLE, _ABOUT, _ERROR = "records.arrow", "records.json", "error.json"
_MARK = re.compile("\x02(.*?)\x03", re.DOTALL)
_UNSAID = "\x04"
_OWN = ("shape", "within", "row", "problem", "repairs")


def answer(question: str, folder: str) -> None:
    """Read what a request wants and leave the records, or the error, in a folder.

    Parameters
    ----------
    question
        JSON with path, layer, encoding and limits.
    folder
        Where to leave it.
    """
    request = json.loads(question)
    limits = ReadingLimits(**request.pop("limits"))
    try:
        with speaking_to(_Marking()):
            records = open_records(request.pop("path"), **request, limits=limits)
        write_records(records, Path(folder))
    except HazardDataError as error:
        said = {"kind": type(error).__name__, "message": str(error)}
        Path(folder, _ERROR).write_text(json.dumps(said), encoding="utf-8")


class _Marking:
    """Messages that leave open how arguments are written: that is for the process that requested them."""

    def argument(self, name: str, values: tuple[object, ...]) -> str:
        """A mark that `worded` replaces."""
        return "\x02" + json.dumps(["argument", name, *values], default=lambda _: _UNSAID) + "\x03"

    def only_in_python(self, text: str, otherwise: str, /) -> str:
        """A mark that `worded` replaces."""
        return "\x02" + json.dumps(["code", text, otherwise]) + "\x03"


def worded(text: str) -> str:
    """A message of the reading process with its arguments as they are written here.

    Parameters
    ----------
    text
        The message with marks.

    Examples
    --------
    >>> with speaking_to(_Marking()):
    ...     message = f"name it: {argument('crs', 'EPSG:9141')}"
    >>> worded(message)
    'name it: crs="EPSG:9141"'
    """
    return _MARK.sub(_as_written, text)


def _as_written(mark: re.Match[str]) -> str:
    try:
        kind, name, *values = json.loads(mark.group(1))
    except ValueError:
        return mark.group(1)
    if kind == "code":
        return only_in_python(str(name), otherwise=str(values[0]) if values else "")
    return argument(str(name), *(_said(value) for value in values))


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {_said(key): _said(item) for key, item in value.items()}
    return ... if value == _UNSAID else value


def write_records(records: Records, folder: Path) -> None:
    """Write records into a folder.

    Parameters
    ----------
    records
        What a source holds.
    folder
        An empty folder.
    """
    cells = [_arrow(records.table.iloc[:, at]) for at in range(records.table.shape[1])]
    own = [
        *(_wkb(drawn, len(records)) for drawn in (records.shapes, records.within)),
        pa.array(records.rows, type=pa.int64()),
        pa.array(records.problems, type=pa.string()),
        pa.array(records.repairs, type=pa.string()),
    ]
    names = [*_OWN, *(f"{at}" for at in range(len(cells)))]
    table = pa.table([*own, *(array for array, _ in cells)], names=names)
    feather.write_feather(table, folder / _TABLE, compression="uncompressed")
    about = {
        "columns": [str(name) for name in records.table.columns],
        "how": [how for _, how in cells],
        "has_shapes": records.shapes is not None,
        "has_within": records.within is not None,
        "groups": None if records.groups is None else records.groups.tolist(),
        "crs": None if records.crs is None else records.crs.to_json(),
        "name": records.name,
        "label": records.label,
        "notes": list(records.notes),
    }
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _arrow(column: pd.Series) -> tuple[pa.Array, str]:
    """A column as Arrow has it, and how it is to become one again."""
    how = "object" if column.dtype == object else "as it is"
    try:
        return pa.array(column, from_pandas=True), how
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        cells = [None if _is_missing(cell) else json.dumps(cell, default=str) for cell in column]
        return pa.array(cells, type=pa.string()), "json"


def _is_missing(cell: Any) -> bool:
    return cell is None or (np.isscalar(cell) and bool(pd.isna(cell)))


def read_records(folder: Path) -> Records:
    """Read records that `write_records` left in a folder.

    Raises
    ------
    HazardDataError
        Nothing that is damaged is taken.
    """
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    table = feather.read_table(folder / _TABLE, memory_map=False)
    table.validate(full=True)
    cells = {at: _column(table.column(f"{at}"), how) for at, how in enumerate(about["how"])}
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(table)))
    frame.columns = pd.Index(about["columns"])
    shapes, within = (
        shapely.from_wkb(np.array(table.column(name).to_pylist(), dtype=object)) if about[f"has_{has}"] else None
        for name, has in (("shape", "shapes"), ("within", "within"))
    )
    return Records(
        frame,
        shapes,
        table.column("row").to_numpy(),
        np.array(table.column("problem").to_pylist(), dtype=object),
        np.array(table.column("repairs").to_pylist(), dtype=object),
        None if about["crs"] is None else pyproj.CRS.from_json(about["crs"]),
        str(about["name"]),
        str(about["label"]),
        tuple(worded(str(note)) for note in about["notes"]),
        within=within,
        groups=None if about["groups"] is None else np.array(about["groups"], dtype=np.int64).reshape(-1, 2),
    )


def _wkb(shapes: Shapes | None, count: int) -> pa.Array:
    listed = [None] * count if shapes is None else list(shapely.to_wkb(shapes, output_dimension=4, flavor="iso"))
    return pa.array(listed, type=pa.binary())


def _column(column: pa.ChunkedArray, how: str) -> pd.Series:
    if how == "as it is":
        return column.to_pandas()
    cells = column.to_pylist()
    return pd.Series(
        [json.loads(cell) if how == "json" and cell is not None else cell for cell in cells], dtype="object"
    )
