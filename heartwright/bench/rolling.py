"""The bottleneck of many gap maps at once: a ball that rolls on the unrolled device.

Where the wall stands g above the device at a distance s from the ball's foot, the ball's radius ρ
obeys ρ + √(ρ² − s²) ≤ g, that is ρ ≤ (g² + s²) / 2g, or ρ ≤ s where g is less than s.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

_WIDEST_MM = 6.0  # of a ball's radius
_OPEN = 1e3  # mm, beyond both ends

Map = Float[Array, "station angle"]


def widths(
    gaps_mm: Float[np.ndarray, "sample station angle"], *, step_mm: float, turn_mm: float
) -> Float[np.ndarray, "sample"]:
    """Diameter of the largest ball that rolls from the first station to the last, mm.

    Args:
        gaps_mm: between device and wall.
        step_mm: between stations.
        turn_mm: between angles, along the device's circumference.
    """
    rows, turns = int(_WIDEST_MM / step_mm), int(_WIDEST_MM / turn_mm)
    z, a = np.mgrid[-rows : rows + 1, -turns : turns + 1].reshape(2, -1)
    away = np.hypot(z * step_mm, a * turn_mm)
    near = away <= _WIDEST_MM
    offsets = jnp.asarray(np.stack([z[near] + rows, a[near]], axis=1))
    ball = jax.jit(
        jax.vmap(lambda gap: _widest(_radius(gap, offsets, jnp.asarray(away[near]), rows)))
    )
    return 2 * np.asarray(ball(jnp.asarray(gaps_mm)), dtype=float)


def _radius(gap: Map, offsets: Array, away: Float[Array, "offset"], rows: int) -> Map:
    """Radius of the largest ball that stands at each place."""
    padded = jnp.pad(gap, ((rows, rows), (0, 0)), constant_values=_OPEN)

    def lesser(n: Array, radius: Map) -> Map:
        row, turn = offsets[n]
        there = jnp.roll(
            jax.lax.dynamic_slice_in_dim(padded, row, gap.shape[0], axis=0), -turn, axis=1
        )
        s = away[n]
        bound = jnp.where(there > s, (there**2 + s**2) / jnp.maximum(2 * there, 1e-6), s)
        return jnp.minimum(radius, bound)

    return jax.lax.fori_loop(0, len(away), lesser, jnp.full_like(gap, _WIDEST_MM))


def _widest(radius: Map) -> Float[Array, ""]:
    """The largest radius that a way from the first row to the last keeps throughout."""
    start = jnp.zeros_like(radius).at[0].set(radius[0])

    def spread(state: tuple[Map, Bool[Array, ""]]) -> tuple[Map, Bool[Array, ""]]:
        reached, _ = state
        up = jnp.pad(reached[1:], ((0, 1), (0, 0)))
        down = jnp.pad(reached[:-1], ((1, 0), (0, 0)))
        beside = jnp.maximum(jnp.roll(reached, 1, axis=1), jnp.roll(reached, -1, axis=1))
        near = jnp.maximum(jnp.maximum(up, down), beside)
        after = jnp.maximum(reached, jnp.minimum(radius, near))
        return after, (after > reached).any()

    reached, _ = jax.lax.while_loop(lambda state: state[1], spread, (start, jnp.bool_(True)))
    return reached[-1].max()
