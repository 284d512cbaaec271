"""The monodomain equation on a mask, in one compiled loop.

    dv/dt = D ∇²v + what the cell does,   no flux through the border

Each step spreads v by explicit diffusion, then moves every cell on its own (Godunov splitting,
first order in time). Activation is noted inside the loop, so memory does not grow with time unless
frames are asked for.
"""

from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from heartwright.data import ConvergenceError, InputError, Progress, silent
from heartwright.electro.cells import AbstractCell
from heartwright.electro.tissue.diffusion import longest_step, neighbours
from heartwright.electro.tissue.domain import Stimulus, Tissue
from heartwright.electro.tissue.loop import Moment, Problem, advance, beginning
from heartwright.electro.tissue.simulation import Simulation

PIECES = 32  # calls of the compiled loop, so that progress is seen
WHOLE = 1e-6  # how far a number of steps may be from a whole one


def simulate(
    cell: AbstractCell,
    tissue: Tissue,
    stimuli: Sequence[Stimulus],
    *,
    duration_ms: float,
    dt_ms: float,
    activation_level: float,
    sample_ms: float | None = None,
    progress: Progress = silent,
) -> Simulation:
    """Run tissue from the rest state of its cells.

    A node is activated when its potential first rises through `activation_level` (in the cell's
    unit), interpolated linearly between steps. With `sample_ms` the potential is kept at 0,
    `sample_ms`, 2 `sample_ms` … up to the end. The precision is that of `cell.rest`. `progress`
    counts steps.

    Raises:
        InputError: a stimulus has another shape or misses the tissue, a time is not a whole number
            of steps, or the step is too long for explicit diffusion.
        ConvergenceError: the solution blew up.
    """
    _check_step(tissue, dt_ms)
    stride = 1 if sample_ms is None else _steps(sample_ms, dt_ms, "the sampling interval")
    steps = _steps(duration_ms, dt_ms, "the duration")
    if steps % stride:
        raise InputError(
            f"{duration_ms} ms cannot be sampled every {sample_ms} ms; choose a multiple of it."
        )
    problem = _problem(cell, tissue, stimuli, dt_ms=dt_ms, level=activation_level, stride=stride)
    moment = beginning(problem, frames=0 if sample_ms is None else steps // stride + 1)
    for first, stop in _pieces(steps // stride):
        moment = jax.block_until_ready(advance(problem, moment, jnp.int32(first), jnp.int32(stop)))
        progress(stop * stride, steps)
    return _gathered(tissue, moment, stride * dt_ms)


def _problem(
    cell: AbstractCell,
    tissue: Tissue,
    stimuli: Sequence[Stimulus],
    *,
    dt_ms: float,
    level: float,
    stride: int,
) -> Problem:
    for stimulus in stimuli:
        _check_region(stimulus, tissue)
    starts = [round(s.start_ms / dt_ms) for s in stimuli]
    lengths = [_steps(s.duration_ms, dt_ms, "a stimulus") for s in stimuli]
    currents = [s.amplitude * s.region[tissue.mask] for s in stimuli]
    real, whole = cell.rest.dtype, jnp.int32
    return Problem(
        cell=cell,
        sides=jnp.asarray(neighbours(tissue.mask)),
        currents=jnp.asarray(np.array(currents).reshape(-1, tissue.nodes), real),
        on=jnp.asarray(starts, whole),
        off=jnp.asarray(np.add(starts, lengths), whole),
        spread=jnp.asarray(tissue.diffusivity * dt_ms / tissue.spacing_mm**2, real),
        dt=jnp.asarray(dt_ms, real),
        level=jnp.asarray(level, real),
        stride=jnp.asarray(stride, whole),
    )


def _pieces(frames: int) -> Iterator[tuple[int, int]]:
    edges = np.unique(np.linspace(0, frames, PIECES + 1, dtype=int))
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)


def _gathered(tissue: Tissue, moment: Moment, interval_ms: float) -> Simulation:
    if not jnp.isfinite(moment.states).all():
        raise ConvergenceError("the simulation blew up; choose a shorter time step.")
    sampled = moment.frames is not None
    potential = np.asarray(moment.frames) if sampled else None
    return Simulation(
        tissue=tissue,
        times=np.arange(len(potential) if potential is not None else 0) * interval_ms,
        potential=potential,
        activation=np.asarray(moment.activation),
    )


def _steps(time_ms: float, dt_ms: float, what: str) -> int:
    """The whole number of steps in a time."""
    count = time_ms / dt_ms
    steps = round(count) if np.isfinite(count) else 0
    if steps < 1 or abs(count - steps) > WHOLE * steps:
        raise InputError(
            f"{what} of {time_ms} ms is not a whole number of {dt_ms} ms steps; choose a multiple."
        )
    return steps


def _check_step(tissue: Tissue, dt_ms: float) -> None:
    limit = longest_step(tissue)
    if not 0 < dt_ms <= limit:
        raise InputError(
            f"a time step of {dt_ms} ms cannot be used: diffusion on this tissue is stable only "
            f"from just above 0 up to {limit:.4g} ms."
        )


def _check_region(stimulus: Stimulus, tissue: Tissue) -> None:
    if stimulus.region.shape != tissue.mask.shape:
        raise InputError(
            f"a stimulus region of shape {stimulus.region.shape} does not lie on a tissue mask of "
            f"shape {tissue.mask.shape}; make both on one grid."
        )
    if not (stimulus.region & tissue.mask).any():
        raise InputError("a stimulus misses the tissue; move its region onto the mask.")
