"""The ostium, by what is known: points on its rim, the ridge, the circumflex artery, or nothing."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.mesh.nearest import point_triangle
from heartwright.data import InputError, Plane, Solid
from heartwright.planning.laa.beyond import beyond
from heartwright.planning.laa.chamber import Chamber, find_appendage
from heartwright.planning.laa.neck import Section, least_section, ostium_of_neck
from heartwright.planning.laa.ridge import INSIDE_MM, ridge_point
from heartwright.planning.section import area, distance_to_loop, in_plane
from heartwright.planning.slicer import Loop, Slicer, centroid

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]
Rim = Float[np.ndarray, "3 3"]

_THINNEST_TRIANGLE_MM = 1.0  # height below which three points fix no plane
_CRUMB_MM2 = 1.0  # loops below this are not vessels
_RIM_MM = 5.0  # how far a point may lie from the rim that it marks
_ARTERY_MM = 15.0  # how far the circumflex may pass from the ostium's rim
_THICK_MM = 3.0  # an artery: of a label's voxels so near to the nearest the middle counts
_SEARCHED_MM = 30.0  # around the mouth


_NECK = (
    "The ostium was found from the neck's shape, without circumflex artery and ridge: a rule of "
    "our own; check the plane, or give --circumflex and --ridge."
)
_RIDGE = (
    f"The ridge point was found, not given: {INSIDE_MM:g} mm inside the tip of the ridge, of 1 to "
    f"2 cm; check it."
)
_LACKING = "The {} is not known; the ostium's plane has the tilt of the smallest section."


@dataclass(frozen=True, eq=False)
class Ostium:
    """The ostium's section; its normal points into the appendage."""

    section: Section
    found: str  # by what
    place_mm: float  # how far along the neck the plane may be wrong (assumed)
    landmarks: dict[str, Vector]  # LPS mm
    remarks: tuple[str, ...] = ()


def ostium_of_points(lumen: Solid, points: Rim) -> Ostium:
    """The ostium in the plane of three points on its rim.

    Of the two sides the appendage is the one with the smaller volume.

    Raises:
        InputError: the points fix no plane or miss the rim.
    """
    loop, normal = rim(lumen, points), _plane(points).normal
    sides = [Plane(points.mean(axis=0), way * normal) for way in (1.0, -1.0)]
    plane = min(sides, key=lambda side: beyond(lumen, side, loop).volume_mm3)
    section = Section(
        Plane(centroid(loop, plane.normal), plane.normal), loop, area(loop @ in_plane(normal))
    )
    names = ("ostium rim 1", "ostium rim 2", "ostium rim 3")
    return Ostium(
        section, "three given points on its rim", 1.0, dict(zip(names, points, strict=True))
    )


def find_ostium(
    lumen: Solid, body: Chamber, *, ridge: Vector | None = None, circumflex: Points | None = None
) -> Ostium:
    """The ostium of the appendage that is found in an atrium.

    WATCHMAN's plane runs from the circumflex artery to a point 1 to 2 cm inside the tip of the
    ridge of the left superior vein. The plane keeps of these what is given; its other tilts are
    those of the smallest section. With an artery but no ridge, the ridge is found. Where neither
    is given, see `ostium_of_neck`.

    Args:
        lumen: the atrium's blood pool.
        body: of the same.
        ridge: on the appendage's wall, 1 to 2 cm inside the tip of the ridge, LPS mm.
        circumflex: points of the artery; where it passes the plane through the ridge counts.

    Raises:
        InputError: no appendage is found, or a landmark is far from its neck.
    """
    part = find_appendage(body)
    slicer = Slicer(lumen, near=part.mouth, reach_mm=_SEARCHED_MM)
    neck = ostium_of_neck(slicer, part.mouth, part.axis)
    if ridge is None and circumflex is None:
        return Ostium(neck, "the neck's shape (automatic, without circumflex)", 2.0, {}, (_NECK,))
    landmarks: dict[str, Vector] = {}
    remarks: tuple[str, ...] = ()
    if ridge is not None:
        landmarks["ridge"] = _on_wall(lumen, ridge)
    elif (found := ridge_point(lumen, body, neck)) is not None:
        landmarks["ridge"], remarks = found, (_RIDGE,)
    section = _kept(slicer, neck, landmarks)
    if circumflex is not None:
        landmarks["circumflex"] = _passing(circumflex, section)
        section = _kept(slicer, section, landmarks)
    missing = {"ridge", "circumflex"} - set(landmarks)
    lacking = tuple(_LACKING.format(each) for each in missing)
    return Ostium(section, " and ".join(landmarks), 1.0, landmarks, (*remarks, *lacking))


def _kept(slicer: Slicer, near: Section, landmarks: dict[str, Vector]) -> Section:
    """The smallest section whose plane keeps the landmarks."""
    if not landmarks:
        return near
    points = np.array(list(landmarks.values()))
    hinge, normal = None, near.plane.normal
    if len(points) == 2:
        hinge = (points[1] - points[0]) / np.linalg.norm(points[1] - points[0])
        normal = normal - (normal @ hinge) * hinge
        normal = normal / np.linalg.norm(normal)
    section = least_section(slicer, near.plane.point, normal, anchor=points[0], hinge=hinge)
    if section is None:
        raise InputError(
            f"no closed section of the appendage lies in the plane of {' and '.join(landmarks)}; "
            f"check these points and their frame (LPS or RAS)."
        )
    return section


def _on_wall(lumen: Solid, ridge: Vector) -> Vector:
    corners = lumen.vertices[lumen.faces]
    away = float(point_triangle(np.broadcast_to(ridge, (len(corners), 3)), corners).min())
    if not away <= _RIM_MM:
        raise InputError(
            f"the ridge point lies {away:.1f} mm from the lumen's surface; place it on the wall "
            f"(within {_RIM_MM:g} mm) and check its frame (LPS or RAS)."
        )
    return ridge


def _passing(artery: Points, section: Section) -> Vector:
    """Where the artery passes the section's plane beside its curve, or comes nearest to it."""
    away = distance_to_loop(artery, section.loop)
    if not away.min() <= _ARTERY_MM:
        raise InputError(
            f"the circumflex artery passes {away.min():.0f} mm from the appendage's neck, and "
            f"at most {_ARTERY_MM:g} mm are possible; check its points and their frame (LPS or "
            f"RAS)."
        )
    height = np.abs((artery - section.plane.point) @ section.plane.normal)
    nearest = artery[np.where(away <= _ARTERY_MM, height, np.inf).argmin()]
    across = np.linalg.norm(artery - nearest, axis=1) < _THICK_MM
    middle: Vector = artery[across].mean(axis=0)
    return middle


def rim(lumen: Solid, points: Rim) -> Loop:
    """The ostium's rim: the loop, LPS mm, of the lumen's section that three points lie on.

    Raises:
        InputError: the points fix no plane or miss the rim.
    """
    plane = _plane(points)
    axes = in_plane(plane.normal)
    loops = Slicer(lumen).loops(plane.point, plane.normal)
    loops = [loop for loop in loops if area(loop @ axes) > _CRUMB_MM2]
    if not loops:
        raise InputError(
            "the plane of the ostium points misses the lumen; "
            "check the points and their frame (LPS or RAS)."
        )
    away = [distance_to_loop(points, loop).max() for loop in loops]
    nearest = int(np.argmin(away))
    if away[nearest] > _RIM_MM:
        raise InputError(
            f"an ostium point lies {away[nearest]:.1f} mm from the lumen's rim in the plane of "
            f"the points; place all three on the rim (within {_RIM_MM:g} mm) and check their "
            f"frame (LPS or RAS)."
        )
    return loops[nearest]


def _plane(points: Rim) -> Plane:
    if not np.isfinite(points).all():
        raise InputError("the ostium needs three points whose coordinates are finite numbers.")
    sides = np.roll(points, -1, axis=0) - points
    normal = np.cross(sides[0], sides[1])
    twice_area = np.linalg.norm(normal)
    if twice_area <= _THINNEST_TRIANGLE_MM * np.linalg.norm(sides, axis=1).max():
        raise InputError(
            "the three ostium points coincide or lie on one line, which fixes no plane; "
            "spread them around the rim."
        )
    return Plane(points.mean(axis=0), normal / twice_area)
