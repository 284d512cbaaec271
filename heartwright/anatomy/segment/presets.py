"""What is made of named structures for a purpose: atrium, root, blood pool.

Every preset starts from structures that points named, in a scan or in a label map, and gives the
label map to mesh with the planes at which its vessels are to be opened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.segment.block import around
from heartwright.anatomy.segment.drawn import artery, stub
from heartwright.anatomy.segment.naming import mask_of, with_label, without
from heartwright.anatomy.segment.picked import voxel_of
from heartwright.anatomy.segment.region import SMALLEST_MM3, Mask, connected, fill, grow
from heartwright.anatomy.segment.septum import fossa, septum
from heartwright.anatomy.segment.vessel import SPARE_MM, Opening, barriers, opening_at
from heartwright.data.errors import InputError
from heartwright.data.volume import LabelMap

OPEN = "open"  # the name of points where vessels are cut open
CIRCUMFLEX, FOSSA, SEPTUM = "circumflex", "fossa", "interatrial septum"
STUBS = ("left coronary", "right coronary")
ATRIUM, OTHER_ATRIUM, AORTA = "left atrium", "right atrium", "aorta"

STUB_MM = 10.0  # from the root's surface to where a coronary stub is opened
RADIUS_MM = 1.75  # of an adult's coronary artery near its ostium, about
_FEWEST_ACROSS = 4  # voxels over a drawn vessel's width, or meshing may lose it

Points = Float[np.ndarray, "_ 3"]


@dataclass(frozen=True, eq=False)
class Shaped:
    """A label map for a purpose, and how to open it."""

    labels: LabelMap
    openings: tuple[Opening, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preset:
    """Which names its points have, and what is drawn beside the structures."""

    needs: tuple[str, ...]  # structures
    draws: tuple[str, ...]  # names of points that are no structure's
    add: Callable[[Shaped, Mapping[str, Points], float], Shaped]

    def structures(self, points: Mapping[str, Points]) -> dict[str, Points]:
        """The points of structures, by name.

        Raises:
            InputError: a structure that the preset needs has no point, or a point has no name.
        """
        found = {name: at for name, at in points.items() if name not in (OPEN, *self.draws)}
        for name in self.needs:
            if name not in found:
                raise InputError(f"this preset needs a point of the {name}: --at '{name}=X,Y,Z'.")
        if not found or "" in found:
            raise InputError("a preset's points have names: --at 'NAME=X,Y,Z'.")
        return found


def shaped(
    labels: LabelMap, preset: Preset, points: Mapping[str, Points], radius_mm: float
) -> Shaped:
    """Cut the vessels at the points named `open`, and add what the preset draws.

    A vessel ends flat 3 mm beyond its opening. What is then no longer connected with a structure's
    point is left out.

    Args:
        labels: the structures (`Preset.structures`), from `segment` or `picked`.
        preset: one of `PRESETS`.
        points: all points by name, LPS mm.
        radius_mm: of drawn vessels.

    Raises:
        InputError: a point lies beside what it names.
        GeometryError: at an opening there is no vessel, or no septum where a fossa is named.
    """
    region, structures = labels.values > 0, preset.structures(points)
    bodies = np.concatenate(list(structures.values()))
    openings = tuple(
        opening_at(region, labels.grid, point, body=_nearest(bodies, point))
        for point in points.get(OPEN, np.empty((0, 3)))
    )
    closed = barriers(region, labels.grid, openings)
    kept = _reached(labels, region & ~closed, structures)
    result = Shaped(without(labels, region & ~kept), openings, _loops(labels, kept, openings))
    return preset.add(result, points, radius_mm)


def _left_atrium(found: Shaped, points: Mapping[str, Points], radius_mm: float) -> Shaped:
    if CIRCUMFLEX in points:
        course = artery(found.labels.grid, points[CIRCUMFLEX], radius_mm=radius_mm)
        found = _drawn(found, course, CIRCUMFLEX, radius_mm)
    if FOSSA not in points:
        return found
    if OTHER_ATRIUM not in points:
        raise InputError(
            f"the fossa lies between two atria: name the other, --at '{OTHER_ATRIUM}=X,Y,Z'."
        )
    return replace(found, labels=_with_septum(found.labels, points[FOSSA]))


def _with_septum(labels: LabelMap, at: Points) -> LabelMap:
    left, right = mask_of(labels, ATRIUM), mask_of(labels, OTHER_ATRIUM)
    wall = septum(left, right, (labels.values > 0) & ~left & ~right, labels.grid)
    return with_label(with_label(labels, wall, SEPTUM), fossa(wall, at, labels.grid), FOSSA)


def _aortic_root(found: Shaped, points: Mapping[str, Points], radius_mm: float) -> Shaped:
    ostia = [at for name in STUBS for at in points.get(name, np.empty((0, 3)))]
    aorta = mask_of(found.labels, AORTA)
    for ostium in ostia:
        mask, end = stub(
            aorta, found.labels.grid, ostium, radius_mm=radius_mm, length_mm=STUB_MM + SPARE_MM
        )
        opening = Opening(end.point - SPARE_MM * end.normal, end.normal)
        found = _drawn(found, mask, AORTA, radius_mm)
        found = replace(found, openings=(*found.openings, opening))
    return found


def _blood_pool(found: Shaped, points: Mapping[str, Points], radius_mm: float) -> Shaped:
    """Each body of blood that is connected becomes one label, by the names of its structures."""
    del points, radius_mm
    labels, parts = found.labels, connected(found.labels.values > 0)
    first = {
        int(n): int(at) for n, at in zip(*np.unique(labels.values, return_index=True), strict=True)
    }
    together: dict[int, list[int]] = {}
    for number in labels.names:
        if number in first:
            together.setdefault(int(parts.flat[first[number]]), []).append(number)
    table = np.zeros(max(labels.names) + 1, dtype=np.uint8)
    for new, numbers in enumerate(together.values(), start=1):
        table[numbers] = new
    names = {
        new: " + ".join(labels.names[n] for n in numbers)
        for new, numbers in enumerate(together.values(), start=1)
    }
    bodies = replace(labels, values=table[labels.values], names=names)
    for name in names.values():
        bodies = _without_pockets(bodies, name)
    return replace(found, labels=bodies)


def _without_pockets(labels: LabelMap, name: str) -> LabelMap:
    """A label with the small gaps between its structures filled: they would be trapped voids."""
    mask = mask_of(labels, name)
    block = around(mask, float(labels.grid.spacing.max()), labels.grid.spacing)
    pockets = np.zeros_like(mask)
    smallest = int(np.ceil(SMALLEST_MM3 / labels.grid.voxel_mm3))
    pockets[block] = fill(mask[block], smallest=smallest) & (labels.values[block] == 0)
    return with_label(labels, pockets, name)


PRESETS = {
    "left-atrium": Preset((ATRIUM,), (CIRCUMFLEX, FOSSA), _left_atrium),
    "aortic-root": Preset((AORTA,), STUBS, _aortic_root),
    "blood-pool": Preset((), (), _blood_pool),
}


def _drawn(found: Shaped, mask: Mask, name: str, radius_mm: float) -> Shaped:
    """The map with a drawn vessel where nothing else is."""
    free = mask & (found.labels.values == 0)
    across = 2 * radius_mm / found.labels.grid.spacing.max()
    said = f"{name}: a vessel of radius {radius_mm:g} mm was drawn, it is not from the scan."
    thin = f"{name}: {across:.1f} voxels across; meshing may lose it, resample the scan finer."
    warnings = (*found.warnings, said, *([thin] if across < _FEWEST_ACROSS else []))
    return replace(
        found,
        labels=with_label(found.labels, free, name),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _reached(labels: LabelMap, region: Mask, structures: Mapping[str, Points]) -> Mask:
    """What of the region is connected with a structure's point."""
    voxels = np.stack(
        [voxel_of(labels, point, name) for name, at in structures.items() for point in at]
    )
    return grow(region, seeds=voxels[region[tuple(voxels.T)]])


def _loops(labels: LabelMap, kept: Mask, openings: tuple[Opening, ...]) -> tuple[str, ...]:
    """Openings behind which the structure goes on, because it comes round by another way."""
    step = float(labels.grid.spacing.max())
    found = []
    for opening in openings:
        beyond = opening.point + (SPARE_MM + 3 * step) * opening.normal
        voxel = np.rint(labels.grid.to_index(beyond)).astype(int)
        here = ((voxel >= 0) & (voxel < labels.grid.shape)).all()
        if here and kept[tuple(voxel)]:
            at = ",".join(f"{x:g}" for x in opening.point)
            found.append(
                f"beyond the opening {at} the vessel is still joined to the structure by another "
                f"way; open that way too."
            )
    return tuple(found)


def _nearest(points: Points, to: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3"]:
    return points[np.argmin(np.linalg.norm(points - to, axis=1))]
