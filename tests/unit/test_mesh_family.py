"""Random lumens, and how true their meshes are."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import bodies, certify, surface_from_labels
from heartwright.samples.heart import member
from heartwright.samples.heart.grid import bounds


def test_a_seed_gives_the_same_member_and_the_kinds_take_turns():
    points = np.random.default_rng(0).uniform(-30, 30, (50, 3))
    assert len({member(seed).kind for seed in range(6)}) == 6
    for seed in range(6):
        assert member(seed).lumen(points) == pytest.approx(member(seed).lumen(points))
        assert (member(seed).lumen(points) != member(seed + 6).lumen(points)).any()


@pytest.mark.parametrize("seed", range(1, 6))
def test_members_fit_the_space_in_which_they_are_looked_for(seed):
    low, high = bounds(member(seed).lumen)
    assert np.abs([low, high]).max() < 71
    assert (high - low > 8).all()


@pytest.mark.parametrize("seed", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_a_mesh_lies_on_the_shape_that_became_voxels(seed):
    """The field is a distance to first order, so that its value at a vertex is the error there."""
    shape = member(seed)
    solid = surface_from_labels(shape.labels(spacing_mm=0.5), 1)
    error = np.abs(shape.lumen(solid.vertices))
    assert error.mean() < 0.04
    assert np.quantile(error, 0.95) < 0.12
    assert certify(solid).valid
    assert len(bodies(solid)) == 1
