"""From a clinical label map to a print file: how long it takes, and how much memory.

A left heart (atrium with appendage and veins, ventricle, aorta, annular calcium) is drawn as an
implicit function on 512 × 512 × 300 voxels of 0.4 × 0.4 × 0.5 mm and written as NRRD by another
process. What is measured begins with that file and ends with a 3MF of two materials on the disk:

  read      the label map, from NRRD
  surface   the blood's surface and the calcium's
  wall      1.5 mm around the blood, four veins and the aorta opened
  ports     a hose connector on each vessel
  parts     calcium's place taken out of the wall
  check     closed, 2-manifold, no self-intersection (exact), for both materials
  write     3MF

`seconds` is the sum, `cpu_seconds` what the processors worked for it (the machine may be shared),
`peak_mb` the process's largest resident memory, imports and all. Goals: 60 s and 3 GB on two cores.
With `--labels FILE --label N` a real label map takes the place of the drawn one, closed, without
ports and calcium: `--labels ../shared/data/scans/whole-heart-labels/wh.nii.gz --label 2`.
`--slicer PYTHON` (made by `make peer-slicer`) runs 3D Slicer's closed surface and margin on
the same voxels; `ratio_*` is our processors' seconds over Slicer's, null without it. The last line
is one JSON object.
"""

import argparse
import itertools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from heartwright.anatomy.grid import bounding_box
from heartwright.anatomy.imaging import read_labels, write_labels
from heartwright.anatomy.mesh import Kind, Opening, certify, port, surface_from_labels, wall
from heartwright.data import Grid, LabelMap, Plane
from heartwright.printing import Part, write_3mf
from heartwright.printing.parts import carved
from heartwright.samples.heart.atrium import atrium
from heartwright.samples.heart.fields import (
    Field,
    half_space,
    intersection,
    swept_ellipsoid,
    tube,
    union,
    unit,
)
from heartwright.samples.heart.grid import sampled

SHAPE, SPACING = (512, 512, 300), np.array([0.4, 0.4, 0.5])
ATRIUM, VENTRICLE, AORTA, CALCIUM = 1, 2, 3, 4
WALL_MM, BORE_MM = 1.5, 8.0
MITRAL = unit(np.array([0.50, -0.60, -0.62]))
ROOT, ARCH = np.array([4.0, -44.0, -14.0]), np.array([-14.0, -56.0, 44.0])


@dataclass
class Clock:
    """Seconds by stage, of the wall and of the processors."""

    seconds: dict[str, float] = field(default_factory=dict)
    worked: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        start, worked = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = time.perf_counter() - start
        self.worked[name] = time.process_time() - worked
        took = f"{self.seconds[name]:6.1f} s, processors {self.worked[name]:6.1f} s"
        print(f"{name:8} {took}, {peak_mb():6.0f} MB", flush=True)


def peak_mb() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def chambers() -> tuple[dict[int, Field], list[Plane]]:
    """The left heart's structures by label, and where its vessels are opened."""
    anatomy = atrium(np.random.default_rng([0, 0]))
    apex = np.array([1.0, 0.0, 0.0])
    cavity = swept_ellipsoid(58 * MITRAL, 60 * MITRAL, radii=np.array([24.0, 22.0, 40.0]), up=apex)
    annulus = tube(15 * MITRAL, 40 * MITRAL, radius_mm=14.0)
    ventricle = union(
        intersection(cavity, half_space(26 * MITRAL, -MITRAL), blend_mm=5.0),
        annulus,
        tube(48 * MITRAL, ROOT, radius_mm=11.0),
        blend_mm=5.0,
    )
    along = unit(ARCH - ROOT)
    aorta = intersection(
        tube(ROOT, ARCH + 20 * along, radius_mm=13.0), half_space(ARCH, along), blend_mm=2.0
    )
    aside = unit(np.cross(along, apex))
    bow = [
        ROOT + 10 * along + 13.5 * (np.cos(a) * aside + np.sin(a) * np.cross(along, aside))
        for a in np.linspace(-0.9, 0.9, 5)
    ]
    crust = union(*(tube(a, b, radius_mm=2.2) for a, b in itertools.pairwise(bow)), blend_mm=1.0)
    fields = {ATRIUM: anatomy.lumen, VENTRICLE: ventricle, AORTA: aorta, CALCIUM: crust}
    return fields, [*anatomy.veins.values(), Plane(ARCH - 5 * along, along)]


def draw(path: Path) -> None:
    """Write the label map of a left heart as a clinical scan's size and voxels would show it."""
    affine = np.diag([*SPACING, 1.0])
    affine[:3, 3] = [-100.0, -135.0, -90.0]
    values = np.zeros(SHAPE, np.uint8)
    slab = 60
    fields, _ = chambers()
    for start in range(0, SHAPE[2], slab):
        place = affine.copy()
        place[2, 3] += start * SPACING[2]
        grid = Grid((*SHAPE[:2], slab), place)
        for label, shape in fields.items():
            free = values[:, :, start : start + slab]
            free[(sampled(shape, grid) < 0) & (free == 0)] = label
    names = {ATRIUM: "left atrium", VENTRICLE: "left ventricle", AORTA: "aorta", CALCIUM: "calcium"}
    write_labels(LabelMap(values, affine, names), path)


def blood(labels: LabelMap, chosen: int | None) -> LabelMap:
    """One label for all blood, or the chosen one."""
    table = np.zeros(256, np.uint8)
    table[[ATRIUM, VENTRICLE, AORTA] if chosen is None else [chosen]] = 1
    return LabelMap(table[labels.values], labels.affine, {1: "left heart"})


def make(path: Path, out: Path, chosen: int | None, clock: Clock) -> None:
    """The label map's way to a print file."""
    with clock.stage("read"):
        labels = read_labels(path)
    with clock.stage("surface"):
        lumen = surface_from_labels(blood(labels, chosen), 1)
        others = [] if chosen is not None else [surface_from_labels(labels, CALCIUM)]
    places = [] if chosen is not None else [Opening(p.point, p.normal) for p in chambers()[1]]
    with clock.stage("wall"):
        solid = wall(lumen, WALL_MM, openings=places).solid
    with clock.stage("ports"):
        solid = port(solid, *places, kind=Kind.hose, bore_mm=BORE_MM)
    with clock.stage("parts"):
        bodies = carved([solid, *others])
    with clock.stage("check"):
        valid = all(certify(body).valid for body in bodies)
    with clock.stage("write"):
        names = ("wall", "calcium")
        write_3mf([Part(b, n) for b, n in zip(bodies, names, strict=False)], out)
    print(f"valid {valid}, {[len(body.faces) for body in bodies]} triangles")


def slicers(python: Path, labels: LabelMap) -> dict[str, list[float]]:
    """Seconds (wall, processor's) of 3D Slicer's closed surface and wall, on the blood's box."""
    script = Path(__file__).parent / "peers" / "slicer_geometry.py"
    mask = labels.values == 1
    box = bounding_box(mask)
    origin = labels.grid.to_lps(np.array([side.start for side in box]))
    with TemporaryDirectory() as folder:
        given = Path(folder) / "label.npz"
        place = {"spacing": labels.grid.spacing, "origin": origin, "wall": WALL_MM}
        np.savez(given, mask=mask[box], **place)
        command = [python, script, given, Path(folder) / "model.npz"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def ratios(clock: Clock, peer: dict[str, list[float]] | None) -> dict[str, float | None]:
    """Our processor's seconds over Slicer's, by stage that both have."""
    shared = ("surface", "wall")
    if peer is None:
        return {f"ratio_{stage}": None for stage in shared}
    print(f"slicer   {peer} (wall, processor)")
    return {f"ratio_{stage}": clock.worked[stage] / peer[stage][1] for stage in shared}


def main() -> None:
    """Draw or take a label map, make a print file of it, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draw", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--labels", type=Path, metavar="FILE")
    parser.add_argument("--label", type=int)
    parser.add_argument("--slicer", type=Path, metavar="PYTHON")
    asked = parser.parse_args()
    if asked.draw:
        draw(asked.draw)
        return
    clock = Clock()
    with TemporaryDirectory() as folder:
        path = asked.labels or Path(folder) / "labels.nrrd"
        if not asked.labels:
            subprocess.run([sys.executable, __file__, "--draw", path], check=True)
        make(path, Path(folder) / "heart.3mf", asked.label, clock)
        took = {"peak_mb": peak_mb()}
        peer = None
        if asked.slicer:
            peer = slicers(asked.slicer, blood(read_labels(path), asked.label))
    took |= {"seconds": sum(clock.seconds.values()), "cpu_seconds": sum(clock.worked.values())}
    stages = {"stages": clock.seconds, "cpu_stages": clock.worked}
    print(json.dumps({"benchmark": "scan_to_print", **took, **stages, **ratios(clock, peer)}))


if __name__ == "__main__":
    main()
