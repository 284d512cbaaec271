"""How well a few points segment a heart: rendered CT with known truth, three contrasts and noises.

The sample heart's left atrium and descending aorta (chambers) and the appendage (its part behind
the plane of the ostium), from one seed each and no threshold. Noise is 15, 60 and 120 HU on a
contrast of 300 HU between blood and wall. `hd95_voxels`: the 95th percentile of the distances
between both surfaces' voxels, over all structures, in voxels. Medians over hearts and noises, and
the worst in `worst`. `--hearts 10` is the default.
"""

import argparse
import json
import os
import time

import numpy as np
from scipy import ndimage

from heartwright.anatomy.segment import segment
from heartwright.samples.heart import heart
from heartwright.samples.heart.atrium import AORTA, Atrium, atrium
from heartwright.samples.heart.grid import sampled

NOISES_HU = (15.0, 60.0, 120.0)
SPACING_MM = 0.8
INTO_MM = 8.0  # from the ostium into the appendage: its seed


def truth(anatomy: Atrium, grid) -> dict[str, np.ndarray]:
    """The voxels of each structure."""
    lumen, aorta = sampled(anatomy.lumen, grid) < 0, sampled(AORTA, grid) < 0
    centres = grid.to_lps(np.stack(np.indices(grid.shape), axis=-1))
    behind = (centres - anatomy.ostium.point) @ anatomy.ostium.normal > 0
    appendage = lumen & behind & (sampled(anatomy.appendage, grid) < 0)
    return {"left atrium": lumen & ~appendage, "appendage": appendage, "aorta": aorta}


def points(anatomy: Atrium, known: dict[str, np.ndarray], grid) -> dict[str, np.ndarray]:
    """One point in each structure."""
    inside = np.argwhere(known["aorta"])
    aorta = grid.to_lps(inside[np.abs(inside - inside.mean(axis=0)).sum(axis=1).argmin()])
    appendage = anatomy.ostium.point + INTO_MM * anatomy.ostium.normal
    return {"left atrium": np.zeros((1, 3)), "appendage": appendage[None], "aorta": aorta[None]}


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Dice's coefficient."""
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def hd95(a: np.ndarray, b: np.ndarray) -> float:
    """95th percentile of the distances from each one's border voxels to the other's, voxels."""
    edges = [mask & ~ndimage.binary_erosion(mask, border_value=1) for mask in (a, b)]
    away = [
        ndimage.distance_transform_edt(~edge)[other]
        for edge, other in zip(edges, edges[::-1], strict=True)
    ]
    return float(np.percentile(np.concatenate(away), 95))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hearts", type=int, default=10)
    chambers, appendages, distances, seconds = [], [], [], []
    for seed in range(parser.parse_args().hearts):
        anatomy = atrium(np.random.default_rng([seed, 0]))
        for noise in NOISES_HU:
            scan = heart(seed=seed, spacing_mm=SPACING_MM, noise_hu=noise).scan
            known = truth(anatomy, scan.grid)
            start = time.perf_counter()
            found = segment(scan, seeds=points(anatomy, known, scan.grid)).values
            seconds.append(time.perf_counter() - start)
            scores = {
                name: dice(found == n, mask) for n, (name, mask) in enumerate(known.items(), 1)
            }
            far = {name: hd95(found == n, mask) for n, (name, mask) in enumerate(known.items(), 1)}
            chambers += [scores["left atrium"], scores["aorta"]]
            appendages.append(scores["appendage"])
            distances += far.values()
            print(seed, noise, scores, far, f"{seconds[-1]:.1f} s", flush=True)
    figures = {
        "dice_chambers": float(np.median(chambers)),
        "dice_appendage": float(np.median(appendages)),
        "hd95_voxels": float(np.median(distances)),
        "worst": {
            "dice_chambers": min(chambers),
            "dice_appendage": min(appendages),
            "hd95_voxels": max(distances),
        },
        "seconds": float(np.median(seconds)),
    }
    print(json.dumps({"benchmark": "segmentation", "cores": os.cpu_count(), **figures}))


if __name__ == "__main__":
    main()
