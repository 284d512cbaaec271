"""Threshold, box, seeds, islands, cavities, necks: contrast-filled cavities out of a scan."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Integer, Num

from heartwright.anatomy.segment.basins import parted
from heartwright.anatomy.segment.box import Block, Box, inside_box, part_of, reach
from heartwright.anatomy.segment.level import calmed, half_level
from heartwright.anatomy.segment.region import (
    SMALLEST_MM3,
    Mask,
    cut_mm2,
    fill,
    grow,
    islands,
    threshold,
)
from heartwright.data.errors import InputError
from heartwright.data.provenance import Provenance
from heartwright.data.volume import Grid, LabelMap, Volume

CALM_MM = 0.6  # blur under which a level is found: noise of 120 HU then hardly moves it

Seeds = Float[np.ndarray, "_ 3"]
Voxels = Integer[np.ndarray, "_ 3"]


def segment(
    volume: Volume,
    *,
    seeds: Seeds | Mapping[str, Seeds],
    lower: float | None = None,
    upper: float | None = None,
    box: Box | None = None,
    smallest_mm3: float = SMALLEST_MM3,
) -> LabelMap:
    """Grow what the threshold allows from the seeds, inside the box, and part it at its necks.

    Only what is connected to a seed through voxel faces is kept. Closed pockets smaller than
    `smallest_mm3` are filled: they are noise, streaks, or muscle between trabeculae, and would be
    trapped voids in a print. Larger pockets stay, as a thrombus or a tumour would be one. Where
    structures have names, each becomes a label, and what is connected is parted where it is
    narrowest between their seeds (`basins.parted`).

    Args:
        volume: the scan.
        seeds: points in the structure, or in each of several by name, LPS mm.
        lower: least value of the structures, HU for CT, included; without it, half way between
            them and their shell (`level.half_level`), in a scan blurred by 0.6 mm.
        upper: greatest value, included; none by default.
        box: two opposite corners that growth stays within, LPS mm, in any order.
        smallest_mm3: least volume of a cavity that stays, and of a region that is grown.

    Returns:
        Labels from 1 on, in the order of the names, on the scan's grid. Its provenance's parameters
        hold `lower` as used, `volume_mm3`, `cut_mm2` (the area that the box or the scan's end cut
        flat, for each side of the patient) and the `warnings` that say so.

    Raises:
        InputError: the range is empty, the box misses the scan, or a seed lies outside the scan,
            the box or the range, on a speck, or in the voxel of another structure's seed.
        ConvergenceError: no level parts the structures from what surrounds them.
    """
    named = seeds if isinstance(seeds, Mapping) else {"": seeds}
    grid, points = volume.grid, np.concatenate(list(named.values()))
    voxels = _voxels(grid, points)
    block, allowed = _allowed(grid, box)
    voxels = voxels - [axis.start for axis in block]
    values, local = volume.values[block], part_of(grid, block)
    _refuse_outside(points, voxels, allowed)
    if lower is None:
        values = calmed(values, spacing=grid.spacing, blur_mm=CALM_MM)
        lower = half_level(values, seeds=voxels, spacing=grid.spacing, allowed=allowed)
    _refuse_range(lower, upper)
    bright = threshold(values, lower=lower, upper=upper)
    _refuse_dark(points, voxels, values, bright)

    smallest = int(np.ceil(smallest_mm3 / grid.voxel_mm3))
    region = islands(grow(bright & allowed, seeds=voxels), smallest=smallest)
    _refuse_specks(points, voxels, region, smallest_mm3)
    region = fill(region, smallest=smallest)

    labels = np.zeros(grid.shape, dtype=np.uint8, order="F")
    labels[block] = _labelled(region, voxels, named, spacing=grid.spacing)
    cut = cut_mm2(region, bright, local)
    parameters = {
        "lower": lower,
        "upper": upper,
        "seeds_lps_mm": {name: at.tolist() for name, at in named.items()},
        "box_lps_mm": None if box is None else box.tolist(),
        "smallest_mm3": smallest_mm3,
        "volume_mm3": float(region.sum() * grid.voxel_mm3),
        "cut_mm2": cut,
        "warnings": [_cap(side, area) for side, area in cut.items()],
    }
    names = {n: name or _name(lower, upper) for n, name in enumerate(named, start=1)}
    provenance = Provenance.of(parameters=parameters)
    provenance = replace(provenance, inputs=volume.provenance.inputs)
    return LabelMap(labels, volume.affine, names, provenance)


def _labelled(
    region: Mask, voxels: Voxels, named: Mapping[str, Seeds], *, spacing: Float[np.ndarray, "3"]
) -> Integer[np.ndarray, "i j k"]:
    """The region's voxels, each with the number of its structure."""
    if len(named) == 1:
        return region.astype(np.uint8)
    numbers = np.repeat(np.arange(1, len(named) + 1), [len(at) for at in named.values()])
    _refuse_shared(voxels, numbers, list(named))
    of = {n: voxels[numbers == n] for n in range(1, len(named) + 1)}
    return parted(region, of, spacing=spacing)


def _name(lower: float, upper: float | None) -> str:
    return f"threshold {lower:g}" + ("" if upper is None else f" to {upper:g}")


def _cap(side: str, area_mm2: float) -> str:
    return (
        f"the structure goes on beyond its {side} end, where the box or the scan cut it flat "
        f"({area_mm2:.0f} mm²): that cap is not anatomy."
    )


def _voxels(grid: Grid, seeds: Seeds) -> Voxels:
    """The voxel that each seed lies in."""
    if len(seeds) == 0:
        raise InputError("growing needs at least one seed; name a point inside the structure.")
    index = grid.to_index(seeds)
    for seed, place in zip(seeds, index, strict=True):
        if not ((place > -0.5) & (place < np.array(grid.shape) - 0.5)).all():
            raise InputError(
                f"the seed {_point(seed)} lies outside the scan, which {_span(grid)} (LPS mm)."
            )
    return np.rint(index).astype(np.int64)


def _allowed(grid: Grid, box: Box | None) -> tuple[Block, Mask]:
    """The block of voxels to work in, and which of them may be grown into."""
    if box is None:
        return _whole(grid), np.ones(grid.shape, dtype=bool, order="F")
    if not np.isfinite(box).all():
        raise InputError("the box has corners that are not numbers; give two points in LPS mm.")
    block = reach(grid, box)
    allowed = inside_box(part_of(grid, block), box)
    if not allowed.any():
        raise InputError(
            f"the box {_point(box[0])} to {_point(box[1])} holds no voxel of the scan, which "
            f"{_span(grid)} (LPS mm)."
        )
    return block, allowed


def _refuse_range(lower: float, upper: float | None) -> None:
    if not lower < (np.inf if upper is None else upper):
        raise InputError(
            f"the range from {lower:g} to {'infinity' if upper is None else f'{upper:g}'} is "
            f"empty; the lower threshold must be below the upper."
        )


def _refuse_outside(seeds: Seeds, voxels: Voxels, allowed: Mask) -> None:
    for seed, voxel in zip(seeds, voxels, strict=True):
        here = ((voxel >= 0) & (voxel < allowed.shape)).all()
        if not (here and allowed[tuple(voxel)]):
            raise InputError(
                f"the seed {_point(seed)} lies outside the box; move the seed or widen the box."
            )


def _refuse_dark(
    seeds: Seeds, voxels: Voxels, values: Num[np.ndarray, "i j k"], bright: Mask
) -> None:
    for seed, voxel in zip(seeds, voxels, strict=True):
        if not bright[tuple(voxel)]:
            raise InputError(
                f"the scan has the value {values[tuple(voxel)]:g} at the seed {_point(seed)}, "
                f"which is outside the range; move the seed or change the thresholds."
            )


def _refuse_specks(seeds: Seeds, voxels: Voxels, region: Mask, smallest_mm3: float) -> None:
    for seed, voxel in zip(seeds, voxels, strict=True):
        if not region[tuple(voxel)]:
            raise InputError(
                f"the seed {_point(seed)} lies on a speck of less than {smallest_mm3:g} mm³; move "
                f"the seed or lower the threshold."
            )


def _refuse_shared(voxels: Voxels, numbers: Integer[np.ndarray, "seed"], names: list[str]) -> None:
    """Seeds of two structures in one voxel."""
    _, place = np.unique(voxels, axis=0, return_inverse=True)
    for here in range(int(place.max()) + 1):
        found = np.unique(numbers[place == here])
        if len(found) > 1:
            first, second = (names[n - 1] for n in found[:2])
            raise InputError(
                f"'{first}' and '{second}' have a seed in the same voxel; move one of them."
            )


def _whole(grid: Grid) -> Block:
    i, j, k = (slice(0, size) for size in grid.shape)
    return i, j, k


def _point(point: Float[np.ndarray, "3"]) -> str:
    return ",".join(f"{x:g}" for x in point)


def _span(grid: Grid) -> str:
    corners = grid.to_lps(np.array(list(np.ndindex(2, 2, 2))) * (np.array(grid.shape) - 1))
    return f"spans {_point(corners.min(axis=0).round(1))} to {_point(corners.max(axis=0).round(1))}"
