"""One CSV file → columns of numbers, time first, and its header."""

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.data.files import existing

SHORTEST = 20  # samples; fewer cannot show an action potential
_EMPTY = re.compile(r",\s*(?=,|$)")

Columns = Float[np.ndarray, "column sample"]


@dataclass(frozen=True, eq=False)
class Table:
    """A file's numbers as they stand there, time first."""

    path: Path
    header: tuple[str, ...]  # one cell a column; empty cells where the file has no header line
    columns: Columns  # NaN where a value was not measured

    @property
    def stem(self) -> str:
        """The file's name without its endings."""
        return self.path.name.removesuffix(".gz").removesuffix(".csv")


def read_table(path: Path) -> Table:
    """Read a plain or gzipped CSV file, with or without a header line.

    A value's cell that is empty or "nan" was not measured; every line needs its time.

    Raises:
        InputError: the file is missing, broken or too short, holds something that is not a
            number, has no trace, or its time does not increase.
    """
    text = _text(existing(path))
    lines = {n: line for n, line in enumerate(text.splitlines(), start=1) if line.strip()}
    if not lines:
        raise InputError(f"{path} is empty; export the recording again.")
    first = min(lines)
    header = () if _is_row(lines[first]) else _cells(lines.pop(first))
    columns = _numbers(lines, path)
    _check(columns, path)
    if header and len(header) != len(columns):
        raise InputError(
            f"{path}: its header names {len(header)} columns but its lines have {len(columns)}; "
            f"mend the header."
        )
    return Table(path, header or ("",) * len(columns), columns)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a plain or gzipped CSV file.") from error


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split(","))


def _is_row(line: str) -> bool:
    try:
        return bool([float(cell) for cell in _gaps_named(line).split(",")])
    except ValueError:
        return False


def _gaps_named(line: str) -> str:
    """The same line with "nan" in its empty cells, but for the first, which is a time."""
    return _EMPTY.sub(",nan", line)


def _numbers(lines: dict[int, str], path: Path) -> Columns:
    if len(lines) < SHORTEST:
        raise InputError(f"{path} holds {len(lines)} samples; at least {SHORTEST} are needed.")
    try:
        rows = [_gaps_named(line) for line in lines.values()]
        return np.loadtxt(rows, delimiter=",", comments=None, ndmin=2).T
    except ValueError as error:
        raise InputError(f"{path}{_blame(lines)}; mend the file or export it again.") from error


def _blame(lines: dict[int, str]) -> str:
    """Which line is no row of numbers like the others."""
    width = len(_cells(next(iter(lines.values()))))
    for n, line in lines.items():
        if not _is_row(line):
            return f', line {n}: "{line[:60]}" is not a row of numbers'
        if len(_cells(line)) != width:
            return f", line {n}: {len(_cells(line))} columns where the first line has {width}"
    return " is not a table of numbers"


def _check(columns: Columns, path: Path) -> None:
    if len(columns) < 2:
        raise InputError(f"{path} has a single column; a time and at least one trace are needed.")
    wrong = np.isinf(columns).any(axis=0) | np.isnan(columns[0])
    if wrong.any():
        raise InputError(
            f"{path}: sample {int(wrong.argmax()) + 1} is infinite or has no time; cut or mend it."
        )
    measured = np.isfinite(columns).sum(axis=1)
    if (measured < SHORTEST).any():
        raise InputError(
            f"{path}: column {int(measured.argmin()) + 1} holds {measured.min()} measured samples; "
            f"at least {SHORTEST} are needed."
        )
    if not (np.diff(columns[0]) > 0).all():
        sample = int(np.argmin(np.diff(columns[0]) > 0))
        raise InputError(
            f"{path}: time does not increase after sample {sample + 1}; "
            f"the first column must be time."
        )
