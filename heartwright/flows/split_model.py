"""Model → as many pieces as a printer's build volume asks for."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.flows.endings import place
from heartwright.flows.solids import ENDINGS, read_solid, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Joints


def split_model(
    model: Path,
    path: Path,
    *,
    technology: str,
    joints: "Joints | None" = None,
    force: bool = False,
) -> dict[str, Any]:
    """Cut a model into pieces that fit a technology's printer, each in a numbered file."""
    from heartwright.anatomy.mesh import fitting_pieces
    from heartwright.printing.technologies import technology as named

    ending = place(path, *ENDINGS, force=True)
    printer = named(technology).printer
    pieces = fitting_pieces(read_solid(model), np.array(printer.build_mm), joints=joints)
    stem = path.name[: -len(ending)]
    paths = [
        path.with_name(f"{stem}-{n}{path.name[-len(ending) :]}") for n in range(1, len(pieces) + 1)
    ]
    for each in paths:
        place(each, *ENDINGS, force=force)
    return {
        "printer": printer.name,
        "build_mm": list(printer.build_mm),
        "pieces": [write_solid(p, to, force=force) for p, to in zip(pieces, paths, strict=True)],
    }
