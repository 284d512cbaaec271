"""Walled model → the same with connectors on its vessels."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, read_solid, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Kind, Opening


def port_model(
    model: Path,
    path: Path,
    *,
    places: Sequence["Opening"],
    kind: "Kind",
    bore_mm: float,
    force: bool = False,
) -> dict[str, Any]:
    """Put a port of one kind at each place of a model, and write it."""
    from heartwright.anatomy.mesh import port

    place(path, *ENDINGS, force=force)
    ported = port(read_solid(model), *places, kind=kind, bore_mm=bore_mm)
    return write_solid(ported, path, force=force)
