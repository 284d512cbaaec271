"""The whole trajectory from one state, and its exact discrete gradient.

Forward Euler through one `lax.scan`. The state is two numbers, so every step's state is kept, and
the gradient of the discrete map (discretise, then optimise) splits in three:

1. the Jacobians of all steps, side by side;
2. the adjoint recursion aₙ = gₙ + Aₙᵀ aₙ₊₁, a scan over 2 × 2 products;
3. the gradient of the parameters at all steps, side by side, weighted by the adjoint.

Only the second is sequential, and it holds no network. Checkpointing the scan every √n steps gives
the same numbers, but walks through the network three times in sequence; `benchmarks/training.py`
times both.
"""

import math
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.model import Hybrid

POINTS = 4096  # states differentiated at once: their activations fit the second-level cache

States = Float[Array, "time state trace"]
Currents = Float[Array, "time"]


class Trajectory(NamedTuple):
    """States, and the residual's dv/dt, at every sample."""

    states: States
    residual: Float[Array, "time trace"]  # 1/ms


@eqx.filter_custom_vjp
def rollout(
    model: Hybrid, start: Float[Array, "state trace"], stimulus: Currents, dt: Scalar
) -> Trajectory:
    """Forward Euler from `start`: sample n is the state before step n, `dt` ms apart.

    Differentiable with respect to the model; `stimulus` (1/ms) is the same for every trace.
    """
    rates_of = jax.vmap(model.rates_and_residual, in_axes=(1, None), out_axes=(1, 0))

    def advance(
        state: Float[Array, "state trace"], current: Float[Array, ""]
    ) -> tuple[Float[Array, "state trace"], Trajectory]:
        rates, added = rates_of(state, current)
        return state + dt * rates, Trajectory(state, added)

    return jax.lax.scan(advance, start, stimulus)[1]


@rollout.def_fwd
def _forward(_perturbed: PyTree[bool], model: Hybrid, *others: Any) -> tuple[Trajectory, States]:
    trajectory = rollout(model, *others)
    return trajectory, trajectory.states


@rollout.def_bwd
def _backward(
    states: States, cotangent: Trajectory, perturbed: PyTree[bool], model: Hybrid, *others: Any
) -> Hybrid:
    """Steps 1 to 3 of the module's docstring; `cotangent` is dL/d(states, residual)."""
    _start, stimulus, dt = others
    steps, _, traces = states.shape
    piece = _piece(steps, traces)
    points = _points(states), jnp.repeat(stimulus, traces)
    jacobians, slopes = jax.lax.map(
        lambda point: _linearised(model, *point), points, batch_size=piece
    )
    sources = cotangent.states + cotangent.residual[:, None] * _steps(slopes, steps)
    adjoint = _adjoint(dt * _steps(jacobians, steps), sources)
    weights = dt * _points(adjoint), cotangent.residual.ravel()

    variable, fixed = eqx.partition(model, perturbed)

    def weighted(variable: PyTree) -> Float[Array, ""]:
        at = jax.checkpoint(lambda point: _weighted(eqx.combine(variable, fixed), *point))
        return jax.lax.map(at, points + weights, batch_size=piece).sum()

    return jax.grad(weighted)(variable)


def _piece(steps: int, traces: int) -> int:
    """Points to differentiate at once: whole steps that divide the horizon evenly."""
    return traces * math.gcd(steps, 2 ** int(math.log2(max(1, POINTS // traces))))


def _linearised(
    model: Hybrid, state: State, current: Scalar
) -> tuple[Float[Array, "state state"], State]:
    """Jacobian of the rates, and gradient of the residual, at one state."""
    slope = jax.grad(model.residual)(state)
    return jax.jacfwd(model.physics.rates)(state, current).at[0].add(slope), slope


def _weighted(
    model: Hybrid, state: State, current: Scalar, on_rates: State, on_residual: Scalar
) -> Float[Array, ""]:
    rates, added = model.rates_and_residual(state, current)
    return on_rates @ rates + on_residual * added


def _adjoint(jacobians: Float[Array, "time state state trace"], sources: States) -> States:
    """dL/d(state n + 1) for every n, going back from the end; `jacobians` are those of dt · F."""

    def back(
        after: Float[Array, "state trace"], step: tuple[Array, Array]
    ) -> tuple[Float[Array, "state trace"], Float[Array, "state trace"]]:
        jacobian, source = step
        return source + after + (jacobian * after[:, None]).sum(0), after

    last = jnp.zeros_like(sources[0])
    return jax.lax.scan(back, last, (jacobians, sources), reverse=True)[1]


def _points(steps: Float[Array, "time *state trace"]) -> Float[Array, "point *state"]:
    """Every step of every trace as one point."""
    moved = jnp.moveaxis(steps, -1, 1)
    return moved.reshape(-1, *moved.shape[2:])


def _steps(points: Float[Array, "point *state"], steps: int) -> Float[Array, "time *state trace"]:
    """The inverse of `_points`."""
    return jnp.moveaxis(points.reshape(steps, -1, *points.shape[1:]), 1, -1)
