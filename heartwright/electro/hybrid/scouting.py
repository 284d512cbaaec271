"""Where to begin: the best of many values of the shared physical parameters, by forward runs alone.

Gauss–Newton goes downhill, and the misfit of an action potential has more than one valley (a
plateau that ends too early can be lengthened by several parameters at once). Forward runs of many
candidates side by side cost little.
"""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer, PyTree
from scipy.stats import qmc

from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.newton.equations import Observed, squares
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.system import AbstractSystem
from heartwright.electro.hybrid.traces_system import TracesSystem

CANDIDATES = 256
FACTOR = 3.0  # how far from where the point is, either way
WITHIN = 0.98  # of the way to a bound, on a logarithmic scale
LANES = 2  # that stand for all


def scouted(problem: Problem, point: Point, system: TracesSystem) -> Point:
    """The same point, its physical parameters moved to the best candidate if that is better.

    Groups begin with one value; a residual's weights are left as they are.
    """
    if not system.blank.parameters:
        return point
    chosen = _evenly(problem.observed.values.shape[1])
    shared = np.tile(point.shared, (CANDIDATES, 1))
    candidates = _candidates(system)
    shared[1:, : candidates.shape[1]] = candidates
    misfits = _misfits(problem, shared, point.own[chosen], chosen)
    best = np.where(np.isnan(misfits), np.inf, misfits).argmin()
    return replace(point, shared=shared[int(best)])


def _candidates(system: TracesSystem) -> Float[np.ndarray, "candidate physical"]:
    """Unbounded numbers, spread evenly (Sobol) around the physics' own values."""
    groups = system.blank.parameters
    spread = qmc.Sobol(len(groups), seed=0).random(CANDIDATES)[1:]
    columns = []
    for place, (name, numbers) in zip(spread.T, sorted(groups.items()), strict=True):
        lower, upper = system.physics.bounds[name]
        value = getattr(system.physics, name) * FACTOR ** (2 * place - 1)
        inside = np.clip(
            value, lower * (upper / lower) ** (1 - WITHIN), lower * (upper / lower) ** WITHIN
        )
        column = np.array([float(unbounded((lower, upper), v)) for v in inside])
        columns.append(np.repeat(column[:, None], len(numbers), axis=1))
    return np.concatenate(columns, axis=1)


def _misfits(
    problem: Problem,
    shared: Float[np.ndarray, "candidate shared"],
    own: Float[np.ndarray, "lane own"],
    chosen: Integer[np.ndarray, "lane"],
) -> Float[np.ndarray, "candidate"]:
    lanes = jax.tree.map(lambda x: x[chosen], problem.lanes)
    observed = Observed(*(x[:, chosen] for x in problem.observed))

    found = _all_misfits(
        problem.system,
        jnp.asarray(shared, jnp.float32),
        jnp.asarray(own, jnp.float32),
        lanes,
        observed,
        frame=problem.frame,
        dt=problem.dt,
    )
    return np.asarray(found, np.float64)


@eqx.filter_jit
def _all_misfits(
    system: AbstractSystem,
    shared: Float[Array, "candidate shared"],
    own: Float[Array, "lane own"],
    lanes: PyTree,
    observed: Observed,
    *,
    frame: int,
    dt: float,
) -> Float[Array, "candidate"]:
    def of(candidate: Array) -> Array:
        return squares(system, candidate, own, lanes, observed, frame=frame, dt=dt).misfit.sum()

    return jax.vmap(of)(shared)


def _evenly(count: int) -> Integer[np.ndarray, "chosen"]:
    return np.linspace(0, count - 1, min(count, LANES)).round().astype(int)
