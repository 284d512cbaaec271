"""Diameters of a model and of its print, in the same planes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from heartwright.anatomy.mesh import section
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.data import InputError, Solid, SurfaceField
from heartwright.printing.verify.deviation import vertex_normals

Vector = Float[np.ndarray, "3"]
Loop = Float[np.ndarray, "_ 3"]

_EVERY_MM = 5.0  # between stations on a centreline
_SMOOTH = 3  # points on each side between which a centreline's direction is taken
_MEASURED = 0.9  # of a loop that must have been measured


class Station(NamedTuple):
    """A plane through a vessel: a point inside it, and the vessel's direction."""

    name: str
    point: Vector
    normal: Vector


@dataclass(frozen=True)
class Diameter:
    """The width of a vessel at a station: of the circle of equal area, mm."""

    station: str
    model_mm: float
    print_mm: float

    @property
    def error_mm(self) -> float:
        """Print less model."""
        return self.print_mm - self.model_mm


def along(points: Float[np.ndarray, "_ 3"], *, name: str) -> list[Station]:
    """Stations every 5 mm along a centreline.

    Raises:
        InputError: the line is too short.
    """
    if len(points) < 2 * _SMOOTH + 2:
        raise InputError(f"{name} has {len(points)} points: too few for a vessel's direction.")
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    number = np.searchsorted(way, np.arange(_EVERY_MM, way[-1], _EVERY_MM))
    number = number[(number >= _SMOOTH) & (number < len(points) - _SMOOTH)]
    return [
        Station(f"{name} at {way[n]:.0f} mm", points[n], points[n + _SMOOTH] - points[n - _SMOOTH])
        for n in number
    ]


def diameters(field: SurfaceField, stations: Sequence[Station]) -> tuple[list[Diameter], list[str]]:
    """Widths of a model and of its print, and the stations that have none.

    The print is the model with every vertex moved by the deviation there. The smallest closed
    curve around the station's point counts: the lumen's, not the wall's outside.
    """
    model = field.solid
    shift = np.where(np.isfinite(field.values), field.values, 0)
    moved = model.vertices + shift[:, None] * vertex_normals(model)
    printed = Solid(moved, model.faces, model.name)
    tree, known = KDTree(model.vertices), np.isfinite(field.values)
    found, left = [], []
    for station in stations:
        loop = _around(model, station)
        if loop is None or known[tree.query(loop)[1]].mean() < _MEASURED:
            left.append(station.name)
            continue
        other = _around(printed, station)
        if other is None:
            left.append(station.name)
            continue
        found.append(Diameter(station.name, _width(loop), _width(other)))
    return found, left


def _around(solid: Solid, station: Station) -> Loop | None:
    """The smallest closed curve of a section that goes round the station's point."""
    frame = plane_frame(station.normal)[:2]
    loops = section(solid, station.point, station.normal)
    round_it = [loop for loop in loops if _encloses((loop - station.point) @ frame.T)]
    return min(round_it, key=_width, default=None)


def _encloses(flat: Float[np.ndarray, "_ 2"]) -> bool:
    """Whether a closed curve winds around the origin."""
    x, y = flat.T
    angle = np.diff(np.unwrap(np.arctan2([*y, y[0]], [*x, x[0]]))).sum()
    return bool(abs(angle) > np.pi)


def _width(loop: Loop) -> float:
    """Diameter of the circle of the curve's area."""
    centred = loop - loop.mean(axis=0)
    area = np.linalg.norm(np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)) / 2
    return 2 * float(np.sqrt(area / np.pi))
