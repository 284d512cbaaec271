"""Laplace's intervals: how far the curvature at the best fit lets each parameter go.

The curvature is that of all parameters; what is not asked for (each lane's own, the residual's
weights) is free, so an interval is the marginal one. It is taken in the unbounded coordinates
(see `bounds`), where a parameter between bounds is nearest to normal, and mapped back.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from heartwright.data import Estimate
from heartwright.electro.hybrid.bounds import Bounds, bounded
from heartwright.electro.hybrid.newton.arrow import Arrow

NORMAL_95 = 1.959964
SAME = 0.98  # correlation beyond which two parameters are one
WIDE = 0.5  # × the value: an interval that says little
NEAR_BOUND = 0.01  # of the way, on a logarithmic scale, from one bound to the other
NOT_MEASURED = 1e-6  # of the largest: what the curvature in single precision cannot tell from 0
REDUNDANT = 1e-10  # × the largest eigenvalue: directions of a network that move nothing

Matrix = Float[np.ndarray, "slot slot"]


class Slot(NamedTuple):
    """Where a parameter lies among those that all lanes share."""

    name: str
    group: int | None
    bounds: Bounds
    offset: float  # of its logarithm: the mean of the factors that lanes have besides


class Laplace(NamedTuple):
    """A normal distribution of the unbounded numbers."""

    mean: Float[np.ndarray, "slot"]
    covariance: Matrix
    determined: Bool[np.ndarray, "slot"]

    @property
    def correlation(self) -> Matrix:
        """Of each pair of parameters."""
        deviation = np.sqrt(np.diag(self.covariance))
        return self.covariance / np.outer(deviation, deviation)


def slots(
    parameters: Mapping[str, Float[Array, "group"]],
    bounds: Mapping[str, Bounds],
    offsets: Mapping[str, float],
) -> tuple[Slot, ...]:
    """One slot a parameter and group, in the order of the flat vector: names sorted."""
    return tuple(
        Slot(name, group if len(numbers) > 1 else None, bounds[name], offsets.get(name, 0.0))
        for name, numbers in sorted(parameters.items())
        for group in range(len(numbers))
    )


def laplace(shared: Float[np.ndarray, "shared"], curvature: Arrow, count: int) -> Laplace:
    """The distribution of the first `count` shared parameters, all others free.

    Args:
        shared: the best fit.
        curvature: of half of −2 log posterior there, in units of the noise.
        count: how many are asked for; the rest are weights of a residual.
    """
    known = _without_weights(curvature.schur(), count)
    diagonal = np.diag(known)
    scale = np.sqrt(np.maximum(diagonal, NOT_MEASURED**2 * diagonal.max()))
    values, directions = np.linalg.eigh(known / np.outer(scale, scale))
    lost = values < NOT_MEASURED * values.max()
    kept = np.where(lost, NOT_MEASURED * values.max(), values)
    covariance = (directions / kept) @ directions.T / np.outer(scale, scale)
    share = (directions[:, lost] ** 2).sum(1)  # of each parameter in what nothing measures
    return Laplace(shared[:count], covariance, share < NOT_MEASURED)


def estimates(found: Laplace, where: Sequence[Slot]) -> tuple[Estimate, ...]:
    """Each parameter in its own unit, with its interval."""
    deviation = np.sqrt(np.diag(found.covariance))
    rows = zip(
        where, found.mean.tolist(), deviation.tolist(), found.determined.tolist(), strict=True
    )
    return tuple(_estimate(slot, *row) for slot, *row in rows)


def warnings(found: Laplace, where: Sequence[Slot], listed: Sequence[Estimate]) -> tuple[str, ...]:
    """A sentence wherever the data cannot tell."""
    alone = [
        sentence for slot, e in zip(where, listed, strict=True) if (sentence := _alone(slot, e))
    ]
    return (*alone, *_pairs(found.correlation, listed))


def _without_weights(known: Float[np.ndarray, "shared shared"], count: int) -> Matrix:
    """What is known of the parameters once the weights are free."""
    if len(known) == count:
        return known
    across, weights = known[:count, count:], known[count:, count:]
    return (
        known[:count, :count]
        - across @ np.linalg.pinv(weights, rcond=REDUNDANT, hermitian=True) @ across.T
    )


def _estimate(slot: Slot, mean: float, deviation: float, determined: bool) -> Estimate:
    factor = float(np.exp(slot.offset))
    reach = NORMAL_95 * deviation
    lower, value, upper = (_value(slot, mean + by) * factor for by in (-reach, 0.0, reach))
    if not determined:
        lower, upper = (bound * factor for bound in slot.bounds)
    return Estimate(slot.name, slot.group, value, lower, upper, determined)


def _value(slot: Slot, number: float) -> float:
    return float(bounded(slot.bounds, jnp.asarray(number)))


def _alone(slot: Slot, estimate: Estimate) -> str | None:
    """What is wrong with one parameter."""
    lower, upper = slot.bounds
    way = np.log(estimate.value / np.exp(slot.offset) / lower) / np.log(upper / lower)
    if not estimate.determined:
        return f"These traces say nothing of {estimate.label}; do not learn it."
    if not NEAR_BOUND < way < 1 - NEAR_BOUND:
        return (
            f"{estimate.label} went to the end of its range ({estimate.value:.4g}); the model does "
            f"not suit these traces, or they do not determine it."
        )
    if estimate.relative_width > WIDE:
        return (
            f"{estimate.label} is known only to lie between {estimate.lower:.3g} and "
            f"{estimate.upper:.3g}; give more traces, or learn fewer parameters."
        )
    return None


def _pairs(correlation: Matrix, listed: Sequence[Estimate]) -> list[str]:
    """Which parameters cannot be told apart."""
    first, second = np.nonzero(np.triu(np.abs(correlation) > SAME, k=1))
    return [
        f"{listed[a].label} and {listed[b].label} cannot be told apart by these traces "
        f"(correlation {correlation[a, b]:+.3f}); only a combination of both is known."
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
