"""The compiled loop under `simulate`: what stays the same, what moves, and one step of it."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from heartwright.electro.cells import AbstractCell, at_rest, on_nodes
from heartwright.electro.tissue.diffusion import excess


class Problem(eqx.Module):
    """What stays the same while time runs."""

    cell: AbstractCell
    sides: Int[Array, "side node"]
    currents: Float[Array, "stimulus node"]
    on: Int[Array, "stimulus"]  # first step of each stimulus
    off: Int[Array, "stimulus"]  # first step after it
    spread: Float[Array, ""]  # D dt / dx², 1
    dt: Float[Array, ""]  # ms
    level: Float[Array, ""]  # of activation
    stride: Int[Array, ""]  # steps between frames

    def stimulus(self, step: Int[Array, ""]) -> Float[Array, "node"]:
        """Current into every node during a step."""
        acts = (self.on <= step) & (step < self.off)
        return jnp.where(acts[:, None], self.currents, 0).sum(axis=0)


class Moment(eqx.Module):
    """What moves."""

    states: Float[Array, "state node"]
    activation: Float[Array, "node"]  # ms, NaN where not yet
    frames: Float[Array, "frame node"] | None  # potential kept so far


def beginning(problem: Problem, *, frames: int) -> Moment:
    """Every cell at rest, and room for that many frames (none: do not keep any)."""
    nodes = problem.sides.shape[1]
    states = at_rest(problem.cell, nodes)
    room = jnp.zeros((frames, nodes), states.dtype).at[0].set(states[0]) if frames else None
    return Moment(states, jnp.full(nodes, jnp.nan, states.dtype), room)


@eqx.filter_jit
def advance(
    problem: Problem, moment: Moment, first: Int[Array, ""], stop: Int[Array, ""]
) -> Moment:
    """Run the frames from `first` up to, not including, `stop`; a frame is `stride` steps."""

    def frame(n: Int[Array, ""], moment: Moment) -> Moment:
        begin = n * problem.stride
        moment = jax.lax.fori_loop(begin, begin + problem.stride, step, moment)
        if moment.frames is None:
            return moment
        frames = moment.frames.at[n + 1].set(moment.states[0])
        return Moment(moment.states, moment.activation, frames)

    def step(n: Int[Array, ""], moment: Moment) -> Moment:
        return _step(problem, moment, n)

    return jax.lax.fori_loop(first, stop, frame, moment)


def _step(problem: Problem, moment: Moment, n: Int[Array, ""]) -> Moment:
    v = moment.states[0]
    states = moment.states.at[0].add(problem.spread * excess(v, problem.sides))
    states = on_nodes(problem.cell, states, problem.stimulus(n), problem.dt)
    rises = (v < problem.level) & (states[0] >= problem.level) & jnp.isnan(moment.activation)
    share = (problem.level - v) / (states[0] - v)
    activation = jnp.where(rises, (n + share) * problem.dt, moment.activation)
    return Moment(states, activation, moment.frames)
