"""CSV files → one raw trace set on one clock."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Provenance, TraceSet
from heartwright.data.files import existing
from heartwright.electro.signals import header
from heartwright.electro.signals.clock import Signal, with_gaps
from heartwright.electro.signals.table import Table, read_table

_MS = {"ms": 1.0, "s": 1000.0}
_INSIDE = {"mV": ("mV", 1.0), "V": ("mV", 1000.0), "a.u.": ("a.u.", 1.0)}


class _Trace(NamedTuple):
    name: str
    unit: str
    times: Float[np.ndarray, "sample"]  # ms
    values: Float[np.ndarray, "sample"]

    @property
    def step_ms(self) -> float:
        return float(f"{(self.times[-1] - self.times[0]) / (len(self.times) - 1):.6g}")


def read_csv(paths: Sequence[Path], *, time_unit: header.TimeUnit | None = None) -> TraceSet:
    """Read recordings as they are: a column of times, then one column a trace.

    Files are plain or gzipped CSV, with or without a header line; a folder stands for all its
    `*.csv` and `*.csv.gz`, Well2 before Well10. The unit of time is what the header says, else
    `time_unit`. Volts become mV; values are "a.u." where the header gives no unit. Columns that
    are plainly no voltages are left out, and `notes` says so. A cell of a value that is empty or
    "nan" is a gap: not measured. All traces are interpolated linearly on one even clock, the finest
    among them: a coarser one would cost the finest its upstroke.

    Raises:
        InputError: a file that cannot be used, no unit of time, or a header that contradicts
            `time_unit` or the other files.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise InputError("no recordings were given; name CSV files or a folder of them.")
    tables = [read_table(file) for file in files]
    traces = [trace for table in tables for trace in _traces(table, time_unit)]
    step_ms = min(trace.step_ms for trace in traces)
    sampled = [_on_clock(trace, step_ms) for trace in traces]
    return TraceSet(
        values=_stacked(sampled),
        step_ms=step_ms,
        lengths=np.array([len(values) for values in sampled]),
        names=_distinct(trace.name for trace in traces),
        unit=_common_unit(traces),
        notes="; ".join(note for table in tables for note in _left_out(table)),
        provenance=Provenance.of(files),
    )


def _files(path: Path) -> list[Path]:
    if not existing(path).is_dir():
        return [path]
    found = [file for file in path.iterdir() if file.name.endswith((".csv", ".csv.gz"))]
    if not found:
        raise InputError(f"{path} holds no .csv or .csv.gz files; name another folder.")
    return sorted(found, key=_natural)


def _natural(path: Path) -> list[tuple[str, int]]:
    """A key that puts Well2 before Well10."""
    parts = re.findall(r"(\D*)(\d*)", path.name)
    return [(text, int(digits or 0)) for text, digits in parts]


def _traces(table: Table, asked: header.TimeUnit | None) -> Iterator[_Trace]:
    times = table.columns[0] * _MS[_time_unit(table, asked)]
    chosen = [n for n, cell in enumerate(table.header) if n and header.is_voltage(cell)]
    if not chosen:
        raise InputError(f"{table.path}: none of its columns is a voltage; name another file.")
    for n in chosen:
        cell = table.header[n]
        name = table.stem if len(chosen) == 1 else f"{table.stem}:{cell or n}"
        unit, scale = _INSIDE[header.voltage_unit(cell)]
        yield _Trace(name, unit, times, scale * table.columns[n])


def _time_unit(table: Table, asked: header.TimeUnit | None) -> header.TimeUnit:
    said = header.time_unit(table.header[0])
    if said and asked and said != asked:
        raise InputError(
            f"{table.path}: its header gives time in {said} but --time-unit says {asked}; "
            f"leave the option out."
        )
    unit = said or asked
    if unit is None:
        raise InputError(
            f"{table.path}: the unit of its time is not known; give --time-unit s or ms."
        )
    return unit


def _left_out(table: Table) -> Iterator[str]:
    for n, cell in enumerate(table.header):
        if n and not header.is_voltage(cell):
            yield f'{table.path.name}: column "{cell}" left out, it is not a voltage'


def _on_clock(trace: _Trace, step_ms: float) -> Float[np.ndarray, "sample"]:
    last = int((trace.times[-1] - trace.times[0]) / step_ms + 1e-3)
    clock = trace.times[0] + np.arange(last + 1) * step_ms

    def moved(values: Signal) -> Float[np.ndarray, "_"]:
        return np.interp(clock, trace.times, values)

    return with_gaps(trace.values, moved)


def _stacked(traces: Sequence[Float[np.ndarray, "_"]]) -> Float[np.ndarray, "trace time"]:
    values = np.full((len(traces), max(map(len, traces))), np.nan)
    for row, trace in zip(values, traces, strict=True):
        row[: len(trace)] = trace
    return values


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names, numbered where one comes again: the same well in two folders."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(distinct)


def _common_unit(traces: Sequence[_Trace]) -> str:
    units = {trace.unit for trace in traces}
    if len(units) > 1:
        raise InputError(
            f"the recordings come in different units ({', '.join(sorted(units))}); "
            f"read them one set at a time."
        )
    return units.pop()
