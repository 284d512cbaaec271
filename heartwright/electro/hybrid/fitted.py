"""Between a model that runs and a `Fit` that is kept."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, InputError, TraceSet
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.residual import BLOCKS, WIDTH, initial_residual

PARAMETERS = ("tau_in", "tau_out", "tau_open", "tau_close", "v_gate")
MODEL = {
    "physics": "mitchell_schaeffer",
    "residual": {"inputs": ["v", "h"], "width": WIDTH, "blocks": BLOCKS},
}


def parameters_of(model: Hybrid) -> dict[str, float]:
    """All five parameters of the physics, ms (v_gate dimensionless)."""
    return {name: float(getattr(model.physics, name)) for name in PARAMETERS}


def leaves_of(model: Hybrid) -> tuple[np.ndarray, ...]:
    """The residual's weights, in the order of its tree."""
    return tuple(np.asarray(leaf) for leaf in jax.tree.leaves(model.residual))


def model_of(fit: Fit) -> Hybrid:
    """The model that a fit describes, ready to run.

    Raises:
        InputError: the weights belong to another kind of model.
    """
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
