"""The left atrium with its appendage: one plane is the ostium by WATCHMAN's definition.

The ostium is the plane from the circumflex artery to a point 1 to 2 cm inside the tip of the ridge
between the appendage and the left superior vein. The neck is a straight tube across that plane,
the ridge point lies on its rim towards the vein, the artery passes on the other side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heartwright.data import Plane
from heartwright.samples.heart.atrium import MITRAL, VEINS, body, vein
from heartwright.samples.heart.fields import (
    Distances,
    Field,
    Vector,
    half_space,
    intersection,
    union,
    unit,
)
from heartwright.samples.heart.truth import first_exit
from heartwright.samples.heart.whole.lobes import ROOT_MM, Lobe, tree
from heartwright.samples.heart.whole.tubes import (
    Angles,
    Frame,
    Heights,
    Outline,
    radial_tube,
    reach_mm,
)

NEAR_RIDGE = "left superior pulmonary vein"
MITRAL_MM = 24.0  # from the centre to the mitral valve, at scale 1
_CHAMBER_BLEND_MM, _NECK_BLEND_MM = 9.0, 4.0
_NECK = np.array([17.0, -9.0, 5.0])  # where the neck's axis starts in the body, at scale 1
_BEFORE_MM = 22.0  # of the neck before the ostium; its start lies inside the body
_LOW_MM = 30.0  # before the ostium, where the rays that look for the ridge start
_RIDGE_MM = 16.0  # how far from the neck's rim its tip may lie
_FREE_MM = 4.0  # before the ostium, where the neck stops widening


@dataclass(frozen=True, eq=False)
class Neck:
    """The straight first part of the appendage; angle 0 of its frame is the ridge point."""

    frame: Frame  # origin: centre of the ostium; the axis points into the appendage
    outline: Outline  # of the ostium
    taper: float  # what the radius loses per mm behind the ostium, relative to the ostium

    def radius(self, angles: Angles, heights: Heights) -> Distances:
        """The wall's distance from the axis, mm."""
        behind = np.clip(heights, -_FREE_MM, ROOT_MM)
        edge = self.outline(angles) * (1 - self.taper * behind)
        return edge.astype(np.result_type(angles, heights))

    @property
    def field(self) -> Field:
        """From inside the atrium's body to where the lobes begin."""
        start, end = self.frame.lifted(-_BEFORE_MM), self.frame.lifted(ROOT_MM)
        axis = self.frame.axis
        return intersection(
            radial_tube(self.frame, self.radius),
            half_space(start.origin, -axis),
            half_space(end.origin, axis),
            blend_mm=3,
        )

    @property
    def ridge_point(self) -> Vector:
        """On the ostium's rim, towards the left superior vein."""
        return self.frame.point(0.0, reach_mm(self.outline, 0.0), 0.0)


@dataclass(frozen=True, eq=False)
class LeftAtrium:
    """The lumen and its parts."""

    scale: float
    chamber: Field  # body and veins
    veins: Mapping[str, Plane]  # where each is cut open
    neck: Neck
    lobes: tuple[Lobe, ...]
    morphology: str

    @cached_property
    def appendage(self) -> Field:
        """Neck and lobes."""
        return union(self.neck.field, tree(self.lobes), blend_mm=3)

    @cached_property
    def lumen(self) -> Field:
        """All of it."""
        return union(self.chamber, self.appendage, blend_mm=_NECK_BLEND_MM)

    @cached_property
    def deepest_mm(self) -> float:
        """Depth of the deepest lobe behind the ostium's plane."""
        return max(lobe.depth_mm(self.neck.frame) for lobe in self.lobes)

    @property
    def mitral(self) -> Plane:
        """The mitral valve's plane; the normal points into the ventricle."""
        return Plane(MITRAL_MM * self.scale * MITRAL, MITRAL)

    @cached_property
    def ridge_tip(self) -> Vector:
        """The tip of the ridge, on the lumen's surface."""
        return ridge_tip(self.lumen, self.neck.frame, beyond_mm=self._rim_mm)

    @property
    def ridge_inside_mm(self) -> float:
        """How far the ridge point is inside the tip of the ridge, along the neck."""
        return float((self.neck.ridge_point - self.ridge_tip) @ self.neck.frame.axis)

    @property
    def _rim_mm(self) -> float:
        return reach_mm(self.neck.outline, 0.0)


def chamber(scale: float, rng: np.random.Generator) -> tuple[Field, dict[str, Plane]]:
    """The body with the four veins, and where the veins are cut open."""
    veins = {name: vein(*VEINS[name], scale=scale, rng=rng) for name in VEINS}
    tubes = (field for field, _ in veins.values())
    whole = union(body(scale), *tubes, blend_mm=_CHAMBER_BLEND_MM * scale)
    return whole, {name: plane for name, (_, plane) in veins.items()}


def neck(
    body_and_veins: Field,
    veins: Mapping[str, Plane],
    *,
    scale: float,
    axis: Vector,
    outline: Outline,
    taper: float,
    inside_mm: float,
) -> Neck:
    """Put the neck on the body: its ostium at a depth behind the tip of the ridge.

    Args:
        body_and_veins: the chamber without its appendage.
        veins: where each vein is cut open.
        scale: of the body.
        axis: where the neck goes.
        outline: of the ostium; angle 0 faces the left superior vein.
        taper: what the neck's radius loses per mm, relative to the ostium's.
        inside_mm: from the tip of the ridge to the ostium; more where the neck is not yet free.
    """
    start = scale * _NECK
    frame = Frame.along(start, unit(axis), zero=veins[NEAR_RIDGE].point - start)
    free = _free_mm(body_and_veins, frame, outline)
    trial = Neck(frame.lifted(free), outline, taper)
    lumen = union(body_and_veins, trial.field, blend_mm=_NECK_BLEND_MM)
    tip = ridge_tip(lumen, trial.frame, beyond_mm=reach_mm(outline, 0.0))
    height = float((tip - start) @ frame.axis) + inside_mm
    return Neck(frame.lifted(max(free, height)), outline, taper)


def ridge_tip(lumen: Field, neck_frame: Frame, *, beyond_mm: float) -> Vector:
    """Where the wall between neck and vein comes nearest to the atrium, along the neck's axis."""
    start = neck_frame.lifted(-_LOW_MM)
    best, span = beyond_mm + _RIDGE_MM / 2, _RIDGE_MM / 2
    while span > 1e-4:
        across = np.linspace(max(best - span, beyond_mm), best + span, 41)
        starts = start.origin + across[:, None] * start.axes[0]
        rays = np.broadcast_to(start.axis, starts.shape)
        rise = first_exit(lumen, starts, rays, reach_mm=60)
        lowest = int(np.nanargmin(rise))
        best, span = float(across[lowest]), span / 8
    return starts[lowest] + rise[lowest] * start.axis


def _free_mm(body_and_veins: Field, frame: Frame, outline: Outline) -> float:
    """Where along its axis a neck is no longer touched by the fillet at the body."""
    angles = np.arange(64) * (2 * np.pi / 64)
    steps = np.arange(4.0, 30.0, 0.25)
    rims = frame.origin + outline(angles)[:, None] * frame.outward(angles)
    nearest = body_and_veins(rims + steps[:, None, None] * frame.axis).min(axis=1)
    touched = np.flatnonzero(nearest < _NECK_BLEND_MM)
    return float(steps[touched[-1]]) + 0.5
