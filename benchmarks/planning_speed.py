"""How long planning takes, from a solid to a finished plan with deployment and leak.

  laa_s           appendage of a whole heart (voxels of 0.6 mm): the plan without any landmark, the
                  middle one of the WATCHMAN FLX sizes that fit deployed in its ostium, gap map and
                  bottleneck; goal 10 s on 2 cores
  aortic_s        its aortic root: the plan from three nadirs, the first Evolut size that fits
                  deployed in the annulus, gap map and bottleneck; goal 15 s
  samples_1000_s  that valve again in 1000 walls drawn within 0.3 mm of the print's tolerance and
                  0.3 mm of the segmentation's uncertainty; goal 60 s

The first run compiles, the second is timed; what compiling adds is in `compile_s`. Nothing is read
or written. The last line is one JSON object.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from heartwright.anatomy.mesh import surface_from_labels
from heartwright.bench import Deployment, Uncertainty, bottleneck, deploy, gap, repeated
from heartwright.data import LabelMap, Placement, Solid
from heartwright.planning import aortic, laa
from heartwright.planning.devices import FAMILIES
from heartwright.samples.heart.whole import LABELS, WholeHeart, whole_heart

SEED, SPACING_MM = 3, 0.6
UNCERTAINTY = Uncertainty(print_mm=0.3, segmentation_mm=0.3, samples=1000)
Fit = tuple[Solid, Deployment, float | None]


def solid(labels: LabelMap, *names: str) -> Solid:
    """The blood of some chambers of the truth, meshed without the scan."""
    numbers = [number for number, name in LABELS.items() if name in names]
    return surface_from_labels(aortic.joined(labels, numbers), 1, name=names[0])


def fitted(blood: Solid, family: str, size_mm: float, point: Any, normal: Any) -> Fit:
    """A device in its place, its gaps and its leak."""
    at = Placement(np.array(point), np.array(normal))
    placed = deploy(blood, FAMILIES[family].body(size_mm), at)
    gap(placed)
    return blood, placed, bottleneck(blood, placed).width_mm


def appendage(blood: Solid) -> Fit:
    """From the atrium to a deployed occluder."""
    plan = laa.plan(blood)
    sizes = [each.size_mm for each in plan.devices if each.name.startswith("WATCHMAN FLX")]
    ostium = next(site for site in plan.appendage.sites if site.name == "ostium")
    middle = sizes[len(sizes) // 2]
    return fitted(blood, "WATCHMAN FLX", middle, ostium.point_lps_mm, ostium.normal_lps)


def root(blood: Solid, heart: WholeHeart) -> Fit:
    """From the root to a deployed valve."""
    right, left, non = heart.landmarks.nadirs
    plan = aortic.plan(blood, aortic.Request(nadirs=np.stack([left, right, non])))
    names = [each.candidate for each in plan.devices]
    size = next(each.size_mm for each in names if each.name.startswith("Evolut"))
    return fitted(blood, "Evolut", size, plan.annulus_point_lps_mm, plan.annulus_normal_lps)


def timed(work: Callable[..., Any], *given: Any) -> tuple[Any, float, float]:
    """A result, its seconds, and what the first run took longer."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        result = work(*given)
        seconds.append(time.perf_counter() - start)
    return result, seconds[1], max(0.0, seconds[0] - seconds[1])


def samples(fit: Fit) -> Any:
    """The fit in a thousand walls."""
    blood, placed, width = fit
    return repeated(blood, placed, UNCERTAINTY, width_mm=width)


def main() -> None:
    """Draw, plan, time, print."""
    heart = whole_heart(SEED)
    labels = heart.scan(spacing_mm=SPACING_MM).labels
    atrium = solid(labels, "left atrium", "left atrial appendage")
    aorta = solid(labels, "aorta", "left ventricle")
    _, laa_s, laa_first = timed(appendage, atrium)
    valve, aortic_s, aortic_first = timed(root, aorta, heart)
    _, samples_s, samples_first = timed(samples, valve)
    print(
        json.dumps(
            {
                "benchmark": "planning_speed",
                "cores": os.cpu_count(),
                "laa_s": laa_s,
                "aortic_s": aortic_s,
                "samples_1000_s": samples_s,
                "compile_s": laa_first + aortic_first + samples_first,
                "triangles": [len(atrium.faces), len(aorta.faces)],
            }
        )
    )


if __name__ == "__main__":
    main()
