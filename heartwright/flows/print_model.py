"""Lumen → walled, opened, checked model → print files."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Solid
from heartwright.flows.calibrate import read_compensation
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening, Wall
    from heartwright.printing import Part, Printability
    from heartwright.printing.compensation import Compensation

WALL_COLOUR = (226, 170, 158)  # the flesh tone of anatomical models


@dataclass(frozen=True, eq=False)
class PrintedModel:
    """A walled, opened, checked model."""

    wall: "Wall"
    check: "Printability"


def print_model(
    shape: Path,
    path: Path,
    *,
    wall_mm: float,
    label: int | None = None,
    openings: Sequence["Opening"] = (),
    parts: Sequence[tuple[str, Path]] = (),
    stl: Path | None = None,
    compensation: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Make the walled model, put parts of other materials into it, and write its print files."""
    from heartwright.printing import Part, write_3mf, write_stl
    from heartwright.printing.parts import with_parts

    place(path, ".3mf", force=force)
    if stl is not None:
        place(stl, ".stl", force=force)
    factors = None if compensation is None else read_compensation(compensation)
    start = time.perf_counter()
    lumen = read_lumen(shape, label=label)
    model = walled(lumen, wall_mm=wall_mm, openings=openings)
    solid = model.wall.solid
    bodies = with_parts(Part(solid, name=solid.name, colour=WALL_COLOUR), parts)
    if factors is not None:
        bodies = _compensated(bodies, factors)
    files = {"model": str(path)}
    if stl is not None:  # first, because STL is the one that may refuse a shape
        write_stl(bodies[0].solid, stl, force=force)
        files["stl"] = str(stl)
    write_3mf(bodies, path, force=force)
    warnings = [*lumen.provenance.parameters.get("warnings", []), *model.check.warnings]
    return model.check.summary() | {
        "parts_ml": {body.name: body.solid.volume_mm3 / 1000 for body in bodies},
        "warnings": warnings,
        "seconds": time.perf_counter() - start,
        "files": files,
    }


def _compensated(bodies: "list[Part]", by: "Compensation") -> "list[Part]":
    """All bodies stretched together, about the middle of the first."""
    from heartwright.printing.compensation import compensated

    middle = bodies[0].solid.bounds.mean(axis=0)
    return [replace(body, solid=compensated(body.solid, by, about=middle)) for body in bodies]


def walled(lumen: Solid, *, wall_mm: float, openings: Sequence["Opening"] = ()) -> PrintedModel:
    """Put a wall around a lumen, open the vessels, and check the result for printing."""
    from heartwright.anatomy.mesh import thickness, wall
    from heartwright.printing import printability

    built = wall(lumen, wall_mm, openings=openings)
    return PrintedModel(built, printability(built.solid, thickness=thickness(built)))
