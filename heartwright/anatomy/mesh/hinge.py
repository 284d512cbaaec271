"""A hinge across a cut: knuckles round a pin, beside the model, on leaves that end in its wall."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold

from heartwright.anatomy.mesh.connectors import SEGMENTS
from heartwright.anatomy.mesh.hinge_place import Along, Levels, Stand, levels, rims, stands
from heartwright.anatomy.mesh.joints import Place, inverse
from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.data import GeometryError, InputError, Solid

Vector = Float[np.ndarray, "3"]
Halves = tuple[Manifold, Manifold]

_RIM_MM = 1.2  # material round the bore
_LEAF = 0.8  # a leaf's thickness in radii of a knuckle
_BITE_MM = 1.0  # how deep a leaf reaches into a wall, but never past its middle
_WALL_MM = 0.6  # thinner walls carry no leaf
_REACH_MM = 8.0  # the longest way from the model's side to its wall
_NARROWEST_MM = 1.5  # of a knuckle
_OFF_MM = 0.02  # leaves keep off the cut and their knuckles' ends: no two faces share a plane
_STEP_MM = 0.25  # of a leaf's end, which follows the wall
_SPECK_MM3 = 1e-6  # less than this beyond a wall is rounding


@dataclass(frozen=True, eq=False)
class Hinge:
    """How two halves open like a book; the knuckles at both ends belong to the front half."""

    knuckles: int
    length_mm: float  # over all knuckles, and of the pin
    pin_mm: float = 2.0  # diameter
    clearance_mm: float = 0.15  # round the pin, between knuckles, and between them and the model
    side: Vector | None = None  # LPS, from the model's middle to the hinge; None: the nearest one

    def __post_init__(self) -> None:
        if self.knuckles < 3 or self.knuckles % 2 == 0:
            raise InputError(f"a hinge has 3, 5, 7 … knuckles, not {self.knuckles}.")
        if not 0.5 <= self.pin_mm <= 20:
            raise InputError(f"a pin of {self.pin_mm:g} mm is not possible; give 0.5 to 20 mm.")
        if not 0.05 <= self.clearance_mm <= 2:
            raise InputError(
                f"a hinge does not turn with a clearance of {self.clearance_mm:g} mm; "
                f"give 0.05 to 2 mm."
            )
        if not (np.isfinite(self.length_mm) and self.width_mm >= _NARROWEST_MM):
            raise InputError(
                f"{self.knuckles} knuckles on {self.length_mm:g} mm are less than "
                f"{_NARROWEST_MM:g} mm wide; give fewer, or a longer hinge."
            )

    @property
    def width_mm(self) -> float:
        """Of each knuckle."""
        return (self.length_mm - (self.knuckles - 1) * self.clearance_mm) / self.knuckles

    @property
    def bore_mm(self) -> float:
        """Radius of the hole for the pin."""
        return self.pin_mm / 2 + self.clearance_mm

    @property
    def radius_mm(self) -> float:
        """Of a knuckle."""
        return self.bore_mm + _RIM_MM


def hinged(front: Manifold, back: Manifold, *, place: Place, hinge: Hinge) -> Halves:
    """Two halves with a hinge beside their common plane.

    The axis lies in the plane, outside of all that is seen of the model along the plane's normal,
    by a knuckle's radius and the clearance: no half can meet the other's knuckles, nor the other
    half, at any angle from closed to flat open. A leaf ends in the outer wall that it comes to.

    Raises:
        InputError: the side is along the plane's normal.
        GeometryError: no stretch of the cut's rim has room for the hinge.
    """
    local = front.transform(inverse(place)), back.transform(inverse(place)).mirror((0, 0, 1))
    heights = _nodes(_OFF_MM, _LEAF * hinge.radius_mm)
    outlines = levels(local[0], heights), levels(local[1], heights)
    found = stands(
        outlines,
        np.concatenate([_seen(half) for half in local]),
        length_mm=hinge.length_mm,
        wall_mm=_WALL_MM,
        side=None if hinge.side is None else _angle(hinge.side, place),
    )
    for stand in found:
        if stand.reach_mm > _REACH_MM:
            break
        upper, lower = (
            _with_knuckles(half, outline, stand, heights, hinge, first=first)
            for first, (half, outline) in enumerate(zip(local, outlines, strict=True))
        )
        if upper is not None and lower is not None:
            return upper.transform(place), lower.mirror((0, 0, 1)).transform(place)
    raise GeometryError(_no_room(hinge, found))


def _no_room(hinge: Hinge, found: list[Stand]) -> str:
    where = "that side" if hinge.side is not None else "any side"
    nearest = f" (the nearest is {found[0].reach_mm:.1f} mm away)" if found else ""
    return (
        f"on {where} of the model no {hinge.length_mm:g} mm of the cut's rim lie within "
        f"{_REACH_MM:g} mm with a wall of {_WALL_MM:g} mm or more all along{nearest}; choose a "
        f"shorter hinge, another side, or a plane through the model's widest place."
    )


def _with_knuckles(
    half: Manifold, outline: Levels, stand: Stand, heights: Along, hinge: Hinge, *, first: int
) -> Manifold | None:
    """A half with every other knuckle; None where a leaf has no wall, or would come out of it."""
    turn, pitch = _turn(stand.angle), hinge.width_mm + hinge.clearance_mm
    knuckles = []
    for number in range(first, hinge.knuckles, 2):
        start = stand.start_mm + number * pitch
        leaf = _leaf(outline, stand, heights, hinge, start)
        if leaf is None:
            return None
        knuckles.append(_knuckle(leaf, stand, hinge, start).transform(turn))
        if _beyond(knuckles[-1], half):
            return None
    return half + Manifold.compose(knuckles)


def _beyond(knuckle: Manifold, half: Manifold) -> bool:
    """Whether a knuckle comes out on the other side of the wall that it ends in."""
    return sum(piece.volume() > _SPECK_MM3 for piece in (knuckle - half).decompose()) != 1


def _leaf(
    outline: Levels, stand: Stand, heights: Along, hinge: Hinge, start: float
) -> Manifold | None:
    """What lies between a knuckle's axis and the wall; None where a slit parts the wall."""
    places = _nodes(start + _OFF_MM, start + hinge.width_mm - _OFF_MM)
    begins, ends = rims(outline, stand.angle, places)
    into = begins - np.minimum((begins - ends) / 2, _BITE_MM)
    if not np.isfinite(into).all():
        return None
    return _block(into, np.full_like(into, _axis(stand, hinge)), places, heights)


def _knuckle(leaf: Manifold, stand: Stand, hinge: Hinge, start: float) -> Manifold:
    """A knuckle with its leaf and bore, in the stand's frame."""
    axis, width = _axis(stand, hinge), hinge.width_mm
    around = _rod(hinge.radius_mm, start, width).translate((axis, 0, 0))
    bore = _rod(hinge.bore_mm, start - width, 3 * width).translate((axis, 0, 0))
    return around + leaf - bore


def _axis(stand: Stand, hinge: Hinge) -> float:
    """Where the pin is along x: no knuckle touches what is beside the model's side."""
    return stand.side_mm + hinge.radius_mm + hinge.clearance_mm


def _rod(radius: float, start: float, length: float) -> Manifold:
    """A round bar along y."""
    upright = CrossSection.circle(radius, SEGMENTS).extrude(length)
    return upright.rotate((-90, 0, 0)).translate((0, start, 0))


def _block(
    low: Float[np.ndarray, "level place"],
    high: Float[np.ndarray, "level place"],
    places: Along,
    heights: Float[np.ndarray, "level"],
) -> Manifold:
    """What lies between two values of x over a grid of y and z."""
    y, z = np.meshgrid(places, heights)
    vertices = np.concatenate([np.stack([x, y, z], axis=-1).reshape(-1, 3) for x in (low, high)])
    index = np.arange(low.size).reshape(low.shape)
    a, b, c, d = (
        each.ravel() for each in (index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:])
    )
    sheet = np.concatenate([np.column_stack([a, b, c]), np.column_stack([b, d, c])])
    rim = np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[:0:-1, 0]])
    after, far = np.roll(rim, -1), low.size
    sides = [
        np.column_stack([rim, after, after + far]),
        np.column_stack([rim, after + far, rim + far]),
    ]
    faces = np.concatenate([sheet[:, ::-1], sheet + far, *sides])
    return to_manifold(Solid(vertices, faces, "the hinge's leaf"))


def _nodes(low: float, high: float) -> Along:
    return np.linspace(low, high, int(np.ceil((high - low) / _STEP_MM)) + 1)


def _seen(half: Manifold) -> Float[np.ndarray, "vertex 2"]:
    return np.array(half.to_mesh64().vert_properties)[:, :2]


def _angle(side: Vector, place: Place) -> float:
    """The side's direction in the plane, radians from the plane's first axis."""
    x, y, _ = side @ place[:, :3]
    if not np.hypot(x, y) > 1e-6 * max(float(np.linalg.norm(side)), 1e-6):
        raise InputError("the hinge's side must not be along the plane's normal; give another.")
    return float(np.arctan2(y, x))


def _turn(angle: float) -> Place:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, 0, 0], [sin, cos, 0, 0], [0, 0, 1, 0]], dtype=float)
