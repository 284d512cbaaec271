"""Forecasting: a fit and one measurement → the whole action potential."""

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Integer

from heartwright.data import ConvergenceError, Fit, Forecast, InputError, Provenance, TraceSet
from heartwright.electro.hybrid.accepted import check_alike, check_beats
from heartwright.electro.hybrid.assimilated import Foretold, foretell
from heartwright.electro.hybrid.budget import budget
from heartwright.electro.hybrid.examples import check_prepared, currents, examples
from heartwright.electro.hybrid.fitted import model_of
from heartwright.electro.hybrid.horizon import apd90, observed_apd90
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.rollout import BLOCK, Currents, rollout
from heartwright.electro.parallel import blocks, on_all_cores

Samples = Float[np.ndarray, "trace time"]
Rates = Float[np.ndarray, "acting trace time"]

_run = eqx.filter_jit(rollout)


def forecast(fit: Fit, traces: TraceSet, *, given_ms: float = 0.0) -> Forecast:
    """Foretell each trace from its first measurement, or its first few ms, to its own end.

    Nothing of a trace but its first sample, or those before `given_ms`, is used. Where a trace is
    longer than the horizon that the fit was learned on, the forecast goes on where nothing was
    learned. A fit of Gauss–Newton first asks what the given samples say of each trace (its first
    potential, its stimulus, its duration), against what the training set knows; where several ms
    are given, how beats start is adapted to all the given traces together (`Normal.elsewhere`).
    A fit of the published method starts at the first sample, noise and all.

    Where offset and gain of each trace are not known (`Settings.camera`), everything that is
    foretold is on the scale of the observations: offset + gain · v. Samples that were not measured
    are foretold like all others.

    Returns:
        Prediction and its parts, with prediction = its first value + physics + residual (the
        stimulus counts as physics; both are what is measured of them, gain included); its standard
        deviation, by Laplace, where the fit knows it; the same physics alone; the mean training
        trace, its last value held; scores over the samples that were not given: `mse` against what
        was measured of them, `mse_clean` against the truth (None where there is nothing to compare
        with),
        `residual_norm` (mean of |F_dl|² along the predictions, each to its trace's own end,
        1/ms²; of each rate with `_dv` and `_dh` behind it, where there are two),
        `apd90_error_ms` (mean |predicted − observed|, gaps bridged linearly; None where one of
        them does not repolarise), and both errors of the baselines with `physics_alone_` and
        `mean_trace_` before them; the residual's `budget`. All arrays are NaN behind a trace's own
        end.

    Raises:
        InputError: traces that are not prepared, or on another clock or scale than the fit, or
            samples given to a fit that cannot use them.
        ConvergenceError: a forecast is not a number somewhere before its trace's end.
    """
    told = _foretold(fit, traces, given_ms)
    prediction, alone = (_own(traces, x) for x in (told.measured, told.alone))
    added = _own(traces, told.residual)
    _check_finite(traces, np.isfinite(prediction) & np.isfinite(added).all(axis=0))
    residual = told.gain[:, None] * _sum_before(added[0]) * traces.step_ms
    mean = _held(fit.mean_trace, traces.values.shape[1])
    behind = traces.there & (traces.times >= given_ms)
    return Forecast(
        observed=traces,
        prediction=prediction,
        physics=prediction - prediction[:, :1] - residual,
        residual=residual,
        physics_alone=alone,
        mean_trace=mean,
        deviation=None if told.deviation is None else _own(traces, told.deviation),
        scores={
            **_errors(traces, prediction, behind),
            **_errors(traces, alone, behind, of="physics_alone_"),
            **_errors(traces, np.broadcast_to(mean, prediction.shape), behind, of="mean_trace_"),
            **_norms(added),
            "apd90_error_ms": _duration_error(traces, prediction),
        },
        budget=budget(told.potential, traces.there, known=told.known, residual=told.residual)
        if fit.leaves
        else {},
        provenance=Provenance.of(parameters={**fit.parameters, "given_ms": given_ms}),
    )


def _foretold(fit: Fit, traces: TraceSet, given_ms: float) -> Foretold:
    check_beats(traces)
    sampled = float(fit.header.get("sample_ms", fit.step_ms))
    check_alike(traces, sample_ms=sampled, scale=fit.header.get("scale") or "")
    if "prior" in fit.header:
        return foretell(fit, traces, given_ms=given_ms)
    if given_ms:
        raise InputError(
            "a fit of the published method starts from one sample and cannot use more; "
            "leave out the given time, or learn with the default preset."
        )
    check_prepared(traces, fit.step_ms)
    model = model_of(fit)
    potential, known, added = _predict(model, traces)
    alone, _, _ = _predict(Hybrid(physics=model.physics), traces)
    return Foretold(potential, np.ones(len(traces)), potential, known, added, alone)


def _own(traces: TraceSet, values: np.ndarray) -> np.ndarray:
    """Values in double precision, NaN behind each trace's end."""
    return np.where(traces.there, values.astype(np.float64), np.nan)


def mse(predicted: Samples, observed: Samples) -> float | None:
    """Mean squared difference over all samples of all traces, 1; None where there are none."""
    squared = (predicted - observed) ** 2
    return float(np.nanmean(squared)) if np.isfinite(squared).any() else None


def _predict(model: Hybrid, traces: TraceSet) -> tuple[Samples, Rates, Rates]:
    """v, the physics' rates and what the residual adds to them (1/ms), from the first sample on."""
    steps = traces.values.shape[1]
    start, stimulus = examples(traces, 1).start, currents(steps, traces.step_ms)

    def run(rows: Integer[np.ndarray, "block"]) -> tuple[np.ndarray, ...]:
        trajectory = _run(model, start[:, rows], stimulus, traces.step_ms)
        known = _known(model, trajectory.states, stimulus)[:, : trajectory.residual.shape[1]]
        parts = (trajectory.states[:, 0], known, trajectory.residual)
        return tuple(np.asarray(part).T for part in parts)

    potentials, known, residuals = zip(
        *on_all_cores(run, blocks(len(traces), smallest=BLOCK)), strict=True
    )
    return (
        np.concatenate(potentials),
        np.concatenate(known).swapaxes(0, 1),
        np.concatenate(residuals).swapaxes(0, 1),
    )


@eqx.filter_jit
def _known(
    model: Hybrid, states: Float[Array, "time state trace"], stimulus: Currents
) -> Float[Array, "time state trace"]:
    """The physics' own rates along a trajectory, 1/ms."""
    of_traces = jax.vmap(model.physics.rates, in_axes=(1, None), out_axes=1)
    return jax.vmap(of_traces)(states, stimulus)


def _check_finite(traces: TraceSet, finite: Bool[np.ndarray, "trace time"]) -> None:
    """Refuse what the scores, means over samples that are numbers, would pass over."""
    broken = (traces.there & ~finite).any(axis=1)
    if broken.any():
        raise ConvergenceError(
            f"the forecast of trace {traces.names[int(broken.argmax())]} blew up; "
            f"are the traces one beat each on [0, 1]?"
        )


def _errors(
    traces: TraceSet, guess: Samples, scored: Bool[np.ndarray, "trace time"], *, of: str = ""
) -> dict[str, float | None]:
    guess = np.where(scored, guess, np.nan)
    return {
        f"{of}mse": mse(guess, traces.values),
        f"{of}mse_clean": None if traces.clean is None else mse(guess, traces.clean),
    }


def _norms(added: Rates) -> dict[str, float | None]:
    """Mean square of the residual, 1/ms², and of each rate that it acts on where there are two."""
    squares = added**2
    norms: dict[str, float | None] = {"residual_norm": float(np.nanmean(squares.sum(axis=0)))}
    if len(squares) == 2:
        norms |= {
            f"residual_norm_{of}": float(np.nanmean(one))
            for of, one in zip(("dv", "dh"), squares, strict=True)
        }
    return norms


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
