"""Lumen → measures of the aortic root → valves that fit, risks and views."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import InputError, Provenance, Solid
from heartwright.data.json_file import write_json
from heartwright.flows.endings import place
from heartwright.flows.lumen import is_mesh, only_label, read_lumen
from heartwright.flows.solids import read_solid

if TYPE_CHECKING:
    from heartwright.planning.aortic import CalciumBody, CalciumLabel, Request


def plan_root(
    shape: Path,
    request: "Request",
    path: Path,
    *,
    labels: Sequence[int] = (),
    calcium: Path | None = None,
    calcium_label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Measure an aortic root, list the valves that fit, and write the plan.

    Args:
        shape: a mesh, or a label map of which `labels` are joined (aorta and outflow tract).
        request: what is known beside the shape; a boundary uncertainty that it leaves open is half
            a voxel of the label map.
        path: JSON file to write.
        labels: of the label map; none where it holds only one.
        calcium: a mesh, or a label map of which one label is calcium.
        calcium_label: of `calcium`; none where it holds only one.
        force: write over a file that exists.
    """
    from heartwright.planning.aortic import plan

    place(path, ".json", force=force)
    lumen, voxel_mm = root_lumen(shape, labels)
    if request.boundary_sd_mm is None and voxel_mm is not None:
        request = replace(request, boundary_sd_mm=voxel_mm / 2)
    if calcium is not None:
        request = replace(request, calcium=_calcium(calcium, calcium_label))
    proposal = plan(lumen, request)
    inputs = [shape] if calcium is None else [shape, calcium]
    noted = {**lumen.provenance.parameters, **_noted(request, labels)}
    proposal = replace(proposal, provenance=Provenance.of(inputs, noted))
    write_json(proposal, path, force=force)
    return proposal.summary() | {"files": {"plan": str(path)}}


def root_lumen(shape: Path, labels: Sequence[int]) -> tuple[Solid, float | None]:
    """The blood's body, and the edge of a voxel (mm) where it was made of voxels."""
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.mesh import surface_from_labels
    from heartwright.planning.aortic import joined

    if is_mesh(shape):
        if labels:
            raise InputError(f"{shape} is a mesh: --label goes with a label map only.")
        return read_lumen(shape), None
    found = read_labels(shape)
    voxel_mm = float(found.grid.voxel_mm3 ** (1 / 3))
    if len(labels) < 2:
        return read_lumen(shape, label=labels[0] if labels else None), voxel_mm
    body = surface_from_labels(joined(found, labels), 1, name="aortic root")
    return body, voxel_mm


def _calcium(path: Path, label: int | None) -> "CalciumBody | CalciumLabel":
    from heartwright.anatomy.imaging import read_labels
    from heartwright.planning.aortic import CalciumBody, CalciumLabel

    if is_mesh(path):
        if label is not None:
            raise InputError(f"{path} is a mesh: --calcium-label goes with a label map only.")
        return CalciumBody(read_solid(path))
    found = read_labels(path)
    return CalciumLabel(found, only_label(found, path) if label is None else label)


def _noted(request: "Request", labels: Sequence[int]) -> dict[str, Any]:
    """The request's own numbers, for the plan's provenance."""
    points = {"nadirs": request.nadirs, "aorta": request.aorta, "septum": request.septum}
    points |= {f"{side}_ostium": point for side, point in request.ostia.items()}
    return {
        "labels": list(labels),
        "landmarks_lps_mm": {name: p.tolist() for name, p in points.items() if p is not None},
        "boundary_sd_mm": request.boundary_sd_mm,
        "landmark_sd_mm": request.landmark_sd_mm,
    }
