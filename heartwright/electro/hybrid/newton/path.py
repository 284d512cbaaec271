"""A path and its derivative with respect to every parameter, carried along together.

    x ← x + dt f(x, q),    S ← S + dt (∂f/∂x S + ∂f/∂q),    S = ∂x/∂q

The derivative is that of the discrete map, exactly. Within a block of steps the states come first,
then all Jacobians of the block side by side, then the recursion of S, which holds no network.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.newton.system import AbstractSystem, Spread, Vector

Lanes = Float[Array, "lane state"]
Slopes = Float[Array, "lane state parameter"]


def completed(
    known: Float[Array, "state *parameter"], added: Float[Array, "acting *parameter"]
) -> Float[Array, "state *parameter"]:
    """Known rates (or their derivatives), with the residual's added to the first of them."""
    return known.at[: len(added)].add(added)


class Moment(NamedTuple):
    """Where every lane is, and how that moves with its parameters."""

    states: Lanes
    slopes: Slopes


class Stretch(NamedTuple):
    """A block of steps: potential and residual at each, and how they move with the parameters."""

    potential: Float[Array, "step lane"]
    residual: Float[Array, "step lane acting"]
    potential_slope: Float[Array, "step lane parameter"]
    residual_slope: Float[Array, "step lane acting parameter"]


class Local(NamedTuple):
    """Derivatives of the rates (and of the residual) at one point."""

    by_state: Float[Array, "*point state state"]
    by_parameter: Float[Array, "*point state parameter"]
    by_inflow: Float[Array, "*point state"]
    residual: Float[Array, "*point acting"]
    residual_by_state: Float[Array, "*point acting state"]
    residual_by_parameter: Float[Array, "*point acting parameter"]


class Running(NamedTuple):
    """What runs, with which parameters, and on which clock."""

    system: AbstractSystem
    parameters: Float[Array, "lane parameter"]
    lanes: PyTree
    dt: Float[Array, ""] | float  # ms
    spread: Spread | None

    def beginning(self) -> Moment:
        """Time 0."""
        return Moment(
            jax.vmap(self.system.start)(self.parameters, self.lanes),
            jax.vmap(jax.jacfwd(self.system.start))(self.parameters, self.lanes),
        )

    def rates(
        self, states: Lanes, time: Float[Array, ""], inflow: Float[Array, "lane"]
    ) -> tuple[Lanes, Float[Array, "lane acting"]]:
        """Known rates, and what the residual adds."""
        rates = jax.vmap(self.system.rates, in_axes=(0, 0, 0, None, 0))
        return rates(self.parameters, self.lanes, states, time, inflow)

    def step(self, states: Lanes, time: Float[Array, ""]) -> tuple[Lanes, tuple[Array, Array]]:
        """The states one step on, and the residual and the inflow before it."""
        inflow = jnp.zeros_like(states[:, 0]) if self.spread is None else self.spread(states[:, 0])
        known, added = self.rates(states, time, inflow)
        return states + self.dt * jax.vmap(completed)(known, added), (added, inflow)

    def seen(self, potential: Float[Array, "frame lane"]) -> Float[Array, "frame lane"]:
        """What is measured of a potential."""
        of_lanes = jax.vmap(self.system.observed)
        of_frames = jax.vmap(of_lanes, in_axes=(None, None, 0))
        return jnp.asarray(of_frames(self.parameters, self.lanes, potential))

    def seen_slope(
        self,
        potential: Float[Array, "frame lane"],
        slope: Float[Array, "frame lane parameter"],
    ) -> Float[Array, "frame lane parameter"]:
        """How what is measured moves with the parameters, where the potential moves like this."""
        of_lanes = jax.vmap(jax.grad(self.system.observed, argnums=(0, 2)))
        by_parameter, by_potential = jax.vmap(of_lanes, in_axes=(None, None, 0))(
            self.parameters, self.lanes, potential
        )
        return by_potential[..., None] * slope + by_parameter

    def advance(self, moment: Moment, times: Float[Array, "step"]) -> tuple[Moment, Stretch]:
        """A block of Euler steps, at these times."""

        def step(states: Lanes, time: Float[Array, ""]) -> tuple[Lanes, tuple[Lanes, Array]]:
            moved, (_, inflow) = self.step(states, time)
            return moved, (states, inflow)

        states, (path, inflow) = jax.lax.scan(step, moment.states, times)
        local = self._local(path, times, inflow)
        slopes, along = self._slopes(local, moment.slopes)
        residual_slope = (
            jnp.einsum("...as,...sp->...ap", local.residual_by_state, along)
            + local.residual_by_parameter
        )
        stretch = Stretch(path[..., 0], local.residual, along[:, :, 0], residual_slope)
        return Moment(states, slopes), stretch

    def _local(
        self,
        path: Float[Array, "step lane state"],
        times: Float[Array, "step"],
        inflow: Float[Array, "step lane"],
    ) -> Local:
        """Derivatives at all points of a block, side by side."""
        at = jax.vmap(partial(_derivatives, self.system), in_axes=(0, 0, 0, None, 0))
        at_all = jax.vmap(at, in_axes=(None, None, 0, 0, 0))
        return at_all(self.parameters, self.lanes, path, times, inflow)

    def _slopes(
        self, local: Local, slopes: Slopes
    ) -> tuple[Slopes, Float[Array, "step lane state parameter"]]:
        """The recursion of S through a block."""

        def step(slopes: Slopes, point: tuple[Array, Array, Array]) -> tuple[Slopes, Slopes]:
            by_state, by_parameter, by_inflow = point
            change = (by_state[..., None] * slopes[:, None]).sum(2) + by_parameter
            if self.spread is not None:
                change = change + by_inflow[..., None] * self.spread(slopes[:, 0])[:, None]
            return slopes + self.dt * change, slopes

        return jax.lax.scan(step, slopes, (local.by_state, local.by_parameter, local.by_inflow))


def _derivatives(  # noqa: PLR0917  in vmap's order
    system: AbstractSystem, q: Vector, lane: PyTree, state: State, time: Scalar, into: Scalar
) -> Local:
    """Derivatives of the rates at one point."""

    def known(state: State, q: Vector, into: Scalar) -> State:
        return system.rates(q, lane, state, time, into)[0]

    def added(state: State, q: Vector) -> tuple[Array, Array]:
        residual = system.rates(q, lane, state, time, into)[1]
        return residual, residual

    by_state, by_inflow = jax.jacfwd(known, argnums=(0, 2))(state, q, into)
    by_parameter = jax.jacrev(known, argnums=1)(state, q, into)
    (on_state, on_parameter), residual = jax.jacrev(added, (0, 1), has_aux=True)(state, q)
    return Local(
        completed(by_state, on_state),
        completed(by_parameter, on_parameter),
        by_inflow,
        residual,
        on_state,
        on_parameter,
    )
