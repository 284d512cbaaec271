"""Where to cross the atrial septum so that a sheath meets the appendage along its axis.

A grid of nine places on the oval fossa, as trials drill them into prints (NCT05743322: coaxial is
at most 30° between the way and the landing zone's axis; so Fukutomi 2022, EIJ-D-21-00555).
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from heartwright.data import Crossing, InputError, Plane

Vector = Float[np.ndarray, "3"]

COAXIAL_DEG = 30.0
_APART_MM = 5.0  # between places of the grid (assumed: a fossa is about 15 mm wide)
_ROWS = (("cranial", 1), ("central", 0), ("caudal", -1))
_COLUMNS = (("anterior", 1), ("central", 0), ("posterior", -1))
_PLANAR_DEG = 20.0  # a way this near to a plane is bent by a single curve [own rule, unverified]
_SEPTUM_MM = 60.0  # how far from the ostium a fossa may lie; more is another place


def crossings(fossa: Plane, cava: Vector, ostium: Plane, landing: Plane) -> tuple[Crossing, ...]:
    """Nine places on the fossa, the best first: least sum of both errors, each by its limit.

    The way is straight from the septum to the ostium's middle. Its error of direction is the angle
    to the landing zone's axis, by 30°; its error of place is how far it passes from the landing
    zone's centre, by 10 mm (this second limit is our own).

    Args:
        fossa: its centre, and the normal that points into the left atrium.
        cava: a point in the lower caval vein, where the sheath comes from.
        ostium: of the appendage; the normal points into it.
        landing: the landing zone in the same sense.

    Raises:
        InputError: the fossa lies in the appendage's ostium or far from it.
    """
    away = float(np.linalg.norm(fossa.point - ostium.point))
    if not 5.0 < away <= 2 * _SEPTUM_MM:
        raise InputError(
            f"the fossa is given {away:.0f} mm from the appendage's ostium; check the point and "
            f"its frame (LPS or RAS)."
        )
    found = [_crossing(*place, cava, ostium, landing) for place in _grid(fossa)]
    return tuple(sorted(found, key=lambda c: c.off_axis_deg / COAXIAL_DEG + c.off_centre_mm / 10))


def _grid(fossa: Plane) -> Iterator[tuple[str, Vector]]:
    """Names and places, up and forwards along the septum."""
    up = _within(np.array([0.0, 0.0, 1.0]), fossa.normal)
    forwards = _within(np.array([0.0, -1.0, 0.0]), fossa.normal)
    forwards = _within(forwards, up)
    for row, high in _ROWS:
        for column, far in _COLUMNS:
            name = row if row == column else f"{row} {column}"
            yield name, fossa.point + _APART_MM * (high * up + far * forwards)


def _crossing(name: str, place: Vector, cava: Vector, ostium: Plane, landing: Plane) -> Crossing:
    way = _unit(ostium.point - place)
    off_axis = angle_deg(way, landing.normal)
    bend = angle_deg(place - cava, landing.point - place)
    return Crossing(
        name=name,
        point_lps_mm=(float(place[0]), float(place[1]), float(place[2])),
        off_axis_deg=off_axis,
        off_centre_mm=_off_centre(place, way, landing),
        bend_deg=bend,
        bend_radius_mm=_radius(cava, place, landing.point),
        curve=_curve(cava, place, ostium, landing),
        coaxial=bool(off_axis <= COAXIAL_DEG),
    )


def _off_centre(place: Vector, way: Vector, landing: Plane) -> float:
    ahead = float(way @ landing.normal)
    if ahead <= 0.1:  # it meets the plane far away or not at all: nearest approach instead
        to = landing.point - place
        return float(np.linalg.norm(to - (to @ way) * way))
    meets = place + ((landing.point - place) @ landing.normal / ahead) * way
    return float(np.linalg.norm(meets - landing.point))


def _curve(cava: Vector, place: Vector, ostium: Plane, landing: Plane) -> str:
    """Name of the sheath's curve, by a rule of our own (unverified).

    The first bend lies in the plane of vein, septum and ostium. An appendage whose axis stays in
    this plane within 20° is reached by a single curve; one that leaves it forwards by an anterior
    curve; one that leaves it otherwise by a double curve.
    """
    normal = np.cross(place - cava, ostium.point - place)
    if np.linalg.norm(normal) < 1e-6:
        return "single"
    aside = float(np.degrees(np.arcsin(np.clip(landing.normal @ _unit(normal), -1, 1))))
    if abs(aside) <= _PLANAR_DEG:
        return "single"
    leaves = np.sign(aside) * _unit(normal)
    return "anterior" if leaves[1] < -0.5 else "double"


def _radius(a: Vector, b: Vector, c: Vector) -> float:
    """Of the circle through three points, mm; endless for points in one line."""
    twice_area = float(np.linalg.norm(np.cross(b - a, c - a)))
    sides = (np.linalg.norm(b - a), np.linalg.norm(c - b), np.linalg.norm(a - c))
    return float(np.prod(sides) / (2 * twice_area)) if twice_area > 1e-9 else float("inf")


def angle_deg(first: Vector, second: Vector) -> float:
    """Angle between two directions."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(first, second)), first @ second)))


def _within(direction: Vector, normal: Vector) -> Vector:
    """The part of a direction in a plane, of length 1."""
    return _unit(direction - (direction @ normal) * normal / (normal @ normal))


def _unit(vector: Vector) -> Vector:
    return vector / np.linalg.norm(vector)
