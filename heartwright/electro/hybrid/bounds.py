"""Physical parameters between stated bounds, seen by the optimiser as unbounded numbers.

    τ = lower · (upper / lower)^σ(20 u),  σ the logistic function

Adam moves every number by about its learning rate a step, whatever the gradient's size. The factor
20 sets how much that is in τ: 1e-3 moves a τ in the middle of its bounds by about 2 %, so that a
few hundred steps can cross them, while the network's weights, on the same learning rate, move as
in the paper.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logit

PACE = 20.0
BOUNDS: Mapping[str, tuple[float, float]] = {  # ms; Mitchell & Schaeffer: 0.3, 6, 120, 150
    "tau_in": (0.05, 2.0),
    "tau_out": (1.0, 40.0),
    "tau_open": (20.0, 800.0),
    "tau_close": (30.0, 1200.0),
}


def unbounded(name: str, value: float) -> Float[Array, ""]:
    """The optimiser's number for a parameter's value in ms; the inverse of `bounded`."""
    lower, upper = BOUNDS[name]
    share = np.log(value / lower) / np.log(upper / lower)
    return jnp.array(logit(share) / PACE, dtype=float)  # strongly typed: one compiled step serves


def bounded(name: str, number: Float[Array, ""]) -> Float[Array, ""]:
    """The parameter's value in ms, always strictly between its bounds."""
    lower, upper = BOUNDS[name]
    return lower * (upper / lower) ** jax.nn.sigmoid(PACE * number)
