"""Where the slices of a series truly lie, and whether they make one even grid at right angles.

Only ImagePositionPatient, ImageOrientationPatient and PixelSpacing are believed (DICOM PS3.3
C.7.6.2). SliceThickness, SpacingBetweenSlices and SliceLocation often say something else.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from heartwright.data.errors import GeometryError

EVEN_MM = 0.01  # how far a slice may lie off the even grid, as positions are rounded in files …
_EVEN = 0.01  # … or this far, as a share of the spacing
_UPRIGHT_DEGREES = 0.1  # 0.35 mm over a stack of 200 mm
SAME = 1e-4  # rounding of direction cosines and pixel spacings in files
_WIDE = 1.5  # times the median gap: where a few gaps are wider, slices are missing
_FEW = 1 / 3  # where more gaps than this share are wide, that is how the series was made
_TOLD = 5  # … given at least this many gaps to judge by
_PLANES = ("sagittal", "coronal", "axial")  # by the axis of LPS along their normal
_OBLIQUE_DEGREES = 10


@dataclass(frozen=True)
class GeometryAudit:
    """What the positions of a series' slices say."""

    slices: int
    spacing_mm: tuple[float, float, float]  # along i, j, and along the slices' normal
    plane: str  # axial, coronal, sagittal; "oblique …" beyond 10°
    max_deviation_mm: float  # of a slice from the even, straight stack
    tilt_degrees: float  # of the stack against the slices' normal
    missing: int  # slices that the gaps lack
    repeated: int  # slices at the place of another

    @property
    def upright(self) -> bool:
        """Whether the slices make an even grid at right angles as they are."""
        even = self.max_deviation_mm <= _tolerance(self.spacing_mm[2])
        return even and self.tilt_degrees <= _UPRIGHT_DEGREES


@dataclass(frozen=True, eq=False)
class Planes:
    """The planes of slices, in any order, as their files give them."""

    names: tuple[str, ...]
    positions: Float[np.ndarray, "slice 3"]  # centre of the first pixel, LPS mm
    orientations: Float[np.ndarray, "slice 6"]  # directions of a row and of a column
    pixel_spacings: Float[np.ndarray, "slice 2"]  # between rows, between columns, mm

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
    """Where the slices of a series lie, in order along their normal."""

    order: Integer[np.ndarray, "slice"]  # the planes' numbers along the normal
    positions: Float[np.ndarray, "slice 3"]  # in that order
    axes: Float[np.ndarray, "3 3"]  # columns: unit directions of row, column and normal
    audit: GeometryAudit

    @property
    def heights(self) -> Float[np.ndarray, "slice"]:
        """Along the normal from the first slice, mm."""
        return (self.positions - self.positions[0]) @ self.axes[:, 2]

    @property
    def affine(self) -> Float[np.ndarray, "4 4"]:
        """Index (column, row, slice) to LPS mm, true where the stack is upright."""
        affine = np.eye(4)
        affine[:3, :2] = self.axes[:, :2] * self.audit.spacing_mm[:2]
        affine[:3, 2] = (self.positions[-1] - self.positions[0]) / (len(self.positions) - 1)
        affine[:3, 3] = self.positions[0]
        return affine


def stack(planes: Planes, where: str) -> Stack:
    """Order the planes along their normal and audit how they lie.

    Args:
        planes: at least one.
        where: what to call the series in messages.

    Raises:
        GeometryError: the planes differ in size, spacing or orientation, or lie all at one place.
    """
    _refuse_mixture(planes, where)
    heights = planes.positions @ planes.normal
    order = np.argsort(heights, kind="stable")
    audit = _audit(planes, planes.positions[order], heights[order], where)
    axes = np.column_stack([planes.row, planes.column, planes.normal])
    return Stack(order, planes.positions[order], axes, audit)


def refuse_gaps(audit: GeometryAudit, where: str) -> None:
    """A volume needs every slice once.

    Raises:
        GeometryError: slices repeat a position, or some are missing.
    """
    if audit.repeated:
        raise GeometryError(
            f"{where}: {audit.repeated} of {audit.slices} slices repeat the position of another "
            f"(copies, or phases that no known tag tells apart); export one phase once."
        )
    if audit.missing:
        raise GeometryError(
            f"{where} misses {audit.missing} {'slice' if audit.missing == 1 else 'slices'}: most "
            f"of its slices are {audit.spacing_mm[2]:.2f} mm apart, but some gaps are wider; "
            f"export the whole series."
        )


def plane_name(orientation: Float[np.ndarray, "6"]) -> str:
    """The plane that lies nearest to a slice's directions of row and column."""
    normal = np.abs(np.cross(orientation[:3], orientation[3:]))
    name = _PLANES[int(normal.argmax())]
    off = np.degrees(np.arccos(min(float(normal.max()), 1.0)))
    return name if off <= _OBLIQUE_DEGREES else f"oblique {name}"


def _refuse_mixture(planes: Planes, where: str) -> None:
    if abs(np.linalg.norm(planes.normal) - 1) > 1e-3 or abs(planes.row @ planes.column) > 1e-3:
        raise GeometryError(
            f"{where}: ImageOrientationPatient of {planes.names[0]} is not a pair of perpendicular "
            f"unit vectors; export the series again."
        )
    spacings = planes.pixel_spacings
    odd = np.flatnonzero(np.abs(spacings - spacings[0]).max(axis=1) > SAME)
    if len(odd):
        raise GeometryError(
            f"{where} mixes slices of different pixel spacing in mm: {_list(spacings[0])} in "
            f"{planes.names[0]} but {_list(spacings[odd[0]])} in {planes.names[odd[0]]}; "
            f"export one series alone."
        )


def _audit(
    planes: Planes,
    ordered: Float[np.ndarray, "slice 3"],
    heights: Float[np.ndarray, "slice"],
    where: str,
) -> GeometryAudit:
    apart = np.concatenate([[True], np.diff(heights) >= EVEN_MM])
    count = int(apart.sum())
    if count < 2:
        raise GeometryError(f"{where} has one slice only; a volume needs at least 2.")
    positions = ordered[apart]
    step = (positions[-1] - positions[0]) / (count - 1)
    along = float(step @ planes.normal)
    aside = step - along * planes.normal
    off = positions - (positions[0] + np.arange(count)[:, None] * step)
    missing = _missing(np.diff(heights[apart]))
    between_rows, between_columns = planes.pixel_spacings[0]
    typical = float(np.median(np.diff(heights[apart]))) if missing else along
    return GeometryAudit(
        slices=len(heights),
        spacing_mm=(float(between_columns), float(between_rows), typical),
        plane=plane_name(planes.orientations[0]),
        max_deviation_mm=float(np.linalg.norm(off, axis=1).max()),
        tilt_degrees=float(np.degrees(np.arctan2(np.linalg.norm(aside), along))),
        missing=missing,
        repeated=len(heights) - count,
    )


def _missing(gaps: Float[np.ndarray, "gap"]) -> int:
    """How many slices the gaps lack; none where wide gaps are how the series was made."""
    usual = np.quantile(gaps, 0.5, method="lower") if len(gaps) >= _TOLD else gaps.min()
    wide = gaps > _WIDE * usual
    if wide.mean() > _FEW and len(gaps) >= _TOLD:
        return 0
    return int(np.rint(gaps[wide] / usual - 1).sum())


def _tolerance(spacing: float) -> float:
    return max(EVEN_MM, _EVEN * spacing)


def _list(values: np.ndarray) -> str:
    return ", ".join(f"{value:g}" for value in values)
