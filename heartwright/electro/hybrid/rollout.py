"""The whole trajectory from one state, and its exact discrete gradient.

Forward Euler through one `lax.scan`. The state is a few numbers, so every step's state is kept, and
the gradient of the discrete map (discretise, then optimise) is found going back over stretches of
steps. Within a stretch:

1. rates, residual and their Jacobians at all steps, side by side;
2. the adjoint recursion aₙ = gₙ + Aₙᵀ aₙ₊₁, a scan over tiny products;
3. the gradient of the parameters at all steps, side by side, weighted by the adjoint.

Only the second goes step by step, and it holds no network; the third uses the network's activations
of the first, which are still in the cache. `benchmarks/aphyn_speed.py` measures both directions.
"""

import math
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from heartwright.electro.cells.cell import Scalar
from heartwright.electro.hybrid.model import Hybrid

POINTS = 4096  # states differentiated at once: their activations fit the second-level cache
BLOCK = 128  # traces at least; of fewer the loop itself takes most, and two at once gain nothing
UNROLLED = 8  # steps in one turn of a loop, whose own cost is that of a few steps of one trace

States = Float[Array, "time state trace"]
Currents = Float[Array, "time"]


class Trajectory(NamedTuple):
    """States, and what the residual adds to the first rates, at every sample."""

    states: States
    residual: Float[Array, "time acting trace"]  # 1/ms


@eqx.filter_custom_vjp
def rollout(
    model: Hybrid, start: Float[Array, "state trace"], stimulus: Currents, dt: Scalar
) -> Trajectory:
    """Forward Euler from `start`: sample n is the state before step n, `dt` ms apart.

    Differentiable with respect to the model; `stimulus` (1/ms) is the same for every trace.
    """

    def advance(
        state: Float[Array, "state trace"], current: Float[Array, ""]
    ) -> tuple[Float[Array, "state trace"], Trajectory]:
        rates, added = model.side_by_side(state, jnp.full_like(state[0], current))
        return state + dt * rates, Trajectory(state, added)

    return jax.lax.scan(advance, start, stimulus, unroll=UNROLLED)[1]


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
    variable, fixed = eqx.partition(model, perturbed)

    def back(
        carry: tuple[Array, PyTree], stretch: tuple[States, Currents, Trajectory]
    ) -> tuple[tuple[Array, PyTree], None]:
        after, gradient = carry
        states, currents, cotangent = stretch
        points, at = _points(states), jnp.repeat(currents, traces)
        _, pull = jax.vjp(
            lambda variable: eqx.combine(variable, fixed).side_by_side(points, at), variable
        )
        jacobians, slopes = (_steps(x, traces) for x in _linearised(model, points, at))
        sources = cotangent.states + (cotangent.residual[:, :, None] * slopes).sum(1)
        before, adjoint = _adjoint(after, dt * jacobians, sources)
        (found,) = pull((dt * _points(adjoint), _points(cotangent.residual)))
        return (before, jax.tree.map(jnp.add, gradient, found)), None

    nothing = jnp.zeros_like(states[0]), jax.tree.map(jnp.zeros_like, variable)
    length = _stretch(steps, traces)
    stretches = jax.tree.map(
        lambda x: x.reshape(-1, length, *x.shape[1:]), (states, stimulus, cotangent)
    )
    (_, gradient), _ = jax.lax.scan(back, nothing, stretches, reverse=True)
    return gradient


def _stretch(steps: int, traces: int) -> int:
    """Steps to differentiate at once, so that they divide the horizon evenly."""
    return math.gcd(steps, 2 ** int(math.log2(max(1, POINTS // traces))))


def _linearised(
    model: Hybrid, points: Float[Array, "state point"], currents: Float[Array, "point"]
) -> tuple[Float[Array, "state state point"], Float[Array, "acting state point"]]:
    """Jacobians of the rates, and of the residual, at every point."""
    added, pull = jax.vjp(model.residual, points)
    rows = [jnp.zeros_like(added).at[n].set(1.0) for n in range(len(added))]
    slopes = jnp.stack([pull(row)[0] for row in rows])
    physics = jax.vmap(jax.jacfwd(model.physics.rates), (1, 0), 2)(points, currents)
    return physics.at[: len(slopes)].add(slopes), slopes


def _adjoint(
    after: Float[Array, "state trace"],
    jacobians: Float[Array, "time state state trace"],
    sources: States,
) -> tuple[Float[Array, "state trace"], States]:
    """dL/d(state) before a stretch, and dL/d(state n + 1) at each of its steps.

    `jacobians` are those of dt · F, and `after` is dL/d(state) behind the stretch.
    """

    def back(
        after: Float[Array, "state trace"], step: tuple[Array, Array]
    ) -> tuple[Float[Array, "state trace"], Float[Array, "state trace"]]:
        jacobian, source = step
        return source + after + (jacobian * after[:, None]).sum(0), after

    return jax.lax.scan(back, after, (jacobians, sources), reverse=True, unroll=UNROLLED)


def _points(steps: Float[Array, "time *rows trace"]) -> Float[Array, "*rows point"]:
    """Every step of every trace as one point."""
    moved = jnp.moveaxis(steps, 0, -2)
    return moved.reshape(*moved.shape[:-2], -1)


def _steps(points: Float[Array, "*rows point"], traces: int) -> Float[Array, "time *rows trace"]:
    """The inverse of `_points`."""
    return jnp.moveaxis(points.reshape(*points.shape[:-1], -1, traces), -2, 0)
