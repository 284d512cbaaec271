"""Nadirs of the aortic cusps, or planes → where to put the C-arm."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.data import RESEARCH_ONLY, InputError, Plane
from heartwright.planning import carm

_LANDMARK_MM = 1.0  # error for which the views' spread is told
_LAO_DEG = np.arange(-90.0, 91.0, 10.0)
_SOURCES = (
    "S-curve: PCR-EAPCI Textbook, fluoroscopic anatomy",
    "R/L cusp overlap: doi:10.1007/s11886-021-01583-3",
    "R/N cusp overlap: doi:10.1155/2022/2411824",
)


def carm_views(
    cusps: carm.Cusps | None,
    planes: Sequence[Plane] = (),
    *,
    segment: Float[np.ndarray, "2 3"] | None = None,
) -> dict[str, Any]:
    """The views along the annulus or along other planes, with what is doubtful about them.

    Args:
        cusps: lowest points of the aortic cusps, if the annulus is looked at.
        planes: one beside the cusps, or one or two without them.
        segment: a vessel's or a device's two ends, LPS mm: how much each view shortens it.

    Raises:
        InputError: nothing to look at, or more than two planes; two that are parallel.
        GeometryError: the points fix no plane or no line.
    """
    named = _named(cusps, planes)
    views = dict(_views(cusps, list(named.values())))
    spread = carm.spread(cusps, landmark_mm=_LANDMARK_MM) if cusps else {}
    return {
        **{name: _told(view, spread.get(name), segment) for name, view in views.items()},
        "beam_turns_deg": {
            f"{one} to {other}": carm.between(views[one], views[other])
            for one, other in combinations(views, 2)
        },
        "s_curves": {name: _curve(plane) for name, plane in named.items()},
        "planes": {name: _written(plane) for name, plane in named.items()},
        "spread_for_landmark_error_mm": _LANDMARK_MM,
        "warnings": [*(cusps.doubts if cusps else ()), *_out_of_reach(views)],
        "sources": list(_SOURCES),
        "disclaimer": RESEARCH_ONLY,
    }


def _named(cusps: carm.Cusps | None, planes: Sequence[Plane]) -> dict[str, Plane]:
    named = {"annulus": cusps.annulus} if cusps else {}
    named |= {f"plane {number}": plane for number, plane in enumerate(planes, start=1)}
    if not 1 <= len(named) <= 2:
        raise InputError(
            "give --lcc, --rcc and --ncc and at most one PLANE, or one or two PLANEs without them."
        )
    return named


def _views(cusps: carm.Cusps | None, planes: Sequence[Plane]) -> Iterator[tuple[str, carm.View]]:
    if cusps:
        yield "three_cusp", carm.three_cusp(cusps)
        yield "rl_overlap", carm.rl_overlap(cusps)
        yield "rn_overlap", carm.rn_overlap(cusps)
    if len(planes) == 2:
        yield "double_s", carm.double_s(*(plane.normal for plane in planes))


def _told(
    view: carm.View, spread_deg: float | None, segment: Float[np.ndarray, "2 3"] | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "lao_deg": view.lao_deg,
        "cra_deg": view.cra_deg,
        "words": str(view),
        "reachable": view.reachable,
    }
    if spread_deg is not None:
        told["spread_deg"] = spread_deg
    if segment is not None:
        told["foreshortening"] = carm.foreshortening(segment[1] - segment[0], view)
    return told


def _curve(plane: Plane) -> dict[str, Any]:
    return {"lao_deg": _LAO_DEG, "cra_deg": carm.s_curve(plane.normal, _LAO_DEG).round(2)}


def _written(plane: Plane) -> dict[str, Any]:
    return {"point_lps_mm": plane.point, "normal_lps": plane.normal}


def _out_of_reach(views: Mapping[str, carm.View]) -> Iterator[str]:
    for name, view in views.items():
        if not view.reachable:
            yield (
                f"{name} asks for {view}; a C-arm around a patient usually reaches "
                f"{carm.MOST_LAO_DEG:.0f}° LAO/RAO and {carm.MOST_CRA_DEG:.0f}° CRA/CAU "
                f"(unverified; yours may differ)."
            )
