"""Valve sizes that fit the annulus, at its best estimate and within its uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from heartwright.data import Candidate, Diameters, Measure, RootDevice
from heartwright.planning.aortic.clearance import cylinder_clearances
from heartwright.planning.aortic.root import Root
from heartwright.planning.devices import AORTIC_VALVE, FAMILIES, Family, cautions, fits

_VALVES = tuple(family for family in FAMILIES.values() if family.site == AORTIC_VALVE)


def sized(root: Root, measures: Mapping[str, Measure]) -> tuple[RootDevice, ...]:
    """Every size of every family that fits, or that fits within one standard deviation."""
    return tuple(
        RootDevice(candidate, best, clearances(root, candidate.size_mm))
        for family in _VALVES
        for candidate, best in _within(family, root.annulus, measures)
    )


def clearances(root: Root, device_mm: float) -> dict[str, float]:
    """VTC of both ostia and VTSTJ for a device's diameter, mm, as far as they are known."""
    return cylinder_clearances(
        root.frame,
        device_mm,
        ostia={side: np.array(each.lps_mm) for side, each in root.ostia.items()},
        junction=None if root.junction is None else root.lumen.loop(root.junction),
    )


def size_cautions(
    devices: Sequence[RootDevice], annulus: Diameters, measures: Mapping[str, Measure]
) -> tuple[str, ...]:
    """What must be said with the sizes, family by family."""
    heights = [m.value for name, m in measures.items() if name.endswith("_sinus_height")]
    room = (
        {"sinus_mm": measures["sinus_mean_width"].value} if "sinus_mean_width" in measures else {}
    )
    if heights:
        room["sinus_height_mm"] = min(heights)
    names = {family.name: {size.name for size in family.sizes} for family in _VALVES}
    return tuple(
        sentence
        for family in _VALVES
        for sentence in cautions(
            family,
            [d.candidate for d in devices if d.candidate.name in names[family.name]],
            ostium=annulus,
            **room,
        )
    )


def _within(
    family: Family, annulus: Diameters, measures: Mapping[str, Measure]
) -> list[tuple[Candidate, bool]]:
    best = {each.size_mm: each for each in fits(family, annulus)}
    smaller, larger = (_grown(annulus, measures, way) for way in (-1, 1))
    least, most = family.measured(smaller), family.measured(larger)
    near = [s.size_mm for s in family.sizes if s.least <= most and s.most >= least]
    return [
        (best[mm], True) if mm in best else (_candidate(family, mm, annulus), False) for mm in near
    ]


def _candidate(family: Family, size_mm: float, annulus: Diameters) -> Candidate:
    """A size that fits only within the uncertainty, with its figures at the best estimate."""
    size = family.size(size_mm)
    inside = replace(annulus, **{k: _middle(size.least, size.most, family) for k in _KINDS})
    row = next(each for each in fits(family, inside) if each.size_mm == size_mm)
    value = family.measured(annulus)
    return replace(
        row,
        measured=value,
        compression=1 - family.by.circle_mm(value) / size_mm,
        oversizing=size.nominal / value - 1,
    )


def _middle(least: float, most: float, family: Family) -> float:
    return family.by.circle_mm((least + most) / 2)


_KINDS = ("d_min_mm", "d_max_mm", "d_mean_mm", "d_perimeter_mm", "d_area_mm")


def _grown(annulus: Diameters, measures: Mapping[str, Measure], way: int) -> Diameters:
    """The annulus one standard deviation smaller or larger."""
    return replace(
        annulus,
        d_area_mm=annulus.d_area_mm + way * measures["annulus_area_diameter"].sd,
        d_perimeter_mm=annulus.d_perimeter_mm + way * measures["annulus_perimeter_diameter"].sd,
    )
