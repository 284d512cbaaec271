"""Fewer triangles, and how far at most the surface moved."""

from dataclasses import dataclass, replace

import numpy as np

from heartwright.anatomy.mesh.certificate import certify
from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.shells import shells
from heartwright.data import GeometryError, InputError, Solid

_LEAST_MM, _MOST_MM = 1e-3, 5.0
_ROUNDS = 6  # of the search, each of which halves what is not known of the share to keep
_APART_MM = 0.5  # points at which the error is measured
_FEWEST = 0.005  # share of triangles below which nothing is tried


@dataclass(frozen=True, eq=False)
class Decimated:
    """A solid of fewer triangles."""

    solid: Solid
    error_mm: float  # two-sided Hausdorff distance to the solid that it was made of


def decimated(solid: Solid, max_error_mm: float) -> Decimated:
    """The fewest triangles found that stay within an error, certified.

    Edges collapse by the quadric error (Garland & Heckbert 1997, doi:10.1145/258734.258849; VTK's,
    keeping volume). What share of the triangles may go is searched for; each try is measured, and
    one that is farther off than asked for, or no longer a valid solid, is not kept.

    Raises:
        InputError: the error is not between 0.001 and 5 mm.
        GeometryError: not even a few triangles can go.
    """
    if not _LEAST_MM <= max_error_mm <= _MOST_MM:
        raise InputError(
            f"an error of {max_error_mm:g} mm is not possible; choose {_LEAST_MM:g} to "
            f"{_MOST_MM:g}."
        )
    best: Decimated | None = None
    low, high = np.log(_FEWEST), 0.0
    for _ in range(_ROUNDS):
        keep = float(np.exp((low + high) / 2))
        tried = _tried(solid, keep, max_error_mm)
        low, high = ((low + high) / 2, high) if tried is None else (low, (low + high) / 2)
        best = tried or best
    if best is None:
        raise GeometryError(
            f"{solid.name or 'the mesh'} cannot lose triangles within {max_error_mm:g} mm; allow "
            f"more, or leave it as it is."
        )
    parameters = {**solid.provenance.parameters, "decimation_error_mm": best.error_mm}
    noted = replace(solid.provenance, parameters=parameters)
    return replace(best, solid=replace(best.solid, provenance=noted))


def _tried(solid: Solid, keep: float, max_error_mm: float) -> Decimated | None:
    """The solid with a share of its triangles, if it is a valid one within the error."""
    try:
        fewer = _collapsed(solid, keep)
    except GeometryError:  # collapsing has opened it or closed two sheets to one
        return None
    error = surface_distance(solid, fewer)
    if error > max_error_mm or not certify(fewer).valid or _pieces(fewer) != _pieces(solid):
        return None
    return Decimated(fewer, error)


def surface_distance(one: Solid, other: Solid) -> float:
    """Two-sided Hausdorff distance of two surfaces, mm, over points at most 0.5 mm apart on both.

    The distance of each point is exact. Between points that are h apart, over a fold of radius R,
    the surfaces may be farther off by about h² / (8 R).
    """
    return max(_one_sided(one, other), _one_sided(other, one))


def _one_sided(one: Solid, other: Solid) -> float:
    mesh = to_manifold(one).refine_to_length(_APART_MM).to_mesh64()
    points = np.array(mesh.vert_properties, dtype=np.float64)[:, :3]
    tree = TriangleTree(other)
    return float((tree.near if tree.even else tree.distance)(points).max())


def _pieces(solid: Solid) -> tuple[int, int]:
    """How many bodies and cavities it has."""
    volumes = [shell.volume_mm3 for shell in shells(solid.vertices, solid.faces)]
    return sum(v > 0 for v in volumes), sum(v <= 0 for v in volumes)


def _collapsed(solid: Solid, keep: float) -> Solid:
    import pyvista
    from vtkmodules.vtkFiltersCore import vtkQuadricDecimation

    middle = solid.vertices.mean(axis=0)
    collapse = vtkQuadricDecimation()
    mesh = pyvista.PolyData.from_regular_faces(solid.vertices - middle, solid.faces)
    collapse.SetInputData(mesh)
    collapse.SetTargetReduction(1 - keep)
    collapse.VolumePreservationOn()
    collapse.Update()
    result = pyvista.wrap(collapse.GetOutput())
    vertices = np.asarray(result.points, dtype=np.float64) + middle
    return Solid(vertices, result.regular_faces.astype(np.int64), solid.name, solid.provenance)
