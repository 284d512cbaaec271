"""Resampling along axes against SciPy's, which takes 64 neighbours of each node at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from heartwright.anatomy.grid.field import isotropic, resampled
from heartwright.data import Grid

few = settings(max_examples=15, deadline=None)
sizes = st.tuples(*[st.integers(1, 12)] * 3)
triples = st.tuples(*[st.floats(0.3, 2.5)] * 3)
signs = st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3)


def values_on(shape: tuple[int, int, int]) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@few
@given(
    shapes=st.tuples(sizes, sizes),
    steps=triples,
    sign=signs,
    shift=st.tuples(*[st.floats(-3, 3)] * 3),
    order=st.sampled_from([1, 3]),
)
def test_axis_by_axis_is_what_scipy_does_at_once(shapes, steps, sign, shift, order):
    shape, wanted = shapes
    values, affine = values_on(shape), np.diag([0.7, -0.6, 0.8, 1.0])
    target = affine @ np.diag([*np.multiply(steps, sign), 1.0])
    target[:3, 3] += shift
    carry = np.linalg.inv(affine) @ target
    expected = ndimage.affine_transform(
        values,
        np.diag(carry[:3, :3]),
        offset=carry[:3, 3],
        output_shape=wanted,
        order=order,
        mode="constant",
        cval=-7.0,
    )
    found = resampled(values, affine, Grid(wanted, target), order=order, outside=-7.0)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_beyond_the_image_there_is_nothing():
    values, affine = values_on((4, 5, 6)), np.diag([1.0, 1.0, 2.0, 1.0])
    target = isotropic(Grid(values.shape, affine), 0.4)
    found = resampled(values, affine, target, order=1, outside=float("nan"))
    beyond = np.argwhere(np.isnan(found))
    assert (target.to_lps(beyond) > [3, 4, 10]).any(axis=1).all()
    assert np.isfinite(found[:8, :11, :26]).all()


@pytest.mark.parametrize("order", [1, 3])
def test_the_same_grid_gives_the_same_values(order):
    values, affine = values_on((5, 6, 7)), np.diag([-1.0, 2.0, 0.5, 1.0])
    same = resampled(values, affine, Grid(values.shape, affine), order=order)
    np.testing.assert_allclose(same, values, atol=1e-6)
