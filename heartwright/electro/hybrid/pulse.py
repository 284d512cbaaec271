"""The stimulus as a sum of rectangles whose strength, length and onset can be learned."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from heartwright.electro.cells.cell import Scalar


def pulses(
    time: Scalar,
    dt: float,
    *,
    onsets: Float[Array, "pulse"],
    amplitude: Scalar,
    length: Scalar,
) -> Float[Array, ""]:
    """Mean current over the step from `time` to `time + dt`.

    The mean, and not the value at its beginning, because a pulse that may begin and end within a
    step has a derivative with respect to both.
    """
    begin = jnp.maximum(time, onsets)
    end = jnp.minimum(time + dt, onsets + length)
    return amplitude * jnp.clip(end - begin, 0.0, dt).sum() / dt
