"""Several least-squares problems that share all their parameters, as one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.electro.hybrid.newton.arrow import Arrow
from heartwright.electro.hybrid.newton.equations import Observed, Squares
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.parallel import on_all_cores


@dataclass(frozen=True, eq=False)
class Joint(Problem):
    """The sum of its members; lanes have no parameters of their own."""

    members: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, members: Sequence[Problem]) -> "Joint":
        """The sum of these."""
        first = members[0]
        return cls(
            system=first.system,
            lanes=None,
            observed=_side_by_side([member.observed for member in members]),
            frame=first.frame,
            dt=first.dt,
            weights=first.weights,
            members=tuple(members),
        )

    def run(self, at: Point) -> Squares:
        """The misfit of every lane of every member, and the residual's size; no paths."""
        found = on_all_cores(lambda member: member.run(_without_own(member, at)), self.members)
        return Squares(
            misfit=jnp.concatenate([x.misfit for x in found]),
            residual=jnp.stack([x.residual for x in found]).sum(0),
            path=jnp.zeros((0, 0)),
            residual_path=jnp.zeros((0, 0, 0)),
        )

    def equations(self, at: Point, *, weight: float, penalty: Float[np.ndarray, "acting"]) -> Arrow:
        """The normal equations of all members together."""

        def of(member: Problem) -> Arrow:
            return member.equations(_without_own(member, at), weight=weight, penalty=penalty)

        return Arrow.joined(on_all_cores(of, self.members))


def _without_own(member: Problem, at: Point) -> Point:
    return replace(at, own=np.zeros((member.observed.values.shape[1], 0)))


def _side_by_side(parts: Sequence[Observed]) -> Observed:
    """What is measured in all parts, as one column: they differ in their number of frames."""
    columns = zip(*parts, strict=True)
    return Observed(*(jnp.concatenate([jnp.ravel(x) for x in c])[:, None] for c in columns))
