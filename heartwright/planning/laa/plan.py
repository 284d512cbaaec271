"""Left atrial appendage: the ostium, what lies behind it, and the occluders that fit.

Research use only. Every family is measured in its own plane: WATCHMAN at the ostium, Amulet in
the landing zone, 12 mm behind the ostium and parallel to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from heartwright.data import (
    Appendage,
    Candidate,
    Diameters,
    InputError,
    Plan,
    Plane,
    Provenance,
    Site,
    Solid,
)
from heartwright.planning.devices import APPENDAGE, FAMILIES, Family, cautions, fits
from heartwright.planning.laa import findings, lobes
from heartwright.planning.laa.access import Access, ways
from heartwright.planning.laa.beyond import Beyond, beyond
from heartwright.planning.laa.chamber import Chamber, chamber
from heartwright.planning.laa.lobes import triple
from heartwright.planning.laa.ostium import Ostium, find_ostium, ostium_of_points
from heartwright.planning.laa.sites import sites_of
from heartwright.planning.laa.tree import branches
from heartwright.planning.slicer import Slicer

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]

_WIDEST_MM = 45.0  # orifices measure 15 to 35 mm in adults; room for extremes
_LARGEST_SHARE = 0.25  # of the lumen; casts of appendages measure 0.8 to 19 mL
_AROUND_MM = 45.0  # of the appendage, where planes are cut
_TRIED = 9  # diameters within the uncertainty


@dataclass(frozen=True, eq=False)
class Known:
    """What is known besides the lumen, LPS mm; nothing of it is needed."""

    ridge: Vector | None = None  # on the wall, 1 to 2 cm inside the tip of the ridge
    circumflex: Points | None = None  # points of the artery
    access: Access = field(default_factory=Access)
    phase_percent: float | None = None  # of the RR interval
    edge_mm: float = 0.5  # how far each wall may lie from where it was drawn
    barred: tuple[str, ...] = ()  # why no size may be proposed


def plan(
    lumen: Solid, ostium: Float[np.ndarray, "3 3"] | None = None, *, known: Known | None = None
) -> Plan:
    """Measure the appendage and list every occluder size that fits.

    Without points the ostium is found, see `find_ostium`. Its depth is the greatest distance of
    any of its points from the ostium's plane, that is the height of the tip of the longest lobe
    above the plane. The instructions for use measure from the ostium to the tip of the primary
    lobe along a line chosen in the echo view; that line is at least as long as our depth if it
    ends at the same tip, and follows the bend of a chicken wing only in part, so ours is the
    cautious number.

    Args:
        lumen: the left atrium's blood pool with its appendage, LPS mm.
        ostium: three points on the ostium's rim, LPS mm, in any order; given, they are the ostium.
        known: landmarks, phase and uncertainty.

    Raises:
        InputError: the points fix no plane, miss the rim, or cut off more than an appendage; or
            no appendage is found. The bounds leave room around 220 casts of 0.77 to 19.27 mL
            ("Morphology of the left atrial appendage", Anatomical Record 1995).
    """
    known = known or Known()
    if not (np.isfinite(known.edge_mm) and 0 <= known.edge_mm <= 5):
        raise InputError(
            f"an uncertainty of {known.edge_mm:g} mm for each wall is not possible; give 0 to 5 mm."
        )
    found = None if ostium is None else ostium_of_points(lumen, ostium)
    body = chamber(lumen)
    if found is None:
        found = find_ostium(lumen, body, ridge=known.ridge, circumflex=known.circumflex)
    return _plan(lumen, body, found, known)


def _plan(lumen: Solid, body: Chamber, ostium: Ostium, known: Known) -> Plan:
    plane = ostium.section.plane
    part = beyond(lumen, plane, ostium.section.loop)
    tree = branches(body, plane)
    near = Slicer(lumen, near=plane.point, reach_mm=part.depth_mm + _AROUND_MM)
    sites = sites_of(near, ostium, tree[0], edge_mm=known.edge_mm)
    _check_size(sites["ostium"].diameters, share=part.volume_mm3 / lumen.volume_mm3)
    found = lobes.lobes(plane, tree)
    crossings, views, told = ways(lumen, plane, _plane(sites), known.access)
    barred = (*known.barred, *findings.about_side(plane, body.centre))
    choice = _Choice(sites, part.depth_mm, bool(barred))
    return Plan(
        site=APPENDAGE,
        ostium=sites["ostium"].diameters,
        depth_mm=part.depth_mm,
        devices=choice.best,
        warnings=(*barred, *_doubts(ostium, part, known), *choice.cautions, *told),
        provenance=Provenance.of(),
        appendage=Appendage(
            sites=tuple(sites.values()),
            stations=lobes.stations(near, plane, tree[0]),
            lobes=found,
            volume_mm3=part.volume_mm3,
            morphology=lobes.morphology(
                found, depth_mm=part.depth_mm, ostium_mm=sites["ostium"].diameters.d_mean_mm
            ),
            morphology_rule=lobes.RULE,
            also_fit=choice.within,
            landmarks_lps_mm={
                name: triple(point)
                for name, point in {"atrium": body.centre, **ostium.landmarks}.items()
            },
            crossings=crossings,
            views=views,
        ),
    )


def _doubts(ostium: Ostium, part: Beyond, known: Known) -> Iterator[str]:
    yield from ostium.remarks
    yield from findings.about_cut(part)
    yield from findings.about_phase(known.phase_percent)


def _plane(sites: Mapping[str, Site]) -> Plane:
    """The plane of the landing zone, or the ostium's where there is none."""
    site = sites.get("landing zone", sites["ostium"])
    return Plane(np.array(site.point_lps_mm), np.array(site.normal_lps))


class _Choice:
    """What fits in each family's own plane."""

    def __init__(self, sites: Mapping[str, Site], depth_mm: float, barred: bool):
        self.best: tuple[Candidate, ...] = ()
        self.within: tuple[Candidate, ...] = ()
        self.cautions: tuple[str, ...] = ()
        if barred:
            return
        for family in FAMILIES.values():
            if family.site == APPENDAGE:
                self._add(family, sites.get(family.plane), depth_mm)

    def _add(self, family: Family, site: Site | None, depth_mm: float) -> None:
        if site is None:
            self.cautions += (
                f"{family.name} is sized in the {family.plane}, and this appendage is too shallow "
                f"to have one.",
            )
            return
        best = fits(family, site.diameters)
        also = _within(family, site, {each.size_mm for each in best})
        self.best += best
        self.within += also
        told = cautions(family, best, ostium=site.diameters, depth_mm=depth_mm)
        self.cautions += (*told, *_either(family, site, also))


def _within(family: Family, site: Site, known: set[float]) -> tuple[Candidate, ...]:
    """The sizes that fit only if the diameters are wrong by as much as they may be."""
    found: dict[float, Candidate] = {}
    for shift in np.linspace(-1, 1, _TRIED) * site.uncertainty_mm:
        grown = _grown(site.diameters, float(shift))
        for candidate in fits(family, grown) if grown else ():
            if candidate.size_mm not in known:
                found.setdefault(candidate.size_mm, candidate)
    return tuple(found[size] for size in sorted(found))


def _grown(section: Diameters, shift_mm: float) -> Diameters | None:
    """Every diameter larger by as much."""
    if section.d_min_mm + shift_mm <= 0:
        return None
    return Diameters(**{name: value + shift_mm for name, value in vars(section).items()})


def _either(family: Family, site: Site, also: tuple[Candidate, ...]) -> Iterator[str]:
    if also:
        sizes = ", ".join(f"{each.size_mm:g} mm" for each in also)
        yield (
            f"{family.name}: within the uncertainty of the {site.name}, ± "
            f"{site.uncertainty_mm:.1f} mm, {sizes} would fit too: either."
        )


def _check_size(ostium: Diameters, *, share: float) -> None:
    if ostium.d_max_mm > _WIDEST_MM or share > _LARGEST_SHARE:
        raise InputError(
            f"the plane of the ostium points cuts through the atrium, not the appendage's neck: "
            f"the section is {ostium.d_max_mm:.0f} mm wide and parts off {share:.0%} of the "
            f"lumen; move the points to the ostium."
        )
