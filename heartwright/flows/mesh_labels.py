"""Label map → closed surface."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from heartwright.data import InputError, Solid
from heartwright.data.files import writable
from heartwright.flows.lumen import read_lumen

BLOOD_COLOUR = (178, 34, 52)


def mesh_labels(
    labels: Path, path: Path, *, label: int | None, scan: Path | None, force: bool = False
) -> dict[str, Any]:
    """Make a closed surface of a label and write it: STL, PLY or 3MF, by the file's ending."""
    writable(path, force=force)
    write = _surface_writer(path)
    lumen = read_lumen(labels, label=label, scan=scan)
    write(lumen, path, force=force)
    return {
        "triangles": len(lumen.faces),
        "volume_mm3": lumen.volume_mm3,
        "area_mm2": lumen.area_mm2,
        "bounds_lps_mm": lumen.bounds.tolist(),
        "files": {"solid": str(path)},
    }


def _surface_writer(path: Path) -> Callable[..., None]:
    from heartwright.printing import Part, write_3mf, write_ply, write_stl

    def write_package(lumen: Solid, path: Path, *, force: bool) -> None:
        write_3mf([Part(lumen, name=lumen.name or "lumen", colour=BLOOD_COLOUR)], path, force=force)

    writers = {".stl": write_stl, ".ply": write_ply, ".3mf": write_package}
    if path.suffix.lower() not in writers:
        raise InputError(f"{path}: surfaces are written as .stl, .ply or .3mf; change the ending.")
    return writers[path.suffix.lower()]
