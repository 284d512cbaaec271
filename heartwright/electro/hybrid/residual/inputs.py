"""What a residual sees of the state.

A function here takes the states of one point, or of many side by side, and the physics' rest
state, and gives the network's inputs.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

States = Float[Array, "state *point"]
Features = Float[Array, "inputs *point"]
Rest = tuple[float, ...]

REACH = 10.0  # beyond this a state is seen as if it were there; an action potential is within 1
RESOLUTION = 1e-3  # how near to rest a recovery state is still told from rest


def raw(state: States, rest: Rest) -> Features:  # noqa: ARG001  one signature for all inputs
    """The state as it is: the paper's inputs."""
    return state


def resolved(state: States, rest: Rest) -> Features:
    """The state centred to about [−1, 1], then ⅓ log |xₖ − restₖ| + 1 of each recovery state.

    Upstroke, notch and plateau live on scales of 1 − h that differ a hundredfold, so that a
    network of (v, h) as they are hardly resolves them. The logarithm is ½ log(d² + 10⁻⁶): smooth
    through rest and beyond it, flat at rest, and −1.3 there.
    """
    near = jnp.clip(state, -REACH, REACH)
    resting = jnp.expand_dims(jnp.asarray(rest[1:], near.dtype), tuple(range(1, near.ndim)))
    away = near[1:] - resting
    return jnp.concatenate([2 * near - 1, jnp.log(away**2 + RESOLUTION**2) / 6 + 1])


class Inputs(NamedTuple):
    """A way to see the state."""

    of: Callable[[States, Rest], Features]
    count: Callable[[int], int]  # of inputs, for a number of states


INPUTS: Mapping[str, Inputs] = {
    "state": Inputs(raw, lambda states: states),
    "resolved": Inputs(resolved, lambda states: 2 * states - 1),
}
