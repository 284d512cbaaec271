"""Model file → checked, sliced and priced, for one technology or several side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Solid
from heartwright.flows.calibrate import read_compensation
from heartwright.flows.endings import place

if TYPE_CHECKING:
    from heartwright.printing.sheet import Effort
    from heartwright.printing.technologies import Technology

Vector = Float[np.ndarray, "3"]

_PRINT_FILES = {"sla": (".sl1", ".sl1s"), "fdm": (".gcode",)}


def slice_model(
    path: Path,
    *,
    technologies: Sequence[str],
    materials: Sequence[str] = (),
    up: Vector | None = None,
    search: bool = False,
    supports: bool = True,
    effort: "Effort | None" = None,
    compensation: Path | None = None,
    output: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Inspect a model, slice it for each technology and add up what it costs."""
    from heartwright.printing.quote import Order, quote
    from heartwright.printing.sheet import Effort
    from heartwright.printing.technologies import chosen

    pairs = chosen(technologies, materials)
    if output is not None:
        _check_place(output, [technology for technology, _ in pairs], force=force)
    factors = None if compensation is None else read_compensation(compensation)
    solid = _as_it_is(path)
    quotes = [
        quote(
            Order(path, solid, technology, material, supports, up, search, factors),
            effort or Effort(),
            output=output,
            force=force,
        )
        for technology, material in pairs
    ]
    names = [technology.name for technology, _ in pairs]
    return {
        "technologies": {n: q.summary() for n, q in zip(names, quotes, strict=True)},
        "warnings": [f"{n}: {w}" for n, q in zip(names, quotes, strict=True) for w in q.warnings],
        "files": {} if output is None else {"print": str(output)},
    }


def _as_it_is(path: Path) -> Solid:
    """The file's solid; touching parts of several materials stay apart where the file does so."""
    from heartwright.anatomy.mesh import as_solid
    from heartwright.data.surface import loose_edges
    from heartwright.printing import read_surface

    surface = read_surface(path)
    if loose_edges(surface.faces):
        return as_solid(surface)
    return Solid(surface.vertices, surface.faces, surface.name, surface.provenance)


def _check_place(output: Path, technologies: "list[Technology]", *, force: bool) -> None:
    if len(technologies) != 1:
        raise InputError(f"{output} is one print file: name one --technology.")
    endings = _PRINT_FILES.get(technologies[0].name)
    if endings is None:
        title = technologies[0].title
        raise InputError(f"print files are for sla and fdm; {title} takes the 3MF itself.")
    place(output, *endings, force=force)
