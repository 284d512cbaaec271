"""Label map → closed surface."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from heartwright.data import Solid
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen

BLOOD_COLOUR = (178, 34, 52)


def mesh_labels(
    labels: Path,
    path: Path,
    *,
    label: int | None,
    scan: Path | None,
    series: str | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Make a closed surface of a label and write it: STL, PLY or 3MF, by the file's ending."""
    write = _writer(place(path, ".stl", ".ply", ".3mf", force=force))
    lumen = read_lumen(labels, label=label, scan=scan, series=series)
    write(lumen, path, force=force)
    return {
        "triangles": len(lumen.faces),
        "volume_mm3": lumen.volume_mm3,
        "area_mm2": lumen.area_mm2,
        "bounds_lps_mm": lumen.bounds.tolist(),
        "warnings": list(lumen.provenance.parameters.get("warnings", [])),
        "files": {"solid": str(path)},
    }


def _writer(ending: str) -> Callable[..., None]:
    from heartwright.printing import Part, write_3mf, write_ply, write_stl

    def write_package(lumen: Solid, path: Path, *, force: bool) -> None:
        write_3mf([Part(lumen, name=lumen.name or "lumen", colour=BLOOD_COLOUR)], path, force=force)

    return {".stl": write_stl, ".ply": write_ply, ".3mf": write_package}[ending]
