"""Scan, or label map → label map of named structures, shaped for a purpose."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, LabelMap
from heartwright.flows.endings import place

if TYPE_CHECKING:
    from heartwright.anatomy.segment import Opening, Shaped

Points = Mapping[str, Float[np.ndarray, "_ 3"]]


@dataclass(frozen=True, eq=False)
class Limits:
    """What a region of a scan is grown within, and which series of a folder it is."""

    lower: float | None = None
    upper: float | None = None
    box: Float[np.ndarray, "2 3"] | None = None
    series: str | None = None


def segment_scan(
    scan: Path,
    path: Path,
    *,
    points: Points,
    limits: Limits,
    preset: str | None = None,
    radius_mm: float | None = None,
    of_labels: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """Find what the points name, shape it by a preset if one is given, and write the label map."""
    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    start = time.perf_counter()
    if preset is None and radius_mm is not None:
        raise InputError("--vessel-radius is of the vessels that a --preset draws; name one.")
    structures = points if preset is None else _structures(preset, points)
    found = _picked(scan, structures, limits) if of_labels else _grown(scan, structures, limits)
    if preset is None:
        return _written(found, path, start, force=force)
    shape = _shaped(found, preset, points, radius_mm)
    result = _written(shape.labels, path, start, force=force)
    return result | {
        "open": [_typed(opening) for opening in shape.openings],
        "warnings": [*result["warnings"], *shape.warnings],
    }


def _structures(preset: str, points: Points) -> Points:
    from heartwright.anatomy.segment import PRESETS

    return PRESETS[preset].structures(points)


def _grown(scan: Path, points: Points, limits: Limits) -> LabelMap:
    from heartwright.anatomy.imaging import read_volume
    from heartwright.anatomy.segment import segment

    volume = read_volume(scan, series=limits.series)
    labels = segment(volume, lower=limits.lower, upper=limits.upper, seeds=points, box=limits.box)
    noted = {**volume.provenance.parameters, **labels.provenance.parameters}
    return replace(labels, provenance=replace(volume.provenance, parameters=noted))


def _picked(labels: Path, points: Points, limits: Limits) -> LabelMap:
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.segment import picked

    if any(limit is not None for limit in vars(limits).values()):
        raise InputError("--lower, --upper, --box and --series are for scans, not for --labels.")
    found = picked(read_labels(labels), points)
    noted = {"seeds_lps_mm": {name: at.tolist() for name, at in points.items()}}
    return replace(found, provenance=replace(found.provenance, parameters=noted))


def _shaped(found: LabelMap, preset: str, points: Points, radius_mm: float | None) -> "Shaped":
    from heartwright.anatomy.segment import PRESETS, RADIUS_MM, shaped

    radius = RADIUS_MM if radius_mm is None else radius_mm
    if not 0 < radius < np.inf:
        raise InputError(f"a vessel's radius of {radius:g} mm cannot be; give a positive one.")
    shape = shaped(found, PRESETS[preset], points, radius_mm=radius)
    noted = {
        **found.provenance.parameters,
        "preset": preset,
        "points_lps_mm": {name: at.tolist() for name, at in points.items()},
        "vessel_radius_mm": radius,
        "open": [_typed(opening) for opening in shape.openings],
    }
    labels = replace(shape.labels, provenance=replace(found.provenance, parameters=noted))
    return replace(shape, labels=labels)


def _written(labels: LabelMap, path: Path, start: float, *, force: bool) -> dict[str, Any]:
    from heartwright.anatomy.imaging import write_labels

    write_labels(labels, path, force=force)
    voxels = np.bincount(labels.values.ravel(order="K"))
    each = {
        name: float(voxels[n] * labels.grid.voxel_mm3)
        for n, name in labels.names.items()
        if n < len(voxels) and voxels[n]
    }
    return {
        "voxels": int(voxels[1:].sum()),
        "volume_mm3": float(voxels[1:].sum() * labels.grid.voxel_mm3),
        "lower": labels.provenance.parameters.get("lower"),
        "structures_mm3": each,
        "warnings": list(labels.provenance.parameters.get("warnings", [])),
        "seconds": time.perf_counter() - start,
        "files": {"labels": str(path)},
    }


def _typed(opening: "Opening") -> str:
    """As `--open` of `heartwright print` takes it."""
    return ",".join(f"{x:.3f}" for x in (*opening.point, *opening.normal))
