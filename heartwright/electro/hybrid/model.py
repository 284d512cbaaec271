"""Physics plus residual, as one cell."""

from jaxtyping import Array, Float

from heartwright.electro.cells import AbstractCell
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.residual import NoResidual, Residual


class Hybrid(AbstractCell):
    """A cell model whose dv/dt is completed by a learned residual: F = F_p + F_dl.

    With `NoResidual` it is its physics, to the last bit.
    """

    physics: AbstractCell
    residual: Residual | NoResidual
    rest: State

    def __init__(
        self, physics: AbstractCell, residual: Residual | NoResidual | None = None
    ) -> None:
        self.physics = physics
        self.residual = NoResidual() if residual is None else residual
        self.rest = physics.rest

    def rates(self, state: State, stimulus: Scalar) -> State:
        """Time derivative of (v, h), 1/ms."""
        return self.rates_and_residual(state, stimulus)[0]

    def rates_and_residual(self, state: State, stimulus: Scalar) -> tuple[State, Float[Array, ""]]:
        """The rates, and the residual's share of dv/dt, evaluated once."""
        added = self.residual(state)
        return self.physics.rates(state, stimulus).at[0].add(added), added
