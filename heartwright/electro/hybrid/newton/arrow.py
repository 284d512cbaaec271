"""Normal equations of arrow shape: parameters that all lanes share, and parameters of each lane.

    ⎡ A   B₁  B₂ … ⎤ ⎡ shared ⎤   ⎡ a  ⎤
    ⎢ B₁ᵀ C₁       ⎥ ⎢ own₁   ⎥ = ⎢ c₁ ⎥
    ⎣ B₂ᵀ     C₂   ⎦ ⎣ own₂   ⎦   ⎣ c₂ ⎦

Lanes meet only in the shared parameters, so their own are eliminated one lane at a time (the Schur
complement), and a thousand traces cost little more than one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

Matrix = Float[np.ndarray, "shared shared"]


class Step(NamedTuple):
    """A solution."""

    shared: Float[np.ndarray, "shared"]
    own: Float[np.ndarray, "lane own"]


class Arrow(eqx.Module):
    """The blocks, as sums over frames."""

    A: Float[Array | np.ndarray, "shared shared"]
    B: Float[Array | np.ndarray, "lane shared own"]
    C: Float[Array | np.ndarray, "lane own own"]
    a: Float[Array | np.ndarray, "shared"]
    c: Float[Array | np.ndarray, "lane own"]

    @classmethod
    def zeros(cls, shared: int, lanes: int, own: int) -> "Arrow":
        """Nothing summed yet."""
        return cls(
            jnp.zeros((shared, shared)),
            jnp.zeros((lanes, shared, own)),
            jnp.zeros((lanes, own, own)),
            jnp.zeros(shared),
            jnp.zeros((lanes, own)),
        )

    def plus(
        self,
        rows: Float[Array, "row lane parameter"],
        left: Float[Array, "row lane"],
        *,
        shared: int,
    ) -> "Arrow":
        """More rows of the least-squares problem: their Jacobian, and what they leave."""
        of_all, of_lane = rows[..., :shared], rows[..., shared:]
        flat = of_all.reshape(left.size, shared)
        return Arrow(
            self.A + flat.T @ flat,
            self.B + jnp.einsum("rlp,rlq->lpq", of_all, of_lane),
            self.C + jnp.einsum("rlp,rlq->lpq", of_lane, of_lane),
            self.a + left.reshape(-1) @ flat,
            self.c + jnp.einsum("rlq,rl->lq", of_lane, left),
        )

    def on_host(self) -> "Arrow":
        """The same in double precision, for the solution."""
        return Arrow(*(np.asarray(x, np.float64) for x in (self.A, self.B, self.C, self.a, self.c)))

    @classmethod
    def joined(cls, parts: "Sequence[Arrow]") -> "Arrow":
        """The equations of several sets of lanes that share their parameters."""
        return cls(
            np.sum([part.A for part in parts], axis=0),
            np.concatenate([part.B for part in parts]),
            np.concatenate([part.C for part in parts]),
            np.sum([part.a for part in parts], axis=0),
            np.concatenate([part.c for part in parts]),
        )

    def with_prior(
        self, precision: Float[np.ndarray, "own own"], off: Float[np.ndarray, "lane own"]
    ) -> "Arrow":
        """The same with a normal prior on each lane's own parameters, now `off` its mean."""
        return Arrow(self.A, self.B, self.C + precision, self.a, self.c - off @ precision)

    def with_free_mean(
        self,
        precision: Float[np.ndarray, "own own"],
        off: Float[np.ndarray, "lane own"],
        free: Sequence[int],
    ) -> "Arrow":
        """The same, under a prior, once its mean is not known either: shared numbers behind others.

        Args:
            precision: of the prior, which is in the blocks already.
            off: how far each lane's own parameters are from its mean.
            free: which of a lane's own parameters have an unknown mean.
        """
        count, part = len(self.C), np.asarray(precision)[list(free)]
        more = len(part)
        return Arrow(
            np.block(
                [
                    [np.asarray(self.A), np.zeros((len(self.a), more))],
                    [np.zeros((more, len(self.a))), count * part[:, list(free)]],
                ]
            ),
            np.concatenate([np.asarray(self.B), np.tile(-part, (count, 1, 1))], axis=1),
            self.C,
            np.concatenate([self.a, part @ off.sum(axis=0)]),
            self.c,
        )

    def damped(self, by: float) -> "Arrow":
        """Levenberg–Marquardt: the diagonal raised by a fraction of itself, or of its largest."""
        return Arrow(
            self.A + np.diag(by * np.maximum(np.diag(self.A), FLOOR * _largest(self.A))),
            self.B,
            self.C + by * np.einsum("lpq,pq->lpq", self.C, np.eye(self.C.shape[1])),
            self.a,
            self.c,
        )

    def solved(self) -> Step:
        """Shared parameters through the Schur complement, then each lane's own."""
        inverse = np.linalg.inv(self.C)
        through = np.einsum("lpq,lqr->lpr", self.B, inverse)
        right = self.a - np.einsum("lpr,lr->p", through, self.c)
        shared = np.linalg.solve(self.schur(), right) if len(self.a) else np.zeros(0)
        own = np.einsum("lpq,lq->lp", inverse, self.c - np.einsum("lpq,p->lq", self.B, shared))
        return Step(shared, own)

    def schur(self) -> Matrix:
        """What is known of the shared parameters once each lane's own are free."""
        inverse = np.linalg.inv(self.C)
        gone = np.einsum("lpq,lqr,lsr->ps", self.B, inverse, self.B, optimize=True)
        return np.asarray(self.A) - gone


FLOOR = 1e-9  # × the largest entry of the diagonal: directions that nothing measures stay put


def _largest(matrix: Float[Array | np.ndarray, "shared shared"]) -> float:
    return float(np.diag(np.asarray(matrix)).max(initial=0.0))
