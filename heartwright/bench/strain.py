"""How unevenly a device stretches the wall around it.

The metrics are our own (planning reference, 2.4) and differ from the published "bulge index", whose
formula is not openly readable.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.bench.deployment import Deployment
from heartwright.data import GeometryError, InputError

Around = Float[np.ndarray, "angle"]
Arcs = Float[np.ndarray, "arc"]
Ring = Float[np.ndarray, "angle axis"]

ARCS = 12


@dataclass(frozen=True, eq=False)
class Strain:
    """Circumferential strain of a wall's ring, arc by arc from the angle 0 onwards."""

    arcs: Arcs  # (length after − before) / before
    local_bulge: Arcs  # an arc's strain less the mean of its two neighbours'
    radial_bulge_mm: Around  # radius after − radius of the ellipse fitted to it

    @property
    def mean(self) -> float:
        """Mean strain."""
        return float(self.arcs.mean())

    @property
    def unevenness(self) -> float:
        """Greatest strain − mean strain."""
        return float(self.arcs.max() - self.arcs.mean())


def annular_strain(before_mm: Around, after_mm: Around, *, arcs: int = ARCS) -> Strain:
    """Strain of a ring given by its radii at the same even angles, before and after.

    Material is taken to move along the radius.

    Raises:
        InputError: the number of angles is no multiple of that of the arcs.
    """
    if len(before_mm) % arcs or arcs < 3:
        raise InputError(f"{len(before_mm)} angles cannot be shared between {arcs} arcs.")
    return ring_strain(_points(before_mm), _points(after_mm), arcs=arcs)


def ring_strain(before: Ring, after: Ring, *, arcs: int) -> Strain:
    """Strain of a ring given by the same points of its material, before and after.

    Points are in the ring's own axes (millimetres from its centre; a third axis is along the
    device's), the first at the beginning of the first arc; each arc has equally many.
    """
    lengths = _arc_lengths(before, arcs)
    strain = (_arc_lengths(after, arcs) - lengths) / lengths
    beside = (np.roll(strain, 1) + np.roll(strain, -1)) / 2
    flat = after[:, :2]
    return Strain(strain, strain - beside, np.linalg.norm(flat, axis=1) - _ellipse_radii(flat))


def strain_at(deployment: Deployment, *, z_mm: float = 0.0, arcs: int = ARCS) -> Strain:
    """Strain of the wall's ring at a height above the site.

    Raises:
        InputError: the wall is rigid, so that it has no strain to tell.
        GeometryError: the device does not reach that height inside the lumen.
    """
    if deployment.wall is None:
        raise InputError(
            "a rigid wall has no strain; give the wall's modulus and thickness "
            "(--wall-modulus, --wall-thickness)."
        )
    z = deployment.z_mm
    if not z[0] <= z_mm <= z[-1]:
        raise GeometryError(
            f"the device lies between {z[0]:.1f} and {z[-1]:.1f} mm; {z_mm:g} mm is beyond it."
        )
    before, after = (
        np.array([np.interp(z_mm, z, column) for column in radius.T])
        for radius in (deployment.room.wall_mm, deployment.wall_mm)
    )
    return annular_strain(before, after, arcs=arcs)


def _points(radius: Around) -> Float[np.ndarray, "angle 2"]:
    angle = 2 * np.pi * np.arange(len(radius)) / len(radius)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _arc_lengths(places: Ring, arcs: int) -> Arcs:
    edges = np.linalg.norm(np.roll(places, -1, axis=0) - places, axis=1)
    lengths: Arcs = edges.reshape(arcs, -1).sum(axis=1)
    return lengths


def _ellipse_radii(points: Float[np.ndarray, "angle 2"]) -> Around:
    """Radius, along each point's own direction, of the conic fitted to all points."""
    x, y = points.T
    terms = np.stack([x * x, x * y, y * y, x, y], axis=1)
    a, b, c, d, e = np.linalg.lstsq(terms, np.ones(len(x)), rcond=None)[0]
    u, v = (points / np.linalg.norm(points, axis=1, keepdims=True)).T
    square, slope = a * u * u + b * u * v + c * v * v, d * u + e * v
    return (-slope + np.sqrt(slope**2 + 4 * square)) / (2 * square)
