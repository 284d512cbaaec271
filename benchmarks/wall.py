"""How true and how fast a wall is, beside the usual ways of making one.

A ball of radius 9.3 mm on 0.4 × 0.4 × 0.5 mm voxels gets a wall of 1.5 mm by
  ours            iso-surface of the exact distance to the lumen's triangles
  ball_dilation   voxel dilation with a ball, then FlyingEdges (as 3D Slicer's Hollow effect)
  distance_map    distance transform of the voxels, then FlyingEdges
  vtk_exact       vtkImplicitPolyDataDistance at every node of the same grid as ours
Errors are those of the outer surface's distance to the lumen's surface, mm, measured for all of
them by the same exact distance. The last line is one JSON object.
"""

import json
import time
from collections.abc import Callable

import numpy as np
from scipy import ndimage

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh import surface_from_labels
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.mesh.nearest import TriangleTree
from heartwright.anatomy.mesh.offset import offset
from heartwright.anatomy.mesh.voxels import grid_around
from heartwright.data import LabelMap, Solid

RADIUS, WALL = 9.3, 1.5
SPACING = np.array([0.4, 0.4, 0.5])
Outer = np.ndarray  # vertices of an outer surface, mm


def ball() -> LabelMap:
    """The lumen's voxels, with room for the wall."""
    half = RADIUS + 2 * WALL
    count = np.ceil(2 * half / SPACING).astype(int)
    axes = [np.arange(n) * step - half for n, step in zip(count, SPACING, strict=True)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    affine = np.diag([*SPACING, 1.0])
    affine[:3, 3] = -half
    return LabelMap((x**2 + y**2 + z**2 <= RADIUS**2).astype(np.int16), affine)


def ball_dilation(labels: LabelMap) -> Outer:
    """Voxels within the wall of the label, their border meshed."""
    reach = np.ceil(WALL / SPACING).astype(int)
    steps = np.meshgrid(*[np.arange(-n, n + 1) for n in reach], indexing="ij")
    element = sum((s * d) ** 2 for s, d in zip(steps, SPACING, strict=True)) <= WALL**2
    grown = ndimage.binary_dilation(labels.values == 1, element)
    return isosurface(Field(-grown.astype(np.float64), labels.affine), -0.5)[0]


def distance_map(labels: LabelMap) -> Outer:
    """The level of the voxels' distance transform."""
    away = ndimage.distance_transform_edt(labels.values != 1, sampling=SPACING)
    return isosurface(Field(away, labels.affine), WALL)[0]


def vtk_exact(lumen: Solid) -> Outer:
    """The level of VTK's own mesh distance."""
    import pyvista

    grid = grid_around(lumen, 0.5, margin_mm=WALL + 1)
    nodes = grid.to_lps(np.argwhere(np.ones(grid.shape, bool)))
    surface = pyvista.PolyData.from_regular_faces(lumen.vertices, lumen.faces)
    signed = pyvista.PolyData(nodes).compute_implicit_distance(surface)["implicit_distance"]
    return isosurface(Field(np.asarray(signed).reshape(grid.shape), grid.affine), WALL)[0]


def score(make: Callable[[], Outer], lumen: Solid) -> dict[str, float]:
    """Error of the outer surface that `make` gives, mm, and what it cost."""
    start = time.process_time()
    outer = make()
    seconds = time.process_time() - start
    error = TriangleTree(lumen).distance(outer) - WALL
    return {
        "mean_mm": round(float(error.mean()), 4),
        "sd_mm": round(float(error.std()), 4),
        "min_mm": round(float(error.min()), 4),
        "max_mm": round(float(error.max()), 4),
        "cpu_seconds": round(seconds, 3),
    }


def main() -> None:
    """Run the race and print it."""
    labels = ball()
    lumen = surface_from_labels(labels, 1)
    offset(lumen, WALL)  # imports are not part of the race
    makers: dict[str, Callable[[], Outer]] = {
        "ours": lambda: offset(lumen, WALL).vertices,
        "ball_dilation": lambda: ball_dilation(labels),
        "distance_map": lambda: distance_map(labels),
        "vtk_exact": lambda: vtk_exact(lumen),
    }
    scores = {name: score(make, lumen) for name, make in makers.items()}
    radius = np.linalg.norm(lumen.vertices, axis=1) - RADIUS
    scores["lumen"] = {
        "mean_mm": round(float(radius.mean()), 4),
        "sd_mm": round(float(radius.std()), 4),
    }
    for name, result in scores.items():
        print(f"{name:14} {result}")
    print(json.dumps({"benchmark": "wall", **scores}))


if __name__ == "__main__":
    main()
