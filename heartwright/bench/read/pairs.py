"""The same beads in two scans: numbered around the annulus, and matched."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer
from scipy.optimize import linear_sum_assignment

from heartwright.anatomy.mesh.section import plane_frame
from heartwright.bench.strain import Strain, ring_strain
from heartwright.data import GeometryError, Plane

_OFF_RING_MM = 3.0  # the marker's height above the other beads, at least
_AS_GOOD = (1.4, 0.15)  # residuals up to this factor and mm above the best are no worse
_TURN = 2.0  # without a marker, the second-smallest turn is this many times the smallest
_CLOSE = 0.5  # of the distance between neighbours: a match further away may be another bead's
_CENTROID_VOXELS = (
    0.1  # standard error of a bead's middle, in voxels, without the pull that both share
)

Points = Float[np.ndarray, "bead 3"]


@dataclass(frozen=True, eq=False)
class Pair:
    """A ring of beads before and after, in the plane's axes (mm from its point)."""

    before: Points  # by angle from the plane's first axis
    after: Points  # the same beads, after moving the second scan onto the first
    residual_mm: float  # root mean square of what motion and even expansion leave
    turn_deg: float  # of that motion
    by_marker: bool  # a marker bead told which is which

    @property
    def angles(self) -> Float[np.ndarray, "bead"]:
        """Where the beads lay before, radians in [0, 2π)."""
        return np.mod(np.arctan2(self.before[:, 1], self.before[:, 0]), 2 * np.pi)

    @property
    def lengths_mm(self) -> Float[np.ndarray, "bead"]:
        """From each bead to the next, before."""
        return np.linalg.norm(np.roll(self.before, -1, axis=0) - self.before, axis=1)

    def strain(self) -> Strain:
        """Strain of the chords between neighbours, from the first bead onwards."""
        return ring_strain(self.before, self.after, arcs=len(self.before))


def numbered(beads: Points, plane: Plane, *, count: int) -> Points:
    """Beads in a plane's axes: the ring by angle, and after it the marker if there is one.

    Raises:
        GeometryError: the one bead too many is no marker, or the ring does not go round the
            plane's point.
    """
    local = _local(beads, plane)
    local = local[np.argsort(np.abs(local[:, 2] - np.median(local[:, 2])))]
    ring, rest = local[:count], local[count:]
    away = np.abs(rest[:, 2] - np.median(ring[:, 2]))
    if (away < max(_OFF_RING_MM, 1.5 * float(np.ptp(ring[:, 2])))).any():
        raise GeometryError(
            f"{len(beads)} beads are found and none stands off the ring as a marker does; correct "
            f"--beads or --plane."
        )
    if np.abs(ring[:, 2] - np.median(ring[:, 2])).max() > _OFF_RING_MM:
        raise GeometryError(
            f"a bead of the ring stands more than {_OFF_RING_MM:g} mm off it, as a marker does; "
            f"a bead is missing or merged, or --plane is not the ring's."
        )
    angle = np.mod(np.arctan2(ring[:, 1], ring[:, 0]) + 1e-9, 2 * np.pi)
    order = np.argsort(angle)
    if np.diff(angle[order], append=angle[order[0]] + 2 * np.pi).max() > np.pi:
        raise GeometryError(
            "the beads do not go round the plane's point; give the annulus' centre and axis with "
            "--plane (and --frame ras for points from 3D Slicer)."
        )
    return np.vstack([ring[order], rest])


def matched(
    before: Points, after: Float[np.ndarray, "other 3"], plane: Plane, *, count: int
) -> Pair:
    """Move the beads of a second scan onto those of the first, and match them one to one.

    Every cyclic order of the ring is tried, from both faces, with the rotation that fits it best
    (Kabsch, doi:10.1107/S0567739476001873). Where several fit alike without a marker, as in an
    even ring, the smallest turn is taken if it is clearly the smallest.

    Args:
        before: from `numbered`.
        after: in LPS mm and any order.
        plane: the first scan's, in whose axes `before` is.
        count: beads in the ring.

    Raises:
        GeometryError: a marker is in one scan only, or more than one match is possible.
    """
    if len(before) != len(after):
        raise GeometryError(
            f"{len(before)} beads are found before and {len(after)} after; both scans need the "
            f"same ones, the marker included."
        )
    local = _local(after, plane)
    rotations, moved, residuals = _fitted(before, local[_orders(local, count)])
    factor, more = _AS_GOOD
    alike = np.flatnonzero(residuals <= factor * residuals.min() + more)
    turns = _turns_deg(rotations)
    rank = residuals if len(before) > count else turns
    best = alike[rank[alike].argmin()]
    others = alike[alike != best]
    if len(others) and (len(before) > count or turns[others].min() < _TURN * turns[best]):
        raise GeometryError(
            "beads before and after can be matched in more than one way; use a marker bead off "
            "the ring, or scan the model in nearly the same pose."
        )
    cloud = moved[best]
    nearest = _assigned(before, cloud)
    return Pair(
        before[:count],
        cloud[nearest][:count],
        float(residuals[best]),
        float(turns[best]),
        by_marker=len(before) > count,
    )


def strain_uncertainty(pair: Pair, voxels_mm: tuple[float, float]) -> Float[np.ndarray, "bead"]:
    """Standard error of each arc's strain that the beads' middles cause.

    A chord's length errs by √2 times a middle's error along it, in both scans.
    """
    error = _CENTROID_VOXELS * np.hypot(*voxels_mm)
    return np.sqrt(2) * error / pair.lengths_mm


def _local(points: Points, plane: Plane) -> Points:
    local: Points = (points - plane.point) @ plane_frame(plane.normal).T
    return local


def _orders(after: Points, count: int) -> Integer[np.ndarray, "order bead"]:
    """Ways to number the second scan's beads: all beginnings, both directions, marker last."""
    everyone = np.arange(len(after))
    marker = everyone[:0] if len(after) == count else _marker(after)
    ring = np.setdiff1d(everyone, marker)
    flat = after[ring] - after[ring].mean(axis=0)
    first, second, _ = np.linalg.svd(flat, full_matrices=False)[2]
    round_about = ring[np.argsort(np.arctan2(flat @ second, flat @ first))]
    shifts = (np.arange(count)[:, None] + np.arange(count)) % count
    ways = np.vstack([round_about[shifts], round_about[::-1][shifts]])
    return np.hstack([ways, np.tile(marker, (len(ways), 1))])


def _marker(after: Points) -> Integer[np.ndarray, "1"]:
    """The bead without which the others lie flattest."""
    everyone = np.arange(len(after))
    rests = after[np.array([np.delete(everyone, one) for one in everyone])]
    flat = rests - rests.mean(axis=1, keepdims=True)
    thickness = np.linalg.svd(flat, compute_uv=False)[:, 2]
    return everyone[[thickness.argmin()]]


def _fitted(
    fixed: Points, moving: Float[np.ndarray, "order bead 3"]
) -> tuple[
    Float[np.ndarray, "order 3 3"], Float[np.ndarray, "order bead 3"], Float[np.ndarray, "order"]
]:
    """The rotation that fits each order best, the beads moved by it, and what remains, mm.

    What remains is counted after scaling, so that an even expansion does not hide the order.
    """
    target = fixed - fixed.mean(axis=0)
    source = moving - moving.mean(axis=1, keepdims=True)
    u, stretch, vt = np.linalg.svd(np.einsum("obi,bj->oij", source, target))
    sign = np.linalg.det(u @ vt)
    u[:, :, 2] *= sign[:, None]
    stretch[:, 2] *= sign
    rotations = u @ vt  # from the right: source @ rotation ≈ target
    power = (target**2).sum() - stretch.sum(axis=1) ** 2 / (source**2).sum(axis=(1, 2))
    residuals = np.sqrt(np.maximum(power, 0) / len(fixed))
    moved = source @ rotations
    return rotations, moved + fixed.mean(axis=0), residuals


def _turns_deg(rotations: Float[np.ndarray, "order 3 3"]) -> Float[np.ndarray, "order"]:
    cosine = (np.trace(rotations, axis1=1, axis2=2) - 1) / 2
    return np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))


def _assigned(before: Points, after: Points) -> Integer[np.ndarray, "bead"]:
    """The nearest one-to-one assignment.

    Raises:
        GeometryError: a bead's partner is not clearly its own.
    """
    apart = np.linalg.norm(before[:, None] - after[None], axis=-1)
    _, partner = linear_sum_assignment(apart**2)
    between = np.linalg.norm(before[:, None] - before[None], axis=-1)
    np.fill_diagonal(between, np.inf)
    far = apart[np.arange(len(before)), partner] - _CLOSE * between.min(axis=1)
    if far.max() > 0:
        raise GeometryError(
            f"bead {int(far.argmax()) + 1} has moved so far that another bead's place is as near; "
            f"check that both scans show the same model."
        )
    return partner
