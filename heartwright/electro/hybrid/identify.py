"""Identification: prepared traces → the physics' parameters, and how surely they are known."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from jaxtyping import Integer

from heartwright.data import InputError, Progress, Provenance, TraceSet, silent
from heartwright.data.identified import Identified
from heartwright.electro.hybrid.accepted import check_beats
from heartwright.electro.hybrid.evidence import residual_is_asked_for
from heartwright.electro.hybrid.intervals import Slot, estimates, laplace, slots, warnings
from heartwright.electro.hybrid.newton.fit import LEAST_NOISE, Point, Problem, curvature, rounds
from heartwright.electro.hybrid.posing import cells_of, posed
from heartwright.electro.hybrid.scouting import scouted
from heartwright.electro.hybrid.settings import Settings
from heartwright.electro.hybrid.traces_system import CAMERA, EXCITATION

TOO_NOISY = 1.5  # × what samples differ by: the rest of the misfit is the model's
ENOUGH = 0.5  # of χ²: a round that gains less ends the fit, …
ROUNDING = 1e-6  # … or less than this share of it, which single precision cannot tell …
PATIENCE = 4  # … or so many of these, where noise, prior or penalty are learned too
MOVED = 1.1  # × by which a penalty that still moves grows
FIRST_PENALTY = 8  # the round at which it moves first, and the noise has moved
GONE = 1e-8  # a mean square of the residual, 1/ms², that is none

_DEFAULTS = Settings(weight=None)
Groups = Integer[np.ndarray, "trace"]


def identify(
    traces: TraceSet,
    *,
    groups: Groups | None = None,
    settings: Settings = _DEFAULTS,
    progress: Progress = silent,
) -> Identified:
    """Estimate the learned parameters, with nominal 95 % intervals, and say what is not known.

    The physics is fitted alone, then together with the residual from there, so that the network
    explains only what the physics cannot. Where Schwarz's criterion says that the data do not ask
    for the residual, the physics' own fit is the answer; else the intervals leave the residual's
    weights free. The noise is estimated; what is each trace's own is free with its learned prior,
    and a parameter that has a factor of each trace's own is estimated as the mean of all traces.

    Args:
        traces: prepared, on the solver's clock. Where they are single cells whose stimulus is
            known (1/ms for 1 ms from sample 0 on), say `Settings(excitation=(), per_trace=())`.
        groups: to which group each trace belongs, from 0 on; see `Settings.per_group`.
        settings: what is learned, and with which residual.
        progress: told after every round.

    Raises:
        InputError: traces that are not prepared, or groups that do not suit them.
    """
    check_beats(traces)
    _check_groups(traces, groups, settings)
    problem, point, noise = physics_alone(traces, groups, settings, progress=progress)
    offered, asked, norm = settings.residual != "none", False, 0.0
    if offered:
        hybrid, both = with_residual(traces, groups, settings, start=point, progress=progress)
        norm = _norm(both)
        asked = residual_is_asked_for(point, both, hybrid)
        problem, point = (hybrid, both) if asked else (problem, point)
    started = [n for n, name in enumerate(settings.own) if name in (*EXCITATION, *CAMERA)]
    found = of_fit(problem, point, slots_of(problem, point, settings), estimated=started)
    misfit = float(point.noise / noise)
    return replace(
        found,
        noise=float(np.sqrt(point.noise * _samples_a_frame(traces, problem))),
        residual_norm=norm,
        warnings=(*found.warnings, *_misfits(misfit)),
        header={
            "settings": asdict(settings),
            "residual_offered": offered,
            "residual_asked_for": asked,
            "misfit_over_noise": misfit,
        },
        provenance=Provenance.of(parameters=asdict(settings), seed=settings.seed),
    )


def physics_alone(
    traces: TraceSet, groups: Groups | None, settings: Settings, *, progress: Progress
) -> tuple[Problem, Point, float]:
    """The fit without a residual, and the frames' variance as samples differ from each other."""
    problem, first = posed(traces, groups, replace(settings, residual="none"))
    first = replace(first, noise=float(first.noise))
    begin = scouted(problem, first, cells_of(problem))
    point = converged(problem, begin, most=settings.rounds, progress=progress)
    return problem, point, first.noise


def with_residual(
    traces: TraceSet, groups: Groups | None, settings: Settings, *, start: Point, progress: Progress
) -> tuple[Problem, Point]:
    """The fit of physics and residual together, from where the physics alone arrived."""
    problem, blank = posed(traces, groups, settings)
    shared = np.concatenate([start.shared, blank.shared[problem.weights]])
    point = replace(blank, shared=shared, own=start.own, prior=start.prior, noise=start.noise)
    return problem, converged(problem, point, most=settings.rounds, progress=progress)


def converged(problem: Problem, point: Point, *, most: int, progress: Progress) -> Point:
    """The point where neither the fit, nor its noise, nor the residual's penalty moves any more."""
    frames = float(np.asarray(problem.observed.weights, np.float64).sum())
    enough = max(ENOUGH / frames, ROUNDING)
    offered = problem.weights.stop > problem.weights.start
    learning = offered or point.own.size > 0
    idle = 0
    for reached in rounds(problem, point):
        progress(reached.round, most)
        moves = learning and (reached.round <= FIRST_PENALTY or _grew(point, reached))
        idle = 0 if moves or reached.history["gained"][-1] > enough else idle + 1
        point = reached
        if idle == (PATIENCE if learning else 1) or point.round >= most:
            break
        if offered and _norm(point) < GONE:
            break
    return replace(point, noise=max(point.history["trajectory"][-1], LEAST_NOISE))


def _grew(before: Point, after: Point) -> bool:
    """Whether the residual's penalty moved."""
    return bool((after.penalty > MOVED * before.penalty).any())


def of_fit(
    problem: Problem, point: Point, where: tuple[Slot, ...], *, estimated: Sequence[int] = ()
) -> Identified:
    """Estimates, correlation and warnings at a best fit.

    `estimated` are the traces' own parameters whose mean comes from the same traces: how they start
    and how they are seen. It is as free as what is asked for. (The mean of the traces' own factors
    is part of that.)
    """
    prior = point.prior
    known = curvature(problem, point).with_free_mean(
        prior.precision, point.own - prior.mean, estimated
    )
    found = laplace(point.shared, known, len(where))
    listed = estimates(found, where)
    return Identified(
        estimates=listed,
        correlation=found.correlation,
        noise=float(np.sqrt(point.noise)),
        residual_norm=0.0,
        warnings=warnings(found, where, listed),
    )


def slots_of(problem: Problem, point: Point, settings: Settings) -> tuple[Slot, ...]:
    """Where each physical parameter lies, with the mean of the traces' own factors on it."""
    system = cells_of(problem)
    offsets = dict(zip(settings.own, point.prior.mean.tolist(), strict=True))
    return slots(system.blank.parameters, system.physics.bounds, offsets)


def _check_groups(traces: TraceSet, groups: Groups | None, settings: Settings) -> None:
    if groups is None:
        if settings.per_group:
            raise InputError(
                f"{settings.per_group[0]} is to have a value a group; name the groups."
            )
        return
    if len(groups) != len(traces) or set(groups.tolist()) != set(range(int(groups.max()) + 1)):
        raise InputError(
            f"{len(traces)} traces need as many group numbers, 0, 1 … with none left out."
        )


def _misfits(ratio: float) -> tuple[str, ...]:
    """What the noise says of the model."""
    if ratio < TOO_NOISY:
        return ()
    return (
        f"The model misses the traces by {np.sqrt(ratio):.1f} times their noise, so that its "
        f"parameters are biased and the intervals too narrow; traces of coupled tissue contain "
        f"their neighbours' current (fit them with diffusion), others may need a residual.",
    )


def _norm(point: Point) -> float:
    """Mean square of the residual along the paths, 1/ms²."""
    return float(point.history["residual"][-1]) if point.history else 0.0


def _samples_a_frame(traces: TraceSet, problem: Problem) -> float:
    return problem.frame * problem.dt / traces.step_ms
