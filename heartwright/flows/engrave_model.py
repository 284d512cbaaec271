"""Model → the same with letters cut into it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, read_solid, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening


def engrave_model(
    model: Path,
    path: Path,
    *,
    text: str,
    at: "Opening",
    height_mm: float,
    depth_mm: float,
    force: bool = False,
) -> dict[str, Any]:
    """Engrave a model and write it."""
    from heartwright.anatomy.mesh import engraved

    place(path, *ENDINGS, force=force)
    named = engraved(read_solid(model), text, at, height_mm=height_mm, depth_mm=depth_mm)
    return write_solid(named, path, force=force)
