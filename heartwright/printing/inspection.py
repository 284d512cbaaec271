"""What a technology will make of a model as it stands on the plate."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from heartwright.anatomy.mesh import voxelise
from heartwright.data import Solid
from heartwright.printing.orientation import hangs, on_plate
from heartwright.printing.rays import facets, over_itself, spans, thinnest
from heartwright.printing.stack import islands, shut_in, suction, undrained
from heartwright.printing.technologies import ResinProcess, Technology

_FINEST_MM, _VOXELS = 0.4, 2e6  # of the layer stack
_SPECK_ML = 0.01  # trapped volumes smaller than this are rounding
_SPECK_MM2 = 1.0  # thin walls, narrow gaps
_CUP_MM2 = 100.0  # sealed area from which a print may tear off its supports
_UP = np.array([[0.0, 0.0, 1.0]])


@dataclass(frozen=True)
class Inspection:
    """A solid, a technology, and what goes wrong when the third axis points up."""

    technology: str
    fits: bool
    thinnest_mm: float | None  # what all walls have but 1 mm²; None where no wall has two sides
    thin_mm2: float  # surface of walls under the technology's minimum
    thin_share: float  # of all surface that has a wall behind it
    carried_mm2: float  # under the minimum alone, not with the part that they touch
    narrow_mm2: float  # surface beside gaps under the technology's smallest feature
    overhang_mm2: float  # surface that needs supports
    inner_overhang_mm2: float  # of which those supports would stand on the model: in a lumen
    islands: int  # pieces of layers that begin in the air
    trapped_ml: float  # shut in for good
    undrained_ml: float  # leaves only through holes that are too narrow
    suction_mm2: float  # largest area that the vat's film seals in one layer
    voxel_mm: float  # of the layer stack that the last five come from
    warnings: tuple[str, ...]

    def summary(self) -> dict[str, object]:
        """The findings as plain values, ready for JSON."""
        return asdict(self) | {"warnings": list(self.warnings)}


def inspect(solid: Solid, technology: Technology) -> Inspection:
    """Check a solid, third axis up, against what a technology can print.

    Walls and gaps are measured by rays from every triangle, where both sides are within 30° of
    each other; parts that touch are printed together and measured as one body. Trapped volumes,
    suction and islands come from a stack of voxel layers that is at most 0.4 mm fine: smaller
    channels are not seen.
    """
    findings = _surface(solid, technology) | _stack(solid, technology)
    fits = _fits(solid, technology)
    return Inspection(
        technology=technology.name,
        fits=fits,
        **findings,
        warnings=tuple(_warnings(technology, fits, findings)),
    )


def _surface(solid: Solid, technology: Technology) -> dict[str, Any]:
    faces = facets(solid)
    found = spans(faces)
    least = technology.wall_min_mm.value
    thin = found.wall < least
    walls = faces.areas[np.isfinite(found.wall)].sum()
    hanging = np.zeros(len(faces.areas), bool)
    if technology.overhang_deg is not None:
        hanging = hangs(faces.normals, _UP, technology.overhang_deg.value)[:, 0]
        hanging &= ~found.touching & ~on_plate(solid)
    return {
        "thinnest_mm": thinnest(faces, found),
        "thin_mm2": float(faces.areas[thin].sum()),
        "thin_share": float(faces.areas[thin].sum() / walls) if walls else 0.0,
        "carried_mm2": float(faces.areas[(found.alone < least) & ~thin].sum()),
        "narrow_mm2": float(faces.areas[found.gap < technology.feature_min_mm.value].sum()),
        "overhang_mm2": float(faces.areas[hanging].sum()),
        "inner_overhang_mm2": float(faces.areas[over_itself(faces, hanging)].sum()),
    }


def _stack(solid: Solid, technology: Technology) -> dict[str, Any]:
    extent = np.ptp(solid.bounds, axis=0)
    voxel = max(_FINEST_MM, float((extent.prod() / _VOXELS) ** (1 / 3)))
    mask, _ = voxelise(solid, voxel)
    ml = voxel**3 / 1000
    drain = technology.drain_mm
    needs_support = technology.overhang_deg is not None
    resin = isinstance(technology.process, ResinProcess)
    return {
        "islands": islands(mask) if needs_support else 0,
        "trapped_ml": float(shut_in(mask).sum() * ml),
        "undrained_ml": 0.0
        if drain is None
        else float(undrained(mask, voxel, drain.value).sum() * ml),
        "suction_mm2": float(suction(mask).max() * voxel**2) if resin else 0.0,
        "voxel_mm": voxel,
    }


def _fits(solid: Solid, technology: Technology) -> bool:
    """Whether the box around the model fits, turned by a quarter where that helps."""
    *plate, height = np.ptp(solid.bounds, axis=0)
    *room, tallest = technology.printer.build_mm
    return bool(height <= tallest and (np.sort(plate) <= np.sort(room)).all())


def _warnings(technology: Technology, fits: bool, found: dict[str, Any]) -> Iterator[str]:
    title, wall = technology.title, technology.wall_min_mm
    value = {name: number or 0.0 for name, number in found.items()}
    if not fits:
        size = " × ".join(f"{edge:g}" for edge in technology.printer.build_mm)
        yield f"The model does not fit the {technology.printer.name} ({size} mm) as it lies."
    if value["thin_mm2"] > _SPECK_MM2:
        yield (
            f"{value['thin_mm2']:.0f} mm² of wall ({value['thin_share']:.1%}) are thinner than the "
            f"{wall.value:g} mm that {title} holds{_doubt(wall.verified)}; the thinnest is "
            f"{value['thinnest_mm']:.2f} mm."
        )
    if value["carried_mm2"] > _SPECK_MM2:
        yield (
            f"{value['carried_mm2']:.0f} mm² of wall hold only together with the part that they "
            f"touch, under {wall.value:g} mm without it: print both in one go."
        )
    if value["narrow_mm2"] > _SPECK_MM2:
        least = technology.feature_min_mm
        yield (
            f"{value['narrow_mm2']:.0f} mm² of surface lie in gaps under {least.value:g} mm, which "
            f"{title} may close{_doubt(least.verified)}."
        )
    if value["inner_overhang_mm2"] > _SPECK_MM2:
        yield (
            f"{value['inner_overhang_mm2']:.0f} mm² hang over the model itself: supports there "
            f"stand inside it and must come out through its openings; try --orient."
        )
    yield from _about_liquids(technology, value)


def _about_liquids(technology: Technology, value: dict[str, float]) -> Iterator[str]:
    drain = technology.drain_mm
    if value["trapped_ml"] > _SPECK_ML and drain is not None:
        yield (
            f"{value['trapped_ml']:.1f} mL are shut in: cut a drain hole of at least "
            f"{drain.value:g} mm{_doubt(drain.verified)}, or open the vessels."
        )
    elif value["undrained_ml"] > _SPECK_ML and drain is not None:
        yield (
            f"{value['undrained_ml']:.1f} mL can leave only through holes narrower than "
            f"{drain.value:g} mm{_doubt(drain.verified)}; add a drain hole."
        )
    if value["suction_mm2"] > _CUP_MM2:
        yield (
            f"Up to {value['suction_mm2']:.0f} mm² are a suction cup on the vat's film while "
            f"printing; turn an opening towards the plate, or add a vent near it."
        )


def _doubt(verified: bool) -> str:
    return "" if verified else " (unverified)"
