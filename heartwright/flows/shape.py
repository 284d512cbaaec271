"""Scan → labels → lumen → wall → print files, and the plan on the same triangles."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Provenance, Solid
from heartwright.data.files import writable
from heartwright.data.json_file import write_json
from heartwright.flows.inputs import read_lumen

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


def walled(lumen: Solid, *, wall_mm: float, openings: Sequence["Opening"] = ()) -> PrintedModel:
    """Put a wall around a lumen, open the vessels, and check the result for printing."""
    from heartwright.anatomy.mesh import thickness, wall
    from heartwright.printing import printability

    built = wall(lumen, wall_mm, openings=openings)
    return PrintedModel(built, printability(built.solid, thickness=thickness(built)))


def print_model(
    shape: Path,
    path: Path,
    *,
    wall_mm: float,
    label: int | None = None,
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
    lumen = read_lumen(shape, label=label)
    model = walled(lumen, wall_mm=wall_mm, openings=openings)
    solid = replace(model.wall.solid, provenance=_made_from(lumen, wall_mm, openings))
    write_3mf([Part(solid, name=lumen.name or "wall", colour=WALL_COLOUR)], path, force=force)
    files = {"model": str(path)}
    if stl is not None:
        write_stl(solid, stl, force=force)
        files["stl"] = str(stl)
    return model.check.summary() | {"seconds": time.perf_counter() - start, "files": files}


def plan_appendage(
    shape: Path,
    ostium: Float[np.ndarray, "3 3"],
    path: Path,
    *,
    label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Measure an appendage at its ostium, list the devices that fit, and write the plan."""
    from heartwright.planning.laa import plan

    writable(path, force=force)
    lumen = read_lumen(shape, label=label)
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
