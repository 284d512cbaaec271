"""How well a few points segment a heart: rendered CT with known truth, three contrasts and noises.

The sample heart's left atrium and descending aorta (chambers) and the appendage (its part behind
the plane of the ostium), from one seed each and no threshold. Blood of 250, 400 and 550 HU beside a
wall of 100, each with noise of 15, 60 and 120 HU: nine scans of a heart. `hd95_voxels`: the 95th
percentile of the distances between both surfaces' voxels, over all structures, in voxels. Medians
over all scans, the worst in `worst`, and the medians of each contrast and noise in `by`. A scan in
which no threshold is found counts as 0 and is in `failed`. `--hearts 4` is the default.
"""

import argparse
import itertools
import json
import os
import time
from collections.abc import Callable

import numpy as np

from heartwright.anatomy.segment import segment
from heartwright.anatomy.segment.score import Score, score
from heartwright.data import HeartwrightError
from heartwright.samples.heart import heart
from heartwright.samples.heart.atrium import AORTA, Atrium, atrium
from heartwright.samples.heart.grid import sampled

BLOODS_HU = (250.0, 400.0, 550.0)
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


def scores(seed: int, blood_hu: float, noise_hu: float) -> dict[str, Score] | None:
    """Every structure of one scan; None where no threshold was found."""
    anatomy = atrium(np.random.default_rng([seed, 0]))
    scan = heart(seed=seed, spacing_mm=SPACING_MM, noise_hu=noise_hu, blood_hu=blood_hu).scan
    known = truth(anatomy, scan.grid)
    try:
        found = segment(scan, seeds=points(anatomy, known, scan.grid)).values
    except HeartwrightError as error:
        print(seed, blood_hu, noise_hu, error, flush=True)
        return None
    return {
        name: score(found == n, mask, spacing=scan.grid.spacing)
        for n, (name, mask) in enumerate(known.items(), 1)
    }


def figures(scans: list[dict[str, Score] | None], summary: Callable) -> dict[str, float]:
    """Dice of chambers and appendage, and HD95; a scan that failed has no overlap."""
    failed = [0.0] * sum(scan is None for scan in scans)
    there = [scan for scan in scans if scan is not None]
    chambers = [scan[name].dice for scan in there for name in ("left atrium", "aorta")]
    distances = [one.hd95_mm / SPACING_MM for scan in there for one in scan.values()]
    return {
        "dice_chambers": float(summary(chambers + failed)),
        "dice_appendage": float(summary([scan["appendage"].dice for scan in there] + failed)),
        "hd95_voxels": -float(summary([-far for far in distances] or [-np.inf])),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hearts", type=int, default=4)
    hearts = range(parser.parse_args().hearts)
    start = time.perf_counter()
    levels = list(itertools.product(BLOODS_HU, NOISES_HU))
    by = {level: [scores(seed, *level) for seed in hearts] for level in levels}
    scans = [scan for level in levels for scan in by[level]]
    result = figures(scans, np.median) | {
        "worst": figures(scans, min),
        "by": {f"{b:g}/{n:g}": figures(by[b, n], np.median) for b, n in levels},
        "scans": len(scans),
        "failed": sum(scan is None for scan in scans),
        "seconds": time.perf_counter() - start,
    }
    print(json.dumps({"benchmark": "segmentation", "cores": os.cpu_count(), **result}))


if __name__ == "__main__":
    main()
