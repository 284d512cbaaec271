"""Which point of a vessel in one view is which in the other: along epipolar lines, never turning.

Where a vessel winds, an epipolar line meets its shadow more than once, so points are not matched
one by one: of all ways to walk both shadows from the first end to the last without stepping back,
the one is taken whose pairs lie nearest to one another's epipolar lines (dynamic programming).
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int64

from heartwright.anatomy.imaging.angiography.camera import Camera, skew
from heartwright.anatomy.imaging.angiography.trace import Trace

_SAMPLE_MM = 1.0  # between samples of a shadow, in the patient
_SAMPLES = (20, 400)
_STEP_MM2 = 0.01  # cost of a step in one view alone: pairs that fit equally well keep pace

Cost = Float[np.ndarray, "one other"]
Along = Float[np.ndarray, "point"]


def matched(
    cameras: Sequence[Camera], traces: Sequence[Trace]
) -> tuple[Float[np.ndarray, "point 3"], tuple[Along, Along]]:
    """Points of a vessel, and where along its two shadows (mm on the detectors) each falls."""
    isocentre = np.zeros((1, 3))
    length = max(
        trace.length / float(camera.magnification(isocentre)[0])
        for camera, trace in zip(cameras, traces, strict=True)
    )
    count = int(np.clip(round(length / _SAMPLE_MM), *_SAMPLES))
    even = np.linspace(0, 1, count)
    one, other = (
        camera.rays(trace.spline(even * trace.length))
        for camera, trace in zip(cameras, traces, strict=True)
    )
    apart, between = skew(cameras[0], cameras[1], one[:, None], other[None])
    first, last = monotone_path(apart**2).T
    pace = (even[first] + even[last]) / 2  # both shadows' progress: always grows
    points = np.column_stack([np.interp(even, pace, x) for x in between[first, last].T])
    feet = tuple(
        np.interp(even, pace, even[steps]) * trace.length
        for steps, trace in zip((first, last), traces, strict=True)
    )
    return points, (feet[0], feet[1])


def monotone_path(cost: Cost) -> Int64[np.ndarray, "pair 2"]:
    """The cheapest way from the first corner of a table to the last, stepping forwards only."""
    total = _totals(cost)
    i, j = cost.shape[0] - 1, cost.shape[1] - 1
    path = [(i, j)]
    while (i, j) != (0, 0):
        i, j = min(_before(i, j), key=lambda place: _arrival(total, place, (i, j)))
        path.append((i, j))
    return np.array(path[::-1], np.int64)


def _totals(cost: Cost) -> Cost:
    """Cost of the cheapest way to each place, one diagonal of the table after the other."""
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)  # a border of nowhere
    total[1, 1] = cost[0, 0]
    for diagonal in range(1, rows + columns - 1):
        i = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        j = diagonal - i
        alone = np.minimum(total[i, j + 1], total[i + 1, j]) + _STEP_MM2
        total[i + 1, j + 1] = cost[i, j] + np.minimum(total[i, j], alone)
    return total[1:, 1:]


def _before(i: int, j: int) -> list[tuple[int, int]]:
    places = [(i - 1, j - 1), (i - 1, j), (i, j - 1)]
    return [(a, b) for a, b in places if a >= 0 and b >= 0]


def _arrival(total: Cost, place: tuple[int, int], here: tuple[int, int]) -> float:
    alone = sum(here) - sum(place) == 1
    return float(total[place]) + _STEP_MM2 * alone
