"""What a set of traces knows of one trace before it is seen: a normal distribution, learned."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

FEW = 10.0  # traces that weigh as much as the training set's word on how beats start
FLOOR = 1e-4  # smallest standard deviation: a direction in which all traces agree stays invertible


@dataclass(frozen=True, eq=False)
class Normal:
    """A normal distribution of each trace's own parameters."""

    mean: Float[np.ndarray, "own"]
    covariance: Float[np.ndarray, "own own"]

    @property
    def precision(self) -> Float[np.ndarray, "own own"]:
        """The inverse of the covariance."""
        return np.linalg.inv(self.covariance)

    def distance(self, own: Float[np.ndarray, "lane own"]) -> float:
        """Σ (z − μ)ᵀ Σ⁻¹ (z − μ) over all traces."""
        off = own - self.mean
        return float(np.einsum("lp,pq,lq->", off, self.precision, off))

    @classmethod
    def of(
        cls, own: Float[np.ndarray, "lane own"], posterior: Float[np.ndarray, "lane own own"]
    ) -> "Normal":
        """The most likely one, by one step of expectation–maximisation.

        Args:
            own: best values of each trace.
            posterior: how far each is known (covariance).
        """
        return cls._around(own.mean(0), own, posterior)

    @classmethod
    def typical(
        cls, own: Float[np.ndarray, "lane own"], posterior: Float[np.ndarray, "lane own own"]
    ) -> "Normal":
        """The same around the median: a few odd traces do not move what is typical."""
        return cls._around(np.median(own, axis=0), own, posterior)

    @classmethod
    def _around(
        cls,
        centre: Float[np.ndarray, "own"],
        own: Float[np.ndarray, "lane own"],
        posterior: Float[np.ndarray, "lane own own"],
    ) -> "Normal":
        off = own - centre
        spread = off.T @ off / len(own) + posterior.mean(0)
        return cls(centre, spread + FLOOR**2 * np.eye(own.shape[1]))

    def drawn(self, count: int, random: np.random.Generator) -> Float[np.ndarray, "draw own"]:
        """Samples of it."""
        return random.multivariate_normal(self.mean, self.covariance, count, method="cholesky")

    def elsewhere(
        self,
        own: Float[np.ndarray, "lane own"],
        posterior: Float[np.ndarray, "lane own own"],
        count: int,
    ) -> "Normal":
        """The same prior where beats start in another way, as these traces say.

        The first `count` parameters, of the excitation, take the traces' own mean; where they vary
        more than in training, the excess is taken as the place's and independent of the tissue:
        the covariance with the tissue's parameters stays, so that what they tell of the tissue
        shrinks. Few traces move the prior little.
        """
        share = len(own) / (len(own) + FEW)
        part = slice(count)
        mean, covariance = self.mean.copy(), self.covariance.copy()
        seen = own[:, part].mean(0)
        off = own[:, part] - seen
        spread = off.T @ off / len(own) + posterior[:, part, part].mean(0)
        mean[part] += share * (seen - mean[part])
        covariance[part, part] += share * _positive(spread - covariance[part, part])
        return Normal(mean, covariance)


def _positive(matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """The nearest positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0)) @ vectors.T
