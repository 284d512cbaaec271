"""Centrelines against vessels whose middle and radius are known."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import centrelines
from heartwright.data import GeometryError, Grid, InputError, Solid
from heartwright.samples.heart.fields import Field, tube, union


def solid_of(field: Field, low: tuple[float, ...], high: tuple[float, ...]) -> Solid:
    """The zero of a field, by the iso-surface that the product uses too."""
    from heartwright.anatomy.grid import Field as Sampled
    from heartwright.anatomy.mesh.isosurface import isosurface

    step = 0.4
    affine = np.diag([step, step, step, 1.0])
    affine[:3, 3] = low
    shape = tuple(int(n) for n in np.ceil(np.subtract(high, low) / step) + 1)
    nodes = Grid(shape, affine).to_lps(np.argwhere(np.ones(shape, bool)))
    return Solid(*isosurface(Sampled(field(nodes).reshape(shape), affine), 0.0), "vessel")


def ring(points: np.ndarray) -> np.ndarray:
    """Three quarters of a torus: radius 15 mm, tube 3 mm, cut off at x + y > 12."""
    x, y, z = points.T
    whole = np.hypot(np.hypot(x, y) - 15, z) - 3
    return np.maximum(whole, (x + y - 8) / np.sqrt(2))


def cone(points: np.ndarray) -> np.ndarray:
    """A vessel along z whose radius falls from 5 mm at z = -20 to 2 mm at z = 20, flat ends."""
    x, y, z = points.T
    slope = 3 / 40
    side = (np.hypot(x, y) - (3.5 - slope * z)) / np.hypot(1, slope)
    return np.maximum(side, np.abs(z) - 20)


@pytest.mark.slow
def test_a_torus_is_followed_along_its_middle():
    vessel = solid_of(ring, (-19, -19, -4), (19, 19, 4))
    first, last = np.array([14.0, -6.0, 0.0]), np.array([-6.0, 14.0, 0.0])
    (line,) = centrelines(vessel, first, last[None])
    middle = slice(8, -8)
    x, y, z = line.points[middle].T
    assert np.hypot(np.hypot(x, y) - 15, z).max() < 0.15
    assert line.radii[middle] == pytest.approx(3, abs=0.05)
    angle = np.unwrap(np.arctan2(line.points[:, 1], line.points[:, 0]))
    assert line.length_mm == pytest.approx(15 * np.ptp(angle), rel=0.02)


@pytest.mark.slow
def test_a_tapered_vessel_has_the_radii_of_the_balls_inside():
    vessel = solid_of(cone, (-6, -6, -21), (6, 6, 21))
    ends = np.array([[0.5, 0.3, -19.0], [0.2, -0.4, 19.0]])
    (line,) = centrelines(vessel, ends[0], ends[1:])
    clear = np.abs(line.points[:, 2]) < 14
    x, y, z = line.points[clear].T
    assert np.hypot(x, y).max() < 0.12
    slope = 3 / 40
    assert line.radii[clear] == pytest.approx((3.5 - slope * z) / np.hypot(1, slope), abs=0.05)


@pytest.mark.slow
def test_branches_share_their_stem():
    origin = np.zeros(3)
    tips = np.array([[12.0, 0.0, 16.0], [-12.0, 0.0, 16.0]])
    stem = tube(np.array([0.0, 0.0, -20.0]), origin, radius_mm=3.5)
    vessel = solid_of(
        union(stem, *(tube(origin, tip, radius_mm=2.5) for tip in tips), blend_mm=2.0),
        (-16, -5, -25),
        (16, 5, 20),
    )
    lines = centrelines(vessel, np.array([0.0, 0.0, -19.0]), tips)
    stems = [line.points[(line.points[:, 2] > -15) & (line.points[:, 2] < -5)] for line in lines]
    for line, tip, low in zip(lines, tips, stems, strict=True):
        assert np.hypot(low[:, 0], low[:, 1]).max() < 0.15
        beyond = line.points[(line.points[:, 2] > 7) & (line.points[:, 2] < 13)]
        axis = tip / np.linalg.norm(tip)
        assert np.linalg.norm(np.cross(beyond, axis), axis=1).max() < 0.15
        radii = line.radii[(line.points[:, 2] > 7) & (line.points[:, 2] < 13)]
        assert radii == pytest.approx(2.5, abs=0.05)
    assert len(stems[0]) == pytest.approx(len(stems[1]), abs=2)


@pytest.mark.slow
def test_places_without_a_path_are_refused():
    vessel = solid_of(cone, (-6, -6, -21), (6, 6, 21))
    apart = Solid(
        np.concatenate([vessel.vertices, vessel.vertices + np.array([30, 0, 0])]),
        np.concatenate([vessel.faces, vessel.faces + len(vessel.vertices)]),
    )
    start = np.zeros(3)
    with pytest.raises(GeometryError, match="no way"):
        centrelines(apart, start, np.array([[30.0, 0.0, 0.0]]))
    with pytest.raises(InputError, match="not in"):
        centrelines(vessel, start, np.array([[90.0, 0.0, 0.0]]))
    with pytest.raises(GeometryError, match="one place"):
        centrelines(vessel, start, start[None])
