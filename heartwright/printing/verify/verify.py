"""A print held against its model: placed, measured, and its scale told apart from its shape."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from heartwright.data import Solid, Surface, SurfaceField
from heartwright.printing.verify.deviation import (
    Spread,
    deviations,
    mapped,
    refined,
    summed,
)
from heartwright.printing.verify.oriented import Target, measured, spread
from heartwright.printing.verify.register import Pose, registered
from heartwright.printing.verify.scale import Scale, rescaled
from heartwright.printing.verify.stations import Diameter, Station, diameters

_MOST = 150_000  # points of a rescan that are compared
_ELSEWHERE, _UNSEEN = 0.02, 0.1  # shares from which a reader must know


@dataclass(frozen=True, eq=False)
class Verification:
    """What a rescan says about a print."""

    pose: Pose  # from the rescan's frame to the model's
    deviation: Spread  # after placing, without scaling
    shape: Spread  # what is left of it once the scale is taken out
    scale: Scale
    diameters: tuple[Diameter, ...]
    field: SurfaceField  # deviation on the model, mm
    tolerance_mm: float
    seen: float  # share of the model's vertices that were measured
    elsewhere: float  # share of the rescan that is not on the model
    warnings: tuple[str, ...]

    def summary(self) -> dict[str, object]:
        """The comparison as plain values, ready for JSON."""
        return {
            "tolerance_mm": self.tolerance_mm,
            "deviation": asdict(self.deviation),
            "scale": asdict(self.scale),
            "shape": asdict(self.shape),
            "diameters": [asdict(d) | {"error_mm": d.error_mm} for d in self.diameters],
            "seen": self.seen,
            "elsewhere": self.elsewhere,
            "rescan_to_model": self.pose.matrix.tolist(),
        }


def verify(
    model: Solid, rescan: Surface, *, tolerance_mm: float, stations: Sequence[Station] = ()
) -> Verification:
    """Lay a rescan onto its model and say how far, where, and in which way it differs.

    Raises:
        GeometryError: the rescan cannot be laid onto the model, or hardly shows it.
    """
    solid = refined(model)
    target, points = Target(spread(solid)), measured(rescan)
    pose = registered(points, target)
    at = pose.of(points.some(_MOST))
    found = deviations(at, target)
    field = mapped(found, solid)
    sized = rescaled(found.at, target)
    shape = deviations(sized.at, target)
    widths, left = diameters(field, stations)
    seen = float(np.isfinite(field.values).mean())
    return Verification(
        pose=pose,
        deviation=summed(found, field, tolerance_mm=tolerance_mm),
        shape=summed(shape, mapped(shape, solid), tolerance_mm=tolerance_mm),
        scale=sized.scale,
        diameters=tuple(widths),
        field=field,
        tolerance_mm=tolerance_mm,
        seen=seen,
        elsewhere=found.elsewhere,
        warnings=tuple(_remarks(seen, found.elsewhere, left)),
    )


def _remarks(seen: float, elsewhere: float, left: Sequence[str]) -> Iterator[str]:
    if elsewhere > _ELSEWHERE:
        yield f"{elsewhere:.0%} of the rescan is not on the model (supports, table?) and left out."
    if 1 - seen > _UNSEEN:
        yield f"{1 - seen:.0%} of the model was not seen by the rescan; nothing is said about it."
    if left:
        yield f"no diameter at {', '.join(left)}: no closed curve there, or it was not seen."
