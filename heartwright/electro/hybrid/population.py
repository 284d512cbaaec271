"""How traces differ, from all of them: also those that were too many to learn from."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Integer

from heartwright.data import TraceSet
from heartwright.electro.hybrid.newton.assimilate import Known, Posterior, assimilate
from heartwright.electro.hybrid.newton.equations import Observed
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.frames import frames_of
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.posing import lanes_of
from heartwright.electro.hybrid.traces_system import Lane
from heartwright.electro.parallel import blocks, on_all_cores


def informed_by_all(
    problem: Problem,
    point: Point,
    training: TraceSet,
    groups: Integer[np.ndarray, "trace"] | None,
) -> Point:
    """The same point, its prior that of all training traces, around their median.

    A trace's own parameters take a small part of what the shared ones take, so that every trace
    can be asked: the mean of a few traces is farther from that of all than the fit is wrong.
    """
    horizon = problem.observed.values.shape[0] * problem.frame * problem.dt
    seen = frames_of(training, frame=problem.frame, dt_ms=problem.dt, horizon_ms=horizon)
    found = informed(problem, point, seen, lanes_of(training, groups))
    return replace(point, prior=Normal.typical(found.mean, found.covariance))


def informed(problem: Problem, point: Point, seen: Observed, lanes: Lane) -> Posterior:
    """What these frames say of each lane, under the point's prior and its noise."""
    known = Known(problem.system, jnp.asarray(point.shared, jnp.float32))
    seen = seen._replace(weights=seen.weights / np.float32(point.noise))

    def of(rows: Integer[np.ndarray, "row"]) -> Posterior:
        some = jax.tree.map(lambda x: x[rows], lanes)
        cut = Observed(*(x[:, rows] for x in seen))
        return assimilate(known, some, cut, point.prior, frame=problem.frame, dt=problem.dt)

    found = on_all_cores(of, blocks(seen.values.shape[1]))
    return Posterior(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
