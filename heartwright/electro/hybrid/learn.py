"""Learning: prepared traces → a fitted hybrid model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Integer

from heartwright.data import Fit, InputError, Progress, TraceSet, silent
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.fitted import fit_of
from heartwright.electro.hybrid.forecast import forecast
from heartwright.electro.hybrid.learn_published import learn_published
from heartwright.electro.hybrid.newton.fit import Point, Problem, rounds
from heartwright.electro.hybrid.posing import posed
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.settings import Settings

ALONE = 20  # rounds of the physics at most, before the residual joins
SETTLED, PATIENCE = 1e-4, 4  # so many rounds that gain less than this share end the learning

_DEFAULTS = Settings()

Groups = Integer[np.ndarray, "trace"]


def learn(
    training: TraceSet,
    *,
    validation: TraceSet | None = None,
    groups: Groups | None = None,
    settings: Settings | Published = _DEFAULTS,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> Fit:
    """Learn a physics' parameters and a residual from action potentials.

    With `Settings`: Levenberg–Marquardt with exact sensitivities of everything that is learned,
    the physics' parameters, the residual's weights, and what each trace has of its own (when and
    how strongly it is stimulated, how long it lasts); the noise and the distribution of the traces'
    own parameters come from the data (`newton.fit`). With `Published`: the method of the paper
    (`learn_published`).

    Args:
        training: prepared traces; their sampling is a whole number of solver steps.
        validation: more of them, to score the result with; they choose nothing.
        groups: to which group each trace belongs, from 0, for `Settings.per_group`.
        settings: see `Settings` and `Published`.
        checkpoint: a file to go on from, if it exists, and to note every round in; it is removed
            at the end. A learning that was stopped and goes on gives the same fit, bit by bit.
        progress: told after every round.

    Returns:
        The fit; its header holds model, settings, prior, history and scores over the horizon.

    Raises:
        InputError: traces that are not prepared, or lie on a clock that does not suit the solver.
        ConvergenceError: the loss stopped being a number (`Published`).
    """
    if isinstance(settings, Published):
        return learn_published(
            training,
            validation=validation,
            settings=settings,
            checkpoint=checkpoint,
            progress=progress,
        )
    for traces in filter(None, (training, validation)):
        if not traces.prepared:
            raise InputError(
                "the traces are not prepared (scaled to [0, 1], from their onset); "
                "prepare them first, or leave out --raw."
            )
    chosen = _evenly(len(training), settings.most_traces)
    known = training.take(chosen)
    of = None if groups is None else groups[chosen]
    kept = Checkpoint.of(checkpoint, known, settings, groups)
    problem, point, kept_settings = _solved(known, of, settings, kept, progress)
    kept.remove()
    fit = fit_of(training, problem, point, kept_settings)
    return fit if validation is None else _scored(fit, validation)


def _solved(
    traces: TraceSet,
    groups: Groups | None,
    settings: Settings,
    kept: Checkpoint,
    progress: Progress,
) -> tuple[Problem, Point, Settings]:
    """The solution, and the settings that it answers to.

    First the physics alone, then with its residual from where that arrived: learned together from
    the start, the network would take over what the physics can explain.
    """
    problem, point = posed(traces, groups, settings)
    if settings.residual == "none" or not (settings.names or settings.varying):
        most = settings.rounds
        return problem, settled(problem, point, most=most, kept=kept, progress=progress), settings
    physics = replace(settings, residual="none")
    bare, alone = posed(traces, groups, physics)
    alone = settled(bare, alone, most=ALONE, kept=Checkpoint(None, ""), progress=silent)
    shared = np.concatenate([alone.shared, point.shared[problem.weights]])
    point = replace(point, shared=shared, own=alone.own, prior=alone.prior)
    point = settled(problem, point, most=settings.rounds, kept=kept, progress=progress)
    if _typical_error(bare, alone) < _typical_error(problem, point):
        return bare, alone, physics
    return problem, point, settings


def _typical_error(problem: Problem, point: Point) -> float:
    """Misfit of the typical trace to all: what a forecast that was given nothing would make.

    A residual that follows each trace but leaves the typical one worse than the physics does is
    not kept.
    """
    typical = replace(point, own=np.tile(point.prior.mean, (len(point.own), 1)))
    error = float(np.sum(problem.run(typical).misfit))
    return error if np.isfinite(error) else np.inf


def settled(
    problem: Problem, point: Point, *, most: int, kept: Checkpoint, progress: Progress
) -> Point:
    """The point after so many rounds, or after several that gained nothing."""
    saved = kept.load()
    point = point if saved is None else Point.unpacked(*saved)
    if point.round >= most or _idle(point):
        return point
    for reached in rounds(problem, point):
        point = reached
        kept.save(*point.packed())
        progress(point.round, most)
        if point.round >= most or _idle(point):
            break
    return point


def _idle(point: Point) -> bool:
    """Whether the last rounds gained nothing."""
    last = point.history.get("gained", ())[-PATIENCE:]
    return len(last) == PATIENCE and bool(max(last) < SETTLED)


def _scored(fit: Fit, validation: TraceSet) -> Fit:
    """The same fit, its header told how well it forecasts traces that it never saw."""
    error = forecast(fit, validation).scores["mse"]
    return replace(fit, header={**fit.header, "validation_mse": error})


def _evenly(count: int, most: int) -> Integer[np.ndarray, "chosen"]:
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)
