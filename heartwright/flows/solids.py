"""Models in and out of files, each with its certificate."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartwright.data import InputError, Solid
from heartwright.flows.endings import place

ENDINGS = (".stl", ".ply", ".3mf")


def read_solid(path: Path) -> Solid:
    """A closed model from a mesh file.

    Raises:
        InputError: the file cannot be read.
        GeometryError: the mesh is open.
    """
    from heartwright.anatomy.mesh import as_solid
    from heartwright.printing import read_surface

    return as_solid(read_surface(path))


def two_places(paths: tuple[Path, Path], *, force: bool) -> None:
    """Refuse two files that may not be written, or are one.

    Raises:
        InputError: they are the same file, or one of them may not be written.
    """
    if paths[0].resolve() == paths[1].resolve():
        raise InputError(f"both parts would be {paths[0]}; give two files.")
    for path in paths:
        place(path, *ENDINGS, force=force)


def write_solid(solid: Solid, path: Path, *, force: bool) -> dict[str, Any]:
    """Write a model as STL, PLY or 3MF, and say what it is and whether it is sound."""
    from heartwright.anatomy.mesh import certify
    from heartwright.printing import Part, write_3mf, write_ply, write_stl

    ending = place(path, *ENDINGS, force=force)
    certificate = certify(solid)
    if ending == ".3mf":
        write_3mf([Part(solid, name=solid.name or "model")], path, force=force)
    else:
        {".stl": write_stl, ".ply": write_ply}[ending](solid, path, force=force)
    return {
        "file": str(path),
        "volume_mm3": solid.volume_mm3,
        "bounds_lps_mm": solid.bounds.tolist(),
        "valid": certificate.valid,
        **asdict(certificate),
    }
