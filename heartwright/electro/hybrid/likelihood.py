"""Profile likelihood: one parameter held at value after value, all others fitted again."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from heartwright.data import InputError, Profile, TraceSet, silent
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.identify import Groups, physics_alone, slots_of
from heartwright.electro.hybrid.intervals import Slot
from heartwright.electro.hybrid.newton.fit import Point, Problem, curvature, objective
from heartwright.electro.hybrid.newton.system import AbstractSystem, Vector
from heartwright.electro.hybrid.settings import Settings

STEPS = 12  # of Levenberg–Marquardt from the neighbouring value's fit
FIRST_DAMPING, RAISE, LOWER = 1e-3, 8.0, 1 / 4
SETTLED = 1e-3  # of a deviance: less is gained by no more steps


_DEFAULTS = Settings()


def profile(
    traces: TraceSet,
    name: str,
    values: Float[np.ndarray, "value"],
    *,
    group: int | None = None,
    groups: Groups | None = None,
    settings: Settings = _DEFAULTS,
) -> Profile:
    """The profile likelihood of one parameter of the physics alone, at rising values.

    What Laplace's interval takes from the curvature at the best fit, this measures: at each value
    everything else is fitted again. The noise, and the prior of each trace's own, stay as they are
    at the best fit.

    Raises:
        InputError: the parameter is not learned, or a value is not within its bounds.
    """
    problem, best, _ = physics_alone(traces, groups, settings, progress=silent)
    where = slots_of(problem, best, settings)
    which = _found(where, name, group)
    slot = where[which]
    inside = values / np.exp(slot.offset)
    if not ((inside > slot.bounds[0]) & (inside < slot.bounds[1])).all():
        raise InputError(f"{name} must lie between {slot.bounds[0]:g} and {slot.bounds[1]:g}.")
    numbers = np.array([float(unbounded(slot.bounds, value)) for value in inside])
    return Profile(name, values, deviances(problem, best, which, numbers))


def _found(where: tuple[Slot, ...], name: str, group: int | None) -> int:
    for n, slot in enumerate(where):
        if (slot.name, slot.group) == (name, group):
            return n
    raise InputError(f"{name} (group {group}) is not learned; learn it to see its profile.")


class Held(AbstractSystem):
    """A system one of whose shared parameters is known."""

    system: AbstractSystem
    which: int = eqx.field(static=True)
    value: Float[Array, ""]  # unbounded number

    def start(self, parameters: Vector, lane: PyTree) -> State:
        """The system's."""
        return self.system.start(self._all(parameters), lane)

    def rates(
        self, parameters: Vector, lane: PyTree, state: State, time: Scalar, inflow: Scalar
    ) -> tuple[State, Float[Array, "acting"]]:
        """The system's."""
        return self.system.rates(self._all(parameters), lane, state, time, inflow)

    def observed(self, parameters: Vector, lane: PyTree, potential: Scalar) -> Scalar:
        """The system's."""
        return self.system.observed(self._all(parameters), lane, potential)

    def _all(self, parameters: Vector) -> Float[Array, "all"]:
        before, after = parameters[: self.which], parameters[self.which :]
        return jnp.concatenate([before, self.value[None], after])


def deviances(
    problem: Problem, best: Point, which: int, numbers: Float[np.ndarray, "value"]
) -> Float[np.ndarray, "value"]:
    """How much worse the fit becomes: −2 log of the likelihood ratio, noise and prior as they are.

    Args:
        problem: what was solved.
        best: its solution.
        which: of the shared parameters.
        numbers: unbounded values that it is held at, in order; each fit starts from the one before.
    """
    least = objective(best, problem.run(best))
    found = np.empty(len(numbers))
    nearest = int(np.argmin(np.abs(numbers - best.shared[which])))
    start = replace(best, shared=np.delete(best.shared, which))
    for order in (range(nearest, len(numbers)), range(nearest - 1, -1, -1)):
        point = start
        for n in order:
            point, reached = _refitted(_held(problem, which, numbers[n]), point)
            found[n] = reached - least
    return np.maximum(found, 0.0)


def _held(problem: Problem, which: int, number: float) -> Problem:
    weights = slice(problem.weights.start - 1, problem.weights.stop - 1)
    value = jnp.asarray(number, jnp.float32)
    return replace(problem, system=Held(problem.system, which, value), weights=weights)


def _refitted(problem: Problem, point: Point) -> tuple[Point, float]:
    """The best fit near a point, and what is left there."""
    best, damping = objective(point, problem.run(point)), FIRST_DAMPING
    for _ in range(STEPS):
        step = curvature(problem, point).damped(damping).solved()
        tried = replace(point, shared=point.shared + step.shared, own=point.own + step.own)
        reached = objective(tried, problem.run(tried))
        if not reached < best:  # nor is what is not a number
            damping *= RAISE
            continue
        gained, point, best = best - reached, tried, reached
        damping *= LOWER
        if gained < SETTLED:
            break
    return point, best
