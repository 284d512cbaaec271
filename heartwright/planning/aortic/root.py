"""An aortic root as it is found on a lumen: annulus, axis, bare wall, ostia and junction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters, InputError, Landmark, Plane, Solid
from heartwright.planning.aortic.frame import Frame, turned
from heartwright.planning.aortic.levels import Level, bulge_end, sinus_level
from heartwright.planning.aortic.lumen import Loop, Lumen, annulus
from heartwright.planning.aortic.nadirs import CUSPS, Nadirs, landmark
from heartwright.planning.aortic.ostia import Ostium, found_ostia
from heartwright.planning.aortic.side import check_side
from heartwright.planning.aortic.unroll import Unrolled, unrolled
from heartwright.planning.section import diameters
from heartwright.planning.slicer import centroid

Vector = Float[np.ndarray, "3"]

SIDES = ("left", "right")  # coronaries
_OFF_WALL_MM = 4.0  # a given ostium lies on the wall; more is a slip or the wrong frame
_FOUND_OSTIUM_MM = 0.5  # standard deviation of a found lower edge: two steps of the map
_STEEPEST = 0.7  # cosine between annulus and junction; a steeper junction was not found


@dataclass(frozen=True, eq=False)
class Root:
    """What the measures are taken of."""

    lumen: Lumen
    nadirs: Nadirs
    outline: Loop  # of the annulus
    frame: Frame  # around the middle of the annulus
    wall: Unrolled  # without coronary stubs
    ostia: Mapping[str, Landmark]  # lower edge by side
    doubts: tuple[str, ...]

    @cached_property
    def annulus(self) -> Diameters:
        """The annulus."""
        return diameters(self.outline, self.frame.axis)

    @cached_property
    def cusps(self) -> Float[np.ndarray, "3"]:
        """Angles of the nadirs, in the order of `CUSPS`."""
        return self.frame.angles(self.nadirs.points)

    @cached_property
    def sinus_mm(self) -> float | None:
        """Height at which the sinuses are widest."""
        return sinus_level(self.wall, self.cusps)

    @cached_property
    def sinus_ends(self) -> tuple[Level | None, ...]:
        """Where each sinus ends upwards, in the order of `CUSPS`."""
        if self.sinus_mm is None:
            return (None, None, None)
        ends = (bulge_end(self.wall, a, self.sinus_mm, upwards=True) for a in self.cusps)
        return tuple(ends)

    @cached_property
    def junction(self) -> Plane | None:
        """The sinotubular junction: through the upper ends of the three sinuses."""
        places = [
            self.frame.point(angle=angle, radius_mm=end.radius_mm, height_mm=end.height_mm)
            for angle, end in zip(self.cusps, self.sinus_ends, strict=True)
            if end is not None
        ]
        if len(places) < len(CUSPS):
            return None
        left, right, non = places
        normal = np.cross(non - left, right - left)
        normal /= np.linalg.norm(normal)
        steep = normal @ self.frame.axis < _STEEPEST
        return None if steep else Plane(np.mean(places, axis=0), normal)


def find_root(
    solid: Solid,
    nadirs: Nadirs,
    *,
    ostia: Mapping[str, Vector],
    aorta: Vector | None,
    landmark_sd_mm: float,
) -> Root:
    """Look at a lumen from three nadirs.

    Args:
        solid: blood of outflow tract, sinuses and ascending aorta.
        nadirs: of the cusps.
        ostia: lower edges of coronary ostia that are given, by side; others are looked for.
        aorta: a point in the ascending aorta, where nothing else tells its side.
        landmark_sd_mm: of the given ostia, along each axis.

    Raises:
        InputError: points off the wall, on the wrong side, or in the order of mirrored anatomy.
    """
    plane = nadirs.plane
    lumen = Lumen(solid, plane.point)
    outline = annulus(lumen, nadirs)
    middle = centroid(outline, plane.normal)
    aortic = np.array([*ostia.values(), *([] if aorta is None else [aorta])]).reshape(-1, 3)
    frame = Frame.along(middle, plane.normal, zero=nadirs.points[0])
    seen = unrolled(lumen.rays, frame)
    doubt = check_side(seen, nadirs, aortic)
    wall, found = found_ostia(seen)
    cusps = frame.angles(nadirs.points)
    edges = {
        **{
            side: landmark(each.lower_edge, _FOUND_OSTIUM_MM, automatic=True)
            for side, each in _sides(found, cusps).items()
        },
        **{
            side: landmark(_checked(point, side, wall), landmark_sd_mm, automatic=False)
            for side, point in ostia.items()
        },
    }
    doubts = [doubt] if doubt else []
    doubts += _about_ostia(edges, frame, cusps)
    return Root(lumen, nadirs, outline, frame, wall, edges, tuple(doubts))


def nearest_cusp(angle: float, cusps: Float[np.ndarray, "3"]) -> str:
    """The cusp whose nadir lies nearest to an angle."""
    return CUSPS[int(np.abs(turned(cusps, angle)).argmin())]


def _sides(found: tuple[Ostium, ...], cusps: Float[np.ndarray, "3"]) -> dict[str, Ostium]:
    """The largest stub of each coronary sinus."""
    by_cusp = {nearest_cusp(each.angle, cusps): each for each in reversed(found)}
    return {side: by_cusp[side] for side in SIDES if side in by_cusp}


def _checked(point: Vector, side: str, wall: Unrolled) -> Vector:
    frame = wall.frame
    height = float(frame.heights(point))
    if not 0 < height <= wall.heights[-1]:
        raise InputError(
            f"the {side} ostium lies {abs(height):.1f} mm {'above' if height > 0 else 'below'} the "
            f"annulus, not in the root; check the point and its frame (LPS or RAS)."
        )
    away = abs(float(frame.radii(point)) - wall.at(height, float(frame.angles(point))))
    if away > _OFF_WALL_MM:
        raise InputError(
            f"the {side} ostium lies {away:.1f} mm from the root's wall; place it at the lower "
            f"edge of the ostium (within {_OFF_WALL_MM:g} mm) and check its frame (LPS or RAS)."
        )
    return point


def _about_ostia(
    edges: Mapping[str, Landmark], frame: Frame, cusps: Float[np.ndarray, "3"]
) -> Iterator[str]:
    for side in SIDES:
        if side not in edges:
            yield f"No {side} coronary stub was found; give its ostium's lower edge as a point."
            continue
        if edges[side].automatic:
            yield f"The {side} coronary ostium was found at the base of a stub: check it."
        cusp = nearest_cusp(float(frame.angles(np.array(edges[side].lps_mm))), cusps)
        if cusp != side:
            yield (
                f"The {side} ostium lies above the {cusp}-coronary cusp: the points are swapped or "
                f"its origin is anomalous."
            )
