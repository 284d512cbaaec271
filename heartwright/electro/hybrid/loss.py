"""λ · L_traj + ‖F_dl‖², with means or sums, and the rule by which λ grows."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
from jaxtyping import Array, Float, PyTree

from heartwright.electro.hybrid.examples import Examples
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.rollout import BLOCK, Currents, rollout
from heartwright.electro.parallel import blocks, on_all_cores

Mean = TypeVar("Mean", bound=PyTree)


class Terms(NamedTuple):
    """The two terms of the loss."""

    trajectory: Float[Array, ""]  # L_traj: mean of (v − ṽ)² over all samples of all traces, 1
    residual: Float[Array, ""]  # ‖F_dl‖²: mean of |F_dl|² at the same samples predicted, 1/ms²

    def total(self, weight: Float[Array, ""] | float) -> Float[Array, ""]:
        """λ · L_traj + ‖F_dl‖²."""
        return weight * self.trajectory + self.residual

    def times(self, count: Float[Array, ""] | float) -> "Terms":
        """Both terms as sums over so many samples."""
        return Terms(count * self.trajectory, count * self.residual)


def terms(model: Hybrid, observed: Examples, stimulus: Currents, dt_ms: float) -> Terms:
    """Both terms over the horizon, each trace to its own end.

    The paper writes sums of norms; means keep λ's meaning when traces are added or lengthened.
    """
    predicted = rollout(model, observed.start, stimulus, dt_ms)
    misses = predicted.states[:, 0].T - observed.values
    added = (predicted.residual**2).sum(axis=1).T
    return Terms(_mean(misses**2, observed), _mean(added, observed))


def _mean(squares: Float[Array, "trace time"], observed: Examples) -> Float[Array, ""]:
    """The mean over all samples that were measured."""
    return (observed.weights * squares).sum() / observed.weights.sum()


def counted(losses: str, observed: Examples) -> Float[Array, ""] | float:
    """What turns a mean over all samples into the loss: their number, where losses are sums.

    Means are what blocks of traces are joined by, so a sum is its mean times this, found once.
    """
    return observed.weights.sum() if losses == "sum" else 1.0


def mean_over_blocks(of: Callable[[Examples], Mean], observed: Examples) -> Mean:
    """`of` all traces, where it is a mean over samples: from blocks of traces, on all cores."""
    parts = [observed.take(rows) for rows in blocks(len(observed.values), smallest=BLOCK)]
    found = on_all_cores(of, parts)
    return found[0] if len(parts) == 1 else _joined(found, [part.weights for part in parts])


@jax.jit
def _joined(means: list[Mean], weights: list[Float[Array, "_ time"]]) -> Mean:
    """The mean of means, each with its number of samples."""
    counts = [weight.sum() for weight in weights]
    return jax.tree.map(
        lambda *each: sum(n * x for n, x in zip(counts, each, strict=True)) / sum(counts), *means
    )


def next_weight(weight: float, gamma: float, trajectory: float) -> float:
    """λ_{j+1} = λ_j + γ L_traj(θ_{j+1}).

    The paper's text says that this decreases the weight of L_traj in the course of training; with
    L_traj ≥ 0 the rule, which we follow, never decreases it.
    """
    return weight + gamma * trajectory
