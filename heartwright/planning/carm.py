"""C-arm views that show a plane from its side, in closed form.

A view is the direction d from the patient to the detector (LPS: left, posterior, superior). With
α the angle to the patient's left (LAO; negative: RAO) and β the angle to the head (CRA; negative:
CAU), d = (sin α cos β, −cos α cos β, sin β). The beam runs along d, so whatever differs along d
only falls on the same place of the image. d and −d give mirror images; the clinical one of the two
has its detector in front of the patient (d_y < 0). An undistorted parallel beam is assumed: what
the cone beam adds is not computed.

The annulus is the plane through the three cusps' lowest points (nadirs). Every view along that
plane shows them on one line; these views form its S-curve. Sources: fluoroscopic anatomy in the
PCR-EAPCI Textbook (Ben-Shoshan, Piazza, Thériault-Lauzier, Pighi); R/L overlap: Sengupta et al.,
doi:10.1007/s11886-021-01583-3; R/N overlap: doi:10.1155/2022/2411824.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import GeometryError, InputError, Plane

Vector = Float[np.ndarray, "3"]

# What a C-arm reaches around a patient on the table: usual, not of any one system (unverified).
MOST_LAO_DEG = 90.0
MOST_CRA_DEG = 50.0

_THINNEST_MM = 1.0  # height of the triangle below which three nadirs fix no plane
_CUSPS_MM = (8.0, 45.0)  # between nadirs of adults, with room; else it is another unit or place
_FARTHEST_MM = 1e5  # from a scanner's origin
_LEFT = 0.2  # the root leans to the right in adults; a little to the left is let pass
_PARALLEL = np.sin(np.radians(1.0))


@dataclass(frozen=True)
class View:
    """Where the detector stands."""

    lao_deg: float  # RAO negative
    cra_deg: float  # caudal negative

    @property
    def direction(self) -> Vector:
        """From the patient to the detector, LPS, unit."""
        a, b = np.radians([self.lao_deg, self.cra_deg])
        return np.array([np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])

    @property
    def reachable(self) -> bool:
        """A C-arm usually gets there."""
        return abs(self.lao_deg) <= MOST_LAO_DEG and abs(self.cra_deg) <= MOST_CRA_DEG

    def __str__(self) -> str:
        side = "LAO" if self.lao_deg >= 0 else "RAO"
        height = "CRA" if self.cra_deg >= 0 else "CAU"
        return f"{side} {abs(self.lao_deg):.0f}° {height} {abs(self.cra_deg):.0f}°"


@dataclass(frozen=True, eq=False)
class Cusps:
    """Lowest points of the aortic cusps, LPS mm.

    Raises:
        GeometryError: they fix no plane, or are no numbers.
    """

    lcc: Vector
    rcc: Vector
    ncc: Vector

    def __post_init__(self) -> None:
        corners = np.stack([self.lcc, self.rcc, self.ncc])
        if not (np.abs(corners) < _FARTHEST_MM).all():
            raise GeometryError(
                "the cusps' lowest points need finite coordinates in mm; check them."
            )
        twice_area = np.linalg.norm(np.cross(self.rcc - self.lcc, self.ncc - self.lcc))
        if twice_area <= _THINNEST_MM * self.sides_mm.max():
            raise GeometryError(
                "the three cusps' lowest points coincide or lie on one line, which fixes no "
                "plane; place one in each cusp."
            )

    @property
    def annulus(self) -> Plane:
        """The plane of the nadirs; its normal points into the aorta if the names are right."""
        normal = np.cross(self.ncc - self.lcc, self.rcc - self.lcc)
        return Plane((self.lcc + self.rcc + self.ncc) / 3, normal / np.linalg.norm(normal))

    @property
    def sides_mm(self) -> Vector:
        """How far the nadirs lie apart: L–R, R–N, N–L."""
        return np.linalg.norm(
            [self.lcc - self.rcc, self.rcc - self.ncc, self.ncc - self.lcc], axis=1
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is unusual about the nadirs, a sentence each.

        Seen from the head, L, R and N follow each other clockwise and R lies in front. Swapping
        two names turns the order; taking RAS points for LPS puts R behind; swapping head and feet
        leans the aorta to the left. Two such errors at once can look right.
        """
        told = []
        if self.annulus.normal[2] <= 0:
            told.append(
                "The cusps run the wrong way round: two names are swapped or the anatomy is "
                "mirrored, unless the aorta leaves the heart downwards; check the names."
            )
        elif self.annulus.normal[0] > _LEFT:
            told.append(
                "The aorta leaves the heart to the patient's left: the anatomy is mirrored or "
                "head and feet are swapped; check the coordinates."
            )
        if (self.rcc - (self.lcc + self.ncc) / 2)[1] >= 0:
            told.append(
                "The right cusp lies behind the other two: check the names and the frame "
                "(LPS or RAS)."
            )
        sides, (least, most) = self.sides_mm, _CUSPS_MM
        if sides.min() < least or sides.max() > most:
            told.append(
                f"The lowest points lie {sides.min():.1f} to {sides.max():.1f} mm apart; in "
                f"adults it is {least:g} to {most:g} mm: check places and unit."
            )
        return tuple(told)


def along(direction: Vector) -> View:
    """The view whose beam runs along a line, with the detector in front of the patient.

    For a line in the frontal plane, where front and back do not differ, the detector is on the
    patient's left, or above the head.

    Raises:
        GeometryError: the direction has no length.
    """
    length = np.linalg.norm(direction)
    if not 0 < length < np.inf:
        raise GeometryError("a view needs a direction; the two points that give it coincide.")
    x, y, z = direction / length
    if (y, -x, -z) > (0.0, 0.0, 0.0):
        x, y, z = -x, -y, -z
    lao = np.arctan2(x, -y) if x or y else 0.0
    return View(float(np.degrees(lao)), float(np.degrees(np.arcsin(np.clip(z, -1, 1)))))


def three_cusp(cusps: Cusps) -> View:
    """The nadirs on one line, R in the middle between N (image left) and L (image right).

    The beam runs from the point halfway between L and N to R.
    """
    return along(cusps.rcc - (cusps.lcc + cusps.ncc) / 2)


def rl_overlap(cusps: Cusps) -> View:
    """Cusp-overlap view: R and L nadirs superimposed, N alone; the beam runs from L to R."""
    return along(cusps.rcc - cusps.lcc)


def rn_overlap(cusps: Cusps) -> View:
    """R and N nadirs superimposed, L alone; the beam runs from N to R.

    The view in which wires in the right and the non-coronary cusp meet (doi:10.1155/2022/2411824).
    """
    return along(cusps.rcc - cusps.ncc)


def s_curve(normal: Vector, lao_deg: Float[np.ndarray, "view"]) -> Float[np.ndarray, "view"]:
    """Cranial angle at which each LAO angle shows a plane from its side, degrees.

    tan β = (n_y cos α − n_x sin α) / n_z; a vertical plane has steps of ±90°.
    """
    x, y, z = normal if normal[2] >= 0 else -normal
    a = np.radians(lao_deg)
    return np.degrees(np.arctan2(y * np.cos(a) - x * np.sin(a), z))


def double_s(first: Vector, second: Vector) -> View:
    """The one view that shows two planes from their sides: where their S-curves cross.

    With the annulus' normal and the axis of the catheter or device, it shows both unshortened.

    Args:
        first: normal of a plane.
        second: normal of another, or an axis that must not be shortened.

    Raises:
        InputError: they are parallel within 1°, so that every view of one S-curve does.
    """
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    line = np.cross(first, second)
    if not np.linalg.norm(line) > _PARALLEL * lengths:
        raise InputError(
            "the two planes are parallel within 1°: any view on their S-curve shows both."
        )
    return along(line)


def between(first: View, second: View) -> float:
    """Angle by which the C-arm's beam turns from one view to another, degrees.

    The angle of the two directions on the sphere. Public calculators take (tan α, tan β, 1) for a
    view's direction, which is another one as soon as both angles are large.
    """
    a, b = first.direction, second.direction
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def foreshortening(segment: Vector, view: View) -> float:
    """Share of a segment's length that a view does not show: 1 − |t × d|, from 0 to 1.

    Raises:
        GeometryError: the segment has no length.
    """
    length = np.linalg.norm(segment)
    if not 0 < length < np.inf:
        raise GeometryError("a segment needs two different points; its ends coincide.")
    return max(0.0, 1 - float(np.linalg.norm(np.cross(segment / length, view.direction))))


def spread(cusps: Cusps, *, landmark_mm: float) -> dict[str, float]:
    """How far a landmark error turns each of the three views: root mean square, degrees.

    First order: each nadir errs by `landmark_mm` (standard deviation) along each axis,
    independently; the two components across the beam turn it.
    """
    r_to = {
        "three_cusp": (cusps.rcc - (cusps.lcc + cusps.ncc) / 2, 1.5),
        "rl_overlap": (cusps.rcc - cusps.lcc, 2.0),
        "rn_overlap": (cusps.rcc - cusps.ncc, 2.0),
    }
    return {
        name: float(np.degrees(landmark_mm * np.sqrt(2 * variance) / np.linalg.norm(line)))
        for name, (line, variance) in r_to.items()
    }
