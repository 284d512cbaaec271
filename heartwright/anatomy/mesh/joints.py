"""What holds two halves together: pegs in holes, or magnets."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold
from scipy import ndimage

from heartwright.anatomy.mesh.connectors import SEGMENTS
from heartwright.anatomy.mesh.kernel import to_solid
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.data import GeometryError, InputError, Provenance

Place = Float[np.ndarray, "3 4"]
Spots = Float[np.ndarray, "spot 2"]

_RIM_MM = 0.6  # material left around a hole
_PIXELS = 400  # of the cut face's longer side, where spots are looked for
_JUST_MM = 0.01  # how far from the cut the face is looked at
_FULL = 0.98  # share of a joint's space that must be material


@dataclass(frozen=True)
class Joints:
    """How two halves meet; magnets are discs in blind holes on both sides, pegs are on one side."""

    count: int
    diameter_mm: float
    depth_mm: float  # into each half
    clearance_mm: float = 0.15  # between a peg or magnet and its hole, all round
    magnets: bool = False

    def __post_init__(self) -> None:
        sizes = (self.diameter_mm, self.depth_mm)
        if self.count < 1 or not all(0.5 <= size <= 50 for size in sizes):
            raise InputError(
                f"{self.count} joints of {self.diameter_mm:g} × {self.depth_mm:g} mm are not "
                f"possible; give at least one of 0.5 to 50 mm."
            )
        if not 0 <= self.clearance_mm <= 5:
            raise InputError(
                f"a clearance of {self.clearance_mm:g} mm is not possible; give 0 to 5 mm."
            )


def jointed(
    front: Manifold, back: Manifold, *, place: Place, joints: Joints
) -> tuple[Manifold, Manifold]:
    """Two halves with joints across their common plane.

    Each spot has material around it over the joint's depth on both sides; the first is where the
    face is widest, the next are as far from the others as they can be.

    Raises:
        GeometryError: there are not so many spots.
    """
    hole = joints.diameter_mm / 2 + joints.clearance_mm
    radius = hole + _RIM_MM
    local = [half.transform(inverse(place)) for half in (front, back)]
    room = [
        _column(radius, 0.0, joints.depth_mm + _RIM_MM),
        _column(radius, -joints.depth_mm - _RIM_MM, 0.0),
    ]
    spots = _spots(local[0].slice(_JUST_MM) ^ local[1].slice(-_JUST_MM), radius)
    kept: list[Float[np.ndarray, 2]] = []
    while len(kept) < joints.count:
        if not len(spots):
            raise GeometryError(
                f"the cut face has room for {len(kept)} of {joints.count} joints of "
                f"{joints.diameter_mm:g} mm; choose smaller or fewer, or a thicker wall."
            )
        spot = spots[_farthest(spots, kept)]
        spots = spots[np.linalg.norm(spots - spot, axis=1) > radius / 2]
        if all(_is_full(h, r, spot) for h, r in zip(local, room, strict=True)):
            kept.append(spot)
            spots = spots[np.linalg.norm(spots - spot, axis=1) > 2 * radius]
    return _with_joints(front, back, place, np.array(kept), joints)


def _with_joints(
    front: Manifold, back: Manifold, place: Place, spots: Spots, joints: Joints
) -> tuple[Manifold, Manifold]:
    """The halves, pegs standing half a depth in the back one."""
    hole, depth = joints.diameter_mm / 2 + joints.clearance_mm, joints.depth_mm

    def all_of(column: Manifold) -> Manifold:
        each = [column.translate((float(x), float(y), 0.0)) for x, y in spots]
        return Manifold.compose(each).transform(place)

    if joints.magnets:
        above = _column(hole, -depth, depth + joints.clearance_mm)
        below = _column(hole, -depth - joints.clearance_mm, depth)
        return front - all_of(above), back - all_of(below)
    peg = _column(joints.diameter_mm / 2, -depth / 2, depth)
    return front - all_of(_column(hole, -depth, depth + joints.clearance_mm)), back + all_of(peg)


def _column(radius: float, low: float, high: float) -> Manifold:
    return CrossSection.circle(radius, SEGMENTS).extrude(high - low).translate((0, 0, low))


def _is_full(half: Manifold, column: Manifold, spot: Float[np.ndarray, "2"]) -> bool:
    there = column.translate((float(spot[0]), float(spot[1]), 0.0))
    return bool((half ^ there).volume() > _FULL * there.volume())


def _farthest(spots: Spots, kept: list[Float[np.ndarray, "2"]]) -> int:
    if not kept:
        return 0
    return int(np.min([np.linalg.norm(spots - k, axis=1) for k in kept], axis=0).argmax())


def _spots(face: CrossSection, radius: float) -> Spots:
    """Points of a face at least `radius` from its rim, the deepest one first."""
    if face.is_empty():
        return np.empty((0, 2))
    x0, y0, x1, y1 = face.bounds()
    step = max(x1 - x0, y1 - y0) / _PIXELS
    sheet = to_solid(face.extrude(3 * step), "the cut face", Provenance())
    mask, affine = voxelise(sheet, step)
    depth = ndimage.distance_transform_edt(mask.any(axis=2), sampling=step)
    deep = np.argwhere(depth >= radius + step)
    order = np.argsort(-depth[tuple(deep.T)], kind="stable")
    return deep[order] * step + affine[:2, 3]


def inverse(place: Place) -> Place:
    """The rigid motion that takes a place back to the origin."""
    turn = place[:, :3].T
    return np.column_stack([turn, -turn @ place[:, 3]])
