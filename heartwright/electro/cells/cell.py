"""What every cell model is: a rest state, rates, and a step."""

import abc
from collections.abc import Mapping
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

State = Float[Array, "state"]  # states first; state[0] is the membrane potential
Scalar = Float[Array, ""] | float


class AbstractCell(eqx.Module):
    """One cell. Formulas are written for one cell; `on_nodes` lifts them to many.

    `stimulus` is depolarising when positive and enters dV/dt as it is: mV/ms (which is pA/pF) for
    models in mV, 1/ms for dimensionless ones.
    """

    rest: eqx.AbstractVar[State]
    bounds: ClassVar[Mapping[str, tuple[float, float]]] = {}  # of parameters that can be learned

    @abc.abstractmethod
    def rates(self, state: State, stimulus: Scalar) -> State:
        """Time derivative of the state, per ms."""

    def step(self, state: State, stimulus: Scalar, dt: Scalar) -> State:
        """The state `dt` ms later, by forward Euler unless the model knows better."""
        return state + dt * self.rates(state, stimulus)


def on_nodes(
    cell: AbstractCell,
    states: Float[Array, "state node"],
    stimulus: Float[Array, "node"],
    dt: Scalar,
) -> Float[Array, "state node"]:
    """One step of many cells at once, states first."""
    return jax.vmap(cell.step, in_axes=(1, 0, None), out_axes=1)(states, stimulus, dt)


def at_rest(cell: AbstractCell, nodes: int) -> Float[Array, "state {nodes}"]:
    """The rest state of many cells, states first."""
    return jnp.broadcast_to(cell.rest[:, None], (len(cell.rest), nodes))
