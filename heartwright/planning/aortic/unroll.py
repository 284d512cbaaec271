"""The root's wall unrolled: its distance from the axis at every height and angle."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.data import InputError, Solid
from heartwright.planning.aortic.frame import Frame, turned

Profile = Float[np.ndarray, "height"]
Angles = Float[np.ndarray, "angle"]
Map = Float[np.ndarray, "height angle"]
Rows = Bool[np.ndarray, "height"]

STEP_MM, STEP_DEG = 0.25, 2.0
BELOW_MM, ABOVE_MM = 25.0, 40.0  # the annulus: the part that is looked at
_NEAR_RAD = np.radians(15.0)  # around an angle: what its profile is the mean of
_HARMONICS = 4  # of a section: three lobes on an oval
_SMOOTH_MM = 0.5  # of a profile: the facets of a mesh are about as wide


class Rays:
    """A solid as rays see it from within."""

    def __init__(self, solid: Solid):
        import trimesh

        self._middle = solid.vertices.mean(axis=0)  # Embree computes in float32
        self._mesh = trimesh.Trimesh(solid.vertices - self._middle, solid.faces, process=False)

    def exits(
        self, starts: Float[np.ndarray, "ray 3"], directions: Float[np.ndarray, "ray 3"]
    ) -> Float[np.ndarray, "ray"]:
        """How far each ray runs inside the solid, mm; NaN where it starts outside."""
        places, ray, triangle = self._mesh.ray.intersects_location(
            starts - self._middle, directions, multiple_hits=False
        )
        leaves = np.einsum("ij,ij->i", self._mesh.face_normals[triangle], directions[ray]) > 0
        found = np.full(len(starts), np.nan)
        found[ray[leaves]] = np.linalg.norm(
            places[leaves] - (starts - self._middle)[ray[leaves]], axis=1
        )
        return found


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A radius at every height and angle of a frame."""

    frame: Frame
    heights: Profile  # mm, rising
    angles: Angles  # rad, a whole turn
    radius: Map  # mm

    def profile(self, angle: float) -> Profile:
        """Mean radius within 15° of an angle by height, without the mesh's facets."""
        near = np.abs(turned(self.angles, angle)) <= _NEAR_RAD + 1e-9
        return ndimage.gaussian_filter1d(
            self.radius[:, near].mean(axis=1), _SMOOTH_MM / STEP_MM, mode="nearest"
        )

    def at(self, height_mm: float, angle: float) -> float:
        """Radius at a height and an angle, linear in between."""
        row = np.interp(height_mm, self.heights, np.arange(len(self.heights)))
        column = turned(np.array(angle), self.angles[0]) % (2 * np.pi) / np.radians(STEP_DEG)
        place = np.array([[row], [float(column)]])
        return float(ndimage.map_coordinates(self.radius, place, order=1, mode="grid-wrap")[0])


def unrolled(rays: Rays, frame: Frame, *, from_mm: float = 0.0) -> Unrolled:
    """The wall around an axis, as far as the axis stays inside the lumen below and above a height.

    Raises:
        InputError: there it is not inside.
    """
    heights = np.arange(-BELOW_MM, ABOVE_MM + STEP_MM / 2, STEP_MM)
    angles = np.radians(np.arange(0, 360, STEP_DEG))
    outward = np.tile(frame.outward(angles), (len(heights), 1))
    starts = frame.origin + np.repeat(heights, len(angles))[:, None] * frame.axis
    radius = rays.exits(starts, outward).reshape(len(heights), len(angles))
    kept = _around(np.isfinite(radius).all(axis=1), int(np.abs(heights - from_mm).argmin()))
    if not kept.any():
        raise InputError(
            "the middle of the root is not inside the lumen; check the points and their frame (LPS "
            "or RAS)."
        )
    return Unrolled(frame, heights[kept], angles, radius[kept])


def without(wall: Unrolled, holes: Bool[np.ndarray, "height angle"]) -> Unrolled:
    """The wall with holes bridged from both sides, height by height.

    The bridge follows the section's first harmonics, which keep a lobe's roundness, and meets the
    wall on both sides.
    """
    radius = wall.radius.copy()
    for row in np.flatnonzero(holes.any(axis=1) & ~holes.all(axis=1)):
        closed = ~holes[row]
        waves = _waves(wall.angles)
        smooth = waves @ np.linalg.lstsq(waves[closed], radius[row, closed], rcond=None)[0]
        rest = (radius[row] - smooth)[closed]
        radius[row] = smooth + np.interp(wall.angles, wall.angles[closed], rest, period=2 * np.pi)
    return replace(wall, radius=radius)


def _waves(angles: Angles) -> Float[np.ndarray, "angle wave"]:
    turns = np.arange(1, _HARMONICS + 1) * angles[:, None]
    return np.hstack([np.ones((len(angles), 1)), np.cos(turns), np.sin(turns)])


def _around(seen: Rows, row: int) -> Rows:
    """The unbroken run that holds a row."""
    run = np.cumsum(~seen)
    kept: Rows = seen & (run == run[row]) & seen[row]
    return kept
