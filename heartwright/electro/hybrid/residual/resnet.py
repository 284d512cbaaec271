"""The paper's network."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, Added
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.inputs import States
from heartwright.electro.hybrid.residual.layer import Layer, initial_layer


class Block(eqx.Module):
    """x + W₂ tanh(W₁ x + b₁) + b₂: two layers and a way past them."""

    first: Layer
    second: Layer

    def __call__(self, x: Float[Array, "width *point"]) -> Float[Array, "width *point"]:
        """The image of each point."""
        return x + self.second(jnp.tanh(self.first(x)))


class ResNet(AbstractResidual):
    """Lift to the width, residual blocks, head.

    Of i inputs, width w, depth d and a acting: w (i + 1) + 2 d w (w + 1) + a (w + 1) weights, 465
    by default. Kashtanova et al. 2022, hal-03894974; He et al. 2016, doi:10.1109/CVPR.2016.90.
    """

    lift: Layer
    blocks: tuple[Block, ...]
    head: Layer
    architecture: Architecture = eqx.field(static=True)

    def __call__(self, state: States) -> Added:
        """What is added to the first rates at each state, 1/ms."""
        x = self.lift(self.architecture.see(state))
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def initial_resnet(
    random: np.random.Generator, architecture: Architecture, head_gain: float
) -> ResNet:
    """Orthogonal matrices; the head's times `head_gain`."""
    width = architecture.width
    return ResNet(
        lift=initial_layer(random, architecture.seen, width),
        blocks=tuple(
            Block(initial_layer(random, width, width), initial_layer(random, width, width))
            for _ in range(architecture.depth)
        ),
        head=initial_layer(random, width, architecture.acting, gain=head_gain),
        architecture=architecture,
    )
