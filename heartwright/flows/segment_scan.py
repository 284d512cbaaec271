"""Scan → label map."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.flows.endings import place


def segment_scan(
    scan: Path,
    path: Path,
    *,
    lower: float | None,
    upper: float | None,
    seeds: Mapping[str, Float[np.ndarray, "_ 3"]],
    box: Float[np.ndarray, "2 3"] | None,
    force: bool = False,
    series: str | None = None,
) -> dict[str, Any]:
    """Segment a scan by threshold, seeds and necks, and write the label map."""
    from heartwright.anatomy.imaging import read_volume, write_labels
    from heartwright.anatomy.segment import segment

    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    start = time.perf_counter()
    volume = read_volume(scan, series=series)
    labels = segment(volume, lower=lower, upper=upper, seeds=seeds, box=box)
    noted = {**volume.provenance.parameters, **labels.provenance.parameters}
    labels = replace(labels, provenance=replace(volume.provenance, parameters=noted))
    write_labels(labels, path, force=force)
    voxels = np.bincount(labels.values.ravel(order="K"))[1:]
    each = {
        labels.names[n]: float(x) for n, x in enumerate(voxels * labels.grid.voxel_mm3, start=1)
    }
    return {
        "voxels": int(voxels.sum()),
        "volume_mm3": float(voxels.sum() * labels.grid.voxel_mm3),
        "lower": noted["lower"],
        "structures_mm3": each,
        "warnings": labels.provenance.parameters.get("warnings", []),
        "seconds": time.perf_counter() - start,
        "files": {"labels": str(path)},
    }
