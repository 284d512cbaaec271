"""What Gauss–Newton runs: many lanes of one system, side by side or coupled to each other."""

import abc
from collections.abc import Callable

import equinox as eqx
from jaxtyping import Array, Float, PyTree

from heartwright.electro.cells.cell import Scalar, State

Vector = Float[Array, "parameter"]
Spread = Callable[[Float[Array, "lane *parameter"]], Float[Array, "lane *parameter"]]


class AbstractSystem(eqx.Module):
    """A differential equation with parameters, written for one lane.

    A lane is a trace or a node of tissue. Its parameters are one flat vector: first those that all
    lanes share, then its own. `lane` is whatever else tells it from the others.
    """

    @abc.abstractmethod
    def start(self, parameters: Vector, lane: PyTree) -> State:
        """State at time 0."""

    @abc.abstractmethod
    def rates(
        self, parameters: Vector, lane: PyTree, state: State, time: Scalar, inflow: Scalar
    ) -> tuple[State, Float[Array, "acting"]]:
        """Known rates of the state, per ms, and what the residual adds to the first of them.

        `inflow` is by how much the neighbours exceed the lane's own potential (0 where lanes are
        not coupled), see `tissue.diffusion.excess`.
        """

    def observed(self, parameters: Vector, lane: PyTree, potential: Scalar) -> Scalar:  # noqa: ARG002
        """What is measured of a potential: itself, unless a camera stands between.

        Affine in the potential, so that what is seen of a frame's mean is the mean of what is seen.
        """
        return potential
