"""Calcium by leaflet sector, and in the outflow tract below each of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from heartwright.anatomy.mesh.kernel import halved, to_manifold
from heartwright.data import InputError, LabelMap, Measure, Solid
from heartwright.planning.aortic.frame import Frame
from heartwright.planning.aortic.levels import between_cusps
from heartwright.planning.aortic.nadirs import CUSPS

Angles = Float[np.ndarray, "3"]

SLABS_MM = {"cusp": (0.0, 25.0), "tract": (-10.0, 0.0)}  # from the annulus along its axis
_BALL = (36 * np.pi) ** (1 / 3)  # surface / volume^(2/3): no body of one piece has less


@dataclass(frozen=True, eq=False)
class CalciumBody:
    """Calcium as a mesh."""

    solid: Solid

    def volume(self, frame: Frame, slab: tuple[float, float], sector: tuple[float, float]) -> float:
        """Volume between two heights and two angles, mm³: cut by planes."""
        body, (low, high) = to_manifold(self.solid), slab
        after, before = frame.outward(np.array([sector[0] + np.pi / 2, sector[1] - np.pi / 2]))
        for point, normal in (
            (frame.origin + low * frame.axis, frame.axis),
            (frame.origin + high * frame.axis, -frame.axis),
            (frame.origin, after),
            (frame.origin, before),
        ):
            body, _ = halved(body, point, normal)
        return float(body.volume())


@dataclass(frozen=True, eq=False)
class CalciumLabel:
    """Calcium as a label's voxels, each counted where its centre lies."""

    labels: LabelMap
    label: int

    def volume(self, frame: Frame, slab: tuple[float, float], sector: tuple[float, float]) -> float:
        """Volume between two heights and two angles, mm³."""
        points = self.labels.grid.to_lps(np.argwhere(self.labels.mask(self.label)))
        heights, (low, high) = frame.heights(points), slab
        inside = (heights > low) & (heights <= high) & _between(frame.angles(points), *sector)
        return float(inside.sum() * self.labels.grid.voxel_mm3)


Calcium = CalciumBody | CalciumLabel


def calcium_measures(
    calcium: Calcium, frame: Frame, cusps: Angles, *, boundary_sd_mm: float
) -> dict[str, Measure]:
    """Volume by cusp and, below the annulus, by the cusp above it.

    Sectors end half way between the nadirs' angles, where commissures are taken to be. The
    uncertainty is that of one round deposit: of several, and of blooming, it is greater.

    Raises:
        InputError: two nadirs lie half a turn or more apart; no voxel carries the label.
    """
    return {
        f"{cusp}_{part}_calcium": Measure(v, boundary_sd_mm * _BALL * v ** (2 / 3), "mm³")
        for part, slab in SLABS_MM.items()
        for cusp, sector in zip(CUSPS, _sectors(cusps), strict=True)
        for v in [calcium.volume(frame, slab, sector)]
    }


def _sectors(cusps: Angles) -> Iterator[tuple[float, float]]:
    """The angles between which each cusp lies; seen from the aorta cusps run clockwise."""
    opposite = between_cusps(cusps)
    for n in range(3):
        low, high = float(opposite[(n + 2) % 3]), float(opposite[(n + 1) % 3])
        if not 0 < (high - low) % (2 * np.pi) < np.pi:
            raise InputError(
                "two nadirs lie half a turn or more apart around the annulus, so that calcium has "
                "no three sectors; check the points."
            )
        yield low, high


def _between(
    angles: Float[np.ndarray, "point"], low: float, high: float
) -> Bool[np.ndarray, "point"]:
    return (angles - low) % (2 * np.pi) < (high - low) % (2 * np.pi)
