"""Between a model that runs and a `Fit` that is kept."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, InputError, TraceSet
from heartwright.data.learned import PARAMETERS
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.residual import BLOCKS, WIDTH, initial_residual

RESIDUAL = {"inputs": ["v", "h"], "width": WIDTH, "blocks": BLOCKS}


def described(*, with_residual: bool) -> dict[str, Any]:
    """Which model to build, as a fit's header says it."""
    return {"physics": "mitchell_schaeffer", "residual": RESIDUAL if with_residual else None}


def parameters_of(model: Hybrid) -> dict[str, float]:
    """All five parameters of the physics, ms (v_gate dimensionless)."""
    return {name: float(getattr(model.physics, name)) for name in PARAMETERS}


def leaves_of(model: Hybrid) -> tuple[np.ndarray, ...]:
    """The residual's weights, in the order of its tree."""
    return tuple(np.asarray(leaf) for leaf in jax.tree.leaves(model.residual))


def model_of(fit: Fit) -> Hybrid:
    """The model that a fit describes, ready to run.

    Raises:
        InputError: the header or the weights belong to another kind of model.
    """
    if fit.header.get("model") != described(with_residual=bool(fit.leaves)):
        raise InputError(
            "the fit describes another model than this version of heartwright builds; "
            "learn the model again."
        )
    physics = MitchellSchaeffer(**fit.parameters)  # type: ignore[arg-type]
    if not fit.leaves:
        return Hybrid(physics=physics)
    blank = initial_residual(0)
    shapes = [leaf.shape for leaf in jax.tree.leaves(blank)]
    if shapes != [leaf.shape for leaf in fit.leaves]:
        raise InputError("the fit's weights do not suit this residual; learn the model again.")
    residual = jax.tree.unflatten(jax.tree.structure(blank), map(jnp.asarray, fit.leaves))
    return Hybrid(physics=physics, residual=residual)


def mean_trace(traces: TraceSet) -> Float[np.ndarray, "time"]:
    """The mean of all traces that have a sample at a time, 1."""
    return np.nanmean(np.where(traces.there, traces.values, np.nan), axis=0)
