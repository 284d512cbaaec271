"""How well known parameters are recovered, and how honest the intervals are.

Prints a table and, on the last line, one JSON object. A run is one data set: 8 uncoupled
Mitchell–Schaeffer cells with one set of time constants, a beat of 400 ms each, sampled every 0.1 ms
with 5 % Gaussian noise; the stimulus is known. The time constants are drawn anew for every run,
simulated with steps of 0.01 ms, and fitted with steps of 0.1 ms from the published values on.

Errors, widths and coverage are of 100 runs that fit the physics alone. In `HYBRID_RUNS` of them
the residual network is fitted too, from where the physics arrived: `residual_norm` is the median
of its mean square on dv/dt, and `residual_kept` how often Schwarz's criterion kept it.
"""

import json
import os
import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from heartwright.data import Identified, TraceSet
from heartwright.electro.hybrid import Settings
from heartwright.electro.hybrid.identify import identify

RUNS, HYBRID_RUNS, CELLS = 100, 6, 8
NOISE, SAMPLE_MS, DURATION_MS = 0.05, 0.1, 400.0
FINE = 10  # steps of the simulation a sample
RANGES = {"tau_in": (0.2, 0.4), "tau_out": (4.5, 8.0), "tau_close": (90.0, 180.0)}  # ms
ALONE = Settings(excitation=(), per_trace=(), residual="none")
TOGETHER = Settings(excitation=(), per_trace=(), weight=None)

Truths = Float[np.ndarray, "run parameter"]


def truths(random: np.random.Generator) -> Truths:
    """Time constants of every run, in the order of `RANGES`."""
    low, high = np.array(list(RANGES.values())).T
    return random.uniform(low, high, (RUNS, len(low)))


def beats(taus: Truths) -> Float[np.ndarray, "run time"]:
    """A noiseless beat of every run, the published τ_open, 1/ms for the first ms."""
    tau_in, tau_out, tau_close = taus.T
    dt = SAMPLE_MS / FINE
    v, h = np.zeros(len(taus)), np.ones(len(taus))
    kept = []
    for step in range(round(DURATION_MS / dt)):
        if step % FINE == 0:
            kept.append(v)
        stimulus = float(step < round(1.0 / dt))
        rise = h * v**2 * (1 - v) / tau_in - v / tau_out + stimulus
        gate = np.where(v < 0.13, (1 - h) / 120.0, -h / tau_close)
        v, h = v + dt * rise, h + dt * gate
    return np.array(kept).T


def data_set(beat: Float[np.ndarray, "time"], random: np.random.Generator) -> TraceSet:
    """The noisy cells of one run."""
    values = beat + NOISE * random.standard_normal((CELLS, len(beat)))
    return TraceSet(
        values=values,
        step_ms=SAMPLE_MS,
        lengths=np.full(CELLS, len(beat)),
        names=tuple(f"cell {n + 1}" for n in range(CELLS)),
        prepared=True,
    )


def errors(found: Sequence[Identified], taus: Truths) -> dict[str, float]:
    """Median relative error of each parameter."""
    values = np.array([[run.of(name).value for name in RANGES] for run in found])
    medians = np.median(np.abs(values / taus[: len(values)] - 1), axis=0)
    return {f"{name}_error": float(m) for name, m in zip(RANGES, medians, strict=True)}


def coverage(found: Sequence[Identified], taus: Truths) -> dict[str, float]:
    """How many of 100 intervals hold the truth, a parameter and over all."""
    hits = [
        [run.of(name).covers(tau) for name, tau in zip(RANGES, row, strict=True)]
        for run, row in zip(found, taus, strict=True)
    ]
    shares = 100 * np.mean(hits, axis=0)
    each = {name: float(share) for name, share in zip(RANGES, shares, strict=True)}
    return {**each, "overall": float(shares.mean())}


def widths(found: Sequence[Identified]) -> dict[str, float]:
    """Median width of the intervals over the value."""
    return {
        name: float(np.median([run.of(name).relative_width for run in found])) for name in RANGES
    }


def main() -> None:
    """Measure and print."""
    start = time.perf_counter()
    random = np.random.default_rng(0)
    taus = truths(random)
    sets = [data_set(beat, random) for beat in beats(taus)]
    alone = [identify(traces, settings=ALONE) for traces in sets]
    together = [identify(traces, settings=TOGETHER) for traces in sets[:HYBRID_RUNS]]
    figures = {
        **errors(alone, taus),
        "residual_norm": float(np.median([run.residual_norm for run in together])),
        "coverage": coverage(alone, taus),
        "interval_width": widths(alone),
        "residual_norm_worst": max(run.residual_norm for run in together),
        "residual_kept": sum(run.header["residual_asked_for"] for run in together),
        "hybrid_runs": HYBRID_RUNS,
        "runs": RUNS,
        "seconds": time.perf_counter() - start,
    }
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps({"benchmark": "identify", "cores": os.cpu_count(), **figures}))


if __name__ == "__main__":
    main()
