"""Restitution: learned at three S1–S2 intervals, forecast at six that were never seen.

One ten Tusscher–Panfilov cell, ten S1 beats 1000 ms apart, then S2. A trace runs from the last S1
pulse to the end of S2's beat; 5 % noise. A forecast knows when the pulses come and the first
sample, nothing of S2's beat; its error is that of the S2 beat's APD90. The intervals of the lists
are in `inside` and `outside`. Baselines: the physics alone (same learning, no residual), and the
mean of the training set's S2 beats, which is one APD for all intervals.
"""

import json
import time
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from heartwright.data import TraceSet
from heartwright.electro.hybrid import Settings, forecast, learn
from heartwright.electro.measures import restitution
from heartwright.samples.pacing import s1s2

TRAINED = (350.0, 425.0, 600.0)  # ms between S1 and S2
INSIDE = (375.0, 400.0, 475.0, 525.0)
OUTSIDE = (340.0, 750.0)
SETTINGS = Settings(
    physics="smooth_mitchell_schaeffer",
    excitation=(),
    common=("start", "onset", "amplitude", "length"),
    per_trace=(),
    rounds=50,
    horizon_ms=1100.0,
)


def durations(traces: TraceSet, values: Float[np.ndarray, "trace time"]) -> np.ndarray:
    """APD90 of the S2 beat, ms; the level of both beats is that of the set, 0 to 1."""
    return restitution(values, traces.step_ms, traces.onsets_ms, rest=0.0, peak=1.0)[1]


def errors(settings: Settings, training: TraceSet, unseen: TraceSet) -> list[float]:
    """How far the forecast APD90 is from the true one, ms, at each interval."""
    told = forecast(learn(training, settings=settings), unseen)
    return np.abs(durations(unseen, told.prediction) - durations(unseen, unseen.clean)).tolist()


def main() -> None:
    """Measure and print."""
    start = time.perf_counter()
    training = s1s2(intervals_ms=TRAINED, noise=0.05)
    unseen = s1s2(intervals_ms=INSIDE + OUTSIDE, noise=0.05, seed=1)
    truth = durations(unseen, unseen.clean)
    mean = durations(training, training.clean).mean()
    physics_only = replace(SETTINGS, residual="none")
    found = {
        "apd90_error": errors(SETTINGS, training, unseen),
        "physics_only_apd90_error": errors(physics_only, training, unseen),
        "mean_trace_apd90_error": np.abs(truth - mean).tolist(),
    }
    inside = len(INSIDE)
    figures = {
        "benchmark": "restitution",
        "trained": TRAINED,
        "inside": INSIDE,
        "outside": OUTSIDE,
        "apd90_true_ms": truth.tolist(),
        **{f"{name}_inside_ms": values[:inside] for name, values in found.items()},
        **{f"{name}_outside_ms": values[inside:] for name, values in found.items()},
        "seconds": time.perf_counter() - start,
    }
    for name, value in figures.items():
        print(f"{name:36} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
