"""Figure 1: the paper's slabs, one to learn from and one to foretell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from heartwright.data import TraceSet
from heartwright.samples.slab import SAMPLE_MS, Where, paced_potential, prepared, stimulated
from heartwright.studies.paper.scale import HORIZON_MS, NOISE, Scale
from heartwright.studies.paper.score import cut

if TYPE_CHECKING:
    from heartwright.studies.paper.fits import Stage

DURATION_MS = 400.0  # the paper's
QUICK_UNTIL_MS, QUICK_MS, SLOW_MS = 18.0, 0.5, 10.0  # frames while excitation spreads, and after

Potential = Float[np.ndarray, "time node"]
Movie = Float[np.ndarray, "frame row column"]


@dataclass(frozen=True, eq=False)
class Slabs:
    """Both slabs: their traces, and their potential at the frames of a film."""

    corner: TraceSet  # paced there; training
    centre: TraceSet  # paced there; validation
    movies: dict[Where, Movie]  # normalised
    times: Float[np.ndarray, "frame"]  # ms
    reference: Potential  # mV, of the centre slab


def simulated(scale: Scale, *, seed: int, stage: "Stage") -> Slabs:
    """Simulate both slabs, and add the noise."""
    corner = _potential("corner", scale, stage)
    centre = _potential("centre", scale, stage)
    known = prepared(corner, stimulus="corner", noise=NOISE, seed=seed)
    unseen = prepared(centre, stimulus="centre", noise=NOISE, seed=seed + 1000)
    times = np.concatenate(
        [
            np.arange(0, QUICK_UNTIL_MS, QUICK_MS),
            np.arange(QUICK_UNTIL_MS + 2, DURATION_MS + 1, SLOW_MS),
        ]
    )
    movies: dict[Where, Movie] = {
        "corner": _frames(corner, times),
        "centre": _frames(centre, times),
    }
    return Slabs(cut(known, HORIZON_MS), cut(unseen, HORIZON_MS), movies, times, centre)


def _potential(where: Where, scale: Scale, stage: "Stage") -> Potential:
    with stage(f"Simulating the slab paced at its {where}") as tell:
        region = stimulated(where, scale.slab)
        return paced_potential(region, duration_ms=DURATION_MS, progress=tell)


def _frames(potential: Potential, times: Float[np.ndarray, "frame"]) -> Movie:
    side = round(potential.shape[1] ** 0.5)
    rest, peak = potential[0, 0], potential.max()
    chosen = potential[(times / SAMPLE_MS).round().astype(int)]
    return ((chosen - rest) / (peak - rest)).reshape(-1, side, side)
