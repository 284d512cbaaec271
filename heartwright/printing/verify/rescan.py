"""The surface of a printed part in a CT scan of it, finer than a voxel."""

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.anatomy.segment.level import half_level
from heartwright.anatomy.segment.region import grow, threshold
from heartwright.data import ConvergenceError, InputError, Surface, Volume

_CORE = 0.75  # quantile of the depth beyond which a voxel is far from every edge
_AROUND_VOXELS = 3  # of the part: beyond them other things are blanked out
_LEAST_VOXELS = 1000  # of a part

Vector = Float[np.ndarray, "3"]
Mask = Bool[np.ndarray, "i j k"]


def part_surface(
    volume: Volume, *, at: Vector | None = None, lower: float | None = None
) -> Surface:
    """The surface of one part of one material in air, LPS mm.

    It lies half way between the values of the part's core and of the air around it. The level
    is found by `segment.level.half_level`, then taken from the core alone: a thin wall's other
    voxels are darkened by their edges and would move the surface outwards.

    Args:
        volume: the scan, the part brighter than what is around it.
        at: a point in the part, LPS mm; without it the largest bright body is the part.
        lower: the level, where it is known.

    Raises:
        InputError: the point is not in the scan or not in the part.
        ConvergenceError: no level parts the part from the air.
    """
    values = np.pad(volume.values.astype(np.float32), 1, mode="edge")
    first = _otsu(values) if lower is None else lower
    seed = _largest(values >= first) if at is None else _voxel(volume, at)
    if lower is None:
        spacing = volume.grid.spacing
        everywhere = np.ones(values.shape, bool)
        seeds = seed[None]
        first = half_level(values, seeds=seeds, spacing=spacing, allowed=everywhere, first=first)
    part = _part(values, first, seed)
    level = first if lower is not None else _between(values, part, volume.grid.spacing)
    near = ndimage.binary_dilation(part, iterations=_AROUND_VOXELS)
    outside = level + abs(level - float(values[part].max()))
    gap = np.where(near, level - values, outside - level).astype(np.float32)
    for axis in range(3):  # the part is closed where the scan ends
        np.moveaxis(gap, axis, 0)[[0, -1]] = outside - level
    affine = volume.affine.copy()
    affine[:3, 3] = volume.grid.to_lps(-np.ones(3))
    vertices, faces = isosurface(Field(gap, affine), 0.0)
    return Surface(vertices, faces, "rescan", volume.provenance)


def _otsu(values: Float[np.ndarray, "i j k"]) -> float:
    """The level that parts the histogram best (Otsu 1979, doi:10.1109/TSMC.1979.4310076)."""
    import SimpleITK

    found = SimpleITK.OtsuThresholdImageFilter()
    found.Execute(SimpleITK.GetImageFromArray(values))
    return float(found.GetThreshold())


def _largest(bright: Mask) -> np.ndarray:
    """The deepest voxel of the largest connected bright body."""
    bodies, _ = ndimage.label(bright)
    sizes = np.bincount(bodies.ravel())
    sizes[0] = 0
    if sizes.max() < _LEAST_VOXELS:
        raise ConvergenceError("the scan shows no part: nothing in it stands out from the air.")
    depth = ndimage.distance_transform_edt(bodies == sizes.argmax())
    return np.array(np.unravel_index(depth.argmax(), depth.shape))


def _voxel(volume: Volume, at: Vector) -> np.ndarray:
    """The voxel of a point, in the padded scan."""
    place = np.rint(volume.grid.to_index(at)).astype(int)
    if not ((place >= 0) & (place < volume.values.shape)).all():
        raise InputError(f"the point {','.join(f'{x:g}' for x in at)} lies outside the rescan.")
    return place + 1


def _part(values: Float[np.ndarray, "i j k"], level: float, seed: np.ndarray) -> Mask:
    bright = threshold(values, lower=level)
    if not bright[tuple(seed)]:
        raise InputError("the point given is not in the part: the scan is dark there; move it.")
    part = grow(bright, seeds=seed[None])
    if part.sum() < _LEAST_VOXELS:
        raise InputError("the body at the point is a speck; give a point in the printed part.")
    return part


def _between(
    values: Float[np.ndarray, "i j k"], part: Mask, spacing: Float[np.ndarray, "3"]
) -> float:
    """Half way between the part's core and the air past its edge's blur."""
    depth = ndimage.distance_transform_edt(part, sampling=spacing)
    core = depth >= np.quantile(depth[part], _CORE)
    shell = ndimage.binary_dilation(part, iterations=_AROUND_VOXELS + 2)
    shell &= ~ndimage.binary_dilation(part, iterations=_AROUND_VOXELS)
    air = shell if shell.any() else ~part
    return float(np.median(values[core]) + np.median(values[air])) / 2
