"""Walled model → the same with sockets for radio-opaque beads."""

from pathlib import Path
from typing import Any

from heartwright.data import Plane
from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, read_solid, write_solid


def cut_sockets(
    model: Path, path: Path, *, plane: Plane, count: int, diameter_mm: float, force: bool = False
) -> dict[str, Any]:
    """Cut sockets around a plane, and say where the beads will lie."""
    from heartwright.anatomy.mesh.sockets import sockets

    place(path, *ENDINGS, force=force)
    made = sockets(read_solid(model), plane, count=count, diameter_mm=diameter_mm)
    return write_solid(made.solid, path, force=force) | {
        "beads_lps_mm": made.ring.round(3).tolist(),
        "marker_lps_mm": made.marker.round(3).tolist(),
    }
