"""Any mesh file in, one `Surface` in LPS mm out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from heartwright.anatomy.imaging.hospital import Document, holds_model, read_document
from heartwright.data.errors import HeartwrightError, InputError
from heartwright.data.files import existing
from heartwright.data.provenance import Provenance
from heartwright.data.surface import Surface, loose_edges
from heartwright.printing.files.ply import read_ply, read_with_trimesh
from heartwright.printing.files.stl import read_stl
from heartwright.printing.files.threemf import read_3mf
from heartwright.printing.files.triangles import Triangles, compact, weld

_SMALLEST_MM, _LARGEST_MM = 5.0, 400.0
_HEADER_BYTES = 1024  # where writers note the coordinate system
_RAS_TO_LPS = np.array([-1.0, -1.0, 1.0])

Reader = Callable[[Path], tuple[Triangles, str]]  # → triangles in mm, coordinate system


def read_surface(path: Path, *, smallest_mm: float = _SMALLEST_MM) -> Surface:
    """Read STL, PLY, OBJ, VTP, 3MF, or DICOM around an STL or OBJ, as triangles in LPS mm.

    All objects of a file become one surface. Vertices are merged only where the file has no
    closed topology of its own, and only those with identical coordinates. A header that says
    SPACE=RAS is honoured, and so is the unit of 3MF and DICOM; all else is taken as LPS mm. What is
    smaller than `smallest_mm` or larger than 400 mm is refused with the unit that it is probably
    in.

    Raises:
        InputError: the file is missing, broken or empty, or its size cannot be millimetres.
    """
    triangles, space = _parsed(existing(path))
    _check(triangles, path)
    vertices, faces = _tidied(triangles)
    if space.upper().startswith(("RAS", "RIGHT-ANTERIOR-SUPERIOR")):
        vertices = vertices * _RAS_TO_LPS
    _check_millimetres(float(np.ptp(vertices, axis=0).max()), path, smallest_mm)
    return Surface(vertices, faces, provenance=Provenance.of([path]))


def _stl(path: Path) -> tuple[Triangles, str]:
    data = path.read_bytes()
    return read_stl(data), _space(data)


def _ply(path: Path) -> tuple[Triangles, str]:
    data = path.read_bytes()
    return read_ply(data), _space(data)


def _obj(path: Path) -> tuple[Triangles, str]:
    data = path.read_bytes()
    return read_with_trimesh(data, "obj"), _space(data)


def _3mf(path: Path) -> tuple[Triangles, str]:
    return read_3mf(path), ""


def _vtp(path: Path) -> tuple[Triangles, str]:
    from heartwright.printing.files.vtp import read_vtp  # brings VTK

    return read_vtp(path)


def _dicom(document: Document, _: Path) -> tuple[Triangles, str]:
    data = document.content
    triangles = read_stl(data) if document.form == "stl" else read_with_trimesh(data, "obj")
    return Triangles(triangles.vertices * document.mm, triangles.faces), _space(data)


_READERS: dict[str, Reader] = {
    ".3mf": _3mf,
    ".obj": _obj,
    ".ply": _ply,
    ".stl": _stl,
    ".vtp": _vtp,
}


def _parsed(path: Path) -> tuple[Triangles, str]:
    read = _READERS.get(path.suffix.lower())
    if holds_model(path):
        read = partial(_dicom, read_document(path))
    if read is None:
        raise InputError(f"{path}: no reader for this ending; known are {', '.join(_READERS)}.")
    try:
        return read(path)
    except HeartwrightError as reason:
        raise InputError(f"{path} cannot be read: {reason}; export or copy it again.") from reason
    except Exception as reason:  # parsers of others fail in ways of their own on broken files
        raise InputError(
            f"{path} cannot be read as {path.suffix[1:].upper()}: it is broken or cut short; "
            f"export or copy it again."
        ) from reason


def _space(data: bytes) -> str:
    """The coordinate system that a header names, as 3D Slicer writes it: SPACE=RAS."""
    _, _, after = data[:_HEADER_BYTES].partition(b"SPACE=")
    return after[:32].decode("ascii", "replace")


def _check(triangles: Triangles, path: Path) -> None:
    vertices, faces = triangles
    if len(faces) == 0:
        raise InputError(f"{path} holds no triangles; export it as a surface mesh.")
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise InputError(
            f"{path}: its triangles name vertices that are not there; export it again."
        )
    if not np.isfinite(vertices[faces]).all():
        raise InputError(f"{path} has vertices that are not numbers; repair or export it again.")


def _tidied(triangles: Triangles) -> Triangles:
    """Used vertices only, float64, welded if the file's own topology is not closed."""
    vertices, faces = compact(triangles.vertices.astype(np.float64), triangles.faces)
    return weld(vertices, faces) if loose_edges(faces) else Triangles(vertices, faces)


def _check_millimetres(extent: float, path: Path, smallest_mm: float) -> None:
    if smallest_mm <= extent <= _LARGEST_MM:
        return
    unit, factor = _likely_unit(extent)
    raise InputError(
        f"{path} is {extent:.3g} mm across, which no heart model is; it is probably in {unit}: "
        f"export it in millimetres, or scale it by {factor} first."
    )


def _likely_unit(extent: float) -> tuple[str, str]:
    """The unit in which this number would be the size of a heart, and its factor to mm."""
    if extent < 0.5:
        return "metres", "1000"
    if extent < _SMALLEST_MM:
        return "inches", "25.4"
    return "micrometres", "0.001"
