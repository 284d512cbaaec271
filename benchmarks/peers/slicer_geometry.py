"""3D Slicer's own hollow model of a label: margin, then closed surface, at Slicer's defaults.

Runs in an environment of its own (`make peer-slicer`). Reads the NumPy archive that the benchmarks
write (mask, spacing, origin, wall) and writes points and triangles. Prints one JSON object: seconds
of the margin and of a closed surface of the label itself, wall and processor's.
"""

import json
import sys
import time

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy


def image(mask, spacing, origin):
    """A binary label map as Slicer holds it."""
    oriented = slicer.vtkOrientedImageData()
    oriented.SetDimensions(*mask.shape)
    oriented.SetSpacing(*spacing)
    oriented.SetOrigin(*origin)
    values = numpy_to_vtk(mask.astype(np.uint8).ravel(order="F"), deep=True)
    oriented.GetPointData().SetScalars(values)
    return oriented


def grown(labels, wall_mm):
    """The label with a margin, as the segment editor's Margin and Hollow effects make it."""
    margin = slicer.vtkITKImageMargin()
    margin.SetInputData(labels)
    margin.SetCalculateMarginInMM(True)
    margin.SetOuterMarginMM(wall_mm)
    margin.Update()
    values = vtk_to_numpy(margin.GetOutput().GetPointData().GetScalars())
    return values.reshape(labels.GetDimensions(), order="F") > 0


def closed_surface(labels):
    """Slicer's conversion with its default smoothing (0.5)."""
    rule = slicer.vtkBinaryLabelmapToClosedSurfaceConversionRule()
    segment = slicer.vtkSegment()
    segment.AddRepresentation("Binary labelmap", labels)
    surface = vtk.vtkPolyData()
    segment.AddRepresentation("Closed surface", surface)
    rule.Convert(segment)
    surface = segment.GetRepresentation("Closed surface")
    triangles = vtk.vtkTriangleFilter()
    triangles.SetInputData(surface)
    triangles.Update()
    mesh = triangles.GetOutput()
    faces = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return vtk_to_numpy(mesh.GetPoints().GetData()), faces


def timed(work, *given):
    """What some work gives, and its seconds: wall and processor's."""
    start, worked = time.perf_counter(), time.process_time()
    result = work(*given)
    return result, [time.perf_counter() - start, time.process_time() - worked]


def main():
    """Label in, hollow model out."""
    given = np.load(sys.argv[1])
    mask = np.pad(given["mask"], 5)
    place = given["spacing"], given["origin"] - 5 * given["spacing"]
    labels = image(mask, *place)
    _, surface = timed(closed_surface, labels)
    larger, margin = timed(grown, labels, float(given["wall"]))
    (points, faces), hollow = timed(closed_surface, image(larger & ~mask, *place))
    np.savez(sys.argv[2], points=points.astype(np.float64), faces=faces.astype(np.int64))
    wall = [a + b for a, b in zip(margin, hollow, strict=True)]
    print(json.dumps({"surface": surface, "wall": wall}))


if __name__ == "__main__":
    main()
