"""Conduction velocity on a given grid, and the diffusivity that gives a wanted one.

On a grid as coarse as 0.8 mm the front is only about a voxel wide and runs slower than in the
continuum. openCARP's `tuneCV` answers this as we do: tune the diffusivity on a cable of the same
spacing until the velocity that people measure in hearts comes out.
"""

import math

import numpy as np

from heartwright.data import ConvergenceError
from heartwright.electro.cells import AbstractCell
from heartwright.electro.tissue import Stimulus, Tissue, simulate
from heartwright.electro.tissue.diffusion import longest_step

CABLE_NODES = 64
PULSE_MS = 2.0
SLOWEST = 0.2  # mm/ms, the slowest wave that is waited for
MOST_MS = 100.0  # of D / c²: 0.5 to 10 in working cells, without bound where waves begin to fail
LEVEL = 0.5  # of the dimensionless potential; where on the upstroke hardly matters


def conduction_velocity(
    cell: AbstractCell, *, spacing_mm: float, diffusivity: float, dt_ms: float
) -> float:
    """Velocity of a plane wave along a cable of that spacing, mm/ms; NaN if it does not arrive.

    The step is halved until diffusion along the cable is stable.
    """
    cable = Tissue(np.ones((CABLE_NODES, 1), dtype=bool), spacing_mm, diffusivity)
    while dt_ms > longest_step(cable):
        dt_ms /= 2
    start = np.zeros((CABLE_NODES, 1), dtype=bool)
    start[:4] = True
    pulse = Stimulus(start, amplitude=1.0, start_ms=0.0, duration_ms=whole(PULSE_MS, dt_ms))
    run = simulate(
        cell,
        cable,
        [pulse],
        duration_ms=whole(CABLE_NODES * spacing_mm / SLOWEST, dt_ms),
        dt_ms=dt_ms,
        activation_level=LEVEL,
    )
    near, far = CABLE_NODES // 3, 5 * CABLE_NODES // 6
    return float((far - near) * spacing_mm / (run.activation[far] - run.activation[near]))


def tuned_diffusivity(
    cell: AbstractCell, *, velocity: float, spacing_mm: float, dt_ms: float
) -> float:
    """Diffusivity, mm²/ms, that conducts at `velocity` mm/ms on a grid of that spacing.

    Velocity grows with the root of diffusivity, so each trial is scaled by the square of its
    miss; three or four trials reach 0.5 %.

    Raises:
        ConvergenceError: no diffusivity conducts at that velocity on that grid.
    """
    diffusivity = velocity**2  # near enough: D ≈ 2 τ_in c² for Mitchell–Schaeffer's cubic
    for _ in range(12):
        found = conduction_velocity(
            cell, spacing_mm=spacing_mm, diffusivity=diffusivity, dt_ms=dt_ms
        )
        if abs(found / velocity - 1) < 5e-3:
            return diffusivity
        diffusivity *= 2.0 if np.isnan(found) else (velocity / found) ** 2
        if diffusivity > MOST_MS * velocity**2:
            break
    raise ConvergenceError(
        f"no diffusivity conducts at {velocity:g} mm/ms on a grid of {spacing_mm:g} mm; "
        f"the grid is too coarse, or the cell is less excitable than a wave needs."
    )


def tuned_step(
    cell: AbstractCell, *, velocity: float, spacing_mm: float, longest_ms: float
) -> tuple[float, float]:
    """Diffusivity, mm²/ms, of that velocity, and a step, ms, that is stable with it in 3-D.

    The step is `longest_ms`, halved as often as needed; as it takes part in the velocity, each
    has its own diffusivity.

    Raises:
        ConvergenceError: no diffusivity conducts at that velocity on that grid.
    """
    dt_ms = longest_ms
    while True:
        diffusivity = tuned_diffusivity(cell, velocity=velocity, spacing_mm=spacing_mm, dt_ms=dt_ms)
        block = Tissue(np.ones((3, 3, 3), dtype=bool), spacing_mm, diffusivity)
        if dt_ms <= longest_step(block):
            return diffusivity, dt_ms
        dt_ms /= 2


def whole(duration_ms: float, dt_ms: float) -> float:
    """The duration, ms, prolonged to a whole number of steps."""
    return math.ceil(duration_ms / dt_ms) * dt_ms
