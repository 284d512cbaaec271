"""How large a sphere has room at a place beside a deployed device."""

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree

from heartwright.anatomy.mesh import inside
from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.anatomy.mesh.nearest import point_triangle
from heartwright.bench.deployment import Deployment
from heartwright.bench.shape import device_solid
from heartwright.data import Solid

Points = Float[np.ndarray, "point 3"]
Distances = Float[np.ndarray, "point"]
Corners = Float[np.ndarray, "triangle 3 3"]

MOST_MM = 6.0  # of clearance: a larger sphere is told as this
_REACH_MM = 4 * MOST_MM  # around the device: as far as cubes and their spheres reach
_MOST_PIECES = 500_000
_EDGE_MM = 0.5  # longest edge of the triangles that are searched by their centres
_CANDIDATES = 3  # nearest centres, of which one is that of the nearest triangle


class Clearance:
    """The free space of a lumen without the covered part of a device.

    A wall that the device stretched is asked where it was: what it gave way lies inside the device.
    """

    def __init__(self, lumen: Solid, deployment: Deployment):
        self._lumen = lumen
        self._device = device_solid(deployment, deployment.covered)
        wall = _refined(lumen)
        near = wall[_near(wall, self._device)]
        self._corners = np.concatenate([near, _refined(self._device)])
        self._tree = KDTree(self._corners.mean(axis=1))

    def radius_mm(self, points: Points, *, least_mm: float) -> Distances:
        """Radius of the largest sphere around each place, mm; negative outside of the free space.

        Args:
            points: LPS mm.
            least_mm: places deeper than this outside are told as −∞.
        """
        free = inside(self._lumen, points)
        free[free] = ~inside(self._device, points[free])
        found = np.full(len(points), -np.inf)
        found[free] = np.minimum(self._distance(points[free], MOST_MM), MOST_MM)
        found[~free] = -self._distance(points[~free], least_mm)
        return found

    def _distance(self, points: Points, within_mm: float) -> Distances:
        """Distance to wall and cover; infinite beyond `within_mm`."""
        bound = within_mm + _EDGE_MM
        away, number = self._tree.query(
            points, k=_CANDIDATES, distance_upper_bound=bound, workers=-1
        )
        found = np.full(away.shape, np.inf)
        near: Bool[np.ndarray, "point candidate"] = np.isfinite(away)
        found[near] = point_triangle(points[np.nonzero(near)[0]], self._corners[number[near]])
        nearest = found.min(axis=1, initial=np.inf)
        return np.where(nearest <= within_mm, nearest, np.inf)


def _refined(solid: Solid) -> Corners:
    """The same surface in triangles with short edges; a large one's are a little longer."""
    longest = max(_EDGE_MM, float(np.sqrt(4 * solid.area_mm2 / _MOST_PIECES)))
    mesh = to_manifold(solid).refine_to_length(longest).to_mesh64()
    return np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts).astype(np.int64)]


def _near(corners: Corners, around: Solid) -> Bool[np.ndarray, "triangle"]:
    """The triangles that can matter beside a device."""
    low, high = around.bounds
    touches = (corners.max(axis=1) >= low - _REACH_MM) & (corners.min(axis=1) <= high + _REACH_MM)
    return touches.all(axis=1)
