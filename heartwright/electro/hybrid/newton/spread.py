"""How far what is not known of a trace spreads its path, to first order."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.hybrid.newton.equations import BLOCK
from heartwright.electro.hybrid.newton.path import Moment, Running
from heartwright.electro.hybrid.newton.system import AbstractSystem


@eqx.filter_jit
def deviations(
    system: AbstractSystem,
    own: Float[Array, "lane own"],
    covariance: Float[Array, "lane own own"],
    lanes: PyTree,
    *,
    frames: int,
    frame: int,
    dt: float,
) -> Float[Array, "frame lane"]:
    """Standard deviation of what is measured in each frame: √(S C Sᵀ) with its derivative S.

    Args:
        system: what runs; all of its parameters are the lanes' own.
        own: where the lanes are.
        covariance: how surely.
        lanes: what else tells them apart.
        frames: how many, a multiple of `BLOCK`.
        frame: solver steps a frame.
        dt: solver step, ms.
    """
    times = (jnp.arange(frames * frame) * dt).reshape(frames // BLOCK, -1)

    running = Running(system, own, lanes, dt, None)

    def block(moment: Moment, times: Float[Array, "step"]) -> tuple[Moment, Array]:
        moment, stretch = running.advance(moment, times)
        potential = stretch.potential.reshape(BLOCK, frame, len(own)).mean(1)
        slopes = stretch.potential_slope.reshape(BLOCK, frame, *own.shape).mean(1)
        slopes = running.seen_slope(potential, slopes)
        return moment, jnp.einsum("flp,lpq,flq->fl", slopes, covariance, slopes)

    _, variance = jax.lax.scan(block, running.beginning(), times)
    return jnp.sqrt(jnp.maximum(variance, 0)).reshape(frames, -1)
