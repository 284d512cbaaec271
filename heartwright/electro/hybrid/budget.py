"""What the residual does, rate by rate and phase by phase, beside what the physics does."""

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from heartwright.electro.hybrid.newton.course import Course, course
from heartwright.electro.hybrid.newton.fit import Part, Point, Problem
from heartwright.electro.parallel import on_all_cores

RISEN, HIGH, LOW = 0.9, 0.5, 0.1  # × the peak: where upstroke, plateau and repolarisation end
RATES = ("dv/dt", "dh/dt")  # that a residual may act on

Samples = Float[np.ndarray, "trace time"]
Rates = Float[np.ndarray, "acting trace time"]
Budget = Mapping[str, Mapping[str, Mapping[str, float | None]]]  # rate, phase, number


def budget(
    potential: Samples, there: Bool[np.ndarray, "trace time"], *, known: Rates, residual: Rates
) -> Budget:
    """The residual's mean square, by rate that it acts on and by phase of the predicted beat.

    Args:
        potential: v of each trace, predicted.
        there: which samples count.
        known: the physics' own rates along it, the stimulus among them, 1/ms.
        residual: what is added to them, 1/ms.

    Returns:
        For each rate, and the whole beat and each of its `phases`: `mean_square` (mean F², 1/ms²)
        and `over_physics` (mean F² over the physics' own mean square); None where no sample is in
        the phase, or the physics does nothing there.
    """
    every = phases(potential, there)
    return {
        rate: {phase: _share(added[mask], own[mask]) for phase, mask in every.items()}
        for rate, added, own in zip(RATES, residual, known, strict=False)
    }


def phases(
    potential: Samples, there: Bool[np.ndarray, "trace time"]
) -> dict[str, Bool[np.ndarray, "trace time"]]:
    """Which samples belong to the whole beat and to each of its phases, by shares of its peak.

    Upstroke: before the potential first reaches 90 % of its peak. Behind that by its level alone:
    plateau above 50 %, repolarisation down to 10 %, rest below. A second upstroke in the same trace
    counts by its level too.
    """
    peak = np.where(there, potential, -np.inf).max(axis=1, keepdims=True)
    risen = np.maximum.accumulate(there & (potential >= RISEN * peak), axis=1)
    behind = there & risen
    high, low = potential > HIGH * peak, potential <= LOW * peak
    return {
        "whole": there,
        "upstroke": there & ~risen,
        "plateau": behind & high,
        "repolarisation": behind & ~high & ~low,
        "rest": behind & low,
    }


def budget_of(problem: Problem, at: Point) -> Budget:
    """The budget of what was learned from, in the frames that it was learned from."""

    def of(part: Part) -> Course:
        return course(
            problem.system,
            _single(at.shared),
            _single(at.own[part.rows]),
            part.lanes,
            frames=len(part.observed.values),
            frame=problem.frame,
            dt=problem.dt,
        )

    parts = on_all_cores(of, problem.parts)
    potential, known, residual = (
        np.concatenate([np.asarray(x, np.float64) for x in piece], axis=1)
        for piece in zip(*((x.potential, x.known, x.residual) for x in parts), strict=True)
    )
    return budget(
        potential.T, np.asarray(problem.observed.inside).T > 0, known=known.T, residual=residual.T
    )


def _share(added: Float[np.ndarray, "_"], own: Float[np.ndarray, "_"]) -> dict[str, float | None]:
    if not added.size:
        return {"mean_square": None, "over_physics": None}
    size, beside = float((added**2).mean()), float((own**2).mean())
    return {"mean_square": size, "over_physics": size / beside if beside > 0 else None}


def _single(array: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(array, jnp.float32)
