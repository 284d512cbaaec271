"""C-arm views of an annulus."""

import numpy as np

from heartwright.data import InputError, Plane
from heartwright.planning import carm
from heartwright.planning.aortic.ascending import plane_along
from heartwright.planning.aortic.nadirs import Nadirs
from heartwright.planning.aortic.root import Root

_LAO_DEG = np.arange(-60.0, 61.0, 10.0)


def views(root: Root) -> dict[str, dict[str, float]]:
    """Three-cusp and cusp-overlap views with their spread by landmark error, degrees.

    `double_s` shows both annulus and ascending aorta (its direction 40 mm on, in place of a
    catheter's) from the side; it is left out where they are parallel or the aorta ends before.
    """
    left, right, non = root.nadirs.points
    cusps = carm.Cusps(lcc=left, rcc=right, ncc=non)
    spread = carm.spread(cusps, landmark_mm=root.nadirs.sd_mm)
    found = {
        "three_cusp": carm.three_cusp(cusps),
        "rl_overlap": carm.rl_overlap(cusps),
        "rn_overlap": carm.rn_overlap(cusps),
    }
    told = {name: _written(view) | {"sd_deg": spread[name]} for name, view in found.items()}
    across = plane_along(root.lumen, Plane(root.frame.origin, root.frame.axis))
    if across is None:
        return told
    try:
        return told | {"double_s": _written(carm.double_s(root.frame.axis, across.normal))}
    except InputError:  # parallel: every view of the S-curve shows both
        return told


def s_curve(nadirs: Nadirs) -> tuple[tuple[float, float], ...]:
    """LAO and cranial angles, degrees, that show the annulus from its side."""
    cra = carm.s_curve(nadirs.plane.normal, _LAO_DEG)
    return tuple(zip(_LAO_DEG.tolist(), cra.tolist(), strict=True))


def _written(view: carm.View) -> dict[str, float]:
    return {"lao_deg": view.lao_deg, "cra_deg": view.cra_deg}
