"""What is put on a vessel's end: profiles turned around the bore, in mm.

A profile lists (radius, height) from the base to the tip; height 0 is where the connector sits on
its adapter. Sizes are of common laboratory tubing unless a source is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, Manifold

from heartwright.data import InputError

Profile = Float[np.ndarray, "_ 2"]

SEGMENTS = 96  # of a circle: 0.005 mm of chord error at a radius of 10 mm
_BORES_MM = (0.8, 40.0)

_BARBS, _BARB_PITCH, _BARB_HEIGHT = 3, 3.5, 0.6
_HOSE_LENGTH, _BEAD_HEIGHT, _BEAD_WIDTH = 15.0, 0.8, 2.0
_FLANGE_WIDTH, _FLANGE_THICKNESS = 8.0, 3.0
_PEG_LENGTH, _PEG_CHAMFER = 6.0, 0.6

# A female 6 % cone: 4.270 to 4.315 mm wide at its mouth and at least 7.5 mm deep. These are the
# figures usually quoted from ISO 594-1 for the cone that ISO 80369-7 keeps; they were not checked
# against either standard's text, and a printed cone is no conforming connector.
LUER_MOUTH_MM, LUER_DEPTH_MM, LUER_TAPER = 4.29, 7.5, 0.06
_LUER_HUB_MM, _LUER_FLOOR_MM = 6.8, 1.0


class Kind(StrEnum):
    """Which connector."""

    barb = "barb"
    luer = "luer"
    hose = "hose"
    flange = "flange"
    peg = "peg"


@dataclass(frozen=True, eq=False)
class Connector:
    """A body turned around +z and the channel through it; a peg has none."""

    body: Profile
    channel: Profile | None
    base_radius_mm: float  # of the body at height 0

    @property
    def length_mm(self) -> float:
        """Height of the tip over the base."""
        return float(self.body[:, 1].max())


def connector(kind: Kind, *, bore_mm: float, wall_mm: float) -> Connector:
    """A connector with a bore and a wall at least so thick; for a peg the bore is its diameter.

    Raises:
        InputError: no connector of this kind has such a bore.
    """
    low, high = _BORES_MM
    if not low <= bore_mm <= high:
        raise InputError(f"a bore of {bore_mm:g} mm is not possible; choose {low:g} to {high:g}.")
    makers: dict[Kind, Callable[[float, float], Connector]] = {
        Kind.barb: _barb,
        Kind.luer: _luer,
        Kind.hose: _hose,
        Kind.flange: _flange,
        Kind.peg: _peg,
    }
    return makers[kind](bore_mm / 2, wall_mm)


def turned(profile: Profile, *, below_mm: float = 0.0, above_mm: float = 0.0) -> Manifold:
    """The body that a profile sweeps around +z, lengthened at its base and at its tip."""
    (first, *_, last) = profile
    outline = np.vstack(
        [
            [0.0, first[1] - below_mm],
            [first[0], first[1] - below_mm],
            profile,
            [last[0], last[1] + above_mm],
            [0.0, last[1] + above_mm],
        ]
    )
    return CrossSection([outline]).revolve(SEGMENTS)


def _bored(body: list[tuple[float, float]], bore: float) -> Connector:
    profile = np.array(body)
    length = float(profile[-1, 1])
    return Connector(profile, np.array([[bore, 0.0], [bore, length]]), float(profile[0, 0]))


def _barb(bore: float, wall: float) -> Connector:
    """Saw teeth that let a tube slide on and not off."""
    radius = bore + wall
    body = [(radius, 0.0), (radius, 2.0)]
    for n in range(_BARBS):
        foot = 2.0 + n * _BARB_PITCH
        body += [(radius + _BARB_HEIGHT, foot + 0.3), (radius, foot + _BARB_PITCH)]
    return _bored(body, bore)


def _hose(bore: float, wall: float) -> Connector:
    """A smooth stub with one bead near its tip, for a clamp behind the bead."""
    radius, bead = bore + wall, _HOSE_LENGTH - 2 * _BEAD_WIDTH
    body = [
        (radius, 0.0),
        (radius, bead),
        (radius + _BEAD_HEIGHT, bead + _BEAD_WIDTH / 2),
        (radius, bead + _BEAD_WIDTH),
        (radius, _HOSE_LENGTH),
    ]
    return _bored(body, bore)


def _flange(bore: float, wall: float) -> Connector:
    """A flat collar to clamp or glue against a plate."""
    radius, foot = bore + wall, 4.0
    rim = radius + _FLANGE_WIDTH
    top = foot + _FLANGE_THICKNESS
    return _bored(
        [(radius, 0.0), (radius, foot - 1.0), (radius + 1.0, foot), (rim, foot), (rim, top)], bore
    )


def _luer(bore: float, wall: float) -> Connector:
    """A female slip cone: it takes the male cone of a syringe."""
    bottom = LUER_MOUTH_MM / 2 - LUER_TAPER / 2 * LUER_DEPTH_MM
    if bore > bottom:
        raise InputError(
            f"a bore of {2 * bore:g} mm is wider than the Luer cone's end; choose at most "
            f"{2 * bottom:.2f} mm."
        )
    top = _LUER_FLOOR_MM + LUER_DEPTH_MM
    radius = max(_LUER_HUB_MM / 2, LUER_MOUTH_MM / 2 + wall)
    channel = [(bore, 0.0), (bore, _LUER_FLOOR_MM), (bottom, _LUER_FLOOR_MM + 0.01)]
    channel.append((LUER_MOUTH_MM / 2, top))
    return Connector(np.array([[radius, 0.0], [radius, top]]), np.array(channel), radius)


def _peg(radius: float, _: float) -> Connector:
    """A pin with a chamfered tip, to find a part's place again."""
    chamfer = min(_PEG_CHAMFER, radius / 2)
    body = [(radius, 0.0), (radius, _PEG_LENGTH - chamfer), (radius - chamfer, _PEG_LENGTH)]
    return Connector(np.array(body), None, radius)
