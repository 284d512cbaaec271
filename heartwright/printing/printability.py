"""What a printer will make of a solid: measures, and plain warnings before money is spent."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.mesh import bodies, cavities
from heartwright.data.surface import Solid, SurfaceField, loose_edges

_RESIN_MM = 0.6  # thinnest wall that common resin printers hold
_FILAMENT_MM = 0.8  # two lines of a 0.4 mm nozzle
_BUILD_MM = 250.0  # edge of a common build volume


@dataclass(frozen=True, eq=False)
class Printability:
    """Measures of a solid as a thing to print; thickness only where its wall is known."""

    watertight: bool
    volume_mm3: float
    area_mm2: float
    bounds: Float[np.ndarray, "2 3"]  # LPS mm
    bodies: int
    cavities: int  # voids with no way out
    thickness: SurfaceField | None  # mm, on the lumen; NaN at cut faces
    warnings: tuple[str, ...]

    @property
    def wall_min_mm(self) -> float | None:
        """Thinnest place of the wall, mm."""
        measured = self._measured()
        return float(measured.min()) if len(measured) else None

    @property
    def wall_median_mm(self) -> float | None:
        """Median thickness over the lumen's vertices, mm."""
        measured = self._measured()
        return float(np.median(measured)) if len(measured) else None

    def _measured(self) -> Float[np.ndarray, "measured"]:
        values = np.empty(0) if self.thickness is None else self.thickness.values
        return values[np.isfinite(values)]

    def summary(self) -> dict[str, object]:
        """The measures as plain values, ready for JSON; null where nothing was measured."""
        return {
            "watertight": self.watertight,
            "volume_mm3": self.volume_mm3,
            "area_mm2": self.area_mm2,
            "bounds_mm": self.bounds.tolist(),
            "wall_min_mm": self.wall_min_mm,
            "wall_median_mm": self.wall_median_mm,
            "bodies": self.bodies,
            "cavities": self.cavities,
            "warnings": list(self.warnings),
        }


def printability(solid: Solid, *, thickness: SurfaceField | None = None) -> Printability:
    """Measure a solid as a thing to print.

    `thickness` is its wall's, in mm on the lumen's vertices, where it is known.
    """
    pieces, voids = len(bodies(solid)), cavities(solid)
    return Printability(
        watertight=loose_edges(solid.faces) == 0,
        volume_mm3=solid.volume_mm3,
        area_mm2=solid.area_mm2,
        bounds=solid.bounds,
        bodies=pieces,
        cavities=voids,
        thickness=thickness,
        warnings=(
            *_about_pieces(pieces, voids),
            *_about_size(solid.bounds),
            *(() if thickness is None else _about_thickness(thickness)),
        ),
    )


def _about_pieces(pieces: int, voids: int) -> Iterator[str]:
    if voids:
        yield (
            f"{_count(voids, 'closed void')} inside: resin or powder cannot leave; open the lumen "
            f"with --open."
        )
    if pieces > 1:
        yield (
            f"The model falls into {pieces} separate bodies; keep the largest, or join them "
            f"before printing."
        )


def _about_size(bounds: Float[np.ndarray, "2 3"]) -> Iterator[str]:
    largest = float(np.ptp(bounds, axis=0).max())
    if largest > _BUILD_MM:
        yield (
            f"The model is {largest:.0f} mm long, more than the {_BUILD_MM:.0f} mm of a common "
            f"build volume; split or crop it."
        )


def _about_thickness(field: SurfaceField) -> Iterator[str]:
    values = field.values[np.isfinite(field.values)]
    if len(values) == 0:
        yield "The wall's thickness could be measured nowhere: all of the lumen is cut face."
    elif values.min() < _RESIN_MM:
        yield (
            f"The wall is {values.min():.2f} mm at its thinnest, under the {_RESIN_MM} mm that "
            f"resin printers hold; make it thicker with --wall."
        )
    elif values.min() < _FILAMENT_MM:
        yield (
            f"The wall is {values.min():.2f} mm at its thinnest: fine for resin, but under the "
            f"{_FILAMENT_MM} mm (two lines of a 0.4 mm nozzle) of filament printers."
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"
