"""The root's lumen as it is asked: by rays from its axis, and by planes."""

from functools import cached_property

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters, InputError, Plane, Solid
from heartwright.planning.aortic.nadirs import CUSPS, Nadirs
from heartwright.planning.aortic.unroll import Rays
from heartwright.planning.section import diameters, distance_to_loop
from heartwright.planning.slicer import Slicer, centroid

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "vertex 3"]

_REACH_MM = 90.0  # around the annulus: no measure of the root looks farther
_OFF_WALL_MM = 4.0  # a nadir lies on the wall; more is a slip or the wrong frame
_WIDEST_MM = 45.0  # annuli measure 18 to 35 mm; room for extremes


class Lumen:
    """The blood's body near the annulus."""

    def __init__(self, solid: Solid, middle: Vector):
        self._solid = solid
        self._slicer = Slicer(solid, near=middle, reach_mm=_REACH_MM)

    @cached_property
    def rays(self) -> Rays:
        """The whole body as rays see it."""
        return Rays(self._solid)

    def loop(self, plane: Plane) -> Loop | None:
        """The section's outline around the plane's point; None where the lumen has ended."""
        return self._slicer.around(plane.point, plane.normal)

    def middle(self, plane: Plane) -> Vector | None:
        """Centre of the section around the plane's point."""
        loop = self.loop(plane)
        return None if loop is None else centroid(loop, plane.normal)

    def section(self, plane: Plane) -> Diameters | None:
        """Diameters of the section around the plane's point."""
        loop = self.loop(plane)
        return None if loop is None else diameters(loop, plane.normal)


def annulus(lumen: Lumen, nadirs: Nadirs) -> Loop:
    """The lumen's outline in the plane of the nadirs.

    Raises:
        InputError: the plane misses the lumen, a nadir lies off its wall, or the section is no
            annulus.
    """
    plane = nadirs.plane
    loop = lumen.loop(plane)
    if loop is None:
        raise InputError(
            "the middle of the nadirs is not inside the lumen; check the points and their frame "
            "(LPS or RAS)."
        )
    away = distance_to_loop(nadirs.points, loop)
    worst = int(away.argmax())
    if away[worst] > _OFF_WALL_MM:
        raise InputError(
            f"the nadir of the {CUSPS[worst]}-coronary cusp lies {away[worst]:.1f} mm from the "
            f"lumen's wall; place it on the wall (within {_OFF_WALL_MM:g} mm) and check its frame "
            f"(LPS or RAS)."
        )
    widest = diameters(loop, plane.normal).d_max_mm
    if widest > _WIDEST_MM:
        raise InputError(
            f"the section through the nadirs is {widest:.0f} mm wide, which is no annulus; check "
            f"the points and that the shape is the root's lumen."
        )
    return loop
