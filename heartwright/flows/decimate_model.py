"""Model → the same with fewer triangles."""

from pathlib import Path
from typing import Any

from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, read_solid, write_solid


def decimate_model(
    model: Path, path: Path, *, max_error_mm: float, force: bool = False
) -> dict[str, Any]:
    """Decimate a model and write it."""
    from heartwright.anatomy.mesh import decimated

    place(path, *ENDINGS, force=force)
    solid = read_solid(model)
    found = decimated(solid, max_error_mm)
    return {
        "triangles": len(found.solid.faces),
        "triangles_before": len(solid.faces),
        "error_mm": found.error_mm,
        "volume_change": found.solid.volume_mm3 / solid.volume_mm3 - 1,
    } | write_solid(found.solid, path, force=force)
