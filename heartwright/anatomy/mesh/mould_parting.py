"""Where to part a mould, so that the cast leaves both halves with the least undercut."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import ndimage

from heartwright.anatomy.mesh.coat_release import undercut
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.anatomy.mesh.shells import without_cavities
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.data import Solid

_ACROSS = 32  # voxels along the body's longest side
_SPREAD_DEG = 15.0  # between the first directions; each later round looks half as far around
_ROUNDS = 3
_AROUND = 12  # directions looked at around the best one
_HEIGHTS = np.linspace(0.1, 0.9, 9)  # shares of the body's height
_TIE = 0.002  # share of the body by which an undercut is no reason to prefer another plane

Vector = Float[np.ndarray, "3"]
Mask = Bool[np.ndarray, "i j k"]


@dataclass(frozen=True, eq=False)
class _Tried:
    plane: Opening
    undercut: float  # share of the body, in both halves together
    area_mm2: float  # of the body's section in the plane

    @property
    def cost(self) -> tuple[float, float]:
        """Less undercut first; then the wider section, where both halves are shallow."""
        return round(self.undercut / _TIE), -self.area_mm2


def parting_plane(shape: Solid) -> Opening:
    """The plane that parts a mould best, its normal towards the head.

    Least undercut of the cast in both halves together; among planes without, the one with the
    widest section. Searched over directions 15° apart, then closer around the best, and over 9
    heights along each, in voxels of a 32nd of the longest side: a start to be looked at, not an
    optimum.
    """
    shape = without_cavities(shape)
    size = float(np.ptp(shape.bounds, axis=0).max())
    spacing = size / _ACROSS
    mask, affine = voxelise(shape, spacing)
    centre = affine[:3, 3] + spacing * (np.array(mask.shape) - 1) / 2
    best = min((_best(mask, n, centre, spacing) for n in _hemisphere()), key=lambda t: t.cost)
    for halvings in range(1, _ROUNDS):
        near = _cone(best.plane.normal, np.radians(_SPREAD_DEG) / 2**halvings)
        rivals = (_best(mask, normal, centre, spacing) for normal in near)
        best = min([best, *rivals], key=lambda tried: tried.cost)
    return best.plane


def _best(mask: Mask, normal: Vector, centre: Vector, spacing: float) -> _Tried:
    """The best height of a plane across one direction."""
    upright = _cropped(_turned(mask, plane_frame(normal)))
    voxels = upright.sum()
    filled = np.flatnonzero(upright.any(axis=(0, 1)))
    heights = np.unique(np.rint(filled[0] + _HEIGHTS * np.ptp(filled)).astype(int))
    each = []
    for height in heights:
        lower, upper = upright[:, :, :height], upright[:, :, height:]
        caught = undercut(lower).sum() + undercut(upper[:, :, ::-1]).sum()
        rise = (height - upright.shape[2] / 2) * spacing
        area = upper[:, :, 0].sum() * spacing**2
        plane = Opening(centre + rise * normal, normal)
        each.append(_Tried(plane, float(caught / voxels), float(area)))
    return min(each, key=lambda tried: tried.cost)


def _turned(mask: Mask, frame: Float[np.ndarray, "3 3"]) -> Bool[np.ndarray, "side side side"]:
    """A mask in a cube about its middle, its third axis along the frame's third row."""
    side = int(np.ceil(np.linalg.norm(mask.shape)))
    offset = (np.array(mask.shape) - 1) / 2 - frame.T @ np.full(3, (side - 1) / 2)
    grey = mask.astype(np.float32)
    turned = ndimage.affine_transform(grey, frame.T, offset, (side, side, side), order=1)
    inside: Bool[np.ndarray, "side side side"] = turned >= 0.5
    return inside


def _cropped(mask: Mask) -> Bool[np.ndarray, "_ _ k"]:
    """A mask without its empty columns, which cost time and say nothing."""
    rows, columns = np.flatnonzero(mask.any(axis=(1, 2))), np.flatnonzero(mask.any(axis=(0, 2)))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _hemisphere() -> Float[np.ndarray, "direction 3"]:
    """Directions towards the head about 15° apart, and the axes."""
    count = round(2 * np.pi / np.radians(_SPREAD_DEG) ** 2)
    z = 1 - (np.arange(count) + 0.5) / count
    turn = np.pi * (1 + np.sqrt(5)) * np.arange(count)  # golden angle: evenly spread
    flat = np.sqrt(1 - z**2)
    around = np.column_stack([flat * np.cos(turn), flat * np.sin(turn), z])
    return np.concatenate([np.eye(3)[::-1], around])


def _cone(axis: Vector, angle: float) -> Float[np.ndarray, "direction 3"]:
    """Directions at an angle around an axis, turned towards the head."""
    turns = np.arange(_AROUND) * 2 * np.pi / _AROUND
    flat = np.sin(angle) * np.column_stack([np.cos(turns), np.sin(turns)])
    local = np.column_stack([flat, np.full(_AROUND, np.cos(angle))])
    around = local @ plane_frame(axis)
    return np.where(around[:, 2:] < 0, -around, around)
