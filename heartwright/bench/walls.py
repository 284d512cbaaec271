"""The lumen as a device sees it from its axis, and how its wall gives way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float

from heartwright.anatomy.mesh import inside
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.bench.rays import Caster
from heartwright.data import GeometryError, InputError, LabelMap, Placement, Solid

Map = Float[np.ndarray, "station angle"]


@dataclass(frozen=True, eq=False)
class Elastic:
    """A wall that gives way as a thin ring: pressure = modulus · thickness · stretch / radius².

    The modulus is that of the label that the wall lies in, where labels are given.
    """

    modulus_mpa: float
    thickness_mm: float
    labels: LabelMap | None = None
    by_label_mpa: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = (self.modulus_mpa, self.thickness_mm, *self.by_label_mpa.values())
        if not all(0 < value < np.inf for value in values):
            raise InputError("a wall's modulus and thickness are positive numbers (MPa, mm).")

    def moduli_mpa(self, points: Float[np.ndarray, "*point 3"]) -> Float[np.ndarray, "*point"]:
        """Modulus at points within the wall, MPa."""
        found = np.full(points.shape[:-1], float(self.modulus_mpa))
        if self.labels is None:
            return found
        index = np.rint(self.labels.grid.to_index(points)).astype(int)
        known = ((index >= 0) & (index < self.labels.values.shape)).all(axis=-1)
        label = np.zeros(found.shape, int)
        label[known] = self.labels.values[tuple(index[known].T)]
        for number, modulus in self.by_label_mpa.items():
            found[label == number] = modulus
        return found


@dataclass(frozen=True, eq=False)
class Room:
    """What is free around an axis: stations inside the lumen, and the wall around each."""

    frame: Float[np.ndarray, "3 3"]  # rows: where the angle is 0, where it is 90°, the axis
    origin: Float[np.ndarray, "3"]
    z_mm: Float[np.ndarray, "station"]
    angles: Float[np.ndarray, "angle"]  # radians
    wall_mm: Map

    def points(self, radius_mm: Map) -> Float[np.ndarray, "station angle 3"]:
        """Places at a radius from the axis, LPS mm."""
        return cylinder(self.frame, self.origin, self.z_mm, self.angles, radius_mm)


def cylinder(
    frame: Float[np.ndarray, "3 3"],
    origin: Float[np.ndarray, "3"],
    z_mm: Float[np.ndarray, "station"],
    angles: Float[np.ndarray, "angle"],
    radius_mm: Map,
) -> Float[np.ndarray, "station angle 3"]:
    """Places given by height along an axis, angle and radius, LPS mm."""
    spokes = np.cos(angles)[:, None] * frame[0] + np.sin(angles)[:, None] * frame[1]
    return origin + z_mm[:, None, None] * frame[2] + radius_mm[..., None] * spokes


def room(
    lumen: Solid, placement: Placement, z_mm: Float[np.ndarray, "station"], *, angles: int
) -> tuple[Room, Bool[np.ndarray, "station"]]:
    """The wall around the axis, and which of the stations lie inside the lumen.

    The first wall on each ray counts: what lies behind a ridge is not seen.

    Raises:
        GeometryError: no station, or hardly one, lies inside the lumen.
    """
    frame = plane_frame(placement.axis)
    within = _together(inside(lumen, placement.origin + z_mm[:, None] * frame[2]), z_mm)
    if within.sum() < 3:
        raise GeometryError(
            f"the device's axis at {_told(placement.origin)} (LPS mm) is not inside "
            f"{lumen.name or 'the lumen'}; check --at, and --frame ras for points from 3D Slicer."
        )
    turn = 2 * np.pi * np.arange(angles) / angles
    z = z_mm[within]
    spokes = cylinder(frame, np.zeros(3), np.zeros(1), turn, np.ones((1, angles)))[0]
    starts = np.repeat(placement.origin + z[:, None] * frame[2], angles, axis=0)
    away = Caster(lumen).first(starts, np.tile(spokes, (len(z), 1)))
    wall = _mended(away.reshape(len(z), angles))
    return Room(frame, placement.origin, z, turn, wall), within


def _together(
    within: Bool[np.ndarray, "station"], z_mm: Float[np.ndarray, "station"]
) -> Bool[np.ndarray, "station"]:
    """The run of stations inside that is nearest to the site."""
    if not within.any():
        return within
    nearest = np.flatnonzero(within)[np.abs(z_mm[within]).argmin()]
    run = np.concatenate([[0], np.cumsum(np.diff(within.astype(int)) != 0)])
    return np.equal(run, run[nearest])


def _mended(away: Map) -> Map:
    """A ray may slip between two triangles: then it takes what its neighbours found."""
    for row in np.flatnonzero(~np.isfinite(away).all(axis=1)):
        known = np.flatnonzero(np.isfinite(away[row]))
        if len(known) == 0:
            raise GeometryError("no wall surrounds the device's axis; check the mesh.")
        away[row] = np.interp(
            np.arange(len(away[row])), known, away[row, known], period=len(away[row])
        )
    return away


def _told(point: Float[np.ndarray, "3"]) -> str:
    return ", ".join(f"{x:.1f}" for x in point)
