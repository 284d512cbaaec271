"""Traces, from whatever a person names: NetCDF files, CSV files and folders of CSV files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from heartwright.data import InputError, Provenance, TraceSet
from heartwright.data.netcdf import read_traces as read_netcdf

NETCDF = (".nc", ".nc4")
RAW_RANGE = (-1.0, 2.0)  # noise and drift leave [0, 1], millivolts leave this

TimeUnit = Literal["s", "ms"]
Normalise = Literal["plateau", "minmax"]


@dataclass(frozen=True)
class Reading:
    """How recordings are read: the unit of a table's time, and how a beat is prepared.

    `frame_ms` is the clock of the prepared traces. A camera's own, where it is coarse, keeps its
    frames what they are: means over its exposure, not points that one may interpolate between.
    `raw` takes the values as they are: then they must already be one beat each on [0, 1].
    """

    time_unit: TimeUnit | None = None
    normalise: Normalise = "plateau"
    raw: bool = False
    frame_ms: float = 0.1


def read_traces(paths: Sequence[Path], how: Reading = Reading()) -> TraceSet:
    """Prepared traces from NetCDF files, CSV files and folders of CSV files, as one set.

    Raises:
        InputError: a file is missing, broken, or states no unit of time.
    """
    from heartwright.electro.signals import prepare, read_csv

    files = [file for path in paths for file in _files(path)]
    tables = [file for file in files if not file.name.lower().endswith(NETCDF)]
    sets = [read_netcdf(file) for file in files if file.name.lower().endswith(NETCDF)]
    if tables:
        sets.append(read_csv(tables, time_unit=how.time_unit))
    if how.raw:
        _check_raw(sets)
    else:
        sets = [prepare(traces, normalise=how.normalise, step_ms=how.frame_ms) for traces in sets]
    provenance = Provenance.of(paths, {"normalise": "raw" if how.raw else how.normalise})
    return replace(joined(sets), prepared=True, provenance=provenance)


def _files(path: Path) -> list[Path]:
    """The path itself, or the NetCDF files of a folder that holds some."""
    found = sorted(p for p in path.glob("*") if p.name.lower().endswith(NETCDF))
    return found if path.is_dir() and found else [path]


def _check_raw(sets: Sequence[TraceSet]) -> None:
    for traces in sets:
        low, high = np.nanmin(traces.values), np.nanmax(traces.values)
        if not (low >= RAW_RANGE[0] and high <= RAW_RANGE[1]):
            raise InputError(
                f"--raw takes traces on [0, 1], but {traces.names[0]} and its set run from "
                f"{low:.3g} to {high:.3g} ({traces.unit}); leave --raw out to have them scaled."
            )


def joined(sets: Sequence[TraceSet]) -> TraceSet:
    """Several sets as one.

    Raises:
        InputError: they are sampled differently.
    """
    if len({traces.step_ms for traces in sets}) > 1:
        raise InputError("these files have different sampling steps; leave --raw out to join them.")
    width = max(traces.values.shape[1] for traces in sets)
    clean = [traces.clean for traces in sets]
    return replace(
        sets[0],
        values=_stacked([traces.values for traces in sets], width),
        lengths=np.concatenate([traces.lengths for traces in sets]),
        names=tuple(name for traces in sets for name in traces.names),
        clean=None
        if any(c is None for c in clean)
        else _stacked([c for c in clean if c is not None], width),
        notes=" ".join(dict.fromkeys(traces.notes for traces in sets)),
    )


def _stacked(arrays: Sequence[np.ndarray], width: int) -> np.ndarray:
    def padded(array: np.ndarray) -> np.ndarray:
        missing = width - array.shape[1]
        return np.pad(array, ((0, 0), (0, missing)), constant_values=np.nan)

    return np.concatenate([padded(array) for array in arrays])
