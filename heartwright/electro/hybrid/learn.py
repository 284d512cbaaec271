"""Learning: prepared traces → a fitted hybrid model."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Integer

from heartwright.data import Fit, Progress, TraceSet, silent
from heartwright.electro.hybrid.accepted import check_alike, check_beats
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.fitted import fit_of
from heartwright.electro.hybrid.forecast import forecast
from heartwright.electro.hybrid.learn_published import learn_published
from heartwright.electro.hybrid.newton.equations import BLOCK, Observed
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.population import informed, informed_by_all
from heartwright.electro.hybrid.posing import cells_of, lanes_of, learnable, posed
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.scouting import scouted
from heartwright.electro.hybrid.settings import Settings
from heartwright.electro.hybrid.stopping import Look, settled

ALONE = 20  # rounds of the physics at most, before the residual joins

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
        training: prepared traces; their sampling is a whole number of solver steps. What was not
            measured (NaN) is not learned from, but by `Published`, which refuses it.
        validation: more of them, to score the result with. With `Settings` they also choose the
            round that is kept (the typical trace's error on them is looked at every few rounds,
            and learning ends when it stopped falling), so that their score is no unbiased one any
            more: keep a third set for that. With `Published` they choose nothing.
        groups: to which group each trace belongs, from 0, for `Settings.per_group`.
        settings: see `Settings` and `Published`.
        checkpoint: a file to go on from, if it exists, and to note every round in; it is removed
            at the end. A learning that was stopped and goes on gives the same fit, bit by bit.
        progress: told after every round.

    Returns:
        The fit; its header holds model, settings, prior, history and scores over the horizon; the
        residual's `budget`; `backed_off`, the rounds in which a step was taken back because it
        made the model run away (0: in those of the physics alone, before the residual joined); and
        `validation_chose`, the round that validation traces chose.

    Raises:
        InputError: traces that are not prepared, or lie on a clock that does not suit the solver.
        ConvergenceError: the model is no number where it starts, or stopped being one.
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
        check_beats(traces)
        check_alike(traces, sample_ms=training.step_ms, scale=training.scale)
    chosen = _evenly(training, settings.most_traces)
    known = training.take(chosen)
    of = None if groups is None else groups[chosen]
    unseen = validation and validation.take(_evenly(validation, settings.most_traces))
    looked_at = () if unseen is None else (unseen.values, unseen.lengths, unseen.onsets_ms)
    kept = Checkpoint.of(checkpoint, known, settings, groups, *looked_at)
    found = _solved(known, of, settings, unseen=unseen, kept=kept, progress=progress)
    point = found.point
    if len(known) < len(training):
        point = informed_by_all(found.problem, point, training, groups)
    kept.remove()
    fit = fit_of(training, found.problem, point, found.settings)
    header = {**fit.header, "backed_off": found.backed_off}
    if found.chosen:
        header["validation_chose"] = found.point.round
    fit = replace(fit, header=header)
    return fit if validation is None else _scored(fit, validation)


class Solution(NamedTuple):
    """What was found."""

    problem: Problem
    point: Point
    settings: Settings  # that it answers to
    backed_off: list[int]  # rounds
    chosen: bool  # by validation traces

    def surpasses(self, other: "Solution") -> bool:
        """Whether it both follows the training traces better and foretells them better."""
        mine, others = self._misfits(), other._misfits()
        return mine[0] < others[0] and mine[1] < others[1]

    def _misfits(self) -> tuple[float, float]:
        return _misfit(self.problem, self.point), _forecast_error(self.problem, self.point)


def _solved(
    traces: TraceSet,
    groups: Groups | None,
    settings: Settings,
    *,
    unseen: TraceSet | None,
    kept: Checkpoint,
    progress: Progress,
) -> Solution:
    """The solution.

    First the physics alone, from the best of many places, then with its residual from where that
    arrived: learned together from the start, the network would take over what the physics can
    explain. Where the residual does not help to foretell traces that last as they like, it is
    learned once more for traces that all last alike: few and unlike wells say little of how others
    differ, but still what is typical of them.
    """
    problem, point = posed(traces, groups, settings)
    follow = partial(settled, problem, most=settings.rounds, kept=kept, progress=progress)
    look = None if unseen is None else _look(problem, unseen)
    if settings.residual == "none" or not (settings.names or settings.varying):
        point = follow(scouted(problem, point, cells_of(problem)), look=look)
        return Solution(problem, point, settings, _backed_off(point), look is not None)
    physics = replace(settings, residual="none")
    bare, alone = posed(traces, groups, physics)
    alone = scouted(bare, alone, cells_of(bare))
    alone = settled(bare, alone, most=ALONE, kept=Checkpoint(None, ""), progress=silent)
    shared = np.concatenate([alone.shared, point.shared[problem.weights]])
    point = replace(point, shared=shared, own=alone.own, prior=alone.prior)
    point = follow(point, look=look)
    if _forecast_error(problem, point) <= _forecast_error(bare, alone):
        backed_off = [0] * bool(_backed_off(alone)) + _backed_off(point)
        return Solution(problem, point, settings, backed_off, look is not None)
    plain = Solution(bare, alone, physics, _backed_off(alone), chosen=False)
    if not settings.varying:
        return plain
    alike, again = replace(settings, per_trace=()), kept.second()
    found = _solved(traces, groups, alike, unseen=unseen, kept=again, progress=progress)
    again.remove()
    return found if found.surpasses(plain) else plain


def _backed_off(point: Point) -> list[int]:
    """The rounds in which a step made the model no number."""
    return [n for n, count in enumerate(point.history["not_a_number"], start=1) if count]


def _look(problem: Problem, unseen: TraceSet) -> Look:
    """The typical trace's error on traces that are not learned from, over the same horizon."""
    horizon_ms = len(problem.observed.values) * problem.frame * problem.dt
    observed = learnable(unseen, frame=problem.frame, dt_ms=problem.dt, horizon_ms=horizon_ms)
    beside = replace(problem, lanes=lanes_of(unseen), observed=observed)

    def look(point: Point) -> float:
        return _typical_error(
            beside, replace(point, own=np.zeros((len(unseen), len(point.prior.mean))))
        )

    return look


def _typical_error(problem: Problem, point: Point) -> float:
    """Misfit of the typical trace to all: what a forecast that was given nothing would make."""
    return _misfit(problem, replace(point, own=np.tile(point.prior.mean, (len(point.own), 1))))


def _forecast_error(problem: Problem, point: Point) -> float:
    """Misfit of what each trace's first frame foretells of it.

    A residual that follows each trace, but foretells them worse than the physics does, is not kept.
    """
    block = Observed(*(x[:BLOCK] for x in problem.observed))
    first = block._replace(weights=block.weights.at[1:].set(0.0))
    told = informed(problem, point, first, problem.lanes)
    return _misfit(problem, replace(point, own=told.mean))


def _misfit(problem: Problem, point: Point) -> float:
    error = float(np.sum(problem.run(point).misfit))
    return error if np.isfinite(error) else np.inf


def _scored(fit: Fit, validation: TraceSet) -> Fit:
    """The same fit, its header told how well it forecasts traces that it did not learn from."""
    error = forecast(fit, validation).scores["mse"]
    return replace(fit, header={**fit.header, "validation_mse": error})


def _evenly(traces: TraceSet, most: int) -> Integer[np.ndarray, "chosen"]:
    count = len(traces)
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)
