"""Between a model that runs and a `Fit` that is kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.data import Fit, InputError, Provenance, TraceSet
from heartwright.electro.hybrid.bounds import Bounds, bounded, unbounded
from heartwright.electro.hybrid.budget import budget_of
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.physics import name_of, named, parameters_of, with_values
from heartwright.electro.hybrid.residual import (
    AbstractResidual,
    Architecture,
    NoResidual,
    initial_residual,
)
from heartwright.electro.hybrid.settings import Settings
from heartwright.electro.hybrid.traces_system import Shared, TracesSystem
from heartwright.electro.signals.clock import bridged

NEAREST = 1e-4  # × the value: how near to its bounds a parameter of the typical trace may be


def described(model: Hybrid) -> dict[str, Any]:
    """Which model to build, as a fit's header says it."""
    residual = model.residual
    bare = isinstance(residual, NoResidual)
    return {
        "physics": name_of(model.physics),
        "residual": None if bare else residual.architecture.described(),
    }


def leaves_of(model: Hybrid) -> tuple[np.ndarray, ...]:
    """The residual's weights, in the order of its tree."""
    return tuple(np.asarray(leaf) for leaf in jax.tree.leaves(model.residual))


def model_of(fit: Fit) -> Hybrid:
    """The model that a fit describes, ready to run.

    Raises:
        InputError: the header or the weights belong to another kind of model.
    """
    header = fit.header.get("model") or {}
    if bool(header.get("residual")) != bool(fit.leaves):
        raise InputError(
            "the fit describes another model than this version of heartwright builds; "
            "learn the model again."
        )
    physics = with_values(named(str(header.get("physics"))), fit.parameters)
    return Hybrid(physics=physics, residual=_residual_of(header.get("residual"), fit.leaves))


def _residual_of(
    description: Mapping[str, Any] | None, leaves: tuple[np.ndarray, ...]
) -> AbstractResidual:
    """The described network with these weights."""
    if description is None:
        return NoResidual()
    blank = initial_residual(Architecture.of(description), seed=0)
    shapes = [leaf.shape for leaf in jax.tree.leaves(blank)]
    if shapes != [leaf.shape for leaf in leaves]:
        raise InputError("the fit's weights do not suit this residual; learn the model again.")
    return jax.tree.unflatten(jax.tree.structure(blank), map(jnp.asarray, leaves))


def fit_of(training: TraceSet, problem: Problem, point: Point, settings: Settings) -> Fit:
    """What Gauss–Newton found, as it is kept.

    Parameters are those of the typical trace: the mean of the traces' own factors is in them, and
    what is left of the prior says how traces differ from it.
    """
    system = problem.system
    assert isinstance(system, TracesSystem)
    shared, prior = _typical(system, point)
    groups = _values(system, shared)
    physics = dict(parameters_of(named(settings.physics)))
    physics |= {name: values[0] for name, values in groups.items()}
    model = Hybrid(named(settings.physics), shared.residual)
    header = {
        "model": described(model),
        "method": "gauss-newton",
        "settings": asdict(settings),
        "bounds": {name: model.physics.bounds[name] for name in settings.names},
        "groups": {name: groups[name] for name in settings.per_group},
        "excitation": {name: float(value) for name, value in shared.excitation.items()},
        "own": list(settings.own),
        "prior": {"mean": prior.mean.tolist(), "covariance": prior.covariance.tolist()},
        "noise": _sample_noise(problem, point, training.step_ms),
        "sample_ms": training.step_ms,
        "scale": training.scale,
        "horizon_ms": len(problem.observed.values) * problem.frame * problem.dt,
        "history": {name: list(values) for name, values in point.history.items()},
        "residual_norm": point.history["residual"][-1],
        "budget": {} if isinstance(shared.residual, NoResidual) else budget_of(problem, point),
        "train_mse": point.history["trajectory"][-1],
    }
    return Fit(
        parameters=physics,
        learned=settings.names,
        leaves=leaves_of(model),
        mean_trace=mean_trace(training),
        step_ms=settings.dt_ms,
        header=header,
        provenance=Provenance.of(parameters=asdict(settings), seed=settings.seed),
    )


def system_of(fit: Fit) -> tuple[TracesSystem, Float[Array, "shared"], Normal]:
    """The system that a fit describes, its shared parameters, and the prior of each trace's own.

    Raises:
        InputError: the header or the weights belong to another kind of model.
    """
    model = model_of(fit)
    try:
        settings = Settings(**{k: _tupled(v) for k, v in fit.header["settings"].items()})
        mean = np.array(fit.header["prior"]["mean"], float)
        covariance = np.array(fit.header["prior"]["covariance"], float)
        values = {
            name: fit.header["groups"].get(name, [fit.parameters[name]]) for name in settings.names
        }
    except (KeyError, TypeError) as error:
        raise InputError(
            f"the fit lacks what this version of heartwright writes ({error}); "
            f"learn the model again."
        ) from error
    bounds = model.physics.bounds
    parameters = {
        name: jnp.stack([unbounded(bounds[name], value) for value in of_groups])
        for name, of_groups in values.items()
    }
    excitation = {
        name: jnp.asarray(fit.header["excitation"][name]) for name in settings.shared_excitation
    }
    shared = Shared(parameters, excitation, model.residual)
    prior = Normal(mean, covariance.reshape(len(mean), len(mean)))
    system = TracesSystem(named(settings.physics), shared, settings.own, settings.dt_ms)
    return system, system.flat(shared), prior


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _typical(system: TracesSystem, point: Point) -> tuple[Shared, Normal]:
    """The shared parameters times the mean of the traces' own factors, and what is left of it."""
    shared, mean = system.shared(jnp.asarray(point.shared, jnp.float32)), point.prior.mean.copy()
    parameters, bounds = dict(shared.parameters), system.physics.bounds
    for n, name in enumerate(system.own):
        if name in parameters:
            values = np.asarray(bounded(bounds[name], parameters[name])) * np.exp(mean[n])
            kept = _within(bounds[name], values)
            parameters[name] = jnp.stack([unbounded(bounds[name], value) for value in kept])
            mean[n] = 0.0
    return shared._replace(parameters=parameters), Normal(mean, point.prior.covariance)


def _values(system: TracesSystem, shared: Shared) -> dict[str, list[float]]:
    """Learned parameters in their own units, one number a group."""
    bounds = system.physics.bounds
    return {
        name: _within(bounds[name], np.asarray(bounded(bounds[name], numbers), np.float64)).tolist()
        for name, numbers in shared.parameters.items()
    }


def _within(bounds: Bounds, values: Float[np.ndarray, "group"]) -> Float[np.ndarray, "group"]:
    """The values, a little inside their bounds, where their unbounded numbers are finite."""
    lower, upper = np.array(bounds) * (1 + NEAREST, 1 - NEAREST)
    return np.clip(values, lower, upper)


def _sample_noise(problem: Problem, point: Point, sample_ms: float) -> float:
    """Standard deviation of a single sample, if a frame's noise is that of their mean."""
    samples = round(problem.frame * problem.dt / sample_ms)
    return float(np.sqrt(point.noise * samples))


def mean_trace(traces: TraceSet) -> Float[np.ndarray, "time"]:
    """The mean of all traces that were measured at a time, linear between such times, 1."""
    count = traces.measured.sum(axis=0)
    seen = count > 0
    mean = np.full(count.shape, np.nan)
    mean[seen] = np.nanmean(np.where(traces.measured, traces.values, np.nan)[:, seen], axis=0)
    return bridged(mean)
