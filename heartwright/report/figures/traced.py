"""What figures of action potentials ask of traces and forecasts."""

import numpy as np
from jaxtyping import Float

from heartwright.data import Forecast, TraceSet


def median_trace(forecast: Forecast) -> int:
    """The trace whose error is the middle one of all."""
    error = np.nanmean((forecast.prediction - reference(forecast)) ** 2, axis=1)
    return int(np.argsort(error)[(len(error) - 1) // 2])


def reference(forecast: Forecast) -> Float[np.ndarray, "trace time"]:
    """What a forecast is held against; NaN behind a trace's end."""
    observed = forecast.observed
    truth = observed.values if observed.clean is None else observed.clean
    return np.where(observed.there, truth, np.nan)


def mean_there(values: Float[np.ndarray, "trace time"]) -> Float[np.ndarray, "time"]:
    """Mean over the traces that are there; NaN where none is."""
    there = np.isfinite(values)
    count = there.sum(axis=0)
    total = np.where(there, values, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def own(traces: TraceSet, n: int) -> Float[np.ndarray, "time"]:
    """A trace, to its own end."""
    return traces.values[n, : traces.lengths[n]]


def clock(traces: TraceSet, n: int) -> Float[np.ndarray, "time"]:
    """Its samples' times, ms."""
    return traces.times[: traces.lengths[n]]


def potential_label(traces: TraceSet) -> str:
    """The name and the unit of what traces hold."""
    return "membrane potential v (1)" if traces.unit == "1" else f"potential ({traces.unit})"
