"""Room between a virtual valve and the coronaries, the junction's wall and the septum."""

import math

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Measure
from heartwright.planning.aortic.frame import Frame
from heartwright.planning.aortic.nadirs import Nadirs
from heartwright.planning.aortic.spread import Doubt, height

Vector = Float[np.ndarray, "3"]

_LONGEST_SEPTUM_MM = 20.0  # membranous septa measure 2 to 10 mm


def cylinder_clearances(
    frame: Frame,
    device_mm: float,
    *,
    ostia: dict[str, Vector],
    junction: Float[np.ndarray, "vertex 3"] | None,
) -> dict[str, float]:
    """Distance from a cylinder on the annulus's axis, mm; negative where it would overlap.

    VTC: across the axis, to an ostium's lower edge. VTSTJ: to the nearest wall of the junction.
    """
    found = {
        f"{side}_vtc": float(frame.radii(point)) - device_mm / 2 for side, point in ostia.items()
    }
    if junction is not None:
        found["vtstj"] = float(frame.radii(junction).min()) - device_mm / 2
    return found


def septum_length(nadirs: Nadirs, points: Float[np.ndarray, "_ 3"], doubt: Doubt) -> Measure:
    """Length of the membranous septum, mm.

    Between two points; of one, the crest of the muscular septum, its depth below the annulus.

    Raises:
        InputError: more points, or a length that no membranous septum has.
    """
    if len(points) not in (1, 2):
        raise InputError(f"--septum takes one or two points, not {len(points)}.")
    if len(points) == 2:
        length = Measure(
            float(np.linalg.norm(points[1] - points[0])), math.sqrt(2) * doubt.landmark_mm, "mm"
        )
    else:
        above = height(nadirs, points[0], point_sd_mm=doubt.landmark_mm)
        length = Measure(-above.value, above.sd, "mm")
    if not 0 < length.value <= _LONGEST_SEPTUM_MM:
        raise InputError(
            f"the points of --septum give a membranous septum of {length.value:.1f} mm; its crest "
            f"lies below the annulus, at most {_LONGEST_SEPTUM_MM:g} mm away."
        )
    return length
