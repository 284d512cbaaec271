"""Lumens drawn at random: atria, ventricles, roots and vessels, each as a field.

Sizes are those of adult anatomy. A seed gives the same member for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from heartwright.data import LabelMap
from heartwright.samples.heart.atrium import atrium
from heartwright.samples.heart.fields import (
    Distances,
    Field,
    Points,
    Vector,
    half_space,
    intersection,
    swept_ellipsoid,
    tube,
    union,
    unit,
)
from heartwright.samples.heart.grid import around, bounds, sampled
from heartwright.samples.heart.root import aortic_root

_MARGIN_MM = 4.0  # of a label map around the lumen


@dataclass(frozen=True, eq=False)
class Member:
    """One lumen: a field whose zero is its surface, true to first order there, mm."""

    kind: str
    lumen: Field

    def labels(self, *, spacing_mm: float) -> LabelMap:
        """The voxels whose centres lie in the lumen, label 1."""
        grid = around(bounds(self.lumen) + _MARGIN_MM * np.array([[-1], [1]]), spacing_mm)
        inside = sampled(self.lumen, grid) < 0
        return LabelMap(inside.astype(np.uint8), grid.affine, {1: self.kind})


def member(seed: int) -> Member:
    """Draw a lumen; the kinds take turns."""
    rng = np.random.default_rng([seed, 2])
    kind, draw = list(_KINDS.items())[seed % len(_KINDS)]
    return Member(kind, _turned(draw(rng), Rotation.random(rng=rng)))


def _turned(field: Field, turn: Rotation) -> Field:
    """A field as another patient would lie: no flat face is along the voxels by construction."""
    matrix = turn.as_matrix().astype(np.float32)

    def turned(points: Points) -> Distances:
        return field(points @ matrix)

    return turned


def _left_atrium(rng: np.random.Generator) -> Field:
    return atrium(rng).lumen


def _bent_vessel(rng: np.random.Generator) -> Field:
    """A coronary or an arch: three straight pieces with rounded knees, tapering."""
    radius, length = rng.uniform(1.5, 6.0), rng.uniform(10, 20)
    points = np.cumsum([np.zeros(3), *(length * _direction(rng) for _ in range(3))], axis=0)
    points -= points.mean(axis=0)
    radii = radius * np.array([1.0, 0.92, 0.85])
    pieces = [
        tube(start, end, radius_mm=r)
        for start, end, r in zip(points[:-1], points[1:], radii, strict=True)
    ]
    return union(*pieces, blend_mm=radius)


def _bifurcation(rng: np.random.Generator) -> Field:
    """A stem that divides by Murray's law (doi:10.1073/pnas.12.3.207)."""
    radius, share = rng.uniform(3.0, 9.0), rng.uniform(0.3, 0.7)
    stem = tube(np.array([0.0, 0.0, -4 * radius]), np.zeros(3), radius_mm=radius)
    branches = [
        tube(
            np.zeros(3), 4 * radius * unit(np.array([x, rng.uniform(-0.3, 0.3), 1.0])), radius_mm=r
        )
        for x, r in (
            (rng.uniform(0.4, 0.9), radius * share ** (1 / 3)),
            (-rng.uniform(0.4, 0.9), radius * (1 - share) ** (1 / 3)),
        )
    ]
    return union(stem, *branches, blend_mm=radius / 2)


def _aneurysm(rng: np.random.Generator) -> Field:
    """A vessel with a sac on its side."""
    radius, sac = rng.uniform(4, 8), rng.uniform(7, 14)
    vessel = tube(np.array([0.0, 0.0, -25.0]), np.array([0.0, 0.0, 25.0]), radius_mm=radius)
    centre = np.array([radius + 0.6 * sac, 0.0, rng.uniform(-8, 8)])
    bulge = swept_ellipsoid(
        centre,
        centre + np.array([0.0, 2.0, 0.0]),
        radii=sac * rng.uniform(0.8, 1.0, size=3),
        up=np.array([0.0, 0.0, 1.0]),
    )
    return union(vessel, bulge, blend_mm=4.0)


def _ventricle(rng: np.random.Generator) -> Field:
    """A truncated ellipsoid with an outflow tract."""
    short, long = rng.uniform(20, 26), rng.uniform(38, 48)
    up = np.array([0.0, 0.0, 1.0])
    cavity = swept_ellipsoid(
        np.zeros(3), 2 * up, radii=np.array([short, short * 0.9, long]), up=np.array([1.0, 0, 0])
    )
    axis = unit(np.array([rng.uniform(0.2, 0.5), 0.2, 1.0]))
    tract = tube(10 * axis, 45 * axis, radius_mm=rng.uniform(10, 12))
    base = intersection(cavity, half_space(18 * up, up), blend_mm=6.0)
    whole = union(base, tract, blend_mm=5.0)
    return intersection(whole, half_space(34 * axis, axis), blend_mm=2.0)


def _direction(rng: np.random.Generator) -> Vector:
    """A direction within about 60° of +z."""
    return unit(np.array([*rng.uniform(-1, 1, size=2), 1.0]))


_KINDS: dict[str, Callable[[np.random.Generator], Field]] = {
    "left atrium": _left_atrium,
    "bent vessel": _bent_vessel,
    "bifurcation": _bifurcation,
    "aneurysm": _aneurysm,
    "aortic root": aortic_root,
    "ventricle": _ventricle,
}
