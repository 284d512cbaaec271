"""The plainest network."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, Added
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.inputs import States
from heartwright.electro.hybrid.residual.layer import Layer, initial_chain, initial_layer


class MLP(AbstractResidual):
    """Layers of tanh, and a head.

    Of i inputs, width w, depth d and a acting: w (i + 1) + (d − 1) w (w + 1) + a (w + 1) weights.
    """

    hidden: tuple[Layer, ...]
    head: Layer
    architecture: Architecture = eqx.field(static=True)

    def __call__(self, state: States) -> Added:
        """What is added to the first rates at each state, 1/ms."""
        x = self.architecture.see(state)
        for layer in self.hidden:
            x = jnp.tanh(layer(x))
        return self.head(x)


def initial_mlp(random: np.random.Generator, architecture: Architecture, head_gain: float) -> MLP:
    """Orthogonal matrices; the head's times `head_gain`."""
    width = architecture.width
    return MLP(
        hidden=initial_chain(random, architecture.seen, width, architecture.depth),
        head=initial_layer(random, width, architecture.acting, gain=head_gain),
        architecture=architecture,
    )
