"""A series as a CSV table → the columns that were asked for, and nothing else."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.data.files import existing

FEWEST = 3  # patients
_DELIMITERS = ";\t,"  # a semicolon or a tab frees the comma for decimals


@dataclass(frozen=True, eq=False)
class Series:
    """Patients who have a value in every column that was asked for."""

    columns: Mapping[str, Float[np.ndarray, "patient"]]
    left_out: int  # patients with an empty cell in one of them

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def read_series(path: Path, names: Sequence[str]) -> Series:
    """Read these columns of a CSV file with a header line, one patient a line.

    Cells are parted by commas, or by semicolons or tabs, and then a decimal comma is understood.
    Patients with an empty cell in one of the columns are left out. No message shows a cell, nor
    the name of a column that was not asked for.

    Raises:
        InputError: the file cannot be read, a column is missing or there twice, a cell is no
            number, a column never varies, or fewer than 3 patients are left.
    """
    rows = _rows(existing(path), path)
    places = {name: _place(name, rows[0], path) for name in names}
    told = [
        _values(n, row, rows[0], places, path) for n, row in enumerate(rows[1:], start=2) if row
    ]
    kept = [values for values in told if values is not None]
    if len(kept) < FEWEST:
        raise InputError(
            f"{path}: {len(kept)} patients have all that was asked for; at least "
            f"{FEWEST} are needed."
        )
    columns = dict(zip(names, np.array(kept, dtype=np.float64).T, strict=True))
    for name, values in columns.items():
        if np.ptp(values) == 0:
            raise InputError(
                f"{path}: column '{name}' holds the same value in every patient; nothing can be "
                f"compared with it."
            )
    return Series(columns, len(told) - len(kept))


def _rows(path: Path, name: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        head = text.partition("\n")[0]
        delimiter = next((mark for mark in _DELIMITERS if mark in head), ",")
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [_plain(row, delimiter) for row in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{name} cannot be read as a CSV table; export it as CSV, UTF-8."
        ) from error
    if not rows or not rows[0]:
        raise InputError(f"{name} has no header line; name the columns in its first line.")
    return rows


def _plain(row: list[str], delimiter: str) -> list[str]:
    cells = [cell.strip() for cell in row]
    cells = cells if any(cells) else []
    return cells if delimiter == "," else [cell.replace(",", ".") for cell in cells]


def _place(name: str, head: list[str], path: Path) -> int:
    found = [n for n, cell in enumerate(head) if cell in {name, name.replace(",", ".")}]
    if len(found) != 1:
        what = "no column" if not found else f"{len(found)} columns"
        raise InputError(f"{path}: its first line names {what} '{name}'; there must be one.")
    return found[0]


def _values(
    line: int, row: list[str], head: list[str], places: Mapping[str, int], path: Path
) -> list[float] | None:
    """A patient's numbers; none if one is missing."""
    if len(row) != len(head):
        raise InputError(
            f"{path}, row {line}: {len(row)} cells where the first line has {len(head)}; mend the "
            f"row (decimal commas need semicolons between the cells)."
        )
    cells = {name: row[place] for name, place in places.items()}
    found = [_number(cell, name, line, path) for name, cell in cells.items() if cell]
    return found if len(found) == len(cells) else None


def _number(cell: str, name: str, line: int, path: Path) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{path}, row {line}: column '{name}' holds something that is no number; mend the "
            f"cell, or leave it empty if it was not measured."
        )
    return value
