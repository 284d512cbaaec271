"""Learning: prepared traces → a fitted hybrid model."""

import math
from dataclasses import asdict
from pathlib import Path

from heartwright.data import Fit, Progress, Provenance, TraceSet, silent
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.descent import descend, evaluate
from heartwright.electro.hybrid.examples import check_prepared, currents, examples
from heartwright.electro.hybrid.fitted import described, leaves_of, mean_trace
from heartwright.electro.hybrid.horizon import default_horizon
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.physics import parameters_of
from heartwright.electro.hybrid.published import STIMULUS, STIMULUS_MS, Published
from heartwright.electro.hybrid.variables import initial_variables

PIECE = 64  # steps; a horizon of whole pieces differentiates in large, equal parts (`rollout`)

_DEFAULTS = Published()


def learn_published(
    training: TraceSet,
    *,
    validation: TraceSet | None = None,
    settings: Published = _DEFAULTS,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> Fit:
    """Learn Mitchell–Schaeffer's time constants and a residual on dv/dt, as APHYN-EP does.

    Kashtanova et al. 2022, STACOM, hal-03894974. Every trace starts from its first measurement
    (v₀, and h₀ = 1), is stimulated at its own onset (J = 1/ms for 1 ms; for most pixels of a
    tissue that stands in for their neighbours' current), and is followed by forward Euler over
    the whole horizon.

    Where this differs from the paper: the loss has means, unless sums are asked for; the time
    constants have bounds and move faster than the weights (see `bounds`); an epoch has at least
    eight steps, because a full batch of a few traces would be one; the gradient is clipped at norm
    1, which with sums it nearly always exceeds; the learning rate falls to zero along a half
    cosine; and of all epochs the one with the lowest trajectory loss on the training traces is
    kept. The residual is small at first by its head alone, and each of its blocks has one tanh. The
    horizon is rounded up to 64 steps. Validation traces are scored, they choose nothing.

    Args:
        training: prepared traces on the solver's clock.
        validation: more of them, to score the result with.
        settings: see `Published`.
        checkpoint: see `learn`.
        progress: told after every epoch.

    Returns:
        The fit; its header holds model, settings, bounds, history and scores over the horizon.

    Raises:
        InputError: traces that are not prepared or lie on another clock.
        ConvergenceError: the loss stopped being a number.
    """
    for traces in (training, validation):
        if traces is not None:
            check_prepared(traces, settings.dt_ms)
    steps = _steps(training, settings)
    kept = Checkpoint.of(checkpoint, training, settings)
    best, history = descend(
        initial_variables(settings),
        examples(training, steps),
        currents(steps, settings.dt_ms),
        settings=settings,
        kept=kept,
        progress=progress,
    )
    kept.remove()
    model = best.model()
    header = {
        "model": described(model),
        "settings": asdict(settings),
        "bounds_ms": {name: settings.physics.bounds[name] for name in settings.learned},
        "scale": training.scale,
        "stimulus_per_ms": STIMULUS,
        "stimulus_ms": STIMULUS_MS,
        "horizon_ms": steps * settings.dt_ms,
        "history": asdict(history),
        **_scores(model, training, validation, steps=steps, dt_ms=settings.dt_ms),
    }
    return Fit(
        parameters=parameters_of(model.physics),
        learned=settings.learned,
        leaves=leaves_of(model),
        mean_trace=mean_trace(training),
        step_ms=settings.dt_ms,
        header=header,
        provenance=Provenance.of(parameters=asdict(settings), seed=settings.seed),
    )


def _steps(training: TraceSet, settings: Published) -> int:
    """The horizon in steps, rounded up to whole pieces."""
    horizon_ms = settings.horizon_ms or default_horizon(training)
    return PIECE * math.ceil(round(horizon_ms / settings.dt_ms) / PIECE)


def _scores(
    model: Hybrid, training: TraceSet, validation: TraceSet | None, *, steps: int, dt_ms: float
) -> dict[str, float | None]:
    """Errors, and the residual's mean square on training traces; within horizon and records."""
    stimulus = currents(steps, dt_ms)
    trained = evaluate(model, examples(training, steps), stimulus, dt_ms)
    seen = validation and evaluate(model, examples(validation, steps), stimulus, dt_ms)
    return {
        "train_mse": float(trained.trajectory),
        "validation_mse": float(seen.trajectory) if seen else None,
        "residual_norm": float(trained.residual),
    }
