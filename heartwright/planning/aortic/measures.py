"""A root's measures, each with what boundary and landmarks leave of uncertainty."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters, Measure, Plane
from heartwright.planning.aortic.ascending import plane_along
from heartwright.planning.aortic.levels import between_cusps
from heartwright.planning.aortic.nadirs import CUSPS, Nadirs
from heartwright.planning.aortic.root import Root
from heartwright.planning.aortic.spread import Doubt, angulation, annulus_measures, height

TRACT_MM = 5.0  # below the annulus: here the outflow tract is measured

Measures = dict[str, Measure]


def root_measures(root: Root, doubt: Doubt) -> Measures:
    """Everything that the lumen shows; what it does not show is left out."""
    moved = _moved(root)
    return {
        **annulus_measures(root.annulus, moved, doubt),
        "aortic_angulation": angulation(root.nadirs),
        **_sinuses(root, doubt),
        **_junction(root, doubt),
        **_tract(root, moved, doubt),
        **_ascending(root, doubt),
        **_coronaries(root),
    }


def lacking(measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """What could not be measured, a sentence each."""
    told = {
        "sinus_mean_width": "No sinuses stand out above the nadirs; their widths are not known.",
        "junction_height": "The sinuses have no clear upper end; the sinotubular junction is not "
        "known.",
        "tract_area": f"The lumen ends less than {TRACT_MM:g} mm below the annulus; the outflow "
        f"tract is not known.",
        "ascending_diameter": "The lumen ends before 40 mm of ascending aorta; its diameter is not "
        "known.",
    }
    return tuple(sentence for name, sentence in told.items() if name not in measures)


def tract_shape(measures: Mapping[str, Measure]) -> str:
    """Tapered or flared where the ratio of the areas is clear of 1, else tubular."""
    ratio = measures.get("tract_ratio")
    if ratio is None:
        return "not known"
    if abs(ratio.value - 1) <= ratio.sd:
        return "tubular"
    return "tapered" if ratio.value < 1 else "flared"


def _moved(root: Root) -> list[Diameters]:
    """The annulus with each nadir in turn moved by its standard deviation along the normal."""
    found = []
    for row in root.nadirs.sd_mm * np.eye(3):
        points = root.nadirs.points + row[:, None] * root.frame.axis
        section = root.lumen.section(Nadirs(points, root.nadirs.sd_mm).plane)
        found.append(root.annulus if section is None else section)
    return found


def _sinuses(root: Root, doubt: Doubt) -> Measures:
    """Widths from above each nadir to the opposite commissure, at the widest level."""
    level = root.sinus_mm
    if level is None:
        return {}
    spokes = zip(root.cusps, between_cusps(root.cusps), strict=True)
    widths = [
        float(np.linalg.norm(_wall(root, a, level) - _wall(root, b, level))) for a, b in spokes
    ]
    ends = zip(CUSPS, root.sinus_ends, strict=True)
    return {
        **{f"{c}_sinus_width": doubt.diameter(w) for c, w in zip(CUSPS, widths, strict=True)},
        "sinus_mean_width": doubt.diameter(float(np.mean(widths))),
        "sinus_level": Measure(level, root.nadirs.sd_mm / math.sqrt(3), "mm"),
        **{
            f"{cusp}_sinus_height": Measure(
                end.height_mm, math.hypot(end.sd_mm, root.nadirs.sd_mm), "mm"
            )
            for cusp, end in ends
            if end is not None
        },
    }


def _wall(root: Root, angle: float, height_mm: float) -> Float[np.ndarray, "3"]:
    reach = root.wall.at(height_mm, angle)
    return root.frame.point(angle=angle, radius_mm=reach, height_mm=height_mm)


def _junction(root: Root, doubt: Doubt) -> Measures:
    plane = root.junction
    section = None if plane is None else root.lumen.section(plane)
    if plane is None or section is None:
        return {}
    axis, origin = root.frame.axis, root.frame.origin
    lean = float(axis @ plane.normal)
    lift = float((plane.point - origin) @ plane.normal) / lean  # along the axis
    level_sd = math.hypot(*(end.sd_mm for end in root.sinus_ends if end)) / math.sqrt(3)
    radii = ((level_sd, section.d_area_mm / 2), (root.nadirs.sd_mm, root.annulus.d_area_mm / 2))
    tilt_sd = math.sqrt(2 / 3) * math.hypot(*(sd / radius for sd, radius in radii))
    return {
        "junction_height": Measure(
            lift, math.hypot(level_sd, root.nadirs.sd_mm) / math.sqrt(3), "mm"
        ),
        "junction_tilt": Measure(
            math.degrees(math.acos(min(1.0, lean))), math.degrees(tilt_sd), "°"
        ),
        **_diameters("junction", section, doubt),
    }


def _tract(root: Root, moved: list[Diameters], doubt: Doubt) -> Measures:
    """The outflow tract; its ratio to the annulus is as sure as the annulus' plane lets it be."""
    frame = root.frame
    section = root.lumen.section(Plane(frame.origin - TRACT_MM * frame.axis, frame.axis))
    if section is None:
        return {}
    ratios = [section.area_mm2 / each.area_mm2 for each in (root.annulus, *moved)]
    by_plane = math.hypot(*(ratio - ratios[0] for ratio in ratios[1:]))
    by_wall = 4 * doubt.boundary_mm * (1 / section.d_area_mm - 1 / root.annulus.d_area_mm)
    return {
        "tract_area": Measure(section.area_mm2, section.perimeter_mm * doubt.boundary_mm, "mm²"),
        "tract_ratio": Measure(ratios[0], math.hypot(by_plane, ratios[0] * by_wall), "1"),
        **_diameters("tract", section, doubt),
    }


def _ascending(root: Root, doubt: Doubt) -> Measures:
    across = plane_along(root.lumen, Plane(root.frame.origin, root.frame.axis))
    section = None if across is None else root.lumen.section(across)
    return {} if section is None else _diameters("ascending", section, doubt)


def _coronaries(root: Root) -> Measures:
    return {
        f"{side}_coronary_height": height(
            root.nadirs, np.array(ostium.lps_mm), point_sd_mm=ostium.sd_mm
        )
        for side, ostium in root.ostia.items()
    }


def _diameters(name: str, section: Diameters, doubt: Doubt) -> Measures:
    return {
        f"{name}_diameter": doubt.diameter(section.d_area_mm),
        f"{name}_least_diameter": doubt.diameter(section.d_min_mm),
        f"{name}_greatest_diameter": doubt.diameter(section.d_max_mm),
    }
