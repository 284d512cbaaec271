"""A network that sees sharp features, as waves of fixed random frequencies."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, Added
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.inputs import States
from heartwright.electro.hybrid.residual.layer import Layer, initial_chain, initial_layer

BANDWIDTH = math.pi  # standard deviation of a frequency: a wave across [−1, 1]


class Fourier(AbstractResidual):
    """(cos Bx, sin Bx) with fixed random B, then layers of tanh, and a head.

    Width w is the number of frequencies and of what follows; depth 1 is a head on the waves alone.
    Of i inputs, depth d > 1 and a acting: w (2 w + 1) + (d − 2) w (w + 1) + a (w + 1) weights, and
    w i frequencies, which are kept with them but never learned. Tancik et al. 2020,
    arXiv:2006.10739.
    """

    frequencies: Float[Array, "width inputs"]
    hidden: tuple[Layer, ...]
    head: Layer
    architecture: Architecture = eqx.field(static=True)

    def __call__(self, state: States) -> Added:
        """What is added to the first rates at each state, 1/ms."""
        phase = jax.lax.stop_gradient(self.frequencies) @ self.architecture.see(state)
        x = jnp.concatenate([jnp.cos(phase), jnp.sin(phase)])
        for layer in self.hidden:
            x = jnp.tanh(layer(x))
        return self.head(x)


def initial_fourier(
    random: np.random.Generator, architecture: Architecture, head_gain: float
) -> Fourier:
    """Normal frequencies, orthogonal matrices; the head's times `head_gain`."""
    width, depth = architecture.width, architecture.depth
    frequencies = BANDWIDTH * random.standard_normal((width, architecture.seen))
    waves = 2 * width
    return Fourier(
        frequencies=jnp.array(frequencies),
        hidden=initial_chain(random, waves, width, depth - 1),
        head=initial_layer(
            random, waves if depth == 1 else width, architecture.acting, gain=head_gain
        ),
        architecture=architecture,
    )
