"""Scan → labels → lumen → wall → print files, and the plan on the same triangles."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Provenance, Solid
from heartwright.data.files import writable
from heartwright.data.json_file import write_json

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening, Wall
    from heartwright.printing import Printability

WALL_COLOUR = (226, 170, 158)  # the flesh tone of anatomical models
BLOOD_COLOUR = (178, 34, 52)


@dataclass(frozen=True, eq=False)
class PrintedModel:
    """A walled, opened, checked model."""

    wall: "Wall"
    check: "Printability"


def segment_scan(
    scan: Path,
    path: Path,
    *,
    lower: float,
    upper: float | None,
    seeds: Float[np.ndarray, "seed 3"],
    box: Float[np.ndarray, "2 3"] | None,
    force: bool = False,
    series: str | None = None,
) -> dict[str, Any]:
    """Segment a scan by threshold and seeds, and write the label map."""
    from heartwright.anatomy.imaging import read_volume, write_labels
    from heartwright.anatomy.segment import segment

    writable(path, force=force)
    start = time.perf_counter()
    volume = read_volume(scan, series=series)
    labels = segment(volume, lower=lower, upper=upper, seeds=seeds, box=box)
    labels = replace(labels, provenance=Provenance.of([scan], dict(labels.provenance.parameters)))
    write_labels(labels, path, force=force)
    voxels = int((labels.values > 0).sum())
    return {
        "voxels": voxels,
        "volume_mm3": voxels * labels.grid.voxel_mm3,
        "warnings": labels.provenance.parameters.get("warnings", []),
        "seconds": time.perf_counter() - start,
        "files": {"labels": str(path)},
    }


def write_mesh(lumen: Solid, path: Path, *, force: bool = False) -> dict[str, Any]:
    """Write a lumen as STL, PLY or 3MF, chosen by the file's ending.

    Raises:
        InputError: the ending is none of them.
    """
    from heartwright.printing import Part, write_3mf, write_ply, write_stl

    ending = path.suffix.lower()
    if ending == ".stl":
        write_stl(lumen, path, force=force)
    elif ending == ".ply":
        write_ply(lumen, path, force=force)
    elif ending == ".3mf":
        write_3mf([Part(lumen, name=lumen.name or "lumen", colour=BLOOD_COLOUR)], path, force=force)
    else:
        raise InputError(f"{path}: surfaces are written as .stl, .ply or .3mf; change the ending.")
    return {
        "triangles": len(lumen.faces),
        "volume_mm3": lumen.volume_mm3,
        "area_mm2": lumen.area_mm2,
        "bounds_lps_mm": lumen.bounds.tolist(),
        "files": {"solid": str(path)},
    }


def walled(lumen: Solid, *, wall_mm: float, openings: Sequence["Opening"] = ()) -> PrintedModel:
    """Put a wall around a lumen, open the vessels, and check the result for printing."""
    from heartwright.anatomy.mesh import thickness, wall
    from heartwright.printing import printability

    built = wall(lumen, wall_mm, openings=openings)
    return PrintedModel(built, printability(built.solid, thickness=thickness(built)))


def print_model(
    lumen: Solid,
    path: Path,
    *,
    wall_mm: float,
    openings: Sequence["Opening"] = (),
    stl: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Make the walled model and write its print files."""
    from heartwright.printing import Part, write_3mf, write_stl

    for target in (path, stl):
        if target is not None:
            writable(target, force=force)
    start = time.perf_counter()
    model = walled(lumen, wall_mm=wall_mm, openings=openings)
    solid = replace(model.wall.solid, provenance=_made_from(lumen, wall_mm, openings))
    write_3mf([Part(solid, name=lumen.name or "wall", colour=WALL_COLOUR)], path, force=force)
    files = {"model": str(path)}
    if stl is not None:
        write_stl(solid, stl, force=force)
        files["stl"] = str(stl)
    return model.check.summary() | {"seconds": time.perf_counter() - start, "files": files}


def plan_appendage(
    lumen: Solid, ostium: Float[np.ndarray, "3 3"], path: Path, *, force: bool = False
) -> dict[str, Any]:
    """Measure an appendage at its ostium, list the devices that fit, and write the plan."""
    from heartwright.planning.laa import plan

    writable(path, force=force)
    proposal = plan(lumen, ostium)
    provenance = replace(
        lumen.provenance,
        parameters=dict(lumen.provenance.parameters) | {"ostium_lps_mm": ostium.tolist()},
    )
    proposal = replace(proposal, provenance=provenance)
    write_json(proposal, path, force=force)
    return proposal.summary() | {"files": {"plan": str(path)}}


def _made_from(lumen: Solid, wall_mm: float, openings: Sequence["Opening"]) -> Provenance:
    cuts = [[*opening.point.tolist(), *opening.normal.tolist()] for opening in openings]
    parameters = {"wall_mm": wall_mm, "openings_lps_mm": cuts}
    return replace(lumen.provenance, parameters=dict(lumen.provenance.parameters) | parameters)
