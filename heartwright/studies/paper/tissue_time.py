"""What a surrogate is for: how long the detailed model itself takes, step by step coarser."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from heartwright.data import HeartwrightError
from heartwright.samples.slab import DT_MS, SAMPLE_MS, paced_potential, stimulated, without_silence
from heartwright.studies.paper.scale import HORIZON_MS
from heartwright.studies.paper.slabs import DURATION_MS, Potential, Slabs

if TYPE_CHECKING:
    from heartwright.studies.paper.fits import Stage

Values = Float[np.ndarray, "node ..."]  # normalised, samples last

STEPS_MS = (DT_MS, 0.02, 0.025, 0.1 / 3, 0.05, 0.1)  # whole parts of a sample


@dataclass(frozen=True)
class Run:
    """The centre slab, simulated with one time step; only the step where that is too long."""

    step_ms: float
    seconds: float | None = None  # once compiled
    mse: float | None = None  # to the finest step's, each pixel from its own onset, normalised
    activation_ms: float | None = None  # greatest shift of a pixel's onset


def tissue_times(slabs: Slabs, *, stage: "Stage") -> list[Run]:
    """The same 400 ms of tissue at every step."""
    return [_run(step, slabs.reference, stage) for step in STEPS_MS]


def _run(step_ms: float, reference: Potential, stage: "Stage") -> Run:
    region = stimulated("centre", round(reference.shape[1] ** 0.5))
    start = time.perf_counter()
    try:
        with stage(f"Simulating with steps of {step_ms:.3g} ms") as tell:
            potential = paced_potential(
                region, duration_ms=DURATION_MS, dt_ms=step_ms, progress=tell
            )
    except HeartwrightError:  # it blows up, or nothing fires
        return Run(step_ms)
    seconds = time.perf_counter() - start
    rest, peak = reference[0, 0], reference.max()
    exact, coarse = ((p.T - rest) / (peak - rest) for p in (reference, potential))
    error = np.nanmean((_from_onset(coarse) - _from_onset(exact)) ** 2)
    later = np.abs(_upstroke(coarse) - _upstroke(exact)).max()
    return Run(step_ms, seconds, float(error), float(later))


def _from_onset(values: Values) -> Values:
    """Every pixel from its own onset, as far as forecasts are scored; 400 ms reach that far."""
    return without_silence(values)[0][:, : round(HORIZON_MS / SAMPLE_MS)]


def _upstroke(values: Values) -> Float[np.ndarray, "node"]:
    """When each pixel is half-way up first, ms, to a sample."""
    return (values > 0.5).argmax(axis=1) * SAMPLE_MS
