"""Where the slices of a series truly lie, and whether they make one even, upright grid.

Only ImagePositionPatient, ImageOrientationPatient and PixelSpacing are believed (DICOM PS3.3
C.7.6.2). SliceThickness, SpacingBetweenSlices and SliceLocation often say something else.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data.errors import GeometryError
from heartwright.data.volume import checked_affine

_EVEN = 0.01  # how far a slice may lie off the even grid, as a share of the spacing …
_EVEN_MM = 0.01  # … or this far, as positions are rounded in files
_UPRIGHT_DEGREES = 0.1  # 0.35 mm over a stack of 200 mm
_SAME = 1e-4  # rounding of direction cosines and pixel spacings in files


@dataclass(frozen=True)
class GeometryAudit:
    """What the positions of a series' slices say."""

    slices: int
    spacing_mm: tuple[float, float, float]  # along i, j, k
    max_deviation_mm: float  # of a slice from the even grid
    tilt_degrees: float  # of the stack against the slices' normal


@dataclass(frozen=True, eq=False)
class Planes:
    """The planes of slices, in any order, as their files give them."""

    names: tuple[str, ...]
    positions: Float[np.ndarray, "slice 3"]  # centre of the first pixel, LPS mm
    orientations: Float[np.ndarray, "slice 6"]  # directions of a row and of a column
    pixel_spacings: Float[np.ndarray, "slice 2"]  # between rows, between columns, mm
    sizes: Integer[np.ndarray, "slice 2"]  # rows, columns

    @property
    def row(self) -> Float[np.ndarray, "3"]:
        """Direction in which the column index grows."""
        return self.orientations[0, :3]

    @property
    def column(self) -> Float[np.ndarray, "3"]:
        """Direction in which the row index grows."""
        return self.orientations[0, 3:]

    @property
    def normal(self) -> Float[np.ndarray, "3"]:
        """Direction in which the slices are stacked, so that the grid is right-handed."""
        return np.cross(self.row, self.column)


@dataclass(frozen=True, eq=False)
class Stack:
    """An even, upright grid made of planes."""

    order: Integer[np.ndarray, "slice"]  # the planes' numbers along the normal
    affine: Float[np.ndarray, "4 4"]  # index (column, row, slice) to LPS mm
    audit: GeometryAudit


def stack(planes: Planes, where: str) -> Stack:
    """Order the planes along their normal and place them in space.

    Args:
        planes: at least two.
        where: what to call the series in messages.

    Raises:
        GeometryError: planes differ in size, spacing or orientation, repeat a position, miss a
            slice, are uneven, or are sheared by a tilted gantry.
    """
    if len(planes.positions) < 2:
        raise GeometryError(f"{where} has one slice only; a volume needs at least 2.")
    _refuse_mixture(planes, where)
    heights = planes.positions @ planes.normal
    order = np.argsort(heights, kind="stable")
    _refuse_uneven(heights[order], where)
    audit, affine = _place(planes, planes.positions[order])
    _refuse_shear(audit, where)
    return Stack(order, checked_affine(affine, where), audit)


def _refuse_mixture(planes: Planes, where: str) -> None:
    if abs(np.linalg.norm(planes.normal) - 1) > 1e-3 or abs(planes.row @ planes.column) > 1e-3:
        raise GeometryError(
            f"{where}: ImageOrientationPatient of {planes.names[0]} is not a pair of perpendicular "
            f"unit vectors; export the series again."
        )
    for what, values in (
        ("size in pixels", planes.sizes),
        ("pixel spacing in mm", planes.pixel_spacings),
        ("orientation", planes.orientations),
    ):
        odd = np.flatnonzero(np.abs(values - values[0]).max(axis=1) > _SAME)
        if len(odd):
            raise GeometryError(
                f"{where} mixes slices of different {what}: {_list(values[0])} in "
                f"{planes.names[0]} but {_list(values[odd[0]])} in {planes.names[odd[0]]}; "
                f"export one series alone."
            )


def _refuse_uneven(heights: Float[np.ndarray, "slice"], where: str) -> None:
    """Heights are along the normal, in order."""
    gaps = np.diff(heights)
    repeated = int((gaps < _EVEN_MM).sum())
    if repeated:
        raise GeometryError(
            f"{where}: {repeated} of {len(heights)} slices repeat the position of another (copies, "
            f"or several phases in one series); export one phase once."
        )
    even = np.linspace(heights[0], heights[-1], len(heights))
    deviation = np.abs(heights - even).max()
    if deviation <= _tolerance(gaps.mean()):
        return
    steps = gaps / gaps.min()
    missing = int(np.rint(steps).sum()) - len(gaps)
    if missing and np.abs(steps - np.rint(steps)).max() < 2 * _EVEN * steps.max():
        first = heights[np.argmax(gaps)]
        raise GeometryError(
            f"{where} misses {missing} {'slice' if missing == 1 else 'slices'}: behind "
            f"{first:.2f} mm along the slice normal the next is {gaps.max():.2f} mm away instead "
            f"of {gaps.min():.2f} mm; export the whole series."
        )
    raise GeometryError(
        f"{where} is unevenly spaced: its slices are {gaps.min():.2f} to {gaps.max():.2f} mm apart "
        f"and lie up to {deviation:.2f} mm off an even grid; export it with even spacing."
    )


def _place(
    planes: Planes, ordered: Float[np.ndarray, "slice 3"]
) -> tuple[GeometryAudit, Float[np.ndarray, "4 4"]]:
    between_rows, between_columns = planes.pixel_spacings[0]
    count = len(ordered)
    step = (ordered[-1] - ordered[0]) / (count - 1)
    affine = np.eye(4)
    affine[:3, 0] = planes.row * between_columns
    affine[:3, 1] = planes.column * between_rows
    affine[:3, 2] = step
    affine[:3, 3] = ordered[0]
    off = ordered - (ordered[0] + np.arange(count)[:, None] * step)
    spacing = float(np.linalg.norm(step))
    aside = step - (step @ planes.normal) * planes.normal
    audit = GeometryAudit(
        slices=count,
        spacing_mm=(float(between_columns), float(between_rows), spacing),
        max_deviation_mm=float(np.linalg.norm(off, axis=1).max()),
        tilt_degrees=float(np.degrees(np.arctan2(np.linalg.norm(aside), step @ planes.normal))),
    )
    return audit, affine


def _refuse_shear(audit: GeometryAudit, where: str) -> None:
    if audit.tilt_degrees > _UPRIGHT_DEGREES:
        raise GeometryError(
            f"{where} is sheared: its slices are stacked {audit.tilt_degrees:.1f}° off their "
            f"normal (tilted gantry), which is not corrected yet; export it resampled upright."
        )
    if audit.max_deviation_mm > _tolerance(audit.spacing_mm[2]):
        raise GeometryError(
            f"{where} wanders sideways: slices lie up to {audit.max_deviation_mm:.2f} mm off a "
            f"straight stack; export the series again."
        )


def _tolerance(spacing: float) -> float:
    return max(_EVEN_MM, _EVEN * spacing)


def _list(values: np.ndarray) -> str:
    return ", ".join(f"{value:g}" for value in values)
