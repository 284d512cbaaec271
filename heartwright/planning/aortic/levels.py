"""Levels of the root on its unrolled wall: where sinuses are widest, where they begin and end."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from heartwright.planning.aortic.unroll import STEP_MM, Profile, Unrolled

_ENDED = 0.30  # of the steepest slope: here a bulge has ended
_SOONER, _LATER = 0.50, 0.10  # the same, for the uncertainty of the level
_DROP_MM = 1.0  # by which a bulge draws in before it can end
_TINY = 1e-6  # mm / mm
_LEAST_LOBE_MM = 0.4  # by which sinuses stand out beside commissures
_ROOT_MM = 32.0  # above the annulus: sinuses are widest below
_REACH_MM = 20.0  # from a level inside a bulge: it ends nearer


@dataclass(frozen=True)
class Level:
    """A height with its uncertainty, and the wall's radius there, mm."""

    height_mm: float
    sd_mm: float
    radius_mm: float


def lobes(wall: Unrolled, cusps: Float[np.ndarray, "3"]) -> Profile:
    """By how much the wall stands farther out above the cusps than between them, mm, by height."""
    between = between_cusps(cusps)
    out, back = (np.mean([wall.profile(a) for a in group], axis=0) for group in (cusps, between))
    return out - back


def between_cusps(cusps: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    """Angle of the commissure opposite to each cusp: half way between the two others."""
    first, second = (np.roll(cusps, -n) for n in (1, 2))
    middle = np.exp(1j * first) + np.exp(1j * second)
    return np.angle(middle) % (2 * np.pi)


def sinus_level(wall: Unrolled, cusps: Float[np.ndarray, "3"]) -> float | None:
    """Height of the greatest section through the sinuses, mm; None where nothing bulges there."""
    clover = lobes(wall, cusps)
    region = (wall.heights > 0) & (wall.heights < _ROOT_MM)
    greatest = float(clover[region].max(initial=0.0))
    if greatest < _LEAST_LOBE_MM:
        return None
    area = np.square(wall.radius).mean(axis=1)
    area[~region | (clover < greatest / 2)] = 0
    return float(wall.heights[area.argmax()])


def bulge_end(wall: Unrolled, angle: float, start_mm: float, *, upwards: bool) -> Level | None:
    """Where the bulge at an angle ends above or below a level inside it.

    Away from the level the wall draws in; the bulge has ended where it has drawn in by 1 mm and its
    slope has fallen to 30 % of the steepest so far. The uncertainty is half of what lies between
    50 % and 10 %. Where the lumen itself ends before, its end is the bulge's. None where the wall
    does not draw in as much.
    """
    way = 1 if upwards else -1
    ahead = (wall.heights - start_mm) * way >= 0
    away, radius = (values[ahead][::way] for values in (wall.heights * way, wall.profile(angle)))
    reach = away < away[0] + _REACH_MM
    away, radius = away[reach], radius[reach]
    drawn_in = radius[0] - radius >= _DROP_MM
    if not drawn_in.any():
        return None
    inward = -np.gradient(radius, STEP_MM)
    share = inward / np.maximum.accumulate(np.maximum(inward, _TINY))
    ends = [_first(drawn_in & (share < limit), away) for limit in (_ENDED, _SOONER, _LATER)]
    at = float(np.interp(ends[0], away, radius))
    return Level(way * ends[0], max((ends[2] - ends[1]) / 2, STEP_MM), at)


def _first(ended: Bool[np.ndarray, "height"], away: Profile) -> float:
    """Half way to the first step behind an end; the last step where there is none."""
    return float(away[ended.argmax()] - STEP_MM / 2) if ended.any() else float(away[-1])
