"""The lowest points of the three cusps, and the plane of the annulus that they span."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Landmark, Plane

Vector = Float[np.ndarray, "3"]

CUSPS = ("left", "right", "non")
_THINNEST_MM = 5.0  # height of the nadirs' triangle; annuli measure 18 mm and more


@dataclass(frozen=True, eq=False)
class Nadirs:
    """Lowest points of the left, the right and the non-coronary cusp."""

    points: Float[np.ndarray, "3 3"]  # rows in the order of `CUSPS`, LPS mm
    sd_mm: float  # along each axis
    automatic: bool = False

    @property
    def plane(self) -> Plane:
        """The annulus: (N − L) × (R − L) of real anatomy points into the aorta.

        Seen from the aorta, left, right and non-coronary cusp follow one another clockwise.

        Raises:
            InputError: the points are no numbers, coincide or lie nearly on one line.
        """
        if not np.isfinite(self.points).all():
            raise InputError("the three nadirs need coordinates that are finite numbers.")
        left, right, non = self.points
        normal = np.cross(non - left, right - left)
        twice_area = float(np.linalg.norm(normal))
        longest = float(np.linalg.norm(self.points - np.roll(self.points, 1, axis=0), axis=1).max())
        if twice_area <= _THINNEST_MM * longest:
            raise InputError(
                "the three nadirs coincide or lie nearly on one line, which fixes no annulus; give "
                "the lowest point of each cusp."
            )
        return Plane(self.points.mean(axis=0), normal / twice_area)

    def landmarks(self) -> dict[str, Landmark]:
        """The points as records, by cusp."""
        return {
            f"{cusp}_nadir": landmark(point, self.sd_mm, automatic=self.automatic)
            for cusp, point in zip(CUSPS, self.points, strict=True)
        }


def landmark(point: Vector, sd_mm: float, *, automatic: bool) -> Landmark:
    """A point as a record."""
    x, y, z = point.tolist()
    return Landmark((x, y, z), sd_mm, automatic)
