"""Cuts that leave closed parts: by a plane, by a box, along a curve."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold, triangulate
from scipy.interpolate import CubicSpline

from heartwright.anatomy.mesh.hinge import Hinge, hinged
from heartwright.anatomy.mesh.joints import Joints, jointed
from heartwright.anatomy.mesh.kernel import halved, parted, printable, to_manifold
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import GeometryError, InputError, Solid

Vector = Float[np.ndarray, "3"]
Parts = tuple[Solid, Solid]

_KERF_MM = 0.05  # width of the blade along a curve
_BEYOND_MM = 1.0  # how far the blade reaches past its curve
_CURVE_POINTS = 128
_LEAST_MM3 = 1e-3  # smaller pieces are rounding


def cut_plane(
    solid: Solid,
    point: Vector,
    normal: Vector,
    *,
    joints: Joints | None = None,
    hinge: Hinge | None = None,
) -> Parts:
    """The parts in front of a plane (along its normal) and behind it, each closed by a flat face.

    With joints, the part behind carries the pegs and the one in front their holes, or both carry
    holes for magnets. With a hinge they open like a book, which magnets can hold closed.

    Raises:
        InputError: the normal has no length, or a hinge is to turn against pegs.
        GeometryError: the plane misses the solid, or there is no room for joints or hinge.
    """
    if hinge is not None and joints is not None and not joints.magnets:
        raise InputError("pegs would keep a hinge from opening; give magnets, or the hinge alone.")
    frame = plane_frame(normal)
    parts = halved(to_manifold(solid), point, frame[2])
    if not any(part.is_empty() for part in parts):
        place = np.column_stack([frame.T, point])
        if joints is not None:
            parts = jointed(*parts, place=place, joints=joints)
        if hinge is not None:
            parts = hinged(*parts, place=place, hinge=hinge)
    return _both(parts, solid, "the plane")


def cut_box(solid: Solid, corners: Float[np.ndarray, "2 3"]) -> Parts:
    """The parts inside and outside a box along the LPS axes; two opposite corners, mm.

    Raises:
        InputError: the box has no volume.
        GeometryError: all of the solid is on one side.
    """
    low, high = corners.min(axis=0), corners.max(axis=0)
    if not (high - low > 0).all():
        raise InputError("the box has no volume; give two opposite corners.")
    box = Manifold.cube(tuple(high - low)).translate(tuple(low))
    return _both(parted(to_manifold(solid), box), solid, "the box")


def cut_curve(solid: Solid, curve: Float[np.ndarray, "point 3"]) -> Parts:
    """The larger and the smaller part on the two sides of a surface that a closed curve spans.

    The smooth closed curve through the points goes round what is to be cut, on or outside its
    surface, and seen along its mean normal does not cross itself. The blade reaches 1 mm past it
    and takes away 0.05 mm.

    Raises:
        InputError: fewer than three points, or a curve that crosses itself.
        GeometryError: the curve does not go all the way round.
    """
    body = to_manifold(solid)
    pieces = [p for p in (body - _blade(curve)).decompose() if p.volume() > _LEAST_MM3]
    before = len([p for p in body.decompose() if p.volume() > _LEAST_MM3])
    if len(pieces) <= before:
        raise GeometryError(
            "the curve does not cut the model in two; place its points all the way round, on or "
            "outside the surface."
        )
    pieces.sort(key=lambda piece: -piece.volume())
    rest = Manifold.compose(pieces[1:])
    return _both((pieces[0], rest), solid, "the curve")


def _blade(curve: Float[np.ndarray, "point 3"]) -> Manifold:
    """A thin sheet over a curve, its triangles those of the curve's polygon seen from above."""
    if len(curve) < 3:
        raise InputError(f"a curve of {len(curve)} points spans no surface; give at least three.")
    curve = _rounded(curve)
    centre = curve.mean(axis=0)
    around = np.cross(curve - centre, np.roll(curve, -1, axis=0) - centre).sum(axis=0)
    frame = plane_frame(around)
    flat = (curve - centre) @ frame.T
    away = flat[:, :2] / np.linalg.norm(flat[:, :2], axis=1, keepdims=True)
    flat[:, :2] += _BEYOND_MM * away
    cap = np.asarray(triangulate([flat[:, :2]])).astype(np.int64)
    sheet = _thickened(flat, cap)
    return to_manifold(Solid(sheet[0] @ frame + centre, sheet[1], "the curve's surface"))


def _rounded(curve: Float[np.ndarray, "_ 3"]) -> Float[np.ndarray, "_ 3"]:
    """The smooth closed curve through some points."""
    closed = np.vstack([curve, curve[:1]])
    along = np.cumsum([0.0, *np.linalg.norm(np.diff(closed, axis=0), axis=1)])
    if not (np.diff(along) > 0).all():
        raise InputError("two neighbours of the curve are one point; remove one of them.")
    smooth: Float[np.ndarray, "_ 3"] = CubicSpline(along, closed, bc_type="periodic")(
        np.linspace(0, along[-1], _CURVE_POINTS, endpoint=False)
    )
    return smooth


def _thickened(
    flat: Float[np.ndarray, "point 3"], cap: np.ndarray
) -> tuple[Float[np.ndarray, "corner 3"], np.ndarray]:
    count, half = len(flat), np.array([0, 0, _KERF_MM / 2])
    start = np.arange(count)
    after = np.roll(start, -1)
    sides = [np.column_stack([start, after, after + count])]
    sides += [np.column_stack([start, after + count, start + count])]
    faces = np.concatenate([cap[:, ::-1], cap + count, *sides])
    return np.concatenate([flat - half, flat + half]), faces


def _both(parts: tuple[Manifold, Manifold], solid: Solid, cutter: str) -> Parts:
    if any(part.volume() < _LEAST_MM3 for part in parts):
        raise GeometryError(
            f"{cutter} leaves all of {solid.name or 'the model'} on one side; move it."
        )
    names = [f"{solid.name} {letter}".strip() for letter in "AB"]
    noted = replace(solid.provenance, parameters={**solid.provenance.parameters, "cut_by": cutter})
    first, second = (printable(p, n, noted) for p, n in zip(parts, names, strict=True))
    return first, second
