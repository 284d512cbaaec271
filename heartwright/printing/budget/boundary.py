"""A label's boundary in small patches: the faces between its voxels and all others."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer
from scipy.spatial import KDTree

from heartwright.data import Grid, LabelMap

_PATCHES = 1500
_RADIUS_VOXELS = 3.0  # of a patch: some forty faces, over which the voxels' steps average out
_SEED = 0

Values = Float[np.ndarray, "face"]
PatchValues = Float[np.ndarray, "patch"]


@dataclass(frozen=True, eq=False)
class Boundary:
    """Faces between a label's voxels and their neighbours, and patches of them.

    A face's centre lies up to half a voxel from the structure's true edge, evenly to both sides:
    single faces say little, patches much. Faces may belong to several patches.
    """

    points: Float[np.ndarray, "face 3"]  # LPS mm
    axis: Integer[np.ndarray, "face"]  # of the grid, across the face
    inner: Integer[np.ndarray, "face 3"]  # voxels on both sides
    outer: Integer[np.ndarray, "face 3"]
    patch: Integer[np.ndarray, "member"]  # number of a patch
    member: Integer[np.ndarray, "member"]  # and of a face in it
    grid: Grid

    def mean(self, values: Values) -> PatchValues:
        """The mean over each patch."""
        count = int(self.patch.max()) + 1
        total = np.bincount(self.patch, values[self.member], minlength=count)
        return total / np.maximum(np.bincount(self.patch, minlength=count), 1)


def boundary(labels: LabelMap, label: int) -> Boundary:
    """The boundary of a structure within its grid (not where the grid cuts it off).

    Raises:
        InputError: no voxel carries the label.
    """
    mask, grid = labels.mask(label), labels.grid
    inner, outer, axes = zip(*(_faces(mask, axis) for axis in range(3)), strict=True)
    inside, outside = np.concatenate(inner), np.concatenate(outer)
    axis = np.concatenate(axes)
    points = grid.to_lps((inside + outside) / 2)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(len(points), min(_PATCHES, len(points)), replace=False)
    reach = _RADIUS_VOXELS * float(grid.spacing.max())
    members = KDTree(points).query_ball_point(points[chosen], reach)
    patch = np.repeat(np.arange(len(chosen)), [len(each) for each in members])
    return Boundary(points, axis, inside, outside, patch, np.concatenate(members).astype(int), grid)


def _faces(mask: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inner and outer voxels of the faces across an axis."""
    moved = np.moveaxis(mask, axis, 0)
    low, high = moved[:-1], moved[1:]
    step = np.eye(3, dtype=int)[0]
    up, down = np.argwhere(low & ~high), np.argwhere(high & ~low)
    inner = np.concatenate([up, down + step])
    outer = np.concatenate([up + step, down])
    order = np.argsort([axis, *(n for n in range(3) if n != axis)])
    return inner[:, order], outer[:, order], np.full(len(inner), axis)
