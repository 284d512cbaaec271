"""A network that multiplies, as ionic currents do."""

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, Added
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.inputs import States
from heartwright.electro.hybrid.residual.layer import Layer, initial_chain, initial_layer


class Unit(eqx.Module):
    """σ(W x + b) ⊙ (V x + c): a gate, and what flows while it is open."""

    gate: Layer
    flow: Layer

    def __call__(self, x: Float[Array, "inputs *point"]) -> Float[Array, "width *point"]:
        """The image of each point."""
        return jax.nn.sigmoid(self.gate(x)) * self.flow(x)


class Gated(AbstractResidual):
    """Gated linear units, and a head.

    Of i inputs, width w, depth d and a acting: 2 w (i + 1) + 2 (d − 1) w (w + 1) + a (w + 1)
    weights. Dauphin et al. 2017, arXiv:1612.08083.
    """

    units: tuple[Unit, ...]
    head: Layer
    architecture: Architecture = eqx.field(static=True)

    def __call__(self, state: States) -> Added:
        """What is added to the first rates at each state, 1/ms."""
        x = self.architecture.see(state)
        for unit in self.units:
            x = unit(x)
        return self.head(x)


def initial_gated(
    random: np.random.Generator, architecture: Architecture, head_gain: float
) -> Gated:
    """Orthogonal matrices, gates half open; the head's matrix times `head_gain`."""
    size = architecture.seen, architecture.width, architecture.depth
    gates, flows = initial_chain(random, *size), initial_chain(random, *size)
    return Gated(
        units=tuple(map(Unit, gates, flows)),
        head=initial_layer(random, architecture.width, architecture.acting, gain=head_gain),
        architecture=architecture,
    )
