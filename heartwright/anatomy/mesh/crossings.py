"""Where a surface runs through itself: exact tests of all pairs of triangles that may meet."""

import itertools
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int8, Int64

from heartwright.anatomy.mesh.boxes import overlapping
from heartwright.anatomy.mesh.predicates import orient2d, orient3d
from heartwright.anatomy.mesh.shells import Faces, Vertices

Pairs = Int64[np.ndarray, "pair 2"]
Corners = Float[np.ndarray, "case 3 3"]
Edges = Float[np.ndarray, "case 2 3"]
Cases = Bool[np.ndarray, "case"]

_SIDES = ((0, 1), (1, 2), (2, 0))


def flat_triangles(vertices: Vertices, faces: Faces) -> Int64[np.ndarray, "flat"]:
    """Numbers of the triangles whose corners lie on one line or in one point, exactly."""
    a, b, c = (vertices[faces[:, n]] for n in range(3))
    in_line = np.ones(len(faces), bool)
    for plane in ((0, 1), (1, 2), (2, 0)):
        kept = np.flatnonzero(in_line)
        in_line[kept] = orient2d(*(p[kept][:, plane] for p in (a, b, c))) == 0
    return np.flatnonzero(in_line)


def self_intersections(vertices: Vertices, faces: Faces) -> Pairs:
    """Pairs of triangles that share more than the vertices and edges they have in common.

    Touching counts. Exact for the vertices as they are, in double precision: the signs that decide
    are computed without rounding. Triangles without area are left out (`flat_triangles`).

    Pairs with no common vertex meet where an edge of one pierces the other; with one, where the
    edge opposite to it does; with two, where one is folded flat onto the other.
    """
    faces = faces.astype(np.int64)
    kept = np.setdiff1d(np.arange(len(faces)), flat_triangles(vertices, faces))
    vertices, faces = vertices.astype(np.float64), faces[kept]
    corners = vertices[faces]
    low, high = corners.min(axis=1), corners.max(axis=1)
    return kept[overlapping(low, high, kept=partial(_meeting, vertices, faces))]


def _meeting(
    vertices: Vertices, faces: Int64[np.ndarray, "face 3"], near: Pairs
) -> Int64[np.ndarray, "_ 2"]:
    """Those of some pairs of triangles that share more than their common vertices."""
    pairs, shared = _turned(faces, near)
    found = [pairs.number[shared == 3]]
    for count, meet in ((0, _apart_meet), (1, _neighbours_meet), (2, _hinged_meet)):
        chosen = shared == count
        meets = meet(vertices[pairs.first[chosen]], vertices[pairs.second[chosen]])
        found.append(pairs.number[chosen][meets])
    return np.concatenate(found)


class _Turned(NamedTuple):
    """Pairs of triangles, turned (not flipped) so that their common vertices come first."""

    number: Pairs
    first: Int64[np.ndarray, "pair 3"]
    second: Int64[np.ndarray, "pair 3"]


def _turned(
    faces: Int64[np.ndarray, "face 3"], pairs: Pairs
) -> tuple[_Turned, Int64[np.ndarray, "pair"]]:
    first, second = faces[pairs[:, 0]], faces[pairs[:, 1]]
    lone = np.ones((len(pairs), 3), np.int8)  # corners of the first that are not common
    for corner, other in itertools.product(range(3), range(3)):
        lone[first[:, corner] == second[:, other], corner] = 0
    first = _sorted_by(lone, first)
    place = np.full((len(pairs), 3), 3, np.int8)  # of the second's corners among the first's
    for corner, other in itertools.product(range(3), range(3)):
        place[first[:, corner] == second[:, other], other] = corner
    return _Turned(pairs, first, _sorted_by(place, second)), 3 - lone.sum(axis=1)


def _sorted_by(
    places: Int8[np.ndarray, "case 3"], corners: Int64[np.ndarray, "case 3"]
) -> Int64[np.ndarray, "case 3"]:
    """Corners in the order of their places, 0 to 3, equal ones as they were.

    There are only 4³ cases, so that a table sorts faster than sorting does.
    """
    cases = np.array(list(itertools.product(range(4), repeat=3)))
    order = np.argsort(cases, axis=1, kind="stable")[places @ np.array([16, 4, 1])]
    return np.take_along_axis(corners, order, axis=1)


def _apart_meet(first: Corners, second: Corners) -> Cases:
    """Triangles without a common vertex."""
    meet = np.zeros(len(first), bool)
    near = np.arange(len(first))
    seen: list[Int8[np.ndarray, "case 3"]] = []
    for plane, other in ((first, second), (second, first)):
        sides = _sides(plane[near], other[near])
        crosses = ~(sides > 0).all(axis=1) & ~(sides < 0).all(axis=1)
        near, seen = near[crosses], [*(before[crosses] for before in seen), sides[crosses]]
    first, second = first[near], second[near]
    flat = (seen[0] == 0).all(axis=1)
    met = np.zeros(len(near), bool)
    met[flat] = _flat_meet(first[flat], second[flat])
    for edge in map(list, _SIDES):
        met[~flat] |= _pierces(second[~flat][:, edge], first[~flat], seen[0][~flat][:, edge])
        met[~flat] |= _pierces(first[~flat][:, edge], second[~flat], seen[1][~flat][:, edge])
    meet[near] = met
    return meet


def _neighbours_meet(first: Corners, second: Corners) -> Cases:
    """Triangles with their first corner in common that meet beyond it."""
    meet = np.zeros(len(first), bool)
    near = np.arange(len(first))
    for edges, triangles in ((first[:, 1:], second), (second[:, 1:], first)):
        sides = _sides(triangles[near], edges[near])
        crosses = ~(sides > 0).all(axis=1) & ~(sides < 0).all(axis=1)
        near, sides = near[crosses], sides[crosses]  # the others lie beside a plane: all of them
        edge, triangle = edges[near], triangles[near]
        flat = (sides == 0).all(axis=1)
        meet[near[flat]] |= _flat_edge_meets(edge[flat], triangle[flat])
        meet[near[~flat]] |= _pierces(edge[~flat], triangle[~flat], sides[~flat])
    return meet


def _hinged_meet(first: Corners, second: Corners) -> Cases:
    """Triangles with a common edge that lie on the same side of it, in one plane."""
    tip = second[:, 2]
    a, b, c = first.transpose(1, 0, 2)
    meet = orient3d(a, b, c, tip) == 0
    a, b, c, d = _projected(np.concatenate([first[meet], tip[meet][:, None]], axis=1))
    meet[meet] = orient2d(a, b, c) * orient2d(a, b, d) > 0
    return meet


def _sides(triangle: Corners, points: Float[np.ndarray, "case n 3"]) -> Int8[np.ndarray, "case n"]:
    """On which side of a triangle's plane each of some points lies."""
    a, b, c = triangle.transpose(1, 0, 2)
    return np.column_stack([orient3d(a, b, c, point) for point in points.transpose(1, 0, 2)])


def _pierces(edge: Edges, triangle: Corners, sides: Int8[np.ndarray, "case 2"]) -> Cases:
    """Whether an edge that is not in the triangle's plane meets the triangle."""
    start, end = sides.T
    meets = (start * end <= 0) & ((start != 0) | (end != 0))
    p, q = edge[meets].transpose(1, 0, 2)
    a, b, c = triangle[meets].transpose(1, 0, 2)
    around = np.stack([orient3d(p, q, *side) for side in ((a, b), (b, c), (c, a))])
    meets[meets] = (around >= 0).all(axis=0) | (around <= 0).all(axis=0)
    return meets


def _flat_meet(first: Corners, second: Corners) -> Cases:
    """Whether triangles in one plane meet: no side of either has all of the other beyond it."""
    both = _projected(np.concatenate([first, second], axis=1))
    one, other = both[:3], both[3:]
    return ~(_a_side_parts(one, other) | _a_side_parts(other, one))


def _flat_edge_meets(edge: Edges, triangle: Corners) -> Cases:
    """Whether an edge in a triangle's plane meets the triangle."""
    both = _projected(np.concatenate([triangle, edge], axis=1))
    corners, (p, q) = both[:3], both[3:]
    around = np.stack([orient2d(p, q, corner) for corner in corners])
    beside = (around > 0).all(axis=0) | (around < 0).all(axis=0)
    return ~(beside | _a_side_parts(corners, both[3:]))


def _a_side_parts(
    triangle: Float[np.ndarray, "3 case 2"], others: Float[np.ndarray, "other case 2"]
) -> Cases:
    """Whether a side of a triangle has all of the other points strictly beyond it."""
    turn = orient2d(*triangle)
    parts = np.zeros(len(turn), bool)
    for start, end in _SIDES:
        beyond = [orient2d(triangle[start], triangle[end], point) * turn < 0 for point in others]
        parts |= np.logical_and.reduce(beyond)
    return parts


def _projected(
    corners: Float[np.ndarray, "case corner 3"],
) -> Float[np.ndarray, "corner case 2"]:
    """Points of one plane without the coordinate along which its first triangle is smallest."""
    a, b, c = corners[:, :3].transpose(1, 0, 2)
    dropped = np.abs(np.cross(b - a, c - a)).argmax(axis=1)
    kept = np.array([[1, 2], [0, 2], [0, 1]])[dropped]
    return np.take_along_axis(corners, kept[:, None], axis=2).transpose(1, 0, 2)
