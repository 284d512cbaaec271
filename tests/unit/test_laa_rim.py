"""The loop that a plan measured, as figures draw it."""

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.data import InputError, Solid
from heartwright.planning.laa import plan, rim

RADIUS, HEIGHT = 9.0, 38.0


@pytest.fixture(scope="module")
def lumen() -> Solid:
    """An atrium with an appendage upwards and a vein beside it, both through one plane."""
    vein = Manifold.cylinder(90, 5).translate((20, 0, 0))
    shape = Manifold.sphere(30, 64) + Manifold.cylinder(62, RADIUS, circular_segments=180) + vein
    mesh = shape.to_mesh64()
    return Solid(np.asarray(mesh.vert_properties)[:, :3], mesh.tri_verts.astype(int))


def ostium(radius: float) -> np.ndarray:
    angles = np.radians([10, 130, 250])
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), np.full(3, HEIGHT)], axis=1)


def test_the_rim_is_the_circle_that_the_plan_measures(lumen):
    loop = rim(lumen, ostium(RADIUS))
    assert loop[:, 2] == pytest.approx(HEIGHT)
    assert np.hypot(loop[:, 0], loop[:, 1]) == pytest.approx(RADIUS, abs=0.01)
    across = np.linalg.norm(loop[:, None] - loop, axis=-1).max()
    assert plan(lumen, ostium(RADIUS)).ostium.d_max_mm == pytest.approx(across, abs=0.01)


def test_points_off_the_rim_have_none(lumen):
    with pytest.raises(InputError, match="from the lumen's rim"):
        rim(lumen, ostium(RADIUS - 7))
