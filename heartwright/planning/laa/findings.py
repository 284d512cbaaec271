"""What makes a plan doubtful, a sentence each."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from heartwright.data import LabelMap, Plane, Volume
from heartwright.planning.laa.beyond import Beyond

Vector = Float[np.ndarray, "3"]
Triangles = Float[np.ndarray, "triangle 3 3"]

_ATRIAL_MAXIMUM = (30.0, 50.0)  # % of the RR interval: end of ventricular systole [unverified]
_MIDDLE_MM = 5.0  # to the right of the atrium's middle, where it is not yet another side
_DIRECTIONS = 300
_SLAB_MM = 0.05  # below an extreme: what of a surface is flat there
_UPRIGHT = np.cos(np.radians(4.0))
_FLAT_MM2 = 30.0  # of a cap; a round tip of 8 mm radius has 2.5 mm² in the slab
_RATIO, _LEAST_HU = 0.25, 100.0  # of the appendage's contrast [unverified]


def about_phase(phase_percent: float | None) -> Iterator[str]:
    """Appendages are measured near the atrium's greatest volume, late in ventricular systole."""
    low, high = _ATRIAL_MAXIMUM
    if phase_percent is None:
        yield (
            "The scan's phase is not known; appendages are sized near the atrium's greatest volume "
            f"({low:g} to {high:g} % of RR, unverified): give --phase."
        )
    elif not low <= phase_percent <= high:
        yield (
            f"The phase, {phase_percent:g} % of RR, is not near the atrium's greatest volume "
            f"({low:g} to {high:g} %, unverified): the appendage may be larger than measured."
        )


def about_side(ostium: Plane, centre: Vector) -> Iterator[str]:
    """Left is +x: an appendage on the other side of the atrium is mirrored or another one."""
    if (ostium.point - centre)[0] < -_MIDDLE_MM:
        yield (
            "The appendage lies on the right of the atrium's middle (LPS: left is +x): the image "
            "is mirrored, or this is the right atrium; no size is proposed."
        )


def about_cut(part: Beyond) -> Iterator[str]:
    """A flat end is where a scan or a label ended, not a tip."""
    flat = flat_end_mm2(part.triangles)
    if flat > _FLAT_MM2:
        yield (
            f"The appendage ends in a flat face of {flat:.0f} mm²: it is cut off, probably at the "
            "scan's edge; depth, volume and lobes are larger than measured."
        )


def flat_end_mm2(triangles: Triangles) -> float:
    """Area of the largest flat face that a surface ends in, mm².

    For many directions the surface within 0.05 mm of its farthest point, as far as it faces that
    way; the direction is turned to that area's mean normal and asked again.
    """
    a, b, c = triangles.transpose(1, 0, 2)
    across = np.cross(b - a, c - a)
    areas = np.linalg.norm(across, axis=1) / 2
    normals = across / np.maximum(2 * areas, 1e-12)[:, None]
    centres = triangles.mean(axis=1)
    return max(_flat(direction, centres, normals, areas) for direction in _sphere())


def _flat(direction: Vector, centres: np.ndarray, normals: np.ndarray, areas: np.ndarray) -> float:
    for slab_mm in (2.0, 0.5):
        face = _facing(direction, centres, normals, slab_mm, 0.9)
        mean = areas[face] @ normals[face]
        length = float(np.linalg.norm(mean))
        direction = mean / length if length > 0 else direction
    return float(areas[_facing(direction, centres, normals, _SLAB_MM, _UPRIGHT)].sum())


def _facing(
    direction: Vector, centres: np.ndarray, normals: np.ndarray, slab_mm: float, cosine: float
) -> Bool[np.ndarray, "triangle"]:
    height = centres @ direction
    return np.asarray((height > height.max() - slab_mm) & (normals @ direction > cosine))


def _sphere() -> Float[np.ndarray, "direction 3"]:
    """Directions spread evenly (Fibonacci's lattice)."""
    number = np.arange(_DIRECTIONS) + 0.5
    z = 1 - 2 * number / _DIRECTIONS
    turn = np.pi * (1 + 5**0.5) * number
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)


def about_filling(
    scan: Volume, appendage: Float[np.ndarray, "_ 3"], atrium: Float[np.ndarray, "_ 3"]
) -> Iterator[str]:
    """Whether contrast agent fills the appendage as it fills the atrium.

    Args:
        scan: in Hounsfield units.
        appendage: places inside the appendage, away from its wall, LPS mm.
        atrium: places inside the atrium's body.
    """
    inside, before = (_median(scan, places) for places in (appendage, atrium))
    if inside is None or before is None:
        yield "The scan does not cover the appendage; its filling was not checked."
    elif inside < _LEAST_HU or inside < _RATIO * before:
        yield (
            f"The appendage is incompletely filled: {inside:.0f} HU against {before:.0f} HU in the "
            f"atrium (limits 100 HU and a ratio of 0.25, unverified): thrombus or slow flow; its "
            f"true border may lie farther out."
        )
    elif inside < 0.75 * before:
        yield (
            f"Contrast falls from {before:.0f} HU in the atrium to {inside:.0f} HU in the "
            f"appendage; its border may be drawn too tight."
        )


def about_thrombus(labels: LabelMap, label: int) -> Iterator[str]:
    """A label that says thrombus."""
    volume = float(labels.mask(label).sum()) * labels.grid.voxel_mm3
    yield (
        f"Thrombus is labelled ({volume / 1000:.2f} mL): a thrombus in the appendage speaks "
        f"against closing it, and no size is proposed."
    )


def _median(scan: Volume, places: Float[np.ndarray, "place 3"]) -> float | None:
    index = np.rint(scan.grid.to_index(places)).astype(int)
    index = index[((index >= 0) & (index < scan.values.shape)).all(axis=1)]
    return float(np.median(scan.values[tuple(index.T)])) if len(index) else None
