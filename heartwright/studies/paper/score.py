"""How well a fit foretells, in the numbers of the study's tables."""

import time
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from heartwright.data import Forecast, TraceSet
from heartwright.electro.hybrid import forecast
from heartwright.electro.hybrid.horizon import apd90, observed_apd90
from heartwright.studies.paper.fits import Learned
from heartwright.studies.paper.scale import GIVEN_MS

Samples = Float[np.ndarray, "trace time"]


@dataclass(frozen=True)
class Score:
    """Of forecasts from one noisy sample, against the truth where it is known."""

    mse_clean: float  # over all samples
    mse_clean_behind: float  # without the first 5 ms
    apd90_error_ms: float | None  # median over the traces; None where most do not repolarise
    residual_norm: float | None = None  # mean of F_dl², 1/ms²
    learned_s: float | None = None
    forecast_ms: float | None = None  # of all traces, once compiled


def foretold(learned: Learned, traces: TraceSet) -> tuple[Forecast, Score]:
    """Forecast and score; the forecast is made twice, so that its time holds no compilation."""
    forecast(learned.fit, traces)
    start = time.perf_counter()
    told = forecast(learned.fit, traces)
    taken = 1e3 * (time.perf_counter() - start)
    norm = told.scores["residual_norm"]
    score = scored(traces, told.prediction)
    return told, replace(score, residual_norm=norm, learned_s=learned.seconds, forecast_ms=taken)


def scored(traces: TraceSet, guess: Samples) -> Score:
    """A guess of every trace, scored where the traces have samples."""
    clean = traces.values if traces.clean is None else traces.clean
    squares = np.where(traces.there, (guess - clean) ** 2, np.nan)
    late = np.abs(apd90(guess, traces.there, traces.step_ms) - observed_apd90(traces))
    middle = float(np.median(np.where(np.isnan(late), np.inf, late)))
    return Score(
        mse_clean=float(np.nanmean(squares)),
        mse_clean_behind=float(np.nanmean(squares[:, traces.times >= GIVEN_MS])),
        apd90_error_ms=middle if np.isfinite(middle) else None,
    )


def cut(traces: TraceSet, horizon_ms: float) -> TraceSet:
    """The part of each trace that is learned and scored."""
    samples = round(horizon_ms / traces.step_ms)
    return replace(
        traces,
        values=traces.values[:, :samples],
        clean=None if traces.clean is None else traces.clean[:, :samples],
        lengths=np.minimum(traces.lengths, samples),
    )


def alone(told: Forecast, n: int) -> Forecast:
    """One trace of a forecast, which is all that a figure keeps."""
    one = told.observed.take(np.array([n]))
    seen = slice(0, one.values.shape[1])
    return replace(
        told,
        observed=one,
        prediction=told.prediction[[n], seen],
        physics=told.physics[[n], seen],
        residual=told.residual[[n], seen],
        physics_alone=told.physics_alone[[n], seen],
        mean_trace=told.mean_trace[seen],
        deviation=None if told.deviation is None else told.deviation[[n], seen],
    )
