"""The aorta followed from the annulus along the middles of its sections."""

import numpy as np
from jaxtyping import Float

from heartwright.data import Plane
from heartwright.planning.aortic.lumen import Lumen

Vector = Float[np.ndarray, "3"]

ASCENDING_MM = 40.0  # along the middle of the aorta: here the ascending aorta is measured
_STEP_MM = 2.0
_MEMORY = 4  # steps that a direction is the mean of


def plane_along(lumen: Lumen, annulus: Plane, distance_mm: float = ASCENDING_MM) -> Plane | None:
    """The plane across the aorta at a distance from the annulus; None where it ends before.

    Args:
        lumen: what is followed.
        annulus: through the middle of the annulus, its normal into the aorta.
        distance_mm: along the middles of sections across the aorta.
    """
    middles, direction, gone = [annulus.point], annulus.normal, 0.0
    while gone < distance_mm:
        ahead = middles[-1] + _STEP_MM * direction
        middle = lumen.middle(Plane(ahead, direction))
        if middle is None or not (middle - middles[-1]) @ direction > 0:
            return None
        gone += float(np.linalg.norm(middle - middles[-1]))
        middles.append(middle)
        direction = _unit(middle - middles[max(-1 - _MEMORY, -len(middles))])
    back = (gone - distance_mm) * _unit(middles[-1] - middles[-2])
    return Plane(middles[-1] - back, direction)


def _unit(vector: Vector) -> Vector:
    length: Vector = vector / np.linalg.norm(vector)
    return length
