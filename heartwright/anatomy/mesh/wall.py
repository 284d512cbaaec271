"""A wall of certified thickness around a lumen, with the vessels opened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from scipy.spatial import KDTree

from heartwright.anatomy.mesh.kernel import hollowed, printable, to_manifold
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.offset import offset
from heartwright.anatomy.mesh.opening import Opening, opened
from heartwright.anatomy.mesh.shells import bodies, cavities, without_cavities
from heartwright.data import GeometryError, InputError, Solid, SurfaceField

_LEAST_MM, _MOST_MM = 0.3, 20.0
_GONE_MM = 0.02  # lumen farther than this from the wall is where an opening took the wall away


@dataclass(frozen=True, eq=False)
class Wall:
    """A hollow body: what is printed, and the two surfaces that its wall lies between."""

    solid: Solid  # the wall itself, vessels open
    lumen: Solid  # what the wall surrounds, before any opening
    outer: Solid  # the envelope before any opening
    thickness_mm: float
    openings: tuple[Opening, ...]


def wall(lumen: Solid, thickness_mm: float, *, openings: Sequence[Opening] = ()) -> Wall:
    """Build a wall of constant thickness (mm) around a lumen and open it where vessels end.

    The outer surface is an iso-surface of the exact distance to the lumen's triangles, so its
    thickness does not depend on voxels; outer minus lumen is an exact boolean. Each opening takes
    away the end of one tube beyond its plane, and nothing else. Cavities of the lumen are filled
    first: what they hold would float in the finished model.

    Raises:
        InputError: the thickness is not between 0.3 and 20 mm.
        GeometryError: an opening does not meet a vessel's end.
    """
    if not _LEAST_MM <= thickness_mm <= _MOST_MM:
        raise InputError(
            f"a wall of {thickness_mm:g} mm is not possible; choose {_LEAST_MM} to {_MOST_MM:g} mm."
        )
    lumen = without_cavities(lumen)
    outer = offset(lumen, thickness_mm)
    cavity = to_manifold(lumen)
    shell = hollowed(to_manifold(outer), cavity)
    shell = opened(shell, cavity, openings, thickness_mm=thickness_mm)
    parameters = {
        **lumen.provenance.parameters,
        "wall_mm": thickness_mm,
        "openings": [str(opening) for opening in openings],
    }
    provenance = replace(lumen.provenance, parameters=parameters)
    solid = printable(shell, f"{lumen.name} wall".strip(), provenance)
    if openings and cavities(solid) >= len(bodies(lumen)):
        raise GeometryError(
            "the openings leave the lumen closed; move their planes deeper into the vessels."
        )
    return Wall(solid, lumen, outer, thickness_mm, tuple(openings))


def thickness(wall: Wall) -> SurfaceField:
    """Wall thickness at each vertex of the lumen, mm: exact distance to the outer surface.

    NaN where an opening took the wall away. An exact search of the triangles of `wall.outer`, the
    envelope before opening, from every vertex; it sees what interpolating between the nodes of a
    grid did to the envelope, not how PrusaSlicer or a printer will render the wall.
    """
    values = TriangleTree(wall.outer).distance(wall.lumen.vertices)
    values[_opened_away(wall)] = np.nan
    return SurfaceField(wall.lumen, values, "wall thickness", "mm", wall.solid.provenance)


def _opened_away(wall: Wall) -> Bool[np.ndarray, "vertex"]:
    """Which vertices of the lumen the finished wall no longer has."""
    vertices = wall.lumen.vertices
    apart, _ = KDTree(wall.solid.vertices).query(vertices, workers=-1)
    doubtful = apart > _GONE_MM  # its vertex is gone; its place may still be on a triangle
    apart[doubtful] = TriangleTree(wall.solid).distance(vertices[doubtful])
    return apart > _GONE_MM
