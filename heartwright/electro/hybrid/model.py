"""Physics plus residual, as one cell."""

import jax
from jaxtyping import Array, Float

from heartwright.electro.cells import AbstractCell
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.residual import AbstractResidual, NoResidual
from heartwright.electro.hybrid.residual.abstract import Added


class Hybrid(AbstractCell):
    """A cell model whose first rates are completed by a learned residual: F = F_p + F_dl.

    With `NoResidual` it is its physics, to the last bit.
    """

    physics: AbstractCell
    residual: AbstractResidual
    rest: State

    def __init__(self, physics: AbstractCell, residual: AbstractResidual | None = None) -> None:
        self.physics = physics
        self.residual = NoResidual() if residual is None else residual
        self.rest = physics.rest

    def rates(self, state: State, stimulus: Scalar) -> State:
        """Time derivative of the state, 1/ms."""
        return self.rates_and_residual(state, stimulus)[0]

    def rates_and_residual(self, state: State, stimulus: Scalar) -> tuple[State, Added]:
        """The rates, and the residual's share of the first of them, evaluated once."""
        added = self.residual(state)
        return self.physics.rates(state, stimulus).at[: len(added)].add(added), added

    def side_by_side(
        self, states: Float[Array, "state point"], stimulus: Float[Array, "point"]
    ) -> tuple[Float[Array, "state point"], Added]:
        """`rates_and_residual` at many states at once."""
        added = self.residual(states)
        physics = jax.vmap(self.physics.rates, in_axes=(1, 0), out_axes=1)(states, stimulus)
        return physics.at[: len(added)].add(added), added
