"""A second study of a patient → laid onto the first: its grey values, or its labels."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import GeometryError, InputError, LabelMap, Provenance, Volume
from heartwright.flows.endings import place

if TYPE_CHECKING:
    from heartwright.anatomy.segment.register import Registration


def register_scan(
    moving: Path,
    fixed: Path,
    path: Path,
    *,
    labels: Path | None = None,
    join: Path | None = None,
    series: tuple[str | None, str | None] = (None, None),
    force: bool = False,
) -> dict[str, Any]:
    """Register, and write the second study (or its labels) on the first one's voxels."""
    from heartwright.anatomy.imaging import read_volume, write_labels, write_volume
    from heartwright.anatomy.segment.register import register

    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    if join is not None and labels is None:
        raise InputError("--join adds the second study's --labels to a label map; name them.")
    start = time.perf_counter()
    second, first = (read_volume(p, series=s) for p, s in zip((moving, fixed), series, strict=True))
    found = register(second, first)
    inputs = [p for p in (moving, fixed, labels, join) if p is not None]
    noted = {
        "movement": found.movement.tolist(),
        "residual_mm": found.residual_mm,
        "overlap": found.overlap,
        "warnings": list(found.warnings),
    }
    provenance = Provenance.of(inputs, noted)
    if labels is None:
        moved = replace(_laid(second, first, found), provenance=provenance)
        write_volume(moved, path, force=force)
    else:
        carried = _carried(labels, join, first, found)
        write_labels(replace(carried, provenance=provenance), path, force=force)
    return noted | {
        "information": found.information,
        "seconds": time.perf_counter() - start,
        "files": {"scan" if labels is None else "labels": str(path)},
    }


def _laid(second: Volume, first: Volume, found: "Registration") -> Volume:
    """The second study on the first one's voxels; its darkest value where it has none."""
    from heartwright.anatomy.grid.field import resampled

    darkest = float(second.values.min())
    place = found.movement @ second.affine
    values = resampled(second.values, place, first.grid, order=1, outside=darkest)
    return Volume(values, first.affine, second.modality)


def _carried(labels: Path, join: Path | None, first: Volume, found: "Registration") -> LabelMap:
    """The second study's labels on the first one's voxels, alone or joined to its own."""
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.segment.register import carried, joined

    moved = carried(read_labels(labels), found.movement, first.grid)
    if not moved.values.any():
        raise GeometryError(f"{labels}: once registered, none of its labels lies in the first.")
    return moved if join is None else joined(read_labels(join), moved)
