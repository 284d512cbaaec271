"""How true printed hearts are to the shape that was segmented, over random lumens.

Each lumen is known as an implicit function. Its voxels (0.5 mm) become a label, a mesh and a wall
(1.5 mm), and the finished wall is compared with the function.

  solids               models made
  invalid              of them not closed, not 2-manifold, through themselves, inside out, in
                       several pieces, or with another number of cavities than the one lumen
  editing_error_*_mm   unsigned distance from points spread evenly over the function's zero (within
                       0.001 mm) to the nearest point of the finished model's lumen; each model has
                       the same weight. The truth is the shape before it became voxels, since the
                       voxels' own steps lie up to half a voxel off it wherever it is oblique.
  wall_sd_mm           standard deviation of wall thickness minus the thickness asked for: distance
                       of the outer shell's vertices to the lumen's triangles, exact
  volume_change        median of |lumen's volume / the label's voxels - 1|

`--slicer PYTHON` runs 3D Slicer's own closed-surface and margin code on the same labels, in the
environment of that interpreter, where `slicer-core` is installed; its keys have the prefix
`slicer_` and are null without it. Where Slicer's mesh is not closed, it is left out of them and
`slicer_solids` is smaller. `make peer-slicer` makes that environment in `.venv-slicer`.

Solids are measured side by side, `--jobs` at a time. With `--keep FILE` each is written down as
soon as it is measured and not measured again, so that a run may be broken off; lines that were
measured with other code of the shape strand, or without Slicer where it is asked for, do not count.
The last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from _kept_rows import fingerprint, rows

from heartwright.anatomy.mesh import as_solid, certify, distance, surface_from_labels, wall
from heartwright.anatomy.mesh.shells import shells
from heartwright.data import GeometryError, LabelMap, Solid, Surface
from heartwright.samples.heart import Member, member
from heartwright.samples.heart.grid import around, bounds, sampled

VOXEL_MM, WALL_MM = 0.5, 1.5
POINTS = 4000  # of each truth
SHARES = np.linspace(0, 1, 1001)
KEYS = ("invalid", "editing_error_mean_mm", "editing_error_p95_mm", "wall_sd_mm", "volume_change")


def boundary(shape: Member, seed: int) -> np.ndarray:
    """Points of the function's zero: nodes of a lattice near it, moved down its gradient."""
    grid = around(bounds(shape.lumen) + np.array([[-2.0], [2.0]]), 0.6)
    near = np.argwhere(np.abs(sampled(shape.lumen, grid)) < 0.3)
    rng = np.random.default_rng([seed, 3])
    points = grid.to_lps(near[rng.choice(len(near), min(POINTS, len(near)), replace=False)])
    for _ in range(6):
        value, slope = shape.lumen(points), gradient(shape, points)
        points = points - (value / np.maximum((slope**2).sum(axis=1), 0.1))[:, None] * slope
    return points[np.abs(shape.lumen(points)) < 1e-3]


def gradient(shape: Member, points: np.ndarray, step: float = 1e-3) -> np.ndarray:
    """Central differences of the function."""
    sides = [shape.lumen(points + step * e) - shape.lumen(points - step * e) for e in np.eye(3)]
    return np.column_stack(sides) / (2 * step)


Scores = dict[str, Any]


def scores(model: Surface | Solid, truth: np.ndarray, voxels: float) -> Scores:
    """What one hollow model is measured by; distances as their quantiles."""
    certificate = certify(model)
    pieces = (certificate.bodies, certificate.cavities)
    outer, *_, inner = shells(model.vertices, model.faces)
    lumen = Solid(inner.vertices, inner.faces[:, ::-1])
    editing, walls = distance(truth, lumen), distance(outer.vertices, lumen) - WALL_MM
    return {
        "invalid": not certificate.valid or pieces != (1, 1),
        "editing_mean": float(editing.mean()),
        "editing": np.quantile(editing, SHARES).tolist(),
        "wall": np.quantile(walls, SHARES).tolist(),
        "volume": abs(lumen.volume_mm3 / voxels - 1),
    }


def ours(labels: LabelMap, truth: np.ndarray, voxels: float) -> Scores:
    """Label, mesh and wall by heartwright."""
    return scores(wall(surface_from_labels(labels, 1), WALL_MM).solid, truth, voxels)


def slicers(python: Path, labels: LabelMap, truth: np.ndarray, voxels: float) -> Scores | None:
    """Margin and closed surface by 3D Slicer; nothing where they give no closed shells."""
    script = Path(__file__).parent / "peers" / "slicer_geometry.py"
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "label.npz", Path(folder) / "model.npz"
        place = {"spacing": labels.grid.spacing, "origin": labels.affine[:3, 3], "wall": WALL_MM}
        np.savez(given, mask=labels.values == 1, **place)
        subprocess.run([python, script, given, made], check=True, capture_output=True)
        mesh = np.load(made)
        points, faces = mesh["points"], mesh["faces"]
    try:
        return scores(as_solid(Surface(points, faces)), truth, voxels)
    except GeometryError as error:
        print(f"    slicer: {error}")
        return None


def summary(found: list[Scores], prefix: str = "") -> dict[str, float | None]:
    """The figures over all models, each with the same weight."""
    if not found:
        return {prefix + key: None for key in KEYS}
    figures = (
        int(sum(each["invalid"] for each in found)),
        float(np.mean([each["editing_mean"] for each in found])),
        float(np.quantile(np.concatenate([each["editing"] for each in found]), 0.95)),
        float(np.concatenate([each["wall"] for each in found]).std()),
        float(np.median([each["volume"] for each in found])),
    )
    return dict(zip((prefix + key for key in KEYS), figures, strict=True))


def measured(seed: int, slicer: Path | None) -> dict[str, Any]:
    """One member by us and, where asked for, by Slicer, with the seconds of each."""
    start, shape = time.perf_counter(), member(seed)
    labels, truth = shape.labels(spacing_mm=VOXEL_MM), boundary(shape, seed)
    voxels = float((labels.values == 1).sum()) * VOXEL_MM**3
    drawn = time.perf_counter()
    found = ours(labels, truth, voxels)
    made = time.perf_counter()
    other = slicers(slicer, labels, truth, voxels) if slicer else None
    return {
        "seed": seed,
        "kind": shape.kind,
        "code": code(),
        "asked_slicer": slicer is not None,
        "ours": found,
        "slicer": other,
        "seconds": {
            "draw": drawn - start,
            "ours": made - drawn,
            "slicer": time.perf_counter() - made,
        },
    }


def code() -> str:
    """A fingerprint of the files that make and measure the shapes."""
    return fingerprint("anatomy/**/*.py", "samples/heart/*.py")


def main() -> None:
    """Draw, make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=204)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--slicer", type=Path, metavar="PYTHON")
    asked = parser.parse_args()
    found = []
    for row in rows(
        measured,
        asked.slicer,
        count=asked.count,
        jobs=asked.jobs,
        keep=asked.keep,
        counts=lambda row: row["code"] == code() and (row["asked_slicer"] or not asked.slicer),
    ):
        found.append(row)
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in row["seconds"].items())
        print(f"{row['seed']:3} {row['kind']:12} {took} {summary([row['ours']])}", flush=True)
    found.sort(key=lambda row: row["seed"])  # sums do not depend on who was first
    ours_, peer = ([row[who] for row in found if row[who]] for who in ("ours", "slicer"))
    counts = {"solids": len(ours_), "slicer_solids": len(peer) if asked.slicer else None}
    figures = {**summary(ours_), **summary(peer, "slicer_")}
    print(json.dumps({"benchmark": "geometry", **counts, **figures}))


if __name__ == "__main__":
    main()
