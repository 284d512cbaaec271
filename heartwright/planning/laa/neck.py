"""The ostium of an appendage where no artery and no ridge are given: from the neck's own shape."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Plane
from heartwright.planning.section import area, in_plane
from heartwright.planning.slicer import Loop, Slicer, centroid

Vector = Float[np.ndarray, "3"]

_STEPS = 12  # from the mouth into the appendage
_STEP_MM = 1.0
_TILT = np.radians(8.0)  # between the planes that are compared
_LARGEST_TILT = np.radians(12.0)  # of one round
_ROUNDS = 2
_FLARE = 0.25  # growth of the radius per millimetre towards the body: walls 14° from the axis
_WIDENS = 1.01  # of the radius beyond a narrowest place, for it to count as one
_SEARCHED_MM = 8.0  # behind the mouth, for a narrowest place
_LARGEST_MM2 = 1600.0  # a section beyond this is the body's


@dataclass(frozen=True, eq=False)
class Section:
    """A closed curve across a vessel."""

    plane: Plane  # its point is the centroid of the area inside
    loop: Loop
    area_mm2: float

    @property
    def radius_mm(self) -> float:
        """Of the circle of this area."""
        return float(np.sqrt(self.area_mm2 / np.pi))


def section_at(slicer: Slicer, point: Vector, normal: Vector) -> Section | None:
    """The curve round a point in the plane through it, if there is one."""
    loop = slicer.around(point, normal)
    if loop is None:
        return None
    return Section(Plane(centroid(loop, normal), normal), loop, area(loop @ in_plane(normal)))


def ostium_of_neck(slicer: Slicer, mouth: Vector, axis: Vector) -> Section:
    """The appendage's own border with the body.

    Sections are followed from the mouth on, each tilted to the smallest area. The ostium is the
    narrowest one where the neck widens again within 8 mm behind the mouth; where it does not, the
    first that flares towards the body by less than 14°. This rule is ours and unverified; where
    the circumflex artery and the ridge are known their plane is the ostium.

    Raises:
        InputError: no closed curve goes round the mouth.
    """
    sections = list(_followed(slicer, mouth, axis))
    radii = np.array([each.radius_mm for each in sections])
    number = _narrowest(radii)
    return sections[_flare_ends(radii) if number is None else number]


def _narrowest(radii: Float[np.ndarray, "section"]) -> int | None:
    for n in range(min(len(radii) - 3, int(_SEARCHED_MM / _STEP_MM) + 1)):
        behind = radii[n + 1 : n + 4]
        if radii[n] <= behind.min() and behind.max() > _WIDENS * radii[n]:
            return n
    return None


def _flare_ends(radii: Float[np.ndarray, "section"]) -> int:
    narrows = -np.gradient(radii, _STEP_MM) if len(radii) > 1 else np.zeros(1)
    gentle = np.flatnonzero(narrows <= _FLARE)
    return int(gentle[0]) if len(gentle) else int(narrows.argmin())


def _followed(slicer: Slicer, mouth: Vector, axis: Vector) -> Iterator[Section]:
    """Sections in order from the mouth into the appendage."""
    section = least_section(slicer, mouth, axis)
    if section is None:
        raise InputError(
            "the appendage's mouth has no closed section; give three points on the ostium's rim "
            "with --ostium."
        )
    for _ in range(_STEPS):
        yield section
        plane = section.plane
        section = least_section(slicer, plane.point + _STEP_MM * plane.normal, plane.normal)
        if section is None or section.area_mm2 > _LARGEST_MM2:
            return


def least_section(
    slicer: Slicer,
    inside: Vector,
    normal: Vector,
    *,
    anchor: Vector | None = None,
    hinge: Vector | None = None,
) -> Section | None:
    """The section tilted from a direction to the smallest area nearby, if there is one.

    A parabola through the areas of some tilts gives the next direction, twice.

    Args:
        slicer: of the lumen.
        inside: a point in the vessel that the curve goes round, or nearly: it is projected.
        normal: of the plane to start from.
        anchor: a point that the plane keeps; without one it keeps `inside`.
        hinge: unit direction of a line through the anchor that it keeps; none: all tilts are free.
    """
    kept = inside if anchor is None else anchor
    for _ in range(_ROUNDS):
        axes = in_plane(normal) if hinge is None else np.cross(hinge, normal)[:, None]
        count = axes.shape[1]
        tilts = _TILT * (np.array(list(np.ndindex(*[3] * count))) - 1.0)
        found = [_through(slicer, inside, kept, _tilted(normal, axes, t)) for t in tilts]
        areas = np.array([np.inf if each is None else each.area_mm2 for each in found])
        normal = _tilted(normal, axes, _least(tilts, areas))
    return _through(slicer, inside, kept, normal)


def _through(slicer: Slicer, inside: Vector, kept: Vector, normal: Vector) -> Section | None:
    return section_at(slicer, inside - (inside - kept) @ normal * normal, normal)


def _least(
    tilts: Float[np.ndarray, "tilt axis"], areas: Float[np.ndarray, "tilt"]
) -> Float[np.ndarray, "axis"]:
    """Where the parabola through some values has its least, or the best of them."""
    best = tilts[areas.argmin()]
    if not np.isfinite(areas).all():
        return best
    count = tilts.shape[1]
    pairs = [(i, j) for i in range(count) for j in range(i, count)]
    squares = np.stack([tilts[:, i] * tilts[:, j] for i, j in pairs], axis=1)
    terms = np.column_stack([np.ones(len(tilts)), tilts, squares])
    weights = np.linalg.lstsq(terms, areas, rcond=None)[0]
    slope, bend = weights[1 : 1 + count], np.zeros((count, count))
    for (i, j), weight in zip(pairs, weights[1 + count :], strict=True):
        bend[i, j] += weight
        bend[j, i] += weight
    if np.linalg.eigvalsh(bend)[0] <= 0:
        return best
    move = -np.linalg.solve(bend, slope)
    return move * min(1.0, _LARGEST_TILT / max(float(np.linalg.norm(move)), 1e-12))


def _tilted(normal: Vector, axes: np.ndarray, tilt: np.ndarray) -> Vector:
    turned: Vector = normal + axes @ np.tan(tilt)
    return turned / np.linalg.norm(turned)
