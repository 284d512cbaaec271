"""Whether a body can leave what surrounds it through a plane: a core its coat, a cast its mould."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.mesh.kernel import halved, to_manifold, to_solid
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.data import GeometryError, Provenance, Solid

Mask = Bool[np.ndarray, "i j k"]

_VOXELS = 4e5  # of the box around the body
_FINEST_MM = 0.3
_SPECK = 0.002  # share of the body below which an undercut is rounding
_ROUNDS = 7  # of the search for the narrowest place
_SOLID_CROSS = ndimage.generate_binary_structure(3, 1)


@dataclass(frozen=True)
class Release:
    """What hinders a body that is pulled straight out through a plane, along its normal."""

    direction: tuple[float, float, float]  # LPS
    undercut_ml: float  # of the body, behind what surrounds it
    undercut_share: float  # of the body
    widest_mm: float  # of the largest ball inside
    narrowest_mm: float  # of the largest ball that gets from there through the plane
    voxel_mm: float  # of the grid that all this is measured on

    @property
    def straight(self) -> bool:
        """Whether it comes out straight, nothing being stretched."""
        return self.undercut_share < _SPECK

    @property
    def stretch(self) -> float:
        """How many times the surroundings' width must stretch at the narrowest place; 1 if not."""
        return 1.0 if self.straight else max(1.0, self.widest_mm / self.narrowest_mm)


def release(body: Solid, at: Opening) -> Release:
    """Check a body that leaves its surroundings through a plane, along the plane's normal.

    Only what lies behind the plane counts. Measured in voxels of 0.3 mm or more: undercuts of one
    voxel and narrow places of less are not seen.

    Raises:
        GeometryError: nothing lies behind the plane, or the plane misses the body.
    """
    frame = plane_frame(at.normal)
    upright = to_manifold(body).transform(np.column_stack([frame, -frame @ at.point]))
    _, behind = halved(upright, np.zeros(3), np.array([0.0, 0.0, 1.0]))
    if behind.is_empty() or behind.bounding_box()[5] < -_FINEST_MM:
        raise GeometryError(
            f"the plane {at} does not cut {body.name or 'the model'}, so nothing can leave "
            f"through it; move it."
        )
    piece = to_solid(behind, "what is pulled", Provenance())
    size = np.ptp(piece.bounds, axis=0)
    voxel = max(_FINEST_MM, float((size.prod() / _VOXELS) ** (1 / 3)))
    mask = voxelise(piece, voxel)[0]
    mask = mask[:, :, : np.flatnonzero(mask.any(axis=(0, 1)))[-1] + 1]
    caught = undercut(mask).sum() * voxel**3
    widest, narrowest = _widths(mask)
    return Release(
        direction=tuple(frame[2].tolist()),
        undercut_ml=float(caught / 1000),
        undercut_share=float(caught / (mask.sum() * voxel**3)),
        widest_mm=widest * voxel,
        narrowest_mm=narrowest * voxel,
        voxel_mm=voxel,
    )


def undercut(mask: Mask) -> Mask:
    """Voxels that would run into something on their way up; skins of one voxel are left out."""
    clear = np.logical_and.accumulate(mask[:, :, ::-1], axis=2)[:, :, ::-1]
    caught: Mask = ndimage.binary_opening(mask & ~clear, _SOLID_CROSS)
    return caught


def _widths(mask: Mask) -> tuple[float, float]:
    """Widths, in voxels, of the largest ball inside and of the largest that leaves at the top."""
    shut = np.pad(mask, ((1, 1), (1, 1), (1, 0)))
    tall = int(np.ceil(ndimage.distance_transform_edt(shut).max())) + 1
    room = ndimage.distance_transform_edt(np.pad(shut, ((0, 0), (0, 0), (0, tall)), mode="edge"))
    top = shut.shape[2] - 1
    inside: Float[np.ndarray, "i j k"] = room[:, :, : top + 1]
    start = np.unravel_index(inside.argmax(), inside.shape)
    low, high = 0.0, float(inside.max())
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        wide, _ = ndimage.label(inside >= middle)
        leaves = (wide[:, :, top] == wide[start]).any()
        low, high = (middle, high) if leaves else (low, middle)
    return 2 * float(inside.max()), 2 * max(low, 0.5)
