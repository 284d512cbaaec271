"""Lumen → measures of the appendage → occluders that fit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, LabelMap, Plan
from heartwright.data.json_file import write_json
from heartwright.flows.endings import place
from heartwright.flows.lumen import is_mesh, read_lumen

if TYPE_CHECKING:
    from heartwright.planning.laa import Known

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]

_UNKNOWN_EDGE_MM = 0.5  # half a voxel of 1 mm, assumed where a mesh does not tell its scan
_BODY_MM = 5.0  # around the atrium's middle, where its contrast is read
_INSIDE_MM = 3.0  # behind the ostium, where the appendage's contrast begins to be read


@dataclass(frozen=True, eq=False)
class Beside:
    """What a person tells about a lumen; points in LPS mm, labels of the same label map."""

    ridge: Vector | None = None
    circumflex: Points | None = None
    fossa: Vector | None = None
    cava: Vector | None = None
    circumflex_label: int | None = None
    right_atrium_label: int | None = None
    thrombus_label: int | None = None
    scan: Path | None = None
    phase_percent: float | None = None
    edge_mm: float | None = None


def plan_appendage(
    shape: Path,
    path: Path,
    *,
    ostium: Float[np.ndarray, "3 3"] | None = None,
    beside: Beside | None = None,
    label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Measure an appendage, list the devices that fit, and write the plan.

    Raises:
        InputError: a landmark is far from the lumen, an option does not go with the others, or no
            appendage is found.
    """
    from heartwright.planning.laa import plan

    place(path, ".json", force=force)
    beside = beside or Beside()
    labels = _labels(shape, beside)
    lumen = read_lumen(shape, label=label, scan=beside.scan)
    known = _known(beside, labels)
    proposal = plan(lumen, ostium, known=known)
    noted: dict[str, Any] = {"edge_mm": known.edge_mm, "phase_percent": known.phase_percent}
    if ostium is not None:
        noted["ostium_lps_mm"] = ostium.tolist()
    parameters = {**lumen.provenance.parameters, **noted}
    proposal = replace(
        proposal,
        warnings=(
            *lumen.provenance.parameters.get("warnings", ()),
            *proposal.warnings,
            *_filling(beside.scan, proposal),
        ),
        provenance=replace(lumen.provenance, parameters=parameters),
    )
    write_json(proposal, path, force=force)
    return proposal.summary() | {"files": {"plan": str(path)}}


def _labels(shape: Path, beside: Beside) -> LabelMap | None:
    """The label map, where one is given."""
    from heartwright.anatomy.imaging import read_labels

    if not is_mesh(shape):
        return read_labels(shape)
    if any(
        n is not None
        for n in (beside.circumflex_label, beside.right_atrium_label, beside.thrombus_label)
    ):
        raise InputError(
            f"{shape} is a mesh and has no labels; give the label map, or points "
            f"(--circumflex, --fossa)."
        )
    return None


def _known(beside: Beside, labels: LabelMap | None) -> "Known":
    from heartwright.planning.laa import Access, Known, about_thrombus

    circumflex, right = beside.circumflex, None
    barred: tuple[str, ...] = ()
    if labels is not None:
        if beside.circumflex_label is not None:
            circumflex = _voxels_of(labels, beside.circumflex_label, hull=False)
        if beside.right_atrium_label is not None:
            right = _voxels_of(labels, beside.right_atrium_label, hull=True)
        if beside.thrombus_label is not None:
            barred = tuple(about_thrombus(labels, beside.thrombus_label))
    return Known(
        ridge=beside.ridge,
        circumflex=circumflex,
        access=Access(fossa=beside.fossa, right_atrium=right, cava=beside.cava),
        phase_percent=beside.phase_percent,
        edge_mm=_edge_mm(beside, labels),
        barred=barred,
    )


def _edge_mm(beside: Beside, labels: LabelMap | None) -> float:
    """Half a voxel, unless something else is told."""
    if beside.edge_mm is not None:
        return beside.edge_mm
    return _UNKNOWN_EDGE_MM if labels is None else float(labels.grid.spacing.max()) / 2


def _voxels_of(labels: LabelMap, label: int, *, hull: bool) -> Points:
    """Centres of a label's voxels, or only of those at its border, LPS mm."""
    from scipy import ndimage

    from heartwright.anatomy.grid import bounding_box

    mask = labels.mask(label)
    box = bounding_box(mask)
    part = mask[box]
    if hull:
        part = part & ~ndimage.binary_erosion(part)
    start = [side.start for side in box]
    return labels.grid.to_lps((np.argwhere(part) + start).astype(float))


def _filling(scan: Path | None, proposal: Plan) -> Iterator[str]:
    """Whether contrast fills the appendage, from the scan."""
    from heartwright.anatomy.imaging import read_volume
    from heartwright.planning.laa import about_filling

    found = proposal.appendage
    if scan is None or found is None:
        return
    inside = [s.point_lps_mm for s in found.stations if s.valid and s.along_mm >= _INSIDE_MM]
    middle = np.array(found.landmarks_lps_mm["atrium"])
    steps = np.linspace(-_BODY_MM, _BODY_MM, 7)
    around = middle + np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    yield from about_filling(read_volume(scan), np.array(inside).reshape(-1, 3), around)
