"""Draws the parts of a left heart at random, each from its own stream.

Sizes are those of adults who are planned for an occluder or an aortic valve.
"""

from dataclasses import dataclass, replace

import numpy as np

from heartwright.samples.heart.atrium import MITRAL
from heartwright.samples.heart.fields import Points, Vector, unit
from heartwright.samples.heart.whole.atrium import LeftAtrium, chamber, neck
from heartwright.samples.heart.whole.chambers import Ventricle
from heartwright.samples.heart.whole.coronaries import beside_appendage
from heartwright.samples.heart.whole.gaps import Seat
from heartwright.samples.heart.whole.lobes import MORPHOLOGIES, ROOT_MM, lobes
from heartwright.samples.heart.whole.root import Coronary, Root
from heartwright.samples.heart.whole.tubes import Frame, ellipse

_NECK_AXIS = np.array([0.82, -0.50, 0.28])
_TURN = 2 * np.pi / 3
_SEALED_MM, _SEALED_FLARE = 6.0, 0.06  # a seat's height below the annulus, and what follows it
_CLEAR_MM = 4.5  # between the aortic root with its left main artery and the atrium
_DEEP_MM, _DEEP_CLEAR_MM = 12.0, 2.0  # of the outflow tract so far below the annulus
_LEFT_MAIN_MM = 9.0
_GROOVE_MM = 6.0  # between the ventricle's cavity and the axis of the circumflex artery
_NARROWEST_MM = 15.0


@dataclass(frozen=True)
class Phase:
    """A moment of the heart's cycle."""

    name: str
    percent: float  # of the R-R interval
    atrium: float  # size relative to the greatest
    annulus: float  # size relative to systole
    ventricle: float  # size relative to the end of diastole
    mitral_open: bool


SYSTOLE = Phase("end-systole", 40, atrium=1.0, annulus=1.0, ventricle=0.86, mitral_open=False)
DIASTOLE = Phase("mid-diastole", 75, atrium=0.92, annulus=0.97, ventricle=1.0, mitral_open=True)


def left_atrium(
    rng: np.random.Generator, phase: Phase, *, morphology: str | None, seat: Seat | None
) -> LeftAtrium:
    """Draw an atrium; `morphology` and `seat` replace the appendage's shape and its outline."""
    scale = rng.uniform(0.95, 1.12) * phase.atrium
    body_and_veins, veins = chamber(scale, rng)
    axis = _NECK_AXIS + rng.uniform(-0.06, 0.06, size=3)
    long = rng.uniform(10.5, 13.5) * phase.atrium
    short = long * rng.uniform(0.74, 0.92)
    oval = ellipse(long, short, turn=np.pi / 2 + rng.uniform(-0.3, 0.3))
    taper, inside = rng.uniform(0.004, 0.018), rng.uniform(10.5, 14.0)
    stalk = neck(
        body_and_veins,
        veins,
        scale=scale,
        axis=axis,
        outline=seat.outline() if seat else oval,
        taper=0.0 if seat else taper,
        inside_mm=inside,
    )
    drawn = str(rng.choice(list(MORPHOLOGIES)))
    girth = seat.radius_mm if seat else short * (1 - taper * ROOT_MM)
    return LeftAtrium(
        scale=scale,
        chamber=body_and_veins,
        veins=veins,
        neck=stalk,
        lobes=lobes(morphology or drawn, stalk.frame, radius_mm=min(0.85 * girth, 8.0), rng=rng),
        morphology=morphology or drawn,
    )


def root(rng: np.random.Generator, phase: Phase, *, seat: Seat | None) -> Root:
    """Draw an aortic root at the origin; `seat` replaces the annulus' outline."""
    long = rng.uniform(11.3, 14.0)
    short = long * rng.uniform(0.74, 0.92) * phase.annulus
    oval = ellipse(long, short, turn=rng.uniform(0, np.pi))
    mean = np.sqrt(long * short) if seat is None else seat.radius_mm + seat.crescent_mm / 2
    nadirs = _TURN * np.arange(3) + np.append(0.0, rng.uniform(-0.12, 0.12, size=2))
    junction, depths = rng.uniform(18, 23), rng.uniform(3.6, 5.6, size=3)
    radius = mean * rng.uniform(1.1, 1.25)
    taper = rng.uniform(-0.08, 0.10)
    return Root(
        frame=_root_frame(rng),
        outline=seat.outline() if seat else oval,
        nadirs=nadirs,
        depths_mm=depths,
        commissure_mm=junction * rng.uniform(0.78, 0.88),
        junction_mm=junction,
        junction_radius_mm=radius,
        aorta_radius_mm=radius * rng.uniform(1.03, 1.15),
        taper=_SEALED_FLARE if seat else taper,
        sealed_mm=_SEALED_MM if seat else 0.0,
        septum_mm=rng.uniform(2.0, 7.0),
        left=Coronary(
            nadirs[1] + rng.uniform(-0.45, -0.1),
            junction * rng.uniform(0.52, 0.76),
            rng.uniform(1.8, 2.3),
        ),
        right=Coronary(
            nadirs[0] + rng.uniform(-0.25, 0.25),
            junction * rng.uniform(0.62, 0.80),
            rng.uniform(1.5, 2.0),
        ),
    )


def placed(drawn: Root, atrium: LeftAtrium, rng: np.random.Generator) -> Root:
    """The root in front of the atrium, as near as the wall between them allows."""
    beside = np.array([rng.uniform(-9, -5), 0.0, rng.uniform(3, 8)])
    loose = _surface(drawn)
    shifts = np.arange(-20.0, -70.0, -0.5)[:, None, None] * np.array([0.0, 1.0, 0.0])
    deep = loose @ drawn.frame.axis < -_DEEP_MM
    needed = np.where(deep, _DEEP_CLEAR_MM, _CLEAR_MM)
    clear = (atrium.lumen(loose + beside + shifts) >= needed).all(axis=1)
    nearest = int(np.flatnonzero(~clear)[-1]) + 1
    origin = beside + shifts[nearest, 0]
    return replace(drawn, frame=Frame(origin, drawn.frame.axes))


def ventricle(
    rng: np.random.Generator, phase: Phase, atrium: LeftAtrium, aortic_root: Root
) -> Ventricle:
    """Draw the left ventricle below valve and root."""
    drawn = Ventricle(
        root=aortic_root,
        mitral=atrium.mitral,
        axis=unit(MITRAL + rng.uniform(-0.06, 0.06, size=3)),
        width_mm=rng.uniform(23, 27) * phase.ventricle,
        length_mm=rng.uniform(46, 52),
        wall_mm=rng.uniform(8, 11) / phase.ventricle,
        valve_open=phase.mitral_open,
    )
    groove = beside_appendage(atrium.neck)
    while drawn.cavity(groove).min() < _GROOVE_MM and drawn.width_mm > _NARROWEST_MM:
        drawn = replace(drawn, width_mm=0.96 * drawn.width_mm)
    return drawn


def _root_frame(rng: np.random.Generator) -> Frame:
    """The axis rises to the right, 35 to 58° from the vertical; angle 0 is anterior."""
    tilt, azimuth = np.radians([rng.uniform(35, 58), rng.uniform(-5, 20)])
    level = np.array([-np.cos(azimuth), -np.sin(azimuth), 0.0])
    axis = np.sin(tilt) * level + np.cos(tilt) * np.array([0.0, 0.0, 1.0])
    anterior = np.array([rng.uniform(-0.35, 0.0), -1.0, 0.0])
    return Frame.along(np.zeros(3), axis, zero=anterior)


def _surface(drawn: Root) -> Points:
    """Points of the root's wall and around its left main artery."""
    angles, heights = np.meshgrid(np.arange(0, 2 * np.pi, 0.2), np.arange(-24.0, 48.0, 4.0))
    angles, heights = angles.ravel(), heights.ravel()
    reach = drawn.radius(angles, heights)[:, None]
    wall = reach * drawn.frame.outward(angles) + heights[:, None] * drawn.frame.axis
    return np.concatenate([wall, _left_main(drawn)])


def _left_main(drawn: Root) -> Points:
    outward: Vector = drawn.frame.outward(np.array(drawn.left.angle))
    return drawn.ostium(drawn.left) + np.linspace(0, _LEFT_MAIN_MM, 4)[:, None] * outward
