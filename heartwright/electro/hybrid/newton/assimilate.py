"""From what was measured of a trace so far to its own parameters, and how sure they are.

The most probable z under the prior that the training traces left, by Gauss–Newton for every lane
on its own, and Laplace's covariance there.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.newton.equations import Observed, normal_equations, squares
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.newton.system import AbstractSystem, Vector

STEPS = 6  # at most
ENOUGH = 1e-2  # a step that changes each lane's sum of squares, in units of σ², by less is the last
FIRST_DAMPING, RAISE, LOWER = 1e-2, 8.0, 1 / 4


class Known(AbstractSystem):
    """A system whose shared parameters are known: only each lane's own are left."""

    system: AbstractSystem
    shared: Float[Array, "shared"]

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

    def _all(self, own: Float[Array, "own"]) -> Vector:
        return jnp.concatenate([self.shared, own])


class Posterior(NamedTuple):
    """What is known of each lane after its samples were seen."""

    mean: Float[np.ndarray, "lane own"]
    covariance: Float[np.ndarray, "lane own own"]

    def drawn(self, count: int, random: np.random.Generator) -> Float[np.ndarray, "draw lane own"]:
        """Samples of every lane's normal distribution."""
        root = np.linalg.cholesky(self.covariance)
        unit = random.standard_normal((count, *self.mean.shape))
        return self.mean + np.einsum("lpq,dlq->dlp", root, unit)


def assimilate(
    known: Known, lanes: PyTree, observed: Observed, prior: Normal, *, frame: int, dt: float
) -> Posterior:
    """The most probable parameters of each lane, and their covariance.

    Args:
        known: the system, its shared parameters fixed.
        lanes: what tells lanes apart.
        observed: frames and their weights 1/σ².
        prior: of each lane's own parameters.
        frame: solver steps a frame.
        dt: solver step, ms.
    """
    nothing, count = jnp.zeros(0), observed.values.shape[1]

    def cost(own: np.ndarray) -> Float[np.ndarray, "lane"]:
        ran = squares(known, nothing, _single(own), lanes, observed, frame=frame, dt=dt)
        off = own - prior.mean
        return np.asarray(ran.misfit, np.float64) + np.einsum("lp,pq,lq->l", off, precision, off)

    def curved(own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        arrow = normal_equations(
            known, nothing, _single(own), lanes, observed, penalty=jnp.zeros(1), frame=frame, dt=dt
        ).on_host()
        return np.asarray(arrow.C) + precision, np.asarray(arrow.c) - (own - prior.mean) @ precision

    if not prior.mean.size:
        return Posterior(np.zeros((count, 0)), np.zeros((count, 0, 0)))
    precision = prior.precision
    own = np.tile(prior.mean, (count, 1))
    damping, best = np.full(len(own), FIRST_DAMPING), cost(own)
    eye = np.eye(own.shape[1])
    for _ in range(STEPS):
        matrix, right = curved(own)
        raised = matrix * (1 + damping[:, None, None] * eye)
        tried = own + np.linalg.solve(raised, right[..., None])[..., 0]
        reached = cost(tried)
        better = reached < best  # never true of what is not a number
        changed = np.where(np.isfinite(reached), np.abs(best - reached), np.inf)
        own = np.where(better[:, None], tried, own)
        best = np.where(better, reached, best)
        damping = np.where(better, damping * LOWER, damping * RAISE)
        if changed.max() < ENOUGH:
            break
    return Posterior(own, np.linalg.inv(curved(own)[0]))


def _single(array: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(array, jnp.float32)
