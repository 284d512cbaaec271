"""Where air would stay while a mould is filled."""

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold
from scipy import ndimage

from heartwright.anatomy.mesh.kernel import to_solid
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.data import Provenance

_VOXELS = 1e6
_FINEST_MM = 0.4
_PROMINENT = 2  # voxels that a high point stands over the way to a higher one


def high_points(body: Manifold) -> Float[np.ndarray, "high 3"]:
    """Local high points of a body (third axis up), the highest first, mm.

    Found in voxels of 0.4 mm or more, where they stand at least two voxels over every way to a
    higher one: bubbles of less are left. The height within the body, its maxima of a prominence
    (Soille 2003's h-maxima, by SimpleITK).
    """
    import SimpleITK

    solid = to_solid(body, "the cavity", Provenance())
    size = np.ptp(solid.bounds, axis=0)
    voxel = max(_FINEST_MM, float((size.prod() / _VOXELS) ** (1 / 3)))
    mask, affine = voxelise(solid, voxel)
    heights = np.where(mask, np.arange(1, mask.shape[2] + 1), 0).astype(np.int32)
    lowered = SimpleITK.HMaxima(SimpleITK.GetImageFromArray(heights), _PROMINENT)
    tops = SimpleITK.GetArrayFromImage(SimpleITK.RegionalMaxima(lowered, 0.0, 1.0, True)) > 0
    regions, count = ndimage.label(tops & mask, np.ones((3, 3, 3)))
    peaks = ndimage.maximum_position(heights, regions, np.arange(1, count + 1))
    points = np.array(peaks, dtype=float) * voxel + affine[:3, 3]
    return points[np.argsort(-points[:, 2], kind="stable")]
