"""Two label maps of one patient → how alike their structures are."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from heartwright.data import InputError, LabelMap


def score_labels(
    labels: Path, reference: Path, *, pairs: list[tuple[str, str]], tolerance_mm: float
) -> dict[str, Any]:
    """Score structures against a reference; by name, where no pairs of names are given."""
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.segment.naming import mask_of, titled
    from heartwright.anatomy.segment.register import carried
    from heartwright.anatomy.segment.score import score

    if not 0 < tolerance_mm < np.inf:
        raise InputError(f"a tolerance of {tolerance_mm:g} mm cannot be; give a positive one.")
    found, truth = read_labels(labels), read_labels(reference)
    resampled = not _same_voxels(found, truth)
    if resampled:
        found = carried(found, np.eye(4), truth.grid)
    names = [titled(truth, int(n)) for n in np.unique(truth.values) if n]
    return {
        "structures": {
            name: asdict(
                score(
                    mask_of(found, name),
                    mask_of(truth, other),
                    spacing=truth.grid.spacing,
                    tolerance_mm=tolerance_mm,
                )
            )
            for name, other in pairs or [(name, name) for name in names]
        },
        "tolerance_mm": tolerance_mm,
        "resampled": resampled,
    }


def _same_voxels(a: LabelMap, b: LabelMap) -> bool:
    return a.values.shape == b.values.shape and np.allclose(a.affine, b.affine, atol=1e-3)
