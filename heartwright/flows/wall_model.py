"""Shape → wall, its thickness by number, label or field; and the map of what was achieved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import InputError, Solid, SurfaceField
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen
from heartwright.flows.painted import PAINTED, write_painted
from heartwright.flows.solids import ENDINGS, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening, Wall
    from heartwright.anatomy.mesh.offset import Thickness


@dataclass(frozen=True)
class WallSpec:
    """How thick a wall is: a number, other numbers by label, or values on a mesh."""

    thickness_mm: float
    labels: Path | None = None
    label_mm: Mapping[int, float] = field(default_factory=dict)
    values: Path | None = None  # VTP with one array of thickness, mm

    def __post_init__(self) -> None:
        if bool(self.label_mm) != (self.labels is not None):
            raise InputError("--at and --labels go together: which label of which map.")
        if self.labels is not None and self.values is not None:
            raise InputError("a wall takes its thickness from --labels or from --field, not both.")


def wall_model(
    shape: Path,
    path: Path,
    *,
    spec: WallSpec,
    label: int | None = None,
    openings: Sequence["Opening"] = (),
    inwards: bool = False,
    map_: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Put a wall on a shape, write it, and say how thick it became and where two walls are one."""
    from heartwright.anatomy.mesh import thickness, wall

    place(path, *ENDINGS, force=force)
    if map_ is not None:
        place(map_, *PAINTED, force=force)
    solid = read_lumen(shape, label=label)
    built = wall(solid, _thickness(solid, spec), openings=openings, inwards=inwards)
    achieved = thickness(built)
    result = write_solid(built.solid, path, force=force) | _achieved(built, achieved)
    if map_ is not None:
        named = replace(achieved, name="wall_thickness_mm")  # as PLY allows
        write_painted(named, map_, force=force)
    return result | {"warnings": list(solid.provenance.parameters.get("warnings", []))}


def _thickness(solid: Solid, spec: WallSpec) -> "Thickness":
    from heartwright.anatomy.imaging import read_labels
    from heartwright.anatomy.mesh import thickness_by_label, thickness_from_points
    from heartwright.printing.files.vtp import read_values

    if spec.labels is not None:
        labels = read_labels(spec.labels)
        return thickness_by_label(solid, labels, spec.label_mm, otherwise_mm=spec.thickness_mm)
    if spec.values is not None:
        return thickness_from_points(solid, *read_values(spec.values))
    return spec.thickness_mm


def _achieved(built: "Wall", achieved: SurfaceField) -> dict[str, Any]:
    """Thickness over the base, and the places where the wall is that of two surfaces."""
    from heartwright.anatomy.mesh import merged_places

    values = achieved.values[np.isfinite(achieved.values)]
    places = merged_places(built, achieved)
    return {
        "wall_min_mm": float(values.min()) if len(values) else None,
        "wall_median_mm": float(np.median(values)) if len(values) else None,
        "wall_max_mm": float(values.max()) if len(values) else None,
        "merged_mm2": float(sum(spot.area_mm2 for spot in places)),
        "merged": [
            {"at_lps_mm": spot.centre.tolist(), "area_mm2": spot.area_mm2} for spot in places[:10]
        ],
    }
