"""Where a hinge can stand beside two halves: the walls' rims along the cut, seen from outside."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold
from scipy.spatial import ConvexHull

Edges = Float[np.ndarray, "_ 2 2"]
Along = Float[np.ndarray, "place"]
Levels = tuple[Edges, ...]  # a half's outlines at some heights over the cut

_STEP_MM = 0.25
_BIN = np.radians(5)  # of two sides that differ by less, one is tried


@dataclass(frozen=True, eq=False)
class Stand:
    """A stretch beside the halves, in the cut's frame turned so that the hinge's side is +x."""

    angle: float  # of the turn, radians
    side_mm: float  # the farthest that any of the model reaches along x
    start_mm: float  # where the stretch begins along y
    reach_mm: float  # from there to the rim where it is farthest away


def levels(half: Manifold, heights: Along) -> Levels:
    """The edges of a half's outlines at heights over the cut."""
    return tuple(_edges(half, float(height)) for height in heights)


def stands(
    halves: tuple[Levels, Levels],
    seen: Float[np.ndarray, "vertex 2"],
    *,
    length_mm: float,
    wall_mm: float,
    side: float | None,
) -> list[Stand]:
    """Stretches of a length along which both halves have walls, the nearest ones first.

    `seen` is the model looked at along the cut's normal; `side` is the angle of the side to take,
    else those of the convex hull's edges are tried.
    """
    angles = _hull_angles(seen) if side is None else [side]
    found = [
        stand
        for angle in angles
        for stand in _stands_at(halves, seen, angle, length_mm=length_mm, wall_mm=wall_mm)
    ]
    return sorted(found, key=lambda stand: round(stand.reach_mm, 2))


def rims(half: Levels, angle: float, places: Along) -> Float[np.ndarray, "2 level place"]:
    """Where, coming from the side, a wall begins and where it ends; -inf where there is none."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.stack([_crossed(edges @ turn.T, places) for edges in half], axis=1)


def _stands_at(
    halves: tuple[Levels, Levels],
    seen: Float[np.ndarray, "vertex 2"],
    angle: float,
    *,
    length_mm: float,
    wall_mm: float,
) -> Iterator[Stand]:
    """The nearest stretch on a side; none where no stretch has walls all along."""
    across = np.array([-np.sin(angle), np.cos(angle)])
    low, high = (seen @ across).min(), (seen @ across).max()
    window = int(np.ceil(length_mm / _STEP_MM)) + 1
    places = np.arange(low, high + _STEP_MM, _STEP_MM)
    if len(places) < window:
        return
    side = float((seen @ np.array([np.cos(angle), np.sin(angle)])).max())
    reach = np.max([_reach(rims(half, angle, places), side, wall_mm) for half in halves], axis=0)
    farthest = np.lib.stride_tricks.sliding_window_view(reach, window).max(axis=1)
    least = np.flatnonzero(farthest <= farthest.min() + 1e-6)
    first = least[len(least) // 2]  # the middle of a straight side
    if np.isfinite(farthest[first]):
        yield Stand(angle, side, float(places[first]), float(farthest[first]))


def _reach(found: Float[np.ndarray, "2 level place"], side: float, wall_mm: float) -> Along:
    """From the side to the wall, at the height where it is farthest away; inf where it is thin."""
    begins, ends = found
    result: Along = np.where(begins - ends >= wall_mm, side - begins, np.inf).max(axis=0)
    return result


def _edges(half: Manifold, height: float) -> Edges:
    loops = half.slice(height).to_polygons()
    return np.concatenate(
        [np.empty((0, 2, 2)), *(np.stack([p, np.roll(p, -1, axis=0)], axis=1) for p in loops)]
    )


def _crossed(edges: Edges, places: Along) -> Float[np.ndarray, "2 place"]:
    """The two highest x at which a line along x crosses the edges; NaN where there are none."""
    (x0, y0), (x1, y1) = edges[:, 0].T, edges[:, 1].T
    first = np.searchsorted(places, np.minimum(y0, y1))
    count = np.searchsorted(places, np.maximum(y0, y1)) - first
    edge = np.repeat(np.arange(len(edges)), count)
    place = np.arange(len(edge)) + np.repeat(first - np.cumsum(count) + count, count)
    part = (places[place] - y0[edge]) / (y1 - y0)[edge]
    x = x0[edge] + part * (x1 - x0)[edge]
    order = np.lexsort((-x, place))
    x, place = x[order], place[order]
    rank = np.arange(len(place)) - np.searchsorted(place, place)
    result = np.full((2, len(places)), np.nan)
    result[rank[rank < 2], place[rank < 2]] = x[rank < 2]
    return result


def _hull_angles(seen: Float[np.ndarray, "vertex 2"]) -> list[float]:
    """The sides of the convex hull; of those in one direction the longest."""
    corners = seen[ConvexHull(seen).vertices]
    along = np.roll(corners, -1, axis=0) - corners
    angle = np.arctan2(-along[:, 0], along[:, 1])  # the hull's corners run anticlockwise
    order = np.argsort(-np.linalg.norm(along, axis=1), kind="stable")
    _, first = np.unique(np.round(angle[order] / _BIN), return_index=True)
    return [float(angle[order[place]]) for place in np.sort(first)]
