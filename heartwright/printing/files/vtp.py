"""VTP: VTK's own surfaces, as 3D Slicer and ParaView save them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkTriangleFilter
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from heartwright.data.errors import InputError
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
