"""Traces and forecasts as NetCDF-4 files that xarray, Panoply and MATLAB open."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data.errors import InputError
from heartwright.data.files import atomic, existing
from heartwright.data.learned import Forecast
from heartwright.data.provenance import Provenance
from heartwright.data.traces import TraceSet

if TYPE_CHECKING:
    import xarray as xr

_FORMAT = "heartwright-1"


def write_traces(traces: TraceSet, path: Path, *, force: bool = False) -> None:
    """Write a trace set; values, lengths, truth and provenance all survive.

    Raises:
        OutputError: the file exists (without `force`) or cannot be written.
    """
    variables = _trace_variables(traces)
    _write(variables, _trace_attributes(traces), path, traces.step_ms, force=force)


def read_traces(path: Path) -> TraceSet:
    """Read what `write_traces` wrote (a forecast's file gives its observed traces).

    Raises:
        InputError: the file is missing, broken or of another kind.
    """
    return _trace_set(_read(path, "observed"), path)


def write_forecast(forecast: Forecast, path: Path, *, force: bool = False) -> None:
    """Write a forecast beside the traces that it foretells."""
    both = ("trace", "time")
    variables = _trace_variables(forecast.observed) | {
        "prediction": (both, forecast.prediction, {"units": "1"}),
        "physics": (both, forecast.physics, {"units": "1", "long_name": "added by the physics"}),
        "residual": (both, forecast.residual, {"units": "1", "long_name": "added by the residual"}),
        "physics_alone": (both, forecast.physics_alone, {"units": "1"}),
        "mean_trace": (("time",), forecast.mean_trace, {"units": "1"}),
    }
    if forecast.deviation is not None:
        label = {"units": "1", "long_name": "standard deviation of the prediction"}
        variables["deviation"] = (both, forecast.deviation, label)
    attributes = _trace_attributes(forecast.observed) | {
        "forecast_provenance": forecast.provenance.to_json(),
        "residual_budget": json.dumps(forecast.budget),
        **{f"score_{name}": _number(score) for name, score in forecast.scores.items()},
    }
    _write(variables, attributes, path, forecast.observed.step_ms, force=force)


def read_forecast(path: Path) -> Forecast:
    """Read what `write_forecast` wrote.

    Raises:
        InputError: the file is missing, broken or of another kind.
    """
    data = _read(path, "prediction")
    scores = {
        str(name).removeprefix("score_"): None if np.isnan(score) else float(score)
        for name, score in data.attrs.items()
        if str(name).startswith("score_")
    }
    return Forecast(
        observed=_trace_set(data, path),
        prediction=data["prediction"].values,
        physics=data["physics"].values,
        residual=data["residual"].values,
        physics_alone=data["physics_alone"].values,
        mean_trace=data["mean_trace"].values,
        deviation=data["deviation"].values if "deviation" in data else None,
        scores=scores,
        budget=json.loads(data.attrs.get("residual_budget", "{}")),
        provenance=Provenance.from_json(data.attrs["forecast_provenance"]),
    )


def _trace_variables(traces: TraceSet) -> dict[str, Any]:
    both = ("trace", "time")
    variables: dict[str, Any] = {
        "observed": (both, traces.values, {"units": traces.unit}),
        "length": (("trace",), traces.lengths, {"units": "1", "long_name": "samples"}),
    }
    if traces.clean is not None:
        label = {"units": traces.unit, "long_name": "truth without noise"}
        variables["clean"] = (both, traces.clean, label)
    if traces.onsets_ms is not None:
        label = {"units": "ms", "long_name": "onset of each stimulus after the first sample"}
        variables["onset"] = (("trace", "pulse"), traces.onsets_ms, label)
    return variables | {"trace": (("trace",), np.array(traces.names, dtype=object), {})}


def _trace_attributes(traces: TraceSet) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "prepared": int(traces.prepared),
        "step_ms": traces.step_ms,
        "scale": traces.scale,
        "notes": traces.notes,
        "provenance": traces.provenance.to_json(),
    }


def _trace_set(data: "xr.Dataset", path: Path) -> TraceSet:
    try:
        return TraceSet(
            values=data["observed"].values,
            step_ms=float(data.attrs["step_ms"]),
            lengths=data["length"].values,
            names=tuple(str(name) for name in data["trace"].values),
            unit=str(data["observed"].attrs["units"]),
            prepared=bool(data.attrs["prepared"]),
            clean=data["clean"].values if "clean" in data else None,
            onsets_ms=data["onset"].values if "onset" in data else None,
            scale=str(data.attrs.get("scale", "")),
            notes=str(data.attrs["notes"]),
            provenance=Provenance.from_json(data.attrs["provenance"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path}: it is no trace set of heartwright ({error}).") from error


def _write(
    variables: Mapping[str, Any],
    attributes: Mapping[str, Any],
    path: Path,
    step_ms: float,
    *,
    force: bool,
) -> None:
    import xarray as xr

    times = np.arange(np.shape(variables["observed"][1])[1]) * step_ms
    data = xr.Dataset(
        dict(variables),
        coords={"time": (("time",), times, {"units": "ms", "long_name": "time from onset"})},
        attrs=dict(attributes),
    )
    packed = {
        name: {"zlib": True, "complevel": 4}
        for name, variable in data.data_vars.items()
        if variable.dtype.kind == "f"
    }
    with atomic(path, force=force) as temporary:
        data.to_netcdf(temporary, engine="h5netcdf", encoding=packed)


def _read(path: Path, wanted: str) -> "xr.Dataset":
    import xarray as xr

    try:
        with xr.open_dataset(existing(path), engine="h5netcdf", decode_times=False) as data:
            loaded = data.load()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"{path}: it cannot be read as NetCDF; make it again.") from error
    if loaded.attrs.get("format") != _FORMAT or wanted not in loaded:
        raise InputError(f"{path}: it is NetCDF, but not of the kind that is needed here.")
    return loaded


def _number(score: float | None) -> float:
    return float("nan") if score is None else float(score)
