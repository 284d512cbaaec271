"""Our own estimate of time and material beside PrusaSlicer's, on models that were not fitted.

Thirty models are measured: cups, bowls, tubes, and walls of sample atria at several thicknesses
and scales. The estimator's fitted constants (`heartwright/printing/estimate`) were found on thirty
other models of these families; `CALIBRATION` lists them, and the two sets share none. Each model is
sliced for resin with supports and pad, and for filament without supports, which we do not estimate.

    python benchmarks/print_estimate.py [COUNT]

COUNT measures only so many models, spread over the families. The last line is one JSON object; its
errors are relative to PrusaSlicer, the worst (and the median) over both technologies.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from manifold3d import Manifold

from heartwright.anatomy.mesh import Opening, surface_from_labels, wall
from heartwright.data import Solid
from heartwright.printing import Part, write_3mf
from heartwright.printing.estimate import estimate
from heartwright.printing.prusa_slice import prusa_slice
from heartwright.printing.technologies import TECHNOLOGIES
from heartwright.samples.heart import heart

FACETS = 96
TECHNIQUES = {"sla": True, "fdm": False}  # with supports?
SEED = 1  # of the anatomy

# height, radius, wall; radius, wall; height, radius, wall; wall, scale: all mm but the scale
MODELS: dict[str, list[tuple[float, ...]]] = {
    "cup": [
        (22, 12, 1.4),
        (33, 17, 2.3),
        (27, 22, 1.7),
        (38, 14, 2.1),
        (16, 16, 2.8),
        (42, 20, 1.6),
        (24, 8, 1.3),
        (48, 11, 2.6),
        (19, 24, 2.0),
        (36, 19, 2.4),
    ],
    "bowl": [
        (17, 1.8),
        (23, 2.2),
        (14, 1.4),
        (26, 1.7),
        (19, 2.6),
        (21, 1.3),
        (24, 2.9),
        (13, 1.6),
    ],
    "tube": [
        (55, 9, 1.7),
        (28, 7, 1.4),
        (44, 11, 2.2),
        (38, 13, 1.6),
        (32, 6, 2.1),
        (52, 12, 2.7),
        (26, 16, 1.3),
    ],
    "atrium": [(1.5, 0.55), (2.0, 0.5), (2.5, 0.6), (1.8, 0.45), (3.0, 0.5)],
}
CALIBRATION: dict[str, list[tuple[float, ...]]] = {  # with the anatomy of seed 0
    "cup": [
        (30, 15, 2),
        (20, 20, 1.5),
        (45, 12, 2.5),
        (25, 25, 3),
        (15, 10, 1.2),
        (40, 18, 2),
        (35, 22, 1.8),
        (18, 28, 2.2),
        (28, 9, 1.6),
        (50, 14, 3),
    ],
    "bowl": [
        (20, 2),
        (15, 1.5),
        (25, 2.5),
        (12, 2),
        (18, 3),
        (22, 1.6),
        (28, 2),
        (16, 1.2),
    ],
    "tube": [
        (50, 10, 1.5),
        (30, 6, 1.2),
        (40, 12, 2),
        (60, 8, 2),
        (25, 15, 2.5),
        (35, 5, 1.5),
        (45, 14, 3),
    ],
    "atrium": [(1.5, 0.5), (2.0, 0.6), (2.5, 0.5), (2.0, 0.4), (3.0, 0.6)],
}


def cup(height: float, radius: float, thickness: float) -> Manifold:
    """A cylinder with a floor and no lid."""
    hollow = Manifold.cylinder(height, radius - thickness, radius - thickness, FACETS)
    return Manifold.cylinder(height, radius, radius, FACETS) - hollow.translate((0, 0, thickness))


def bowl(radius: float, thickness: float) -> Manifold:
    """A spherical wall, open above and below."""
    shell = Manifold.sphere(radius, FACETS) - Manifold.sphere(radius - thickness, FACETS)
    return shell.trim_by_plane((0, 0, 1), -0.8 * radius).trim_by_plane((0, 0, -1), -0.8 * radius)


def tube(height: float, radius: float, thickness: float) -> Manifold:
    """A vessel."""
    hollow = Manifold.cylinder(height, radius - thickness, radius - thickness, FACETS)
    return Manifold.cylinder(height, radius, radius, FACETS) - hollow


def solid(shape: Manifold, name: str) -> Solid:
    """A solid of a shape."""
    mesh = shape.to_mesh64()
    vertices = np.array(mesh.vert_properties)[:, :3].copy()
    return Solid(vertices, np.asarray(mesh.tri_verts).astype(np.int64), name)


def atria(sizes: list[tuple[float, ...]]) -> Iterator[Solid]:
    """Walls around one sample atrium, made smaller, veins open."""
    sample = heart(seed=SEED, spacing_mm=1.0)
    lumen = surface_from_labels(sample.labels, 1, scan=sample.scan)
    for thickness, scale in sizes:
        small = Solid(lumen.vertices * scale, lumen.faces, "atrium")
        veins = [
            Opening(vein.point * scale, vein.normal) for vein in sample.sites.openings.values()
        ]
        yield wall(small, thickness, openings=veins).solid


def models(every: int) -> Iterator[tuple[str, Solid]]:
    """Every n-th model of each family."""
    for family, make in (("cup", cup), ("bowl", bowl), ("tube", tube)):
        for size in MODELS[family][::every]:
            yield f"{family} {size}", solid(make(*size), family)
    sizes = MODELS["atrium"][::every]
    yield from zip((f"atrium {size}" for size in sizes), atria(sizes), strict=True)


def errors(model: Solid, name: str) -> tuple[float, float]:
    """Relative error of time and of material for one technology, with signs."""
    technology = TECHNOLOGIES[name]
    material, supports = technology.materials[0], TECHNIQUES[name]
    ours = estimate(model, technology, material, supports=supports)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.3mf"
        write_3mf([Part(model, "model")], path)
        theirs = prusa_slice(path, technology, material, supports=supports)
    return ours.seconds / theirs.seconds - 1, ours.total_ml / theirs.total_ml - 1


def main(count: int = 30) -> None:
    """Measure and print."""
    for family, sizes in MODELS.items():
        assert not {*sizes} & {*CALIBRATION[family]}, f"{family}: fitted and tested models meet"
    start = time.perf_counter()
    found: list[tuple[float, float]] = []
    measured = 0
    for name, model in models(max(1, 30 // count)):
        measured += 1
        for technology in TECHNIQUES:
            found.append(errors(model, technology))
            print(f"{name:24} {technology} time {found[-1][0]:+.3f} material {found[-1][1]:+.3f}")
            sys.stdout.flush()
    times, materials = (
        sorted(abs(value) for value in values) for values in zip(*found, strict=True)
    )
    result = {
        "benchmark": "print_estimate",
        "models": measured,
        "time_error_max": round(times[-1], 4),
        "time_error_median": round(median(times), 4),
        "material_error_max": round(materials[-1], 4),
        "material_error_median": round(median(materials), 4),
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
