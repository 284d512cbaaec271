"""Two angiograms → a vessel's middle and radii, as a table and as a solid."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.data import Provenance
from heartwright.data.markups import read_markups
from heartwright.flows.endings import place
from heartwright.flows.solids import write_solid
from heartwright.flows.trace_vessel import write_centrelines

if TYPE_CHECKING:
    from heartwright.anatomy.imaging.angiography import Reconstruction, Trace, View

Clicks = Float[np.ndarray, "point 2"]


@dataclass(frozen=True, eq=False)
class Sight:
    """One view as a person names it."""

    image: Path
    vessel: Clicks | Path  # points on it (column, row), a markups file of them, or a traced table
    number: int | None = None  # of the frame, from 1


def reconstruct_vessel(
    sights: Sequence[Sight], path: Path, *, stl: Path | None = None, force: bool = False
) -> dict[str, Any]:
    """Reconstruct one vessel from two angiograms, and write its middle, its radii and its body."""
    from heartwright.anatomy.imaging.angiography import read_view, reconstruct
    from heartwright.anatomy.mesh import Centreline, tube

    place(path, ".csv", force=force)
    if stl is not None:
        place(stl, ".stl", force=force)
    views = [read_view(sight.image, number=sight.number) for sight in sights]
    traces = [
        view.on_detector(_trace(view, sight)) for view, sight in zip(views, sights, strict=True)
    ]
    found = reconstruct([view.camera for view in views], traces)
    line = Centreline(found.points, found.radii)
    provenance = Provenance.of({sight.image for sight in sights})
    body = tube(line, "vessel", provenance) if stl is not None else None
    write_centrelines([line], path, force=force)
    result = {"length_mm": line.length_mm, **_measures(found), "files": {"centreline": str(path)}}
    if body is not None and stl is not None:
        result["solid"] = write_solid(body, stl, force=force)
    return result


def _trace(view: "View", sight: Sight) -> "Trace":
    from heartwright.anatomy.imaging.angiography import read_trace, shadow

    if isinstance(sight.vessel, Path) and not sight.vessel.name.lower().endswith(".json"):
        return read_trace(sight.vessel)
    clicks = sight.vessel
    if isinstance(clicks, Path):
        clicks = read_markups(clicks)[:, :2] / view.shown_mm
    return shadow(view.picture(), clicks, str(sight.image))


def _measures(found: "Reconstruction") -> dict[str, Any]:
    return {
        "radius_least_mm": float(found.radii.min()),
        "radius_median_mm": float(np.median(found.radii)),
        "reprojection": [asdict(misfit) for misfit in found.misfits],
        "angle_between_views_deg": found.view_angle_deg,
        "gantry_correction": {
            "turn_deg": found.turn_deg,
            "shift_mm": found.shift_mm,
            "motions_determined": found.determined,
        },
        "epipolar_share": found.epipolar_share,
        "warnings": list(found.warnings),
    }
