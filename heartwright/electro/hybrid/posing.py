"""From traces and settings to the least-squares problem, and where it starts."""

from typing import cast

import jax.numpy as jnp
import numpy as np
from jaxtyping import Integer

from heartwright.data import InputError, TraceSet
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.newton.equations import Observed
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.frames import frames_of, steps_a_frame, steps_a_sample
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.physics import named
from heartwright.electro.hybrid.residual import initial_residual
from heartwright.electro.hybrid.settings import Settings
from heartwright.electro.hybrid.traces_system import CAMERA, Lane, Shared, TracesSystem

HEAD_GAIN = 1e-2  # of the first residual: enough for Gauss–Newton to see where it leads
# standard deviations of each trace's own, before any trace was seen
FIRST_SPREAD = {
    "start": 0.03,
    "onset": 0.3,
    "amplitude": 0.3,
    "length": 0.3,
    "offset": 0.05,
    "gain": 0.1,
}
FIRST_FACTOR = 0.05
FIRST_WEIGHT = 1e4  # λ of λ · L_traj + ‖F‖², before the evidence chooses it
SMALLEST_NOISE = 1e-3  # standard deviation of a sample: noiseless data weigh no more than this


def posed(
    training: TraceSet, groups: Integer[np.ndarray, "trace"] | None, settings: Settings
) -> tuple[Problem, Point]:
    """The least-squares problem, and where it starts."""
    physics = named(settings.physics)
    count = 1 if groups is None else int(groups.max()) + 1
    shared = Shared(
        parameters={
            name: jnp.full(
                count if name in settings.per_group else 1,
                unbounded(physics.bounds[name], getattr(physics, name)),
            )
            for name in settings.names
        },
        excitation={name: jnp.zeros(()) for name in settings.shared_excitation},
        residual=initial_residual(settings.architecture, seed=settings.seed, head_gain=HEAD_GAIN),
    )
    system = TracesSystem(physics, shared, settings.own, settings.dt_ms)
    frame = steps_a_frame(training, settings.dt_ms)
    horizon = settings.horizon_ms or float(training.lengths.max() * training.step_ms)
    observed = learnable(training, frame=frame, dt_ms=settings.dt_ms, horizon_ms=horizon)
    problem = Problem(
        system=system,
        lanes=lanes_of(training, groups),
        observed=observed,
        frame=frame,
        dt=settings.dt_ms,
        weights=system.weights,
        weighed=settings.weight is not None,
        free=tuple(n for n, name in enumerate(settings.own) if name in CAMERA),
    )
    prior = _first_prior(settings, training.step_ms - settings.dt_ms)
    noise = _first_noise(training, frame // steps_a_sample(training, settings.dt_ms))
    return problem, Point(
        shared=np.asarray(system.flat(shared), np.float64),
        own=np.tile(prior.mean, (len(training), 1)),
        prior=prior,
        noise=noise,
        penalty=np.full(settings.acting, 1 / (noise * (settings.weight or FIRST_WEIGHT))),
    )


def cells_of(problem: Problem) -> TracesSystem:
    """The system of a problem that `posed` made."""
    return cast("TracesSystem", problem.system)


def lanes_of(traces: TraceSet, groups: Integer[np.ndarray, "trace"] | None = None) -> Lane:
    """When each trace is stimulated (at its onset, unless it says so), and its group."""
    count = len(traces)
    onsets = np.zeros((count, 1)) if traces.onsets_ms is None else traces.onsets_ms
    of = np.zeros(count, int) if groups is None else groups
    return Lane(jnp.asarray(onsets, jnp.float32), jnp.asarray(of, jnp.int32))


def learnable(traces: TraceSet, *, frame: int, dt_ms: float, horizon_ms: float) -> Observed:
    """The frames of traces up to a horizon (`frames_of`), if there is anything in them.

    Raises:
        InputError: nothing was measured there.
    """
    observed = frames_of(traces, frame=frame, dt_ms=dt_ms, horizon_ms=horizon_ms)
    if not np.asarray(observed.weights).any():
        raise InputError(
            f"no trace was measured within the {horizon_ms:g} ms that are learned from; "
            f"give a longer horizon or other traces."
        )
    return observed


def _first_prior(settings: Settings, blur_ms: float) -> Normal:
    """Before any trace was seen; coarse samples blur when a beat begins, and show it late."""
    spread = FIRST_SPREAD | {"onset": max(FIRST_SPREAD["onset"], blur_ms / 2)}
    means = np.array([blur_ms if name == "onset" else 0.0 for name in settings.own])
    deviations = np.array([spread.get(name, FIRST_FACTOR) for name in settings.own])
    return Normal(means, np.diag(deviations**2))


def _first_noise(traces: TraceSet, per_frame: int) -> float:
    """Variance of a frame, from how measured samples differ from their neighbours."""
    rows = zip(traces.values, traces.measured, strict=True)
    steps = np.concatenate([np.diff(values[measured]) for values, measured in rows])
    deviation = 1.4826 * float(np.median(np.abs(steps))) / np.sqrt(2)
    return float(max(deviation, SMALLEST_NOISE) ** 2 / per_frame)
