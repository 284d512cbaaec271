"""The door to manifold3d: exact booleans whose silent failures become errors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from manifold3d import Error, Manifold, Mesh64

from heartwright.anatomy.mesh.flat import without_flat
from heartwright.data import GeometryError, Provenance, Solid

Vector = Float[np.ndarray, "3"]

_BOOKKEEPING = 1e-6  # relative: how well volumes must add up after a boolean
_WELD_MM = 2e-4  # below it float32 files far from the origin cannot tell vertices apart


def to_manifold(solid: Solid) -> Manifold:
    """A solid for booleans, in double precision.

    Raises:
        GeometryError: manifold3d does not accept it.
    """
    mesh = Mesh64(
        np.array(solid.vertices, dtype=np.float64, order="C"),
        np.array(solid.faces, dtype=np.uint64, order="C"),
    )
    manifold = Manifold(mesh)
    if manifold.status() != Error.NoError or manifold.is_empty():
        raise GeometryError(
            f"{solid.name or 'the mesh'} cannot be cut ({manifold.status().name}); "
            f"mesh the labels again with more smoothing."
        )
    return manifold


def to_solid(manifold: Manifold, name: str, provenance: Provenance) -> Solid:
    """A solid from a boolean's result."""
    mesh = manifold.to_mesh64()
    vertices = np.array(mesh.vert_properties, dtype=np.float64)[:, :3]
    return Solid(vertices, np.asarray(mesh.tri_verts).astype(np.int64), name, provenance)


def printable(manifold: Manifold, name: str, provenance: Provenance) -> Solid:
    """A solid whose triangles and bodies survive the rounding of printers' files."""
    solid = to_solid(_without_crumbs(manifold.simplify(_WELD_MM)), name, provenance)
    return replace(solid, faces=without_flat(solid.vertices, solid.faces))


def _without_crumbs(manifold: Manifold) -> Manifold:
    """All but what encloses nothing: cuts that are flush with a face leave flat crumbs."""
    pieces = manifold.decompose()
    kept = [each for each in pieces if abs(each.volume()) > _WELD_MM * each.surface_area() / 2]
    return manifold if len(kept) == len(pieces) else Manifold.compose(kept)


def hollowed(outer: Manifold, inner: Manifold) -> Manifold:
    """Outer without inner, which must lie wholly inside it."""
    shell = outer - inner
    _balanced(outer.volume(), [shell.volume(), inner.volume()])
    return shell


def parted(body: Manifold, cutter: Manifold) -> tuple[Manifold, Manifold]:
    """What of a body lies in the cutter, and what outside it."""
    inside, outside = body.split(cutter)
    _balanced(body.volume(), [inside.volume(), outside.volume()])
    return inside, outside


def halved(body: Manifold, point: Vector, normal: Vector) -> tuple[Manifold, Manifold]:
    """The parts of a body in front of a plane (along its normal) and behind it."""
    unit = normal / np.linalg.norm(normal)
    front, back = body.split_by_plane(tuple(unit), float(point @ unit))
    _balanced(body.volume(), [front.volume(), back.volume()])
    return front, back


def _balanced(whole: float, parts: Sequence[float]) -> None:
    """Guard against booleans that come back empty without a word."""
    if abs(sum(parts) - whole) > _BOOKKEEPING * max(abs(whole), 1.0):
        raise GeometryError(
            "a cut lost material (its parts do not add up to the whole); "
            "move the plane a little or mesh the labels again with more smoothing."
        )
