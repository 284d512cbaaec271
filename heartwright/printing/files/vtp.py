"""VTP: VTK's own surfaces, as 3D Slicer and ParaView save them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Float
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkTriangleFilter
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from heartwright.data.errors import InputError
from heartwright.data.files import existing
from heartwright.printing.files.triangles import Triangles


def read_vtp(path: Path) -> tuple[Triangles, str]:
    """Triangles, and the coordinate system that 3D Slicer notes beside them ("" when unsaid).

    Raises:
        InputError: the file is cut short, or triangles name vertices that are not there.
    """
    data = _polydata(path)
    _check(data.GetPolys(), data.GetNumberOfPoints())
    _check(data.GetStrips(), data.GetNumberOfPoints())
    return _triangles(data), _space(data)


def read_values(path: Path) -> tuple[Float[np.ndarray, "point 3"], Float[np.ndarray, "point"]]:
    """Points in LPS mm, and the one number that the file has for each of them.

    Raises:
        InputError: the file is missing or broken, or has not exactly one such array of numbers.
    """
    try:
        data = _polydata(existing(path))
    except InputError as reason:
        raise InputError(f"{path} cannot be read: {reason}; export or copy it again.") from reason
    arrays = [
        data.GetPointData().GetArray(n) for n in range(data.GetPointData().GetNumberOfArrays())
    ]
    numbers = [array for array in arrays if array and array.GetNumberOfComponents() == 1]
    if len(numbers) != 1 or data.GetNumberOfPoints() == 0:
        raise InputError(f"{path} has {len(numbers)} numbers for each point; give exactly one.")
    values = vtk_to_numpy(numbers[0]).astype(np.float64)
    points = vtk_to_numpy(data.GetPoints().GetData()).astype(np.float64)
    if not (np.isfinite(values).all() and np.isfinite(points).all()):
        raise InputError(f"{path} has values or points that are not numbers; export it again.")
    ras = _space(data).upper().startswith(("RAS", "RIGHT-ANTERIOR-SUPERIOR"))
    return points * ([-1.0, -1.0, 1.0] if ras else 1.0), values


def _polydata(path: Path) -> vtkPolyData:
    reader = vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    with _listening() as window:
        reader.Update()
        complaints = window.GetOutput()
    if complaints or reader.GetErrorCode():
        raise InputError("it is cut short or not a VTP file")
    return reader.GetOutput()


@contextmanager
def _listening() -> Iterator[vtkStringOutputWindow]:
    """Hear what VTK would print: its parser complains there and nowhere else."""
    usual, window = vtkOutputWindow.GetInstance(), vtkStringOutputWindow()
    loudness = vtkLogger.GetCurrentVerbosityCutoff()
    vtkOutputWindow.SetInstance(window)
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    try:
        yield window
    finally:
        vtkLogger.SetStderrVerbosity(loudness)
        vtkOutputWindow.SetInstance(usual)


def _check(cells: vtkCellArray, points: int) -> None:
    """VTK's filters trust a file's indices; a broken file must not reach them."""
    corners = vtk_to_numpy(cells.GetConnectivityArray())
    ends = vtk_to_numpy(cells.GetOffsetsArray())
    inside = len(corners) == 0 or (corners.min() >= 0 and corners.max() < points)
    rising = len(ends) == 0 or (
        ends[0] == 0 and ends[-1] == len(corners) and bool((np.diff(ends) >= 0).all())
    )
    if not (inside and rising):
        raise InputError("its triangles name vertices that are not there")


def _triangles(data: vtkPolyData) -> Triangles:
    splitter = vtkTriangleFilter()
    splitter.PassLinesOff()
    splitter.PassVertsOff()
    splitter.SetInputData(data)
    splitter.Update()
    split = splitter.GetOutput()
    if split.GetNumberOfPolys() == 0:
        return Triangles(np.empty((0, 3)), np.empty((0, 3), int))
    faces = vtk_to_numpy(split.GetPolys().GetConnectivityArray()).astype(np.int64)  # our own copy
    vertices = vtk_to_numpy(split.GetPoints().GetData()).astype(np.float64)
    return Triangles(vertices, faces.reshape(-1, 3))


def _space(data: vtkPolyData) -> str:
    note = data.GetFieldData().GetAbstractArray("SPACE")
    return "" if note is None or note.GetNumberOfValues() == 0 else str(note.GetValue(0))
