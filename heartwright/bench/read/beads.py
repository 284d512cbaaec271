"""Radio-opaque beads in a CT scan: where their middles lie, to a fraction of a voxel."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy import ndimage

from heartwright.data import GeometryError, Grid, InputError, Volume

SPARE = 1  # one more bead than the ring's may be the marker

_SOLID_HU = -300.0  # above it is resin, water or metal; below it air and foam
_METAL_HU = 300.0  # that metal stands out from what surrounds it, at least
_LEVEL = 0.4  # level of a bead's outline from surroundings to peak
_BLUR_MM = 1.1  # full width of a CT's point spread, which small beads swell by
_SIZES = (0.35, 1.5)  # of the diameter that the bead and the blur give
_LONGEST = 1.5  # elongation of a bead; of two that touch it is about 2
_LARGEST_VOXEL = 1.0  # of the bead's diameter
_FIT = 30  # voxels that a linear field is fitted to, at least
_LIST = 5  # places in one sentence

Points = Float[np.ndarray, "bead 3"]


@dataclass(frozen=True, eq=False)
class Bright:
    """A bright body in a scan."""

    middle: Float[np.ndarray, "3"]  # LPS mm, grey-weighted
    diameter_mm: float  # of the ball of its volume at half level
    elongation: float  # its longest standard deviation / its middle one


@dataclass(frozen=True, eq=False)
class Beads:
    """The beads of a scan, and what else is as bright."""

    middles: Points  # LPS mm
    others: tuple[Bright, ...]  # too large or too long: a device, screws


@dataclass(frozen=True, eq=False)
class _Labelled:
    """A scan, its bright bodies by number, and what is no metal."""

    grid: Grid
    values: Float[np.ndarray, "i j k"]
    labels: Integer[np.ndarray, "i j k"]
    dark: float  # below it there is no metal


def find_beads(volume: Volume, *, count: int, diameter_mm: float) -> Beads:
    """Find `count` beads, and one more where there is a marker.

    A bead is a body brighter than four tenths of the way from its
    surroundings to the beads' usual peak, of
    the size that a ball of this diameter has after a scanner's blur. Its middle is the mean of
    its voxels' places, weighted by how far they exceed that level over a linear
    field through what surrounds it.

    Raises:
        InputError: the voxels are too coarse for such beads.
        GeometryError: no metal stands out, beads are missing or merged, or too many bodies are of
            a bead's size.
    """
    spacing = volume.grid.spacing
    if spacing.max() > _LARGEST_VOXEL * diameter_mm:
        raise InputError(
            f"voxels of {spacing.max():.2f} mm are too coarse for beads of {diameter_mm:g} mm; "
            f"scan or reconstruct finer, or use larger beads."
        )
    values = np.asarray(volume.values, dtype=np.float32)
    around, peak = _levels(values, count)
    labels, _ = ndimage.label(values > around + _LEVEL * (peak - around))
    scan = _Labelled(volume.grid, values, labels, around + _METAL_HU)
    boxes = ndimage.find_objects(labels)
    found = [_bright(scan, number, box) for number, box in enumerate(boxes, start=1)]
    swollen = float(np.hypot(diameter_mm, _BLUR_MM))
    least, most = (share * swollen for share in _SIZES)
    large = [one for one in found if one.diameter_mm >= least]
    sized = [one for one in large if one.diameter_mm <= most and one.elongation <= _LONGEST]
    others = tuple(one for one in large if one not in sized)
    if not count <= len(sized) <= count + SPARE:
        raise GeometryError(_miscounted(sized, others, count, diameter_mm))
    return Beads(np.array([one.middle for one in sized]), others)


def _levels(values: Float[np.ndarray, "i j k"], count: int) -> tuple[float, float]:
    """Grey values of what surrounds beads, and of their usual peak."""
    solid = values[values > _SOLID_HU]
    around = float(np.median(solid)) if solid.size else -1000.0
    labels, bodies = ndimage.label(values > around + _METAL_HU)
    if not bodies:
        raise GeometryError(
            f"nothing in the scan is {_METAL_HU:g} HU brighter than the model; are there beads of "
            f"metal, and are the values in HU?"
        )
    peaks = np.sort(ndimage.maximum(values, labels, np.arange(1, bodies + 1)))
    return around, float(np.median(peaks[-count:]))


def _bright(scan: _Labelled, number: int, box: tuple[slice, ...]) -> Bright:
    """One body, each of its voxels weighed by how far it exceeds what surrounds it."""
    margin = np.ceil(_BLUR_MM / scan.grid.spacing).astype(int).tolist()
    wide = tuple(
        slice(max(0, part.start - more), part.stop + more)
        for part, more in zip(box, margin, strict=True)
    )
    labels, values = scan.labels[wide], scan.values[wide].astype(np.float64)
    places = scan.grid.to_lps(np.argwhere(labels >= 0) + [part.start for part in wide])
    mine, values = (labels == number).ravel(), values.ravel()
    dark = values < scan.dark
    if dark.sum() > _FIT:
        values = values - _plane(places, values, dark)
    weight = np.maximum(values[mine] - _LEVEL * values[mine].max(), 0)
    middle = weight @ places[mine] / weight.sum()
    spread = np.cov(places[mine].T, bias=True) + np.eye(3) * scan.grid.spacing.max() ** 2 / 12
    widths = np.sqrt(np.linalg.eigvalsh(spread))
    size_mm3 = mine.sum() * scan.grid.voxel_mm3
    return Bright(middle, float(np.cbrt(6 * size_mm3 / np.pi)), float(widths[2] / widths[1]))


def _plane(
    places: Float[np.ndarray, "voxel 3"],
    values: Float[np.ndarray, "voxel"],
    fitted: Bool[np.ndarray, "voxel"],
) -> Float[np.ndarray, "voxel"]:
    """A linear field through some voxels: resin on one side of a bead and air on the other."""
    terms = np.column_stack([places - places.mean(axis=0), np.ones(len(places))])
    return np.asarray(terms @ np.linalg.lstsq(terms[fitted], values[fitted])[0])


def _miscounted(
    beads: list[Bright], others: tuple[Bright, ...], count: int, diameter_mm: float
) -> str:
    said = f"{len(beads)} of the {count} beads of {diameter_mm:g} mm are found"
    if len(beads) > count:
        return (
            f"{len(beads)} bodies have the size of a {diameter_mm:g} mm bead, and {count} (and a "
            f"marker) are asked for; crop the scan to the model, or correct --beads."
        )
    if others:
        return (
            f"{said}; bright bodies that are too large or too long lie at {_listed(others)}: a "
            f"device, or beads that merge with it or with each other."
        )
    return f"{said}; check --beads, --diameter and that no two beads merge."


def _listed(bodies: tuple[Bright, ...]) -> str:
    places = [",".join(f"{x:.1f}" for x in one.middle) for one in bodies[:_LIST]]
    return " and ".join(places) + (" and elsewhere" if len(bodies) > _LIST else "")
