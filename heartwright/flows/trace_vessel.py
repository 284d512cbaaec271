"""Lumen → centrelines with radii, as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data.files import atomic
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Centreline

_COLUMNS = "branch,x_lps_mm,y_lps_mm,z_lps_mm,radius_mm"


def trace_vessel(
    shape: Path,
    path: Path,
    *,
    start: Float[np.ndarray, "3"],
    ends: Float[np.ndarray, "end 3"],
    label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Follow a lumen from a start to one or more ends, and write points and radii."""
    from heartwright.anatomy.mesh import centrelines

    place(path, ".csv", force=force)
    lines = centrelines(read_lumen(shape, label=label), start, ends)
    write_centrelines(lines, path, force=force)
    measures = [
        {
            "length_mm": line.length_mm,
            "radius_least_mm": float(line.radii.min()),
            "radius_median_mm": float(np.median(line.radii)),
        }
        for line in lines
    ]
    return {"branches": measures, "files": {"centrelines": str(path)}}


def write_centrelines(lines: "Sequence[Centreline]", path: Path, *, force: bool = False) -> None:
    """Write points and radii, a row a point; branches count from 1."""
    rows = [
        np.column_stack([np.full(len(line.radii), n), line.points, line.radii])
        for n, line in enumerate(lines, start=1)
    ]
    with atomic(path, force=force) as draft:
        np.savetxt(
            draft, np.concatenate(rows), "%d,%.4f,%.4f,%.4f,%.4f", header=_COLUMNS, comments=""
        )
