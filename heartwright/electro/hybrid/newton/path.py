"""A path and its derivative with respect to every parameter, carried along together.

    x ← x + dt f(x, q),    S ← S + dt (∂f/∂x S + ∂f/∂q),    S = ∂x/∂q

The derivative is that of the discrete map, exactly. Within a block of steps the states come first,
then all Jacobians of the block side by side, then the recursion of S, which holds no network.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.hybrid.newton.system import AbstractSystem, Spread

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


def beginning(
    system: AbstractSystem, parameters: Float[Array, "lane parameter"], lanes: PyTree
) -> Moment:
    """Time 0."""
    return Moment(
        jax.vmap(system.start)(parameters, lanes),
        jax.vmap(jax.jacfwd(system.start))(parameters, lanes),
    )


def advance(
    system: AbstractSystem,
    parameters: Float[Array, "lane parameter"],
    lanes: PyTree,
    moment: Moment,
    times: Float[Array, "step"],
    dt: Float[Array, ""] | float,
    spread: Spread | None,
) -> tuple[Moment, Stretch]:
    """A block of Euler steps, at these times."""
    states, path, inflow = _states(system, parameters, lanes, moment.states, times, dt, spread)
    local = _local(system, parameters, lanes, path, times, inflow)
    slopes, along = _slopes(local, moment.slopes, dt, spread)
    residual_slope = (
        jnp.einsum("...as,...sp->...ap", local.residual_by_state, along)
        + local.residual_by_parameter
    )
    stretch = Stretch(path[..., 0], local.residual, along[:, :, 0], residual_slope)
    return Moment(states, slopes), stretch


def _states(
    system: AbstractSystem,
    parameters: Float[Array, "lane parameter"],
    lanes: PyTree,
    states: Lanes,
    times: Float[Array, "step"],
    dt: Float[Array, ""] | float,
    spread: Spread | None,
) -> tuple[Lanes, Float[Array, "step lane state"], Float[Array, "step lane"]]:
    """The last states, and every step's states and inflow before it."""
    rates = jax.vmap(system.rates, in_axes=(0, 0, 0, None, 0))

    def step(states: Lanes, time: Float[Array, ""]) -> tuple[Lanes, tuple[Lanes, Array]]:
        inflow = jnp.zeros_like(states[:, 0]) if spread is None else spread(states[:, 0])
        known, added = rates(parameters, lanes, states, time, inflow)
        return states + dt * jax.vmap(completed)(known, added), (states, inflow)

    last, (path, inflow) = jax.lax.scan(step, states, times)
    return last, path, inflow


def _local(
    system: AbstractSystem,
    parameters: Float[Array, "lane parameter"],
    lanes: PyTree,
    path: Float[Array, "step lane state"],
    times: Float[Array, "step"],
    inflow: Float[Array, "step lane"],
) -> Local:
    """Derivatives at all points of a block, side by side."""

    def at(q: Array, lane: PyTree, state: Array, time: Array, into: Array) -> Local:
        def known(state: Array, q: Array, into: Array) -> Array:
            return system.rates(q, lane, state, time, into)[0]

        def added(state: Array, q: Array) -> tuple[Array, Array]:
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

    over_lanes = jax.vmap(at, in_axes=(0, 0, 0, None, 0))
    return jax.vmap(over_lanes, in_axes=(None, None, 0, 0, 0))(
        parameters, lanes, path, times, inflow
    )


def _slopes(
    local: Local, slopes: Slopes, dt: Float[Array, ""] | float, spread: Spread | None
) -> tuple[Slopes, Float[Array, "step lane state parameter"]]:
    """The recursion of S through a block."""

    def step(slopes: Slopes, point: tuple[Array, Array, Array]) -> tuple[Slopes, Slopes]:
        by_state, by_parameter, by_inflow = point
        change = (by_state[..., None] * slopes[:, None]).sum(2) + by_parameter
        if spread is not None:
            change = change + by_inflow[..., None] * spread(slopes[:, 0])[:, None]
        return slopes + dt * change, slopes

    return jax.lax.scan(step, slopes, (local.by_state, local.by_parameter, local.by_inflow))
