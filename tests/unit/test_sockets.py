"""Sockets for beads: on the outside, as deep as meant, and through nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manifold3d import CrossSection, Manifold

from heartwright.anatomy.mesh import certify
from heartwright.anatomy.mesh.kernel import to_manifold, to_solid
from heartwright.anatomy.mesh.sockets import MARKER_MM, sockets
from heartwright.data import GeometryError, InputError, Plane, Provenance

INNER, OUTER = 10.0, 12.5


def pipe(inner=INNER, outer=OUTER):
    flat = CrossSection.circle(outer, 180) - CrossSection.circle(inner, 180)
    body = Manifold.extrude(flat, 30).translate((0, 0, -12))
    return to_solid(body, "pipe", Provenance())


def at(x=0.0, y=0.0, z=0.0):
    return Plane(np.array([x, y, z]), np.array([0.0, 0, 1]))


@settings(max_examples=5, deadline=None)
@given(
    count=st.integers(6, 16),
    diameter=st.floats(0.5, 2.0),
    offset=st.floats(-2, 2),
)
def test_beads_lie_in_the_outside_of_the_wall(count, diameter, offset):
    wall = pipe()
    made = sockets(wall, at(offset, 0, 1.0), count=count, diameter_mm=diameter)
    away = np.linalg.norm(np.vstack([made.ring, made.marker])[:, :2], axis=1)
    assert len(made.ring) == count
    assert (away < OUTER - 0.09 * diameter).all()
    assert (away > OUTER - 0.11 * diameter - 0.03).all()
    assert made.marker - made.ring[0] == pytest.approx([0, 0, MARKER_MM], abs=1e-6)
    assert certify(made.solid).valid
    assert to_manifold(made.solid).genus() == 1  # still one tunnel: the lumen


def test_sockets_take_what_they_are_to_take():
    wall = pipe()
    made = sockets(wall, at(), count=12, diameter_mm=1.0)
    radius, straight = 0.55, 0.6 - 0.55
    each = 2 / 3 * np.pi * radius**3 + np.pi * radius**2 * straight
    assert wall.volume_mm3 - made.solid.volume_mm3 == pytest.approx(13 * each, rel=0.05)


def test_the_inside_is_not_touched():
    wall = pipe()
    made = sockets(wall, at(), count=12, diameter_mm=2.0)
    lumen = Manifold.cylinder(30, INNER + 0.4, circular_segments=180).translate((0, 0, -12))
    before, after = (to_manifold(each) ^ lumen for each in (wall, made.solid))
    assert after.volume() == pytest.approx(before.volume(), abs=1e-3)


@pytest.mark.parametrize(
    ("outer", "plane", "beads", "error", "says"),
    [
        (11.0, at(), (12, 2.0), GeometryError, "1.00 mm thick"),
        (12.5, at(z=40), (12, 1.0), GeometryError, "misses the wall"),
        (12.5, at(x=11), (12, 1.0), GeometryError, "not in a lumen"),
        (12.5, at(x=30), (12, 1.0), GeometryError, "not in a lumen"),
        (12.5, at(z=17.8), (12, 1.0), GeometryError, "misses the wall"),
        (12.5, at(z=12.8), (12, 1.0), GeometryError, "meet an edge"),
        (12.5, at(), (40, 2.0), GeometryError, "would lie"),
        (12.5, at(), (3, 1.0), InputError, "not possible"),
        (12.5, at(), (12, np.nan), InputError, "not possible"),
    ],
)
def test_what_is_not_possible_is_refused(outer, plane, beads, error, says):
    with pytest.raises(error, match=says):
        sockets(pipe(outer=outer), plane, count=beads[0], diameter_mm=beads[1])
