"""Nadirs looked for: the lowest points of the three sinuses of the root's cloverleaf."""

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter1d

from heartwright.data import InputError, Solid
from heartwright.planning.aortic.clover import three_lobed
from heartwright.planning.aortic.frame import Frame, turned
from heartwright.planning.aortic.levels import bulge_end, sinus_level
from heartwright.planning.aortic.nadirs import CUSPS, Nadirs
from heartwright.planning.aortic.ostia import Ostium, found_ostia
from heartwright.planning.aortic.unroll import STEP_DEG, Rays, Unrolled, unrolled

Vector = Float[np.ndarray, "3"]
Angles = Float[np.ndarray, "3"]

AUTOMATIC_SD_MM = 1.5  # along each axis; what drawn roots gave, see the how-to
_ROUNDS = 6  # of axis and nadirs, each finding the other
_DROP_MM = 14.0  # from the widest cloverleaf to the annulus, to begin with
_BAND_MM = 3.0  # above and below the widest level, where the lobes' angles are found
_LOBE_RAD = np.radians(40.0)  # on both sides of where a lobe is expected


def find_nadirs(solid: Solid, aorta: Vector | None) -> tuple[Nadirs, str]:
    """The three nadirs, and how the cusps were told apart, in a sentence.

    From the widest cloverleaf on, each lobe is followed down to where it ends; the plane of the
    three ends pulls the axis through the cloverleaf's middle towards its normal, and so on.

    Raises:
        InputError: no root is found, or nothing tells where its aorta is.
    """
    start, rays = three_lobed(solid, aorta), Rays(solid)
    axis, level = start.normal, _DROP_MM
    for _ in range(_ROUNDS):
        zero = start.point + np.eye(3)[np.abs(axis).argmin()]
        frame = Frame.along(start.point - level * axis, axis, zero=zero)
        wall, ostia = found_ostia(unrolled(rays, frame, from_mm=level))
        angles = _lobe_angles(wall, level)
        points = _ends(wall, angles)
        plane = Nadirs(points[::-1], AUTOMATIC_SD_MM).plane  # clockwise, as left, right and non
        axis = axis + plane.normal  # half way: a leaning axis makes ends lean the other way
        axis /= np.linalg.norm(axis)
        level = float((start.point - plane.point) @ axis)
    turn, how = _naming(points, angles, ostia)
    return Nadirs(points[turn], AUTOMATIC_SD_MM, automatic=True), how


def _lobe_angles(wall: Unrolled, level_mm: float) -> Angles:
    """Angles of the three lobes around a level, anticlockwise as seen from the aorta."""
    near = np.abs(wall.heights - level_mm) < _BAND_MM
    if not near.any():
        raise _no_root()
    radius = gaussian_filter1d(wall.radius[near].mean(axis=0), 10 / STEP_DEG, mode="wrap")
    phase = -np.angle(np.fft.rfft(radius)[3]) / 3 + wall.angles[0]
    expected = phase + np.arange(3) * 2 * np.pi / 3
    far = np.abs(turned(wall.angles[None, :], 0.0) - turned(expected[:, None], 0.0))
    aside = np.minimum(far, 2 * np.pi - far) > _LOBE_RAD
    found = wall.angles[np.where(aside, -np.inf, radius).argmax(axis=1)]
    return np.sort(found)


def _ends(wall: Unrolled, angles: Angles) -> Float[np.ndarray, "3 3"]:
    """The lower end of each lobe."""
    level = sinus_level(wall, angles)
    ends = [
        None if level is None else bulge_end(wall, angle, level, upwards=False) for angle in angles
    ]
    points = [
        wall.frame.point(angle=angle, radius_mm=end.radius_mm, height_mm=end.height_mm)
        for angle, end in zip(angles, ends, strict=True)
        if end is not None
    ]
    if len(points) < len(CUSPS):
        raise _no_root()
    return np.array(points)


def _naming(
    points: Float[np.ndarray, "3 3"], angles: Angles, ostia: tuple[Ostium, ...]
) -> tuple[list[int], str]:
    """Order of the lobes as left, right, non; anticlockwise it is right, left, non."""
    by_body = int(points[:, 1].argmin())  # the right one lies in front
    with_stub = {int(np.abs(turned(angles, each.angle)).argmin()) for each in ostia}
    right, how = by_body, "by the body's directions: the right one lies in front"
    if len(with_stub) == 2:
        bare = ({0, 1, 2} - with_stub).pop()
        right, how = (bare + 1) % 3, "by their coronary stubs"
        if right != by_body:
            how += ", against the body's directions (mirrored scan or anomalous arteries)"
    return [(right + 1) % 3, right, (right + 2) % 3], f"The cusps were told apart {how}."


def _no_root() -> InputError:
    return InputError(
        "the lobes of the root could not be followed down to their nadirs; give the lowest points "
        "of the cusps (--lcc, --rcc, --ncc)."
    )
