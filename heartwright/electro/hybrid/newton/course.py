"""A path term by term, for those who want to know where it comes from."""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.hybrid.newton.equations import Values, frame_means, joined
from heartwright.electro.hybrid.newton.path import Running
from heartwright.electro.hybrid.newton.system import AbstractSystem


class Course(NamedTuple):
    """Where each lane goes, and what drives it there: means over frames."""

    potential: Float[Values, "frame lane"]
    seen: Float[Values, "frame lane"]  # the potential, as it is measured
    known: Float[Values, "frame lane acting"]  # rates that the residual completes, 1/ms
    residual: Float[Values, "frame lane acting"]  # what it adds to them, 1/ms


@eqx.filter_jit
def course(
    system: AbstractSystem,
    shared: Float[Array, "shared"],
    own: Float[Array, "lane own"],
    lanes: PyTree,
    *,
    frames: int,
    frame: int,
    dt: float,
) -> Course:
    """Forward Euler from each lane's start; arguments as in `equations.squares`."""
    parameters = joined(shared, own)
    running = Running(system, parameters, lanes, dt, None)

    def step(states: Array, time: Array) -> tuple[Array, tuple[Array, Array, Array]]:
        moved, (residual, inflow) = running.step(states, time)
        known, _ = running.rates(states, time, inflow)
        return moved, (states[:, 0], known[:, : residual.shape[1]], residual)

    start = jax.vmap(system.start)(parameters, lanes)
    _, run = jax.lax.scan(step, start, jnp.arange(frames * frame) * dt)
    potential, known, residual = jax.tree.map(partial(frame_means, frame=frame), run)
    return Course(potential, running.seen(potential), known, residual)
