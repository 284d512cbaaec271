"""The normal equations of a whole path, summed up on the way, so that memory does not grow."""

from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from heartwright.electro.hybrid.newton.arrow import Arrow
from heartwright.electro.hybrid.newton.path import Moment, Running, Stretch
from heartwright.electro.hybrid.newton.system import AbstractSystem, Spread

Values = Array | np.ndarray
BLOCK = 10  # frames whose derivatives are taken side by side


class Observed(NamedTuple):
    """Frames of many lanes: the mean of `frame` solver steps each, as a camera integrates."""

    values: Float[Array, "frame lane"]  # anything where the weight is 0
    weights: Float[Array, "frame lane"]  # 1/σ² of the frame; 0 in gaps and behind a trace's end
    inside: Float[Array, "frame lane"]  # 1 where the residual's size counts, else 0


class Squares(NamedTuple):
    """The two sums of squares, and the paths."""

    misfit: Float[Values, "lane"]  # Σ w (observed − path)², a lane
    residual: Float[Values, "acting"]  # Σ F² over frames and lanes
    path: Float[Values, "frame lane"]  # the potential, as it is measured
    residual_path: Float[Values, "frame lane acting"]  # 1/ms


@eqx.filter_jit
def normal_equations(
    system: AbstractSystem,
    shared: Float[Array, "shared"],
    own: Float[Array, "lane own"],
    lanes: PyTree,
    observed: Observed,
    *,
    penalty: Float[Array, "acting"],
    frame: int,
    dt: float,
    spread: Spread | None = None,
) -> Arrow:
    """Gauss–Newton's equations of ½ Σ w (observed − path)² + ½ penalty · Σ F².

    Args:
        system: what runs.
        shared: parameters of all lanes.
        own: those of each.
        lanes: what else tells lanes apart, leading axis the lane.
        observed: the frames; their number is a multiple of `BLOCK`.
        penalty: of the residual's square, one number for each rate that it acts on.
        frame: solver steps a frame.
        dt: solver step, ms.
        spread: excess of the neighbours over each lane, where lanes are coupled.
    """
    parameters = joined(shared, own)
    cut = partial(_block, blocks=len(observed.values) // BLOCK)
    running = Running(system, parameters, lanes, dt, spread)
    begin = running.beginning(), Arrow.zeros(len(shared), *own.shape)

    def block(
        carried: tuple[Moment, Arrow], piece: tuple[Float[Array, "step"], Observed]
    ) -> tuple[tuple[Moment, Arrow], None]:
        moment, sums = carried
        times, seen = piece
        moment, stretch = running.advance(moment, times)
        frames = _as_seen(running, jax.tree.map(partial(frame_means, frame=frame), stretch))
        sums = sums.plus(*_rows(frames, seen, penalty), shared=len(shared))
        return (moment, sums), None

    pieces = cut(_times(observed, frame, dt)), jax.tree.map(cut, observed)
    (_, sums), _ = jax.lax.scan(block, begin, pieces)
    return sums


@eqx.filter_jit
def squares(
    system: AbstractSystem,
    shared: Float[Array, "shared"],
    own: Float[Array, "lane own"],
    lanes: PyTree,
    observed: Observed,
    *,
    frame: int,
    dt: float,
    spread: Spread | None = None,
) -> Squares:
    """The sums of squares alone, by a forward run."""
    parameters = joined(shared, own)
    running = Running(system, parameters, lanes, dt, spread)

    def step(states: Array, time: Array) -> tuple[Array, tuple[Array, Array]]:
        moved, (residual, _) = running.step(states, time)
        return moved, (states[:, 0], residual)

    start = jax.vmap(system.start)(parameters, lanes)
    _, run = jax.lax.scan(step, start, _times(observed, frame, dt))
    potential, residual = jax.tree.map(partial(frame_means, frame=frame), run)
    path = running.seen(potential)
    return Squares(
        misfit=(observed.weights * (observed.values - path) ** 2).sum(0),
        residual=(observed.inside[..., None] * residual**2).sum((0, 1)),
        path=path,
        residual_path=residual,
    )


def joined(
    shared: Float[Array, "shared"], own: Float[Array, "lane own"]
) -> Float[Array, "lane parameter"]:
    """Each lane's parameters: those that all share, then its own."""
    return jnp.concatenate([jnp.broadcast_to(shared, (len(own), len(shared))), own], axis=1)


def _times(observed: Observed, frame: int, dt: float) -> Float[Array, "step"]:
    return jnp.arange(len(observed.values) * frame) * dt


def _block(array: Float[Array, "row ..."], blocks: int) -> Float[Array, "block piece ..."]:
    return array.reshape(blocks, -1, *array.shape[1:])


def frame_means(steps: Float[Array, "step ..."], frame: int) -> Float[Array, "frame ..."]:
    """The mean of the steps of each frame."""
    return steps.reshape(-1, frame, *steps.shape[1:]).mean(1)


def _as_seen(running: Running, frames: Stretch) -> Stretch:
    """The potential as it is measured, and how that moves with the parameters."""
    return frames._replace(
        potential=running.seen(frames.potential),
        potential_slope=running.seen_slope(frames.potential, frames.potential_slope),
    )


def _rows(
    frames: Stretch,
    seen: Observed,
    penalty: Float[Array, "acting"],
) -> tuple[Float[Array, "row lane parameter"], Float[Array, "row lane"]]:
    """Weighted rows of the Jacobian and of what is left: misfit, and size of the residual."""
    root = jnp.sqrt(seen.weights)
    size = jnp.sqrt(seen.inside[..., None] * penalty)
    rows = [root[..., None] * frames.potential_slope]
    left = [root * (seen.values - frames.potential)]
    for n in range(frames.residual.shape[-1]):
        rows.append(size[..., n, None] * frames.residual_slope[:, :, n])
        left.append(-size[..., n] * frames.residual[..., n])
    return jnp.concatenate(rows), jnp.concatenate(left)
