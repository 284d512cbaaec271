"""STL: triangles without topology, unit or orientation; the header says what is missing."""

import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.data.errors import InputError
from heartwright.data.files import atomic
from heartwright.data.surface import Solid
from heartwright.printing.files.triangles import Triangles, float32_corners, weld

_HEADER = 80
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_VERTEX = re.compile(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", re.IGNORECASE)


def write_stl(solid: Solid, path: Path, *, force: bool = False) -> None:
    """Write binary STL in LPS mm; see `encode_stl`.

    Raises:
        GeometryError: walls touch along a line, which STL cannot hold.
        OutputError: the path cannot be written, or exists and `force` is not given.
    """
    content = encode_stl(solid)
    with atomic(path, force=force) as temporary:
        temporary.write_bytes(content)


def encode_stl(solid: Solid) -> bytes:
    """Binary STL in LPS mm, closed and 2-manifold after rounding and re-welding.

    The header reads "heartwright SPACE=LPS UNIT=mm", which 3D Slicer understands. Same solid,
    same bytes.

    Raises:
        GeometryError: walls touch along a line, which STL cannot hold.
    """
    corners = float32_corners(solid)
    records = np.zeros(len(corners), _RECORD)
    records["corners"] = corners
    records["normal"] = _normals(corners)
    return _header(solid.name) + np.array(len(records), "<u4").tobytes() + records.tobytes()


def read_stl(data: bytes) -> Triangles:
    """Triangles of a binary or ASCII STL, identical corners welded.

    Raises:
        InputError: the file is cut short or is no STL.
    """
    corners = _ascii(data) if _is_ascii(data) else _binary(data)
    flat = corners.reshape(-1, 3)
    return weld(flat, np.arange(len(flat)).reshape(-1, 3))


def _header(name: str) -> bytes:
    text = f"heartwright SPACE=LPS UNIT=mm {name}".encode("ascii", "replace")
    return text[:_HEADER].ljust(_HEADER)


def _normals(corners: Float[np.ndarray, "face 3 3"]) -> Float[np.ndarray, "face 3"]:
    """Unit normals; zero where a triangle has no area, as the format asks."""
    a, b, c = corners.astype(np.float64).transpose(1, 0, 2)
    normals = np.cross(b - a, c - a)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)


def _promised(data: bytes) -> int:
    """How many triangles a binary file says it holds."""
    return int.from_bytes(data[_HEADER : _HEADER + 4], "little")


def _is_ascii(data: bytes) -> bool:
    """Whether the file is text: binary files may start with "solid" too, so the size decides."""
    exact = len(data) == _HEADER + 4 + _promised(data) * _RECORD.itemsize
    return data.lstrip()[:5].lower() == b"solid" and not exact


def _binary(data: bytes) -> Float[np.ndarray, "face 3 3"]:
    count = _promised(data)
    held = max(0, len(data) - _HEADER - 4) // _RECORD.itemsize
    if held < count or len(data) < _HEADER + 4:
        raise InputError(f"it promises {count} triangles but holds {held}, so it is cut short")
    return np.frombuffer(data, _RECORD, count, _HEADER + 4)["corners"]


def _ascii(data: bytes) -> Float[np.ndarray, "face 3 3"]:
    if b"endsolid" not in data.lower():
        raise InputError("its text has no end (endsolid), so it is cut short")
    numbers = np.array(_VERTEX.findall(data), dtype="S").astype(np.float64)
    if numbers.size % 9:
        raise InputError("a triangle lacks one of its three corners")
    return numbers.reshape(-1, 3, 3)
