"""What every residual is: a function of the state, added to the first rates."""

import abc

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.inputs import States

Added = Float[Array, "acting *point"]  # 1/ms, what the rates of the first states are completed by


class AbstractResidual(eqx.Module):
    """F_dl, of one state or of many side by side; its weights are its leaves.

    `architecture` says the rest. It sees the whole state, because a function of v alone cannot tell
    the upstroke from the repolarisation at the same potential.
    """

    architecture: eqx.AbstractVar[Architecture]

    @abc.abstractmethod
    def __call__(self, state: States) -> Added:
        """What is added to the rates of the first `acting` states, 1/ms."""


class NoResidual(AbstractResidual):
    """Nothing learned: pure physics in the same clothes. No weights."""

    architecture: Architecture = eqx.field(static=True, default=Architecture(kind="none"))

    def __call__(self, state: States) -> Added:
        """Zeros, 1/ms."""
        return jnp.zeros_like(state[: self.architecture.acting])
