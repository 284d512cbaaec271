"""Traces as tables: a line a point."""

from pathlib import Path

import numpy as np

from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.data.errors import InputError
from heartwright.data.files import existing

_COLUMNS = "column_px,row_px,half_width_px"
_LEAST = 4  # points: fewer make no curve


def read_trace(path: Path) -> Trace:
    """A trace in pixels from a CSV with the columns `column_px,row_px,half_width_px`.

    Raises:
        InputError: the file is missing or broken, or holds no line with positive widths.
    """
    try:
        header, *lines = existing(path).read_text(encoding="utf-8-sig").split("\n")
        rows = [[float(x) for x in line.split(",")] for line in lines if line.strip()]
        table = np.array(rows, dtype=np.float64)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no table of numbers with a line {_COLUMNS} first.") from error
    if header.replace(" ", "").strip() != _COLUMNS or table.ndim != 2 or table.shape[1] != 3:
        raise InputError(f"{path}: its columns must be {_COLUMNS}, named in its first line.")
    steps = np.linalg.norm(np.diff(table[:, :2], axis=0), axis=1)
    if not (np.isfinite(table).all() and (table[:, 2] > 0).all()):
        raise InputError(f"{path}: every point needs a place and a positive half-width.")
    if len(table) < _LEAST or not (steps > 0).all():
        raise InputError(
            f"{path}: a trace needs {_LEAST} points or more, no two the same in a row."
        )
    return Trace(table[:, :2], table[:, 2])
