"""Between a model that runs and a `Fit` that is kept."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, InputError, TraceSet
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.physics import name_of, named, with_values
from heartwright.electro.hybrid.residual import (
    AbstractResidual,
    Architecture,
    NoResidual,
    initial_residual,
)


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


def mean_trace(traces: TraceSet) -> Float[np.ndarray, "time"]:
    """The mean of all traces that have a sample at a time, 1."""
    return np.nanmean(np.where(traces.there, traces.values, np.nan), axis=0)
