"""Which way up a model prints best: little overhang, little height, few islands."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from heartwright.anatomy.mesh import voxelise
from heartwright.data import InputError, Solid
from heartwright.printing.rays import facets
from heartwright.printing.stack import islands

_TRIED = 256  # directions all around, about 9° apart
_FLATS = 12  # largest flat faces, each of which may lie on the plate
_APART_DEG = 20  # answers closer than this are one
_ON_PLATE_MM = 0.05
_SHORTLIST = 4  # directions looked at for islands, for each that is returned
_COARSE_MM = 1.0
_MOST_VOXELS = 200  # along the longest side
_HEIGHT, _ISLAND = 0.3, 0.05  # weights beside the share of the surface that overhangs
_CHUNK = 16  # directions at a time, for memory

Vector = Float[np.ndarray, "3"]
Directions = Float[np.ndarray, "direction 3"]
Scores = Float[np.ndarray, "direction"]


@dataclass(frozen=True, eq=False)
class Orientation:
    """A direction that points up while printing, and what it costs."""

    up: Vector  # unit vector in the model's own frame
    overhang_mm2: float  # surface that hangs and does not lie on the plate
    height_mm: float
    islands: int  # places that begin in the air, or touch the plate with no flat face
    score: float  # share of overhang + weighted height and islands; lower is better


def orientations(solid: Solid, *, overhang_deg: float | None, best: int = 3) -> list[Orientation]:
    """The best directions to print a solid in, best first, at least 20° apart.

    Surface counts as overhang when it is less than `overhang_deg` from the plate's plane and looks
    down; None where powder or gel carries everything, so that only height counts. Directions all
    around are judged by overhang and height; the best of them also by their islands.

    Raises:
        InputError: no direction is asked for.
    """
    if best < 1:
        raise InputError(f"{best} orientations cannot be listed; ask for 1 or more.")
    candidates = _candidates(solid)
    rough = _costs(solid, candidates, overhang_deg)[2]
    shortlist = _apart(candidates[np.argsort(rough, kind="stable")], _SHORTLIST * best)
    found = evaluate(solid, shortlist, overhang_deg=overhang_deg)
    return sorted(found, key=lambda orientation: orientation.score)[:best]


def evaluate(
    solid: Solid, directions: Directions, *, overhang_deg: float | None
) -> list[Orientation]:
    """What each direction costs, in their order."""
    units = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    hanging, heights, scores = _costs(solid, units, overhang_deg)
    begun = [0 if overhang_deg is None else _islands(solid, up) for up in units]
    return [
        Orientation(up, float(area), float(height), count, float(score + _ISLAND * count))
        for up, area, height, count, score in zip(
            units, hanging, heights, begun, scores, strict=True
        )
    ]


def _costs(
    solid: Solid, units: Directions, overhang_deg: float | None
) -> tuple[Scores, Scores, Scores]:
    """Overhang (mm²), height (mm) and their score for each direction."""
    heights = np.concatenate([np.ptp(solid.vertices @ few.T, axis=0) for few in _chunks(units)])
    hanging = np.zeros(len(units)) if overhang_deg is None else overhang(solid, units, overhang_deg)
    reach = float(np.linalg.norm(np.ptp(solid.bounds, axis=0)))
    return hanging, heights, hanging / solid.area_mm2 + _HEIGHT * heights / reach


def _apart(ranked: Directions, count: int) -> Float[np.ndarray, "chosen 3"]:
    """The first directions of a ranking that differ from all before them."""
    chosen: list[Vector] = []
    for up in ranked:
        if all(up @ other < np.cos(np.radians(_APART_DEG)) for other in chosen):
            chosen.append(up)
        if len(chosen) == count:
            break
    return np.array(chosen)


def _islands(solid: Solid, up: Vector) -> int:
    """Islands at a coarse look, and one more where nothing flat lies on the plate."""
    upright = turned(solid, up)
    spacing = max(_COARSE_MM, float(np.ptp(upright.bounds, axis=0).max()) / _MOST_VOXELS)
    return islands(voxelise(upright, spacing)[0]) + (not on_plate(upright).any())


def overhang(solid: Solid, directions: Directions, overhang_deg: float) -> Scores:
    """Area (mm²) that looks down less than `overhang_deg` from level and not at the plate."""
    faces = facets(solid)

    def of(few: Directions) -> Scores:
        tops = (solid.vertices @ few.T)[solid.faces].max(axis=1)
        free = tops > tops.min(axis=0) + _ON_PLATE_MM
        areas: Scores = faces.areas @ (free & hangs(faces.normals, few, overhang_deg))
        return areas

    return np.concatenate([of(few) for few in _chunks(directions)])


def _chunks(directions: Directions) -> list[Float[np.ndarray, "_ 3"]]:
    return [directions[n : n + _CHUNK] for n in range(0, len(directions), _CHUNK)]


def hangs(
    normals: Float[np.ndarray, "face 3"], directions: Directions, overhang_deg: float
) -> Bool[np.ndarray, "face direction"]:
    """Which faces look down and are less than `overhang_deg` from level."""
    return normals @ directions.T < -np.cos(np.radians(overhang_deg)) - 1e-9


def on_plate(solid: Solid) -> Bool[np.ndarray, "face"]:
    """Which triangles lie on the plate when the third axis points up."""
    heights = solid.vertices[solid.faces, 2].max(axis=1)
    return heights <= solid.vertices[:, 2].min() + _ON_PLATE_MM


def turned(solid: Solid, up: Vector) -> Solid:
    """The solid turned so that `up` points along the third axis."""
    frame = _frame(up)
    return replace(solid, vertices=solid.vertices @ frame.T)


def _frame(up: Vector) -> Float[np.ndarray, "3 3"]:
    """A rotation that takes a direction to the third axis; none where it is there already."""
    length = np.linalg.norm(up)
    if not length > 1e-9:
        raise InputError("the direction that points up has no length; give another.")
    unit = up / length
    if unit[2] > 1 - 1e-12:
        return np.eye(3)
    first = np.cross(unit, np.eye(3)[np.abs(unit).argmin()])
    first /= np.linalg.norm(first)
    return np.array([first, np.cross(unit, first), unit])


def _candidates(solid: Solid) -> Directions:
    """Directions all around, the axes, and those that lay a flat face on the plate."""
    number = np.arange(_TRIED) + 0.5
    z = 1 - 2 * number / _TRIED
    turn = np.pi * (1 + np.sqrt(5)) * number  # golden angle: evenly spread
    flat = np.sqrt(1 - z**2)
    around = np.column_stack([flat * np.cos(turn), flat * np.sin(turn), z])
    faces = facets(solid)
    kinds, which = np.unique(np.round(faces.normals, 3), axis=0, return_inverse=True)
    largest = np.argsort(np.bincount(which.ravel(), faces.areas))[::-1][:_FLATS]
    flats = kinds[largest]
    flats = flats[np.linalg.norm(flats, axis=1) > 0.5]
    return np.concatenate([np.eye(3), -np.eye(3), -flats, around])
