"""Tissue as lanes of Gauss–Newton: a node a lane, one cell for all, diffusion between them."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer, PyTree

from heartwright.electro.cells import AbstractCell
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import Bounds, bounded
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.newton.system import AbstractSystem, Vector
from heartwright.electro.hybrid.newton.vector import flat, shaped
from heartwright.electro.tissue.diffusion import excess

SLOWEST = 0.005  # mm²/ms, of diffusion
ROOM = 6.0  # explicit diffusion alone is stable to dx² / (4 dt) in two dimensions; cells need some


def diffusivities(spacing_mm: float, dt_ms: float) -> Bounds:
    """Between which the diffusivity is sought, mm²/ms: the solver is stable up to the second."""
    return SLOWEST, spacing_mm**2 / (ROOM * dt_ms)


class Shared(NamedTuple):
    """What all nodes have in common."""

    diffusivity: Float[Array, ""]  # unbounded number
    parameters: dict[str, Float[Array, ""]]  # unbounded numbers
    residual: PyTree


class Lane(NamedTuple):
    """What tells one node from another, and is known.

    `inflow` is by how much the neighbours exceed the node, as measured, at moments `moment_ms`
    apart from the last given frame on; one zero where neighbours are computed with it.
    """

    given: Float[Array, "given"]  # potential in the given frames
    inflow: Float[Array, "moment"]


class Around(eqx.Module):
    """How much its neighbours exceed each node; an array inside, so that all sheets share code."""

    sides: Integer[Array, "side node"]

    def __call__(self, values: Float[Array, "node *parameter"]) -> Float[Array, "node *parameter"]:
        """dx² ∇² of the values, sealed at the border."""
        return excess(values, self.sides)


class FieldSystem(AbstractSystem):
    """dv/dt = D ∇²v + F_p + F_dl at every node, from the last given frame on."""

    physics: AbstractCell  # gives the kind, and the values that are not learned
    blank: Shared  # shapes of the shared parameters
    spacing_mm: float = eqx.field(static=True)
    given_ms: float = eqx.field(static=True)  # between given frames
    moment_ms: float = eqx.field(static=True)  # between moments of measured inflow
    dt: float = eqx.field(static=True)

    def flat(self, shared: Shared) -> Vector:
        """Shared parameters as one vector."""
        return flat(shared)

    def shared(self, vector: Vector) -> Shared:
        """The inverse of `flat`."""
        return shaped(vector, self.blank)

    @property
    def weights(self) -> slice:
        """Where the residual's weights are among the shared parameters."""
        physical = 1 + len(self.blank.parameters)
        return slice(physical, physical + sum(x.size for x in jax.tree.leaves(self.blank.residual)))

    def diffusivity(self, vector: Vector) -> Float[Array, ""]:
        """Of the tissue, mm²/ms."""
        return bounded(diffusivities(self.spacing_mm, self.dt), self.shared(vector).diffusivity)

    def model(self, vector: Vector) -> Hybrid:
        """The cell of every node."""
        shared = self.shared(vector)
        values = {
            name: bounded(self.physics.bounds[name], number)
            for name, number in shared.parameters.items()
        }
        physics = type(self.physics)(**{**vars(self.physics), **values})
        return Hybrid(physics=physics, residual=shared.residual)

    def start(self, parameters: Vector, lane: Lane) -> State:
        """Potential as in the last given frame; what recovers, as the given frames drive it.

        From rest in the first frame, between frames the potential is taken as linear in time.
        """
        model = self.model(parameters)
        times = jnp.arange(round((len(lane.given) - 1) * self.given_ms / self.dt)) * self.dt
        path = jnp.interp(times / self.given_ms, jnp.arange(len(lane.given)), lane.given)

        def step(hidden: State, v: Float[Array, ""]) -> tuple[State, None]:
            state = jnp.concatenate([v[None], hidden])
            return hidden + self.dt * model.rates(state, jnp.zeros(()))[1:], None

        hidden, _ = jax.lax.scan(step, self.physics.rest[1:], path)
        return jnp.concatenate([lane.given[-1:], hidden])

    def rates(
        self, parameters: Vector, lane: Lane, state: State, time: Scalar, inflow: Scalar
    ) -> tuple[State, Float[Array, "acting"]]:
        """Physics and diffusion, and the residual."""
        model = self.model(parameters)
        into = inflow + _at(lane.inflow, time / self.moment_ms)
        current = self.diffusivity(parameters) / self.spacing_mm**2 * into
        return model.physics.rates(state, current), model.residual(state)


def _at(values: Float[Array, "moment"], place: Scalar) -> Float[Array, ""]:
    """A value between two, linear; the last beyond the end."""
    last = len(values) - 1
    before = jnp.clip(jnp.floor(place).astype(int), 0, max(last - 1, 0))
    after = jnp.minimum(before + 1, last)
    share = jnp.clip(place - before, 0.0, 1.0)
    return values[before] * (1 - share) + values[after] * share
