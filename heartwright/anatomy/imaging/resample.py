"""Slices that lie tilted, sideways or unevenly, brought onto one even grid at right angles."""

import numpy as np
from jaxtyping import Float, Num

from heartwright.anatomy.imaging.geometry import Stack
from heartwright.data.errors import GeometryError

BELOW_AIR = -2048.0  # HU; nothing in a body is as dark
_FARTHEST = 2  # times the slices' size; a gantry tilted by 30° over 400 mm reaches 1.2
_ON_GRID = 1e-6  # pixels, rounding of positions


def upright(
    values: Num[np.ndarray, "i j k"], stack: Stack, pad: float, where: str
) -> tuple[Float[np.ndarray, "x y z"], Float[np.ndarray, "4 4"]]:
    """Interpolate slices linearly onto an even grid along their normal that holds them all.

    Each slice is shifted in its own plane to where its position says, then the grid's slices are
    interpolated between their two neighbours. Linear ramps in space are kept exactly.

    Args:
        values: slices in the order of the stack.
        stack: where they lie.
        pad: for voxels outside the slices.
        where: what to call the series in messages.

    Returns:
        float32 values, and the affine from index to LPS mm.

    Raises:
        GeometryError: the slices lie too far aside of each other.
    """
    shifts, corner = _shifts(stack)
    widest = np.ptp(shifts, axis=0)
    if (widest > _FARTHEST * np.array(values.shape[:2])).any():
        raise GeometryError(
            f"{where} wanders sideways: its slices lie too far aside of each other to be one "
            f"volume; export the series again."
        )
    size = np.array(values.shape[:2]) + np.ceil(widest - _ON_GRID).astype(int)
    straight = _straightened(values, shifts, size)
    heights = _even(stack.heights)
    filled = _between(straight, stack.heights, heights)
    np.nan_to_num(filled, copy=False, nan=min(pad, float(values.min())))
    return filled, _affine(stack, corner, heights)


def _shifts(stack: Stack) -> tuple[Float[np.ndarray, "slice 2"], Float[np.ndarray, "2"]]:
    """Of each slice in pixels (columns, rows) from the grid's corner, and that corner's own."""
    aside = (stack.positions - stack.positions[0]) @ stack.axes[:, :2]
    pixels = np.round(aside / stack.audit.spacing_mm[:2], 6)
    corner = pixels.min(axis=0)
    return pixels - corner, corner


def _straightened(
    values: Num[np.ndarray, "i j k"], shifts: Float[np.ndarray, "slice 2"], size: np.ndarray
) -> Float[np.ndarray, "x y k"]:
    """Every slice on the common pixels; NaN beside it."""
    from scipy import ndimage

    straight = np.empty((*size, len(shifts)), dtype=np.float32, order="F")
    for number, shift in enumerate(shifts):
        ndimage.affine_transform(
            values[:, :, number].astype(np.float32),
            np.ones(2),
            offset=-shift,
            output_shape=tuple(size),
            output=straight[:, :, number],
            order=1,
            cval=np.nan,
        )
    return straight


def _even(heights: Float[np.ndarray, "slice"]) -> Float[np.ndarray, "z"]:
    """As many even heights as the median gap asks for, between the same ends."""
    gap = np.quantile(np.diff(heights), 0.5, method="lower")
    return np.linspace(0, heights[-1], int(np.rint(heights[-1] / gap)) + 1)


def _between(
    slices: Float[np.ndarray, "x y k"],
    heights: Float[np.ndarray, "k"],
    wanted: Float[np.ndarray, "z"],
) -> Float[np.ndarray, "x y z"]:
    """Interpolated between the slices below and above each wanted height."""
    if len(wanted) == len(heights) and np.allclose(wanted, heights, atol=1e-9):
        return slices
    below = np.clip(np.searchsorted(heights, wanted, side="right") - 1, 0, len(heights) - 2)
    share = (wanted - heights[below]) / (heights[below + 1] - heights[below])
    found = np.empty((*slices.shape[:2], len(wanted)), dtype=np.float32, order="F")
    for number, (k, s) in enumerate(zip(below, share.astype(np.float32), strict=True)):
        if np.isclose(s, np.rint(s), atol=_ON_GRID):  # NaN of the neighbour does not count
            found[:, :, number] = slices[:, :, k + int(np.rint(s))]
        else:
            found[:, :, number] = (1 - s) * slices[:, :, k] + s * slices[:, :, k + 1]
    return found


def _affine(
    stack: Stack, corner: Float[np.ndarray, "2"], heights: Float[np.ndarray, "z"]
) -> Float[np.ndarray, "4 4"]:
    spacing = np.array([*stack.audit.spacing_mm[:2], heights[1]])
    affine = np.eye(4)
    affine[:3, :3] = stack.axes * spacing
    affine[:3, 3] = stack.positions[0] + stack.axes[:, :2] @ (corner * spacing[:2])
    return affine
