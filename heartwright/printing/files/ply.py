"""PLY: vertices with colours and one value each, for viewers and colour printers."""

from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from heartwright.data.errors import InputError
from heartwright.data.files import atomic
from heartwright.data.surface import Solid
from heartwright.printing.files.triangles import Triangles

Colours = UInt8[np.ndarray, "vertex 3"]


def write_ply(
    solid: Solid,
    path: Path,
    *,
    colours: Colours | None = None,
    values: tuple[str, Float[np.ndarray, "vertex"]] | None = None,
    force: bool = False,
) -> None:
    """Write binary PLY in LPS mm, with RGB and a named value a vertex where given.

    `values` is a property's name with its unit (activation_ms) and one number a vertex; NaN
    stays NaN.

    Raises:
        InputError: the colours or values are not one a vertex, or the name has spaces.
        OutputError: the path cannot be written, or exists and `force` is not given.
    """
    columns = _columns(solid, colours, values)
    faces = np.zeros(len(solid.faces), [("count", "u1"), ("corners", "<i4", 3)])
    faces["count"] = 3
    faces["corners"] = solid.faces
    with atomic(path, force=force) as temporary, temporary.open("wb") as stream:
        stream.write(_header(solid.name, columns, len(faces)))
        stream.write(columns.tobytes())
        stream.write(faces.tobytes())


def read_ply(data: bytes) -> Triangles:
    """Triangles of an ASCII or binary PLY; larger polygons are split."""
    return read_with_trimesh(data, "ply")


def read_with_trimesh(data: bytes, kind: str) -> Triangles:
    """Triangles of a file in any format that trimesh knows, vertices left as they are."""
    import io

    import trimesh

    mesh = trimesh.load_scene(io.BytesIO(data), file_type=kind, process=False).to_mesh()
    return Triangles(np.asarray(mesh.vertices), np.asarray(mesh.faces))


def _columns(
    solid: Solid, colours: Colours | None, values: tuple[str, Float[np.ndarray, "vertex"]] | None
) -> np.ndarray:
    """One record a vertex: coordinates, then colours and the value where given."""
    coordinates = solid.vertices.astype(np.float32)
    named: dict[str, np.ndarray] = dict(zip("xyz", coordinates.T, strict=True))
    if colours is not None:
        named |= zip(("red", "green", "blue"), colours.T, strict=True)
    if values is not None:
        named[_property(values[0])] = values[1].astype(np.float32)
    if any(len(column) != len(solid.vertices) for column in named.values()):
        raise InputError(
            f"{solid.name or 'the mesh'} has {len(solid.vertices)} vertices; give one colour and "
            f"one value for each."
        )
    kinds = [(name, "u1" if column.dtype == np.uint8 else "<f4") for name, column in named.items()]
    columns = np.empty(len(solid.vertices), kinds)
    for name, column in named.items():
        columns[name] = column
    return columns


def _property(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise InputError(f"{name!r} cannot name a PLY property; use letters, digits and _ only.")
    return name


def _header(name: str, columns: np.ndarray, faces: int) -> bytes:
    kinds = {"|u1": "uchar", "<f4": "float"}
    properties = [
        f"property {kinds[columns.dtype[column].str]} {column}"
        for column in columns.dtype.names or ()
    ]
    lines = [
        "ply",
        "format binary_little_endian 1.0",
        f"comment heartwright SPACE=LPS UNIT=mm {' '.join(name.split())}".rstrip(),
        f"element vertex {len(columns)}",
        *properties,
        f"element face {faces}",
        "property list uchar int vertex_indices",
        "end_header",
    ]
    return "\n".join([*lines, ""]).encode("ascii", "replace")
