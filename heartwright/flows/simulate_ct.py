"""A drawn heart → the CT of it."""

from pathlib import Path
from typing import Any

from heartwright.flows.endings import place


def simulate_ct(
    path: Path,
    *,
    structure: str,
    spacing_mm: float,
    noise_hu: float,
    seed: int,
    force: bool = False,
) -> dict[str, Any]:
    """Draw a left atrium, an aortic root with calcium, or a whole left heart; write its scan.

    Of a whole heart, the landmarks and true measures are told too.

    Raises:
        InputError: the voxels are too fine or too coarse, or the noise is negative.
    """
    from heartwright.anatomy.imaging import write_volume
    from heartwright.samples.heart import calcified_root, heart
    from heartwright.samples.heart.whole import whole_heart

    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    told: dict[str, Any] = {}
    if structure == "whole-heart":
        drawn = whole_heart(seed)
        scan = drawn.scan(spacing_mm=spacing_mm, noise_hu=noise_hu).scan
        told = {"landmarks_lps_mm": drawn.landmarks.summary(), "truth": drawn.truth.summary()}
    elif structure == "aortic-root":
        scan, _ = calcified_root(seed=seed, spacing_mm=spacing_mm, noise_hu=noise_hu)
    else:
        scan = heart(seed=seed, spacing_mm=spacing_mm, noise_hu=noise_hu).scan
    write_volume(scan, path, force=force)
    return {
        "size": list(scan.grid.shape),
        "spacing_mm": spacing_mm,
        **told,
        "files": {"scan": str(path)},
    }
