"""Contact without penetration: the least elastic energy of a frame inside a wall.

The dual problem is solved, in the contact forces F ≥ 0: minimise ½ F·(G + C)F − F·d, where G is the
frame's compliance, C the wall's, and d how far the free device reaches beyond the free wall. It is
convex; the accelerated projected gradient with restarts (Beck and Teboulle, doi:10.1137/080716542;
O'Donoghue and Candès, doi:10.1007/s10208-013-9150-3) converges from anywhere.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from heartwright.bench.ring import Compliance
from heartwright.data import ConvergenceError

_TOUCH_MM = 2e-3  # largest penetration, and gap under force, that counts as contact
_MOST_STEPS = 20_000
_EACH = 25  # steps between two looks at the gap

Map = Float[Array, "station angle"]


class _State(NamedTuple):
    force: Map
    ahead: Map
    momentum: Float[Array, ""]
    error: Float[Array, ""]
    steps: Int[Array, ""]


def contact_forces(
    reach_mm: Float[np.ndarray, "sample station angle"],
    frame: Compliance,
    *,
    wall: Float[np.ndarray, "sample station angle"] | None = None,
) -> Float[np.ndarray, "sample station angle"]:
    """Contact forces of many cases at once, in units of the frame's stiffness a node (mm).

    Args:
        reach_mm: how far the free device reaches beyond the free wall; negative where it is short.
        frame: the device's compliance.
        wall: the wall's compliance in the same units; None is rigid.

    Raises:
        ConvergenceError: the forces did not settle.
    """
    soft = np.zeros_like(reach_mm) if wall is None else wall
    single = [jnp.asarray(x, jnp.float32) for x in (frame.along, frame.around, frame.softness)]
    force, error = _settled(
        jnp.asarray(reach_mm, jnp.float32), jnp.asarray(soft, jnp.float32), *single
    )
    worst = float(jnp.max(error))
    if not worst <= _TOUCH_MM:
        raise ConvergenceError(
            f"the device did not settle in the wall ({worst:.3f} mm are left); check that its "
            f"placement lies inside the lumen, and the wall's modulus."
        )
    return np.asarray(force, dtype=float)


def yielding(
    force: Float[np.ndarray, "*sample station angle"], frame: Compliance
) -> Float[np.ndarray, "*sample station angle"]:
    """How far the frame gives way inwards under forces, mm."""
    modes = frame.softness * (frame.along.T @ force @ frame.around)
    moved: Float[np.ndarray, "*sample station angle"] = frame.along @ modes @ frame.around.T
    return moved


@jax.jit
def _settled(
    reach: Float[Array, "sample station angle"],
    soft: Float[Array, "sample station angle"],
    along: Float[Array, "station station"],
    around: Float[Array, "angle mode"],
    softness: Float[Array, "station mode"],
) -> tuple[Float[Array, "sample station angle"], Float[Array, "sample"]]:
    return jax.vmap(partial(_one, along=along, around=around, softness=softness))(reach, soft)


def _one(
    reach: Map,
    soft: Map,
    *,
    along: Float[Array, "station station"],
    around: Float[Array, "angle mode"],
    softness: Float[Array, "station mode"],
) -> tuple[Map, Float[Array, ""]]:
    """Force on every node of one case, and how far from contact it is, mm."""
    step = 1 / (softness.max() + soft.max())

    def gap(force: Map) -> Map:
        modes = softness * (along.T @ force @ around)
        return along @ modes @ around.T + soft * force - reach

    def advance(_: Int[Array, ""], state: _State) -> _State:
        force = jnp.maximum(state.ahead - step * gap(state.ahead), 0)
        uphill = jnp.vdot(state.ahead - force, force - state.force) > 0
        before = jnp.where(uphill, 1.0, state.momentum)
        momentum = (1 + jnp.sqrt(1 + 4 * before**2)) / 2
        ahead = force + (before - 1) / momentum * (force - state.force)
        return _State(force, ahead, momentum, state.error, state.steps + 1)

    def several(state: _State) -> _State:
        state = jax.lax.fori_loop(0, _EACH, advance, state)
        return state._replace(error=_error(state.force, gap(state.force)))

    start = jnp.zeros_like(reach)
    first = _State(start, start, jnp.float32(1), jnp.float32(jnp.inf), jnp.int32(0))
    end = jax.lax.while_loop(
        lambda s: (s.error > _TOUCH_MM) & (s.steps < _MOST_STEPS), several, first
    )
    return end.force, end.error


def _error(force: Map, gap: Map) -> Float[Array, ""]:
    """The deepest penetration, or the mean gap under force if that is larger, mm."""
    held = jnp.vdot(force, jnp.abs(gap)) / jnp.maximum(force.sum(), 1e-6)
    return jnp.maximum(-gap.min(), held)
