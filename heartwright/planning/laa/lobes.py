"""Sections along the main lobe, the lobes' lengths, and the name of the whole's shape."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float
from scipy import ndimage
from scipy.spatial import KDTree

from heartwright.data import Lobe, Plane, Station
from heartwright.planning.laa.neck import Section, section_at
from heartwright.planning.laa.tree import Branch
from heartwright.planning.section import diameters
from heartwright.planning.slicer import Slicer

Points = Float[np.ndarray, "_ 3"]

_BEFORE_MM = 5.0  # of the stations, in the atrium
_STEP_MM = 1.0
_WINDOW = 7  # neighbours that a station's area is compared with
_RUNS_OVER = 1.6  # of their median: the curve takes in a neighbouring part
_ARM_MM = 10.0  # of the centreline, whose direction is compared
_SEPARATE_MM = 2.5  # between centrelines that have parted

CHICKEN_WING_DEG = 100.0
RULE = (
    "chicken wing: the centreline of the main lobe is bent to less than 100° (42 % of 220 "
    "casts had a principal axis angulated so, Anatomical Record 1995); "
    "cauliflower: two or more side lobes, and the depth is less than 1.2 times the ostium's mean "
    "diameter; cactus: two or more side lobes; windsock: all others. The four names are those of "
    "Wang 2010 and Di Biase 2012 (doi:10.1016/j.jacc.2012.04.032), these limits are unverified; "
    "readers agree on the names only slightly to fairly (kappa 0.24, "
    "doi:10.1371/journal.pone.0101580)"
)


def stations(slicer: Slicer, ostium: Plane, main: Branch) -> tuple[Station, ...]:
    """Sections across the main lobe's centreline every millimetre, from 5 mm inside the atrium.

    A station is valid where a closed curve goes round the centreline, and its area is at most 1.6
    times the median of its neighbours': more is a section that runs over into another part.
    """
    line = with_lead(ostium, main.points)
    tangents = np.gradient(ndimage.gaussian_filter1d(line, 2.0, axis=0, mode="nearest"), axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    found = [section_at(slicer, p, t) for p, t in zip(line, tangents, strict=True)]
    sound = _sound(found)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    return tuple(
        Station(
            along_mm=float(place - _BEFORE_MM),
            point_lps_mm=triple(point if section is None else section.plane.point),
            normal_lps=triple(tangent),
            diameters=None if section is None else diameters(section.loop, tangent),
            valid=bool(valid),
        )
        for place, point, tangent, section, valid in zip(
            along, line, tangents, found, sound, strict=True
        )
    )


def lobes(ostium: Plane, branches: Sequence[Branch]) -> tuple[Lobe, ...]:
    """The lobes' depths, lengths and bends, the longest way first."""
    return tuple(_lobe(ostium, branch, branches[0]) for branch in branches)


def morphology(found: Sequence[Lobe], *, depth_mm: float, ostium_mm: float) -> str:
    """The shape's name by RULE."""
    if found[0].sharpest_bend_deg < CHICKEN_WING_DEG:
        return "chicken wing"
    if len(found) < 3:
        return "windsock"
    return "cauliflower" if depth_mm < 1.2 * ostium_mm else "cactus"


def with_lead(ostium: Plane, points: Points) -> Points:
    """A centreline with a straight piece before it that leads from the atrium to the ostium."""
    back = np.arange(-_BEFORE_MM, 0.0, _STEP_MM)
    return np.concatenate([ostium.point + back[:, None] * ostium.normal, points])


def triple(point: Float[np.ndarray, "3"]) -> tuple[float, float, float]:
    """A point as plain numbers."""
    x, y, z = (float(value) for value in point)
    return x, y, z


def _lobe(ostium: Plane, branch: Branch, main: Branch) -> Lobe:
    tip = branch.points[-1]
    return Lobe(
        tip_lps_mm=triple(tip),
        depth_mm=float((tip - ostium.point) @ ostium.normal),
        length_mm=_length(branch.points),
        sharpest_bend_deg=_sharpest(with_lead(ostium, branch.points)),
        leaves_at_mm=_leaves(branch.points, main.points),
    )


def _length(points: Points) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _sharpest(line: Points) -> float:
    """180° less the largest turn of a line from its first 10 mm to any later 10 mm."""
    arm = round(_ARM_MM / _STEP_MM)
    if len(line) <= 2 * arm:
        return 180.0
    ways = line[arm:] - line[:-arm]
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    turns = np.degrees(np.arccos((ways @ ways[0]).clip(-1, 1)))
    return float(180.0 - turns.max())


def _leaves(line: Points, main: Points) -> float:
    """How far along the main centreline another one parts from it."""
    if line is main:
        return 0.0
    apart = KDTree(main).query(line)[0] > _SEPARATE_MM
    return float(_length(line[: max(int(apart.argmax()), 1)]))


def _sound(found: Sequence[Section | None]) -> Iterator[bool]:
    areas = np.array([np.nan if each is None else each.area_mm2 for each in found])
    for n, own in enumerate(areas):
        near = areas[max(0, n - _WINDOW // 2) : n + _WINDOW // 2 + 1]
        yield bool(np.isfinite(own) and own <= _RUNS_OVER * np.nanmedian(near))
