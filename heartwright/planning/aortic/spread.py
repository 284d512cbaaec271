"""How far a shifted boundary and displaced landmarks move a measure, to first order."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters, InputError, Measure
from heartwright.planning.aortic.nadirs import Nadirs

Vector = Float[np.ndarray, "3"]


@dataclass(frozen=True)
class Doubt:
    """Standard deviations of what measures start from, mm."""

    boundary_mm: float  # of the wall's place along its normal, the same all around
    landmark_mm: float  # of a given point, along each axis

    def __post_init__(self) -> None:
        for name, value in (
            ("--uncertainty-mm", self.boundary_mm),
            ("--landmark-mm", self.landmark_mm),
        ):
            if not 0 <= value < 10:
                raise InputError(
                    f"{name} takes a standard deviation from 0 to 10 mm, not {value:g}."
                )

    def diameter(self, value: float) -> Measure:
        """A diameter: both walls move."""
        return Measure(value, 2 * self.boundary_mm, "mm")


def weights(nadirs: Nadirs, points: Float[np.ndarray, "*point 3"]) -> Float[np.ndarray, "*point 3"]:
    """By how much each nadir, moved across the plane, moves the plane at a point's foot.

    They are the foot's barycentric coordinates in the nadirs' triangle.
    """
    plane, (a, b, c) = nadirs.plane, nadirs.points
    doubled = np.cross(c - a, b - a) @ plane.normal
    shares = [
        np.cross(q - points, p - points) @ plane.normal / doubled
        for p, q in ((b, c), (c, a), (a, b))
    ]
    return np.stack(shares, axis=-1)


def height(nadirs: Nadirs, point: Vector, *, point_sd_mm: float) -> Measure:
    """A point's height above the annulus, mm: its own error and that of the plane below it."""
    plane = nadirs.plane
    lever = float(np.square(weights(nadirs, point)).sum())
    value = float((point - plane.point) @ plane.normal)
    return Measure(value, math.hypot(point_sd_mm, nadirs.sd_mm * math.sqrt(lever)), "mm")


def angulation(nadirs: Nadirs) -> Measure:
    """Angle between the annulus and the horizontal plane, degrees."""
    plane = nadirs.plane
    up = np.array([0.0, 0.0, 1.0])
    uphill = up - (up @ plane.normal) * plane.normal
    length = np.linalg.norm(uphill)
    uphill = uphill / length if length > 1e-9 else nadirs.points[0] - plane.point
    uphill = uphill / np.linalg.norm(uphill)
    slopes = weights(nadirs, plane.point + uphill) - weights(nadirs, plane.point)
    spread = nadirs.sd_mm * float(np.linalg.norm(slopes))
    value = math.degrees(math.acos(np.clip(plane.normal @ up, -1, 1)))
    return Measure(value, math.degrees(spread), "°")


def annulus_measures(best: Diameters, moved: list[Diameters], doubt: Doubt) -> dict[str, Measure]:
    """The annulus with its uncertainty.

    Args:
        best: at the best estimate.
        moved: with each nadir in turn moved by one standard deviation along the normal.
        doubt: of the boundary.
    """
    u = doubt.boundary_mm
    rows = {
        "annulus_area": ("area_mm2", "mm²", best.perimeter_mm * u),
        "annulus_perimeter": ("perimeter_mm", "mm", 2 * math.pi * u),
        "annulus_area_diameter": ("d_area_mm", "mm", 2 * u),
        "annulus_perimeter_diameter": ("d_perimeter_mm", "mm", 2 * u),
        "annulus_least_diameter": ("d_min_mm", "mm", 2 * u),
        "annulus_greatest_diameter": ("d_max_mm", "mm", 2 * u),
        "annulus_eccentricity": ("eccentricity", "1", 2 * u * best.eccentricity / best.d_max_mm),
    }
    return {
        name: Measure(
            float(getattr(best, key)),
            math.hypot(by_boundary, *(getattr(m, key) - getattr(best, key) for m in moved)),
            unit,
        )
        for name, (key, unit, by_boundary) in rows.items()
    }
