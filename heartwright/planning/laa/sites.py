"""The planes in which appendage occluders are sized."""

import numpy as np

from heartwright.data import Plane, Site
from heartwright.planning.laa.lobes import triple
from heartwright.planning.laa.neck import Section, section_at
from heartwright.planning.laa.ostium import Ostium
from heartwright.planning.laa.tree import Branch
from heartwright.planning.section import diameters
from heartwright.planning.slicer import Slicer

LANDING_MM = 12.0  # behind the ostium and parallel to it; 10 to 12 in other texts


def sites_of(slicer: Slicer, ostium: Ostium, main: Branch, *, edge_mm: float) -> dict[str, Site]:
    """Ostium and landing zone by name; an appendage shallower than 12 mm has no landing zone.

    A diameter's uncertainty joins what the wall leaves (both walls may be off by `edge_mm` to the
    same side of themselves) and what the plane's place along the neck leaves (the change of the
    mean diameter from there to the parallel planes beside it), as independent.
    """
    plane = ostium.section.plane
    sites = {"ostium": _site("ostium", slicer, ostium.section, ostium, edge_mm)}
    heights = (main.points - plane.point) @ plane.normal
    if heights.max() > LANDING_MM:
        point = main.points[int((heights > LANDING_MM).argmax())]
        point = point - ((point - plane.point) @ plane.normal - LANDING_MM) * plane.normal
        section = section_at(slicer, point, plane.normal)
        if section is not None:
            sites["landing zone"] = _site("landing zone", slicer, section, ostium, edge_mm)
    return sites


def _site(name: str, slicer: Slicer, section: Section, ostium: Ostium, edge_mm: float) -> Site:
    plane = section.plane
    measured = diameters(section.loop, plane.normal)
    moved = [
        _mean_mm(slicer, Plane(plane.point + way * ostium.place_mm * plane.normal, plane.normal))
        for way in (-1.0, 1.0)
    ]
    changes = [abs(mean - measured.d_mean_mm) for mean in moved if mean is not None]
    return Site(
        name=name,
        point_lps_mm=triple(plane.point),
        normal_lps=triple(plane.normal),
        diameters=measured,
        uncertainty_mm=float(np.hypot(2 * edge_mm, np.mean(changes) if changes else 0.0)),
        found=ostium.found if name == "ostium" else f"{LANDING_MM:g} mm behind the ostium",
    )


def _mean_mm(slicer: Slicer, plane: Plane) -> float | None:
    section = section_at(slicer, plane.point, plane.normal)
    return None if section is None else diameters(section.loop, plane.normal).d_mean_mm
