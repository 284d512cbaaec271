"""Forecasting: a fit and one measurement → the whole action potential."""

import equinox as eqx
import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import ConvergenceError, Fit, Forecast, Provenance, TraceSet
from heartwright.electro.hybrid.examples import check_prepared, currents, examples
from heartwright.electro.hybrid.fitted import model_of
from heartwright.electro.hybrid.horizon import apd90, observed_apd90
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.rollout import rollout

Samples = Float[np.ndarray, "trace time"]

_run = eqx.filter_jit(rollout)


def forecast(fit: Fit, traces: TraceSet) -> Forecast:
    """Foretell each trace from its first measurement, to its own end.

    Nothing of a trace but its first sample is used. Where a trace is longer than the horizon that
    the fit was learned on, the forecast goes on where nothing was learned.

    Returns:
        Prediction and its parts, with prediction = v₀ + physics + residual (the stimulus counts as
        physics); the same physics alone; the mean training trace, its last value held; scores:
        `mse` against the recording, `mse_clean` against the truth (None where it is not known),
        `residual_norm` (mean of |F_dl|² along the predictions, each to its
        trace's own end, 1/ms²), `apd90_error_ms` (mean
        |predicted − observed|; None where one of them does not repolarise), and both errors of
        the baselines with `physics_alone_` and `mean_trace_` before them. All arrays are NaN
        behind a trace's own end.

    Raises:
        InputError: traces that are not prepared, or on another clock than the fit.
        ConvergenceError: a forecast is not a number somewhere before its trace's end.
    """
    check_prepared(traces, fit.step_ms)
    model = model_of(fit)
    prediction, added = _predict(model, traces)
    residual = _sum_before(added[0]) * fit.step_ms
    alone, _ = _predict(Hybrid(physics=model.physics), traces)
    mean = _held(fit.mean_trace, traces.values.shape[1])
    return Forecast(
        observed=traces,
        prediction=prediction,
        physics=prediction - prediction[:, :1] - residual,
        residual=residual,
        physics_alone=alone,
        mean_trace=mean,
        scores={
            **_errors(traces, prediction),
            **_errors(traces, alone, of="physics_alone_"),
            **_errors(traces, np.broadcast_to(mean, prediction.shape), of="mean_trace_"),
            "residual_norm": float(np.nanmean((added**2).sum(axis=0))),
            "apd90_error_ms": _duration_error(traces, prediction),
        },
        provenance=Provenance.of(parameters=dict(fit.parameters)),
    )


def mse(predicted: Samples, observed: Samples) -> float:
    """Mean squared difference over all samples of all traces, 1."""
    return float(np.nanmean((predicted - observed) ** 2))


def _predict(
    model: Hybrid, traces: TraceSet
) -> tuple[Samples, Float[np.ndarray, "acting trace time"]]:
    """v, and what the residual adds to the rates (1/ms), of every trace from its first sample."""
    steps = traces.values.shape[1]
    start = examples(traces, 1).start
    trajectory = _run(model, start, currents(steps, traces.step_ms), traces.step_ms)
    voltage, added = (
        np.where(traces.there, np.asarray(values, dtype=np.float64).T, np.nan)
        for values in (trajectory.states[:, 0], trajectory.residual.swapaxes(1, 2))
    )
    _check_finite(traces, np.isfinite(voltage) & np.isfinite(added).all(axis=0))
    return voltage, added


def _check_finite(traces: TraceSet, finite: Bool[np.ndarray, "trace time"]) -> None:
    """Refuse what the scores, means over samples that are numbers, would pass over."""
    broken = (traces.there & ~finite).any(axis=1)
    if broken.any():
        raise ConvergenceError(
            f"the forecast of trace {traces.names[int(broken.argmax())]} blew up; "
            f"are the traces one beat each on [0, 1]?"
        )


def _errors(traces: TraceSet, guess: Samples, *, of: str = "") -> dict[str, float | None]:
    return {
        f"{of}mse": mse(guess, traces.values),
        f"{of}mse_clean": None if traces.clean is None else mse(guess, traces.clean),
    }


def _duration_error(traces: TraceSet, prediction: Samples) -> float | None:
    durations = apd90(prediction, traces.there, traces.step_ms)
    error = float(np.abs(durations - observed_apd90(traces)).mean())
    return None if np.isnan(error) else error


def _sum_before(rates: Samples) -> Samples:
    """The sum of all earlier samples."""
    return np.cumsum(rates, axis=1) - rates


def _held(trace: Float[np.ndarray, "time"], samples: int) -> Float[np.ndarray, "samples"]:
    """The trace cut, or its last value held, to a number of samples."""
    return trace[np.minimum(np.arange(samples), len(trace) - 1)]
