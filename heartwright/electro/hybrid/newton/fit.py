"""Levenberg–Marquardt, with noise, prior and penalty learned on the way (empirical Bayes).

What is minimised is

    Σ (observed − path)² / σ² + κ · Σ F² + Σ (z − μ)ᵀ Σ⁻¹ (z − μ)

over shared parameters and each trace's own z. Between steps σ², κ, μ and Σ move to their most
likely values (MacKay 1992, doi:10.1162/neco.1992.4.3.415; expectation–maximisation for μ and Σ), so
that no weight is chosen by hand: where the physics explains the data down to the noise, κ grows
and the residual goes to zero.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from heartwright.data import ConvergenceError
from heartwright.electro.hybrid.newton.arrow import Arrow, Step
from heartwright.electro.hybrid.newton.equations import Observed, Squares, normal_equations, squares
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.newton.system import AbstractSystem, Spread
from heartwright.electro.parallel import blocks, on_all_cores

RAISE, LOWER = 4.0, 1 / 3  # of the damping, when a step fails or helps
MOST_DAMPING = 1e8
FIRST_DAMPING = 1e-2
SETTLING = 6  # rounds before noise, prior and penalty move
PENALTY_EVERY = 4  # rounds; it costs as much as a step
NEAR = 0.02  # a round that gains less is near the optimum, where alone the evidence holds
LEAST_NOISE = 1e-8
NOT_MEASURED = 1e-10  # × the largest eigenvalue: directions that neither data nor penalty determine
TINY = 1e-30
PENALTY_PACE = 10.0  # × by which the penalty moves at most


@dataclass(frozen=True, eq=False)
class Problem:
    """What stays the same."""

    system: AbstractSystem
    lanes: PyTree
    observed: Observed  # weights: the share of each frame that was measured
    frame: int  # solver steps
    dt: float  # ms
    weights: slice  # which of the shared parameters are the residual's
    weighed: bool = False  # κ stays 1 / (λ σ²) with the λ that it started with
    spread: Spread | None = None
    free: tuple[
        int, ...
    ] = ()  # of a lane's own: their prior's mean takes steps like what is shared

    @cached_property
    def parts(self) -> "list[Part]":
        """Lanes that run together: all, where they are coupled, else as many as suit the cores."""
        lanes = self.observed.values.shape[1]
        every = [np.arange(lanes)] if self.spread is not None else blocks(lanes)
        return [
            Part(
                rows,
                jax.tree.map(lambda x, rows=rows: x[rows], self.lanes),
                Observed(*(x[:, rows] for x in self.observed)),
            )
            for rows in every
        ]

    def run(self, at: "Point") -> Squares:
        """The path at a point, and its misfit on the data's own scale."""

        def of(part: Part) -> Squares:
            return squares(
                self.system,
                _single(at.shared),
                _single(at.own[part.rows]),
                part.lanes,
                part.observed,
                frame=self.frame,
                dt=self.dt,
                spread=self.spread,
            )

        found = on_all_cores(of, self.parts)
        return Squares(
            misfit=np.concatenate([x.misfit for x in found]),
            residual=np.sum([x.residual for x in found], axis=0),
            path=np.concatenate([x.path for x in found], axis=1),
            residual_path=np.concatenate([x.residual_path for x in found], axis=1),
        )

    def equations(
        self, at: "Point", *, weight: float, penalty: Float[np.ndarray, "acting"]
    ) -> Arrow:
        """The normal equations of weight · Σ misfit² + penalty · Σ F²."""

        def of(part: Part) -> Arrow:
            seen = part.observed._replace(weights=part.observed.weights * np.float32(weight))
            return normal_equations(
                self.system,
                _single(at.shared),
                _single(at.own[part.rows]),
                part.lanes,
                seen,
                penalty=_single(penalty),
                frame=self.frame,
                dt=self.dt,
                spread=self.spread,
            )

        return Arrow.joined([arrow.on_host() for arrow in on_all_cores(of, self.parts)])


@dataclass(frozen=True, eq=False)
class Part:
    """Lanes that run together."""

    rows: np.ndarray
    lanes: PyTree
    observed: Observed


@dataclass(frozen=True, eq=False)
class Point:
    """Everything that moves."""

    shared: Float[np.ndarray, "shared"]
    own: Float[np.ndarray, "lane own"]
    prior: Normal
    noise: float  # variance of a frame
    penalty: Float[np.ndarray, "acting"]  # κ
    damping: float = FIRST_DAMPING
    round: int = 0
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def moved(self, by: Step, free: Sequence[int]) -> "Point":
        """One step on; behind what is shared it moves the prior's mean of what is `free`."""
        count = len(self.shared)
        mean = self.prior.mean.copy()
        mean[list(free)] += by.shared[count:]
        prior = replace(self.prior, mean=mean)
        shared = self.shared + by.shared[:count]
        return replace(self, shared=shared, own=self.own + by.own, prior=prior)

    def packed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays, and what JSON holds to the last bit."""
        arrays = {"shared": self.shared, "own": self.own, "penalty": self.penalty}
        arrays |= {"mean": self.prior.mean, "covariance": self.prior.covariance}
        rest = {"noise": self.noise, "damping": self.damping, "round": self.round}
        return arrays, rest | {"history": dict(self.history)}

    @classmethod
    def unpacked(cls, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> "Point":
        """The inverse of `packed`."""
        history = {name: tuple(values) for name, values in rest["history"].items()}
        return cls(
            shared=arrays["shared"],
            own=arrays["own"],
            prior=Normal(arrays["mean"], arrays["covariance"]),
            penalty=arrays["penalty"],
            **{**rest, "history": history},
        )


def curvature(problem: Problem, at: Point) -> Arrow:
    """The normal equations of all that is minimised, the prior included."""
    arrow = problem.equations(at, weight=1 / at.noise, penalty=at.penalty)
    return arrow.with_prior(at.prior.precision, at.own - at.prior.mean)


def objective(at: Point, ran: Squares) -> float:
    """What is minimised."""
    size = float(at.penalty @ np.asarray(ran.residual, np.float64))
    return float(_misfit(ran) / at.noise + size + at.prior.distance(at.own))


class Refused(NamedTuple):
    """Steps of one round that were not taken."""

    steps: int = 0
    not_numbers: int = 0  # of them: after which the objective was no number

    def with_one_more(self, reached: float) -> "Refused":
        """Another step, which reached this objective."""
        return Refused(self.steps + 1, self.not_numbers + (not np.isfinite(reached)))


def rounds(problem: Problem, point: Point) -> Iterator[Point]:
    """One damped Gauss–Newton step after the other.

    A step that does not lower the objective, or after which it is not a number, is repeated with
    more damping; the history counts both.

    Raises:
        ConvergenceError: the objective is no number where this starts.
    """
    ran = problem.run(point)
    if not np.isfinite(objective(point, ran)):
        raise ConvergenceError(
            f"the model runs away where learning starts, so that no step can help; take solver "
            f"steps shorter than {problem.dt:g} ms, or another physics."
        )
    while True:
        arrow, before = curvature(problem, point), objective(point, ran)
        point, ran, refused = _improved(problem, point, ran, arrow)
        gained = float(1 - objective(point, ran) / before)
        point = replace(point, round=point.round + 1)
        if point.round > SETTLING:
            point = _relearned(problem, point, ran, arrow, near=gained < NEAR)
        point = _noted(problem, point, ran, gained, refused)
        yield point


def _improved(
    problem: Problem, point: Point, ran: Squares, arrow: Arrow
) -> tuple[Point, Squares, Refused]:
    """The first damped step that helps; the same point where none does."""
    best, damping, refused = objective(point, ran), point.damping, Refused()
    prior = point.prior
    arrow = arrow.with_free_mean(prior.precision, point.own - prior.mean, problem.free)
    while damping < MOST_DAMPING:
        tried = point.moved(arrow.damped(damping).solved(), problem.free)
        reached = problem.run(tried)
        value = objective(tried, reached)
        if value < best:  # never true of what is not a number
            return replace(tried, damping=damping * LOWER), reached, refused
        refused = refused.with_one_more(value)
        damping *= RAISE
    return replace(point, damping=FIRST_DAMPING), ran, refused


def _relearned(problem: Problem, point: Point, ran: Squares, arrow: Arrow, *, near: bool) -> Point:
    """Noise and prior at their most likely values, and the penalty where that means something."""
    frames = float(np.asarray(problem.observed.weights, np.float64).sum())
    noise = max(_misfit(ran) / frames, LEAST_NOISE)
    own = Normal.of(point.own, np.linalg.inv(arrow.C)) if point.own.size else point.prior
    penalty = point.penalty
    if problem.weighed:
        penalty = penalty * point.noise / noise
    elif near and point.round % PENALTY_EVERY == 0:
        penalty = _penalty(problem, point, ran, arrow)
    return replace(point, noise=noise, prior=own, penalty=penalty)


def _penalty(
    problem: Problem, point: Point, ran: Squares, arrow: Arrow
) -> Float[np.ndarray, "acting"]:
    """MacKay's fixed point κ = γ / Σ F², γ the number of weights that the data determine.

    γ = weights − κ tr (H⁻¹ R): H is the curvature of everything, seen from the weights, and κ R the
    part of it that the penalty adds.
    """
    weights = problem.weights
    count = weights.stop - weights.start
    if count == 0:
        return point.penalty
    size = problem.equations(point, weight=0.0, penalty=point.penalty).A[weights, weights]
    known = np.linalg.pinv(arrow.schur(), rcond=NOT_MEASURED, hermitian=True)[weights, weights]
    determined = count - float(np.sum(known * size))
    total = np.asarray(ran.residual, np.float64)
    wanted = max(determined, 1.0) / len(total) / np.maximum(total, TINY)
    return np.clip(wanted, point.penalty / PENALTY_PACE, point.penalty * PENALTY_PACE)


def _noted(problem: Problem, point: Point, ran: Squares, gained: float, refused: Refused) -> Point:
    """The same point, and one entry more in each list of its history."""
    measured = float(np.asarray(problem.observed.weights, np.float64).sum())
    inside = float(np.asarray(problem.observed.inside, np.float64).sum())
    entry = {
        "trajectory": _misfit(ran) / measured,
        "residual": float(np.sum(ran.residual)) / inside,
        "noise": point.noise,
        "weight": 1 / (point.noise * float(point.penalty[0])),
        "damping": point.damping,
        "gained": gained,
        "refused": refused.steps,
        "not_a_number": refused.not_numbers,
    }
    history = {name: (*point.history.get(name, ()), value) for name, value in entry.items()}
    return replace(point, history=history)


def _misfit(ran: Squares) -> float:
    return float(np.asarray(ran.misfit, np.float64).sum())


def _single(array: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(array, jnp.float32)
