"""Generic outlines, from nominal sizes only: no manufacturer's drawing was read.

Lengths are mm along the axis; z = 0 is where the device meets its site.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from scipy.interpolate import PchipInterpolator

from heartwright.planning.devices.body import Outline

_STEP_MM = 0.5  # between stations, at most
_ARC = np.linspace(0, np.pi / 2, 13)  # stations of a rounded end


def cup(diameter_mm: float, length_mm: float, *, cover_mm: float, closed: bool) -> Outline:
    """A frame under a domed cap: widest at z = 0, a little narrower at its distal end.

    Args:
        diameter_mm: at the widest place.
        length_mm: of the whole device; the cap takes a tenth of it, on the proximal side.
        cover_mm: how far down the fabric reaches from the widest place.
        closed: the distal end is round and shut; else the frame ends open.
    """
    cap, radius, end = 0.1 * length_mm, diameter_mm / 2, 0.9 * length_mm
    shoulder = 0.6 * end if closed else end
    side = _along(0.0, shoulder)
    narrowing = 1 - 0.1 * side / shoulder
    z = [-cap * np.cos(_ARC), side[1:]]
    r = [radius * np.sin(_ARC), radius * narrowing[1:]]
    if closed:
        z.append(shoulder + (end - shoulder) * np.sin(_ARC[1:]))
        r.append(0.9 * radius * np.cos(_ARC[1:]))
    stations = np.concatenate(z)
    return Outline(stations, _not_below_zero(np.concatenate(r)), stations <= cover_mm)


def disc_and_lobe(
    disc_mm: float, lobe_mm: float, *, length_mm: float, waist_mm: float, thickness_mm: float
) -> Outline:
    """A lobe around z = 0, a thin waist towards the atrium, and a disc at its end.

    Args:
        disc_mm: diameter of the disc.
        lobe_mm: diameter of the lobe.
        length_mm: of the lobe.
        waist_mm: length of the waist.
        thickness_mm: of the disc.
    """
    half, neck = length_mm / 2, lobe_mm / 10
    face = -half - waist_mm - thickness_mm
    knots = {
        face: 0.0,
        face + 0.25 * thickness_mm: 0.9 * disc_mm / 2,
        face + 0.5 * thickness_mm: disc_mm / 2,
        face + 0.75 * thickness_mm: 0.9 * disc_mm / 2,
        face + thickness_mm: neck,
        -half: neck,
        -0.8 * half: lobe_mm / 2,
        0.8 * half: lobe_mm / 2,
        half: 0.0,
    }
    z, r = _through(knots)
    return Outline(z, r, np.ones(len(z), dtype=bool))


def cylinder(diameter_mm: float, *, height_mm: float, below_mm: float, skirt_mm: float) -> Outline:
    """A tube with `below_mm` of its height on the proximal side, skirted from that end."""
    z = _along(-below_mm, height_mm - below_mm)
    return Outline(z, np.full(len(z), diameter_mm / 2), z <= skirt_mm - below_mm)


def hourglass(
    inflow_mm: float,
    waist_mm: float,
    outflow_mm: float,
    *,
    height_mm: float,
    below_mm: float,
    skirt_mm: float,
) -> Outline:
    """A frame that is narrow halfway up, wide at its inflow and wider still at its outflow.

    It is straight up to 15 % of its height, so that it is as wide at the annulus as over-sizing
    takes it to be, narrowest at 45 %, and straight again from 90 %.
    """
    share = {0.0: inflow_mm, 0.15: inflow_mm, 0.45: waist_mm, 0.9: outflow_mm, 1.0: outflow_mm}
    z, r = _through({height_mm * at - below_mm: width / 2 for at, width in share.items()})
    return Outline(z, r, z <= skirt_mm - below_mm)


def _through(
    knots: Mapping[float, float],
) -> tuple[Float[np.ndarray, "station"], Float[np.ndarray, "station"]]:
    """Smooth between the knots without overshooting them, and exactly through them."""
    at = np.array(list(knots))
    z = np.union1d(_along(at[0], at[-1]), at)
    return z, _not_below_zero(PchipInterpolator(at, np.array(list(knots.values())))(z))


def _along(start: float, end: float) -> Float[np.ndarray, "station"]:
    return np.linspace(start, end, int(np.ceil((end - start) / _STEP_MM)) + 1)


def _not_below_zero(r: Float[np.ndarray, "station"]) -> Float[np.ndarray, "station"]:
    """Without the last digit's noise at a pole."""
    return np.where(r < 1e-9, 0.0, r)
