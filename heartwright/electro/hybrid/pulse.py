"""The stimulus as a sum of rectangles whose strength, length and onset can be learned."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from heartwright.electro.cells.cell import Scalar

LONGEST_MS = 8.0  # a longer one would draw the plateau itself


def lasting(number: Scalar) -> Scalar:
    """The length of a pulse, ms: 1 where the number is 0, never beyond `LONGEST_MS` either way."""
    most = jnp.log(LONGEST_MS)
    return jnp.exp(most * jnp.tanh(number / most))


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
