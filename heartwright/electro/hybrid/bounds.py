"""Physical parameters between stated bounds, seen by the optimiser as unbounded numbers.

    τ = lower · (upper / lower)^σ(20 u),  σ the logistic function

Adam moves every number by about its learning rate a step, whatever the gradient's size. The factor
20 sets how much that is in τ: 1e-3 moves a τ in the middle of its bounds by about 2 %, so that a
few hundred steps can cross them, while the network's weights, on the same learning rate, move as
in the paper.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logit

PACE = 20.0
Bounds = tuple[float, float]  # lower, upper; each physics says its own, `AbstractCell.bounds`


def unbounded(bounds: Bounds, value: float) -> Float[Array, ""]:
    """The optimiser's number for a parameter's value; the inverse of `bounded`."""
    lower, upper = bounds
    share = np.log(value / lower) / np.log(upper / lower)
    return jnp.array(logit(share) / PACE, dtype=float)  # strongly typed: one compiled step serves


def bounded(bounds: Bounds, number: Float[Array, "*group"]) -> Float[Array, "*group"]:
    """The parameter's value, always strictly between its bounds."""
    lower, upper = bounds
    return lower * (upper / lower) ** jax.nn.sigmoid(PACE * number)
