"""Structures of a label map named by points, as those of a scan are."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Integer

from heartwright.anatomy.segment.basins import parted
from heartwright.anatomy.segment.region import Mask
from heartwright.data.errors import InputError
from heartwright.data.volume import Grid, LabelMap

_NEAR_MM = 2.0  # how far beside its structure a point may lie

Seeds = Float[np.ndarray, "_ 3"]
Voxels = Integer[np.ndarray, "_ 3"]


def picked(labels: LabelMap, seeds: Mapping[str, Seeds]) -> LabelMap:
    """The structures that points lie in or next to, named by them; what has no point is left out.

    Points of one name in several labels make these one structure. Where points of several names
    lie in one label, it is parted where it is narrowest between them (`basins.parted`).

    Args:
        labels: a segmentation, by whoever made it.
        seeds: points of each structure, LPS mm.

    Raises:
        InputError: a point lies farther than 2 mm from every label, or two names share a voxel.
    """
    places = {
        name: np.stack([voxel_of(labels, point, name) for point in points])
        for name, points in seeds.items()
    }
    found = np.zeros(labels.values.shape, dtype=np.uint8, order="F")
    for label in sorted({int(labels.values[tuple(at)]) for v in places.values() for at in v}):
        claims = {
            number: voxels[labels.values[tuple(voxels.T)] == label]
            for number, voxels in enumerate(places.values(), start=1)
        }
        claims = {number: voxels for number, voxels in claims.items() if len(voxels)}
        _shared_out(labels.mask(label), claims, list(seeds), labels.grid, found)
    return replace(labels, values=found, names=dict(enumerate(seeds, start=1)))


def _shared_out(
    mask: Mask,
    claims: Mapping[int, Voxels],
    names: list[str],
    grid: Grid,
    found: Integer[np.ndarray, "i j k"],
) -> None:
    """Write into `found` who gets which voxels of a label."""
    if len(claims) == 1:
        found[mask] = next(iter(claims))
        return
    rows = np.concatenate([np.unique(voxels, axis=0) for voxels in claims.values()])
    if len(np.unique(rows, axis=0)) < len(rows):
        who = " and ".join(f"'{names[number - 1]}'" for number in claims)
        raise InputError(f"{who} have a point in the same voxel; move one of them.")
    found[mask] = parted(mask, claims, spacing=grid.spacing)[mask]


def voxel_of(
    labels: LabelMap, point: Float[np.ndarray, "3"], name: str
) -> Integer[np.ndarray, "3"]:
    """The labelled voxel nearest to a point of a structure.

    Raises:
        InputError: none is within 2 mm.
    """
    grid, reach = labels.grid, np.ceil(_NEAR_MM / labels.grid.spacing).astype(int)
    voxel = np.rint(grid.to_index(point)).astype(np.int64)
    offsets = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij"), -1)
    around = voxel + offsets.reshape(-1, 3)
    around = around[((around >= 0) & (around < grid.shape)).all(axis=1)]
    around = around[labels.values[tuple(around.T)] > 0]
    away = np.linalg.norm(grid.to_lps(around) - point, axis=1)
    if not len(away) or away.min() > _NEAR_MM:
        raise InputError(
            f"the point {','.join(f'{x:g}' for x in point)} of '{name}' lies in no label; move it "
            f"into its structure, or check --frame."
        )
    return around[np.argmin(away)]
