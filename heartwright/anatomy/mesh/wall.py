"""A wall of certified thickness on a surface, outside or inside it, with the vessels opened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from scipy.spatial import KDTree

from heartwright.anatomy.mesh.kernel import hollowed, printable, to_manifold
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.offset import Thickness, offset
from heartwright.anatomy.mesh.opening import Opening, opened
from heartwright.anatomy.mesh.shells import bodies, cavities, without_cavities
from heartwright.data import GeometryError, InputError, Solid, SurfaceField

_LEAST_MM, _MOST_MM = 0.3, 20.0
_GONE_MM = 0.02  # surface farther than this from the wall is where an opening took the wall away


@dataclass(frozen=True, eq=False)
class Wall:
    """A hollow body: what is printed, and the two surfaces that its wall lies between."""

    solid: Solid  # the wall itself, vessels open
    lumen: Solid  # what the wall surrounds, before any opening
    outer: Solid  # the envelope before any opening
    thickness_mm: Thickness  # as asked for; one a vertex of `base`
    openings: tuple[Opening, ...]
    inwards: bool = False  # whether the wall lies inside the shape that was given

    @property
    def base(self) -> Solid:
        """The surface that the wall was put on."""
        return self.outer if self.inwards else self.lumen


def wall(
    shape: Solid,
    thickness_mm: Thickness,
    *,
    openings: Sequence[Opening] = (),
    inwards: bool = False,
) -> Wall:
    """Build a wall (mm; one number, or one a vertex) and open it where vessels end.

    The wall lies around the shape, which stays its lumen, or with `inwards` within it, so that the
    shape is its outside. The other surface is an iso-surface of the exact distance to the shape's
    triangles, so that the thickness does not depend on voxels; outer minus inner is an exact
    boolean. A wall inside leaves solid what is thinner than two walls. Each opening takes away the
    end of one tube beyond its plane, and nothing else. Cavities of the shape are filled first:
    what they hold would float in the finished model.

    Raises:
        InputError: a thickness is not between 0.3 and 20 mm, or they are not one a vertex.
        GeometryError: an opening does not meet a vessel's end, or the shape is nowhere thick
            enough for a wall inside it.
    """
    _check(shape, thickness_mm)
    filled = without_cavities(shape)
    thickness_mm = _carried(thickness_mm, shape, filled)
    other = offset(filled, thickness_mm, inwards=inwards)
    lumen, outer = (other, filled) if inwards else (filled, other)
    thickest = float(np.max(thickness_mm))
    cavity = to_manifold(lumen)
    shell = hollowed(to_manifold(outer), cavity)
    shell = opened(shell, cavity, openings, thickness_mm=thickest)
    parameters = {
        **shape.provenance.parameters,
        "wall_mm": [float(np.min(thickness_mm)), thickest] if np.ndim(thickness_mm) else thickest,
        "wall_inwards": inwards,
        "openings": [str(opening) for opening in openings],
    }
    provenance = replace(shape.provenance, parameters=parameters)
    solid = printable(shell, f"{shape.name} wall".strip(), provenance)
    if openings and cavities(solid) >= len(bodies(lumen)):
        raise GeometryError(
            "the openings leave the lumen closed; move their planes deeper into the vessels."
        )
    return Wall(solid, lumen, outer, thickness_mm, tuple(openings), inwards)


def thickness(wall: Wall) -> SurfaceField:
    """Wall thickness at each vertex of the wall's base, mm: exact distance to the other surface.

    NaN where an opening took the wall away. An exact search of the triangles of the envelope
    before opening; it sees what interpolating between the nodes of a grid did to the envelope, not
    how PrusaSlicer or a printer will render the wall.
    """
    other = wall.lumen if wall.inwards else wall.outer
    values = TriangleTree(other).distance(wall.base.vertices)
    values[_opened_away(wall)] = np.nan
    return SurfaceField(wall.base, values, "wall thickness", "mm", wall.solid.provenance)


def _check(shape: Solid, thickness_mm: Thickness) -> None:
    given = np.atleast_1d(thickness_mm)
    wrong = given[~((given >= _LEAST_MM) & (given <= _MOST_MM))]
    if len(wrong):
        raise InputError(
            f"a wall of {wrong[0]:g} mm is not possible; choose {_LEAST_MM} to {_MOST_MM:g} mm."
        )
    if np.ndim(thickness_mm) and len(given) != len(shape.vertices):
        raise InputError(
            f"{shape.name or 'the mesh'} has {len(shape.vertices)} vertices but {len(given)} "
            f"thicknesses; give one for each vertex."
        )


def _carried(thickness_mm: Thickness, before: Solid, after: Solid) -> Thickness:
    """One thickness a vertex, for vertices of which some were left out."""
    if not isinstance(thickness_mm, np.ndarray):
        return thickness_mm
    _, number = KDTree(before.vertices).query(after.vertices)
    return thickness_mm[number]


def _opened_away(wall: Wall) -> Bool[np.ndarray, "vertex"]:
    """Which vertices of the base the finished wall no longer has."""
    vertices = wall.base.vertices
    apart, _ = KDTree(wall.solid.vertices).query(vertices, workers=-1)
    doubtful = apart > _GONE_MM  # its vertex is gone; its place may still be on a triangle
    apart[doubtful] = TriangleTree(wall.solid).distance(vertices[doubtful])
    return apart > _GONE_MM
