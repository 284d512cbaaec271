"""Diameters of loops whose answers are known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.planning.section import area, diameters, distance_to_loop, in_plane, perimeter

UP = np.array([0.0, 0.0, 1.0])
SQUARE = np.array([[0.0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]])


def test_a_rectangle_by_hand():
    measures = diameters(SQUARE * [2.0, 1.5, 0], UP)
    assert measures.d_min_mm == pytest.approx(3)
    assert measures.d_max_mm == pytest.approx(5)
    assert measures.d_mean_mm == pytest.approx(4)
    assert measures.d_perimeter_mm == pytest.approx(14 / np.pi)
    assert measures.d_area_mm == pytest.approx(2 * np.sqrt(12 / np.pi))


def test_a_dent_changes_area_and_perimeter_but_no_caliper():
    dented = np.insert(SQUARE, 1, [1.0, 0.5, 0], axis=0)
    whole, measures = diameters(SQUARE, UP), diameters(dented, UP)
    assert measures.d_min_mm == pytest.approx(whole.d_min_mm)
    assert measures.d_max_mm == pytest.approx(whole.d_max_mm)
    assert measures.d_area_mm < whole.d_area_mm
    assert measures.d_perimeter_mm > whole.d_perimeter_mm


@given(st.integers(3, 60), st.integers(0, 59), st.booleans())
def test_diameters_do_not_depend_on_start_or_direction(corners, start, backwards):
    angles = 2 * np.pi * np.arange(corners) / corners
    loop = np.stack([3 * np.cos(angles), 2 * np.sin(angles), 0 * angles], axis=1)
    turned = np.roll(loop[::-1] if backwards else loop, start, axis=0)
    assert vars(diameters(turned, UP)) == pytest.approx(vars(diameters(loop, UP)))


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1))
def test_directions_in_a_plane_are_orthonormal(normal):
    normal = np.array(normal)
    axes = in_plane(normal)
    assert axes.T @ axes == pytest.approx(np.eye(2), abs=1e-12)
    assert axes.T @ normal == pytest.approx(np.zeros(2), abs=1e-12)


def test_perimeter_and_area_of_a_square():
    assert perimeter(SQUARE) == pytest.approx(8)
    assert area(SQUARE[:, :2] + 1e4) == pytest.approx(4)


def test_distance_to_a_loop_counts_edges_not_corners():
    points = np.array([[1.0, -1, 0], [1, 1, 0], [3, 3, 0], [1, 0, 4]])
    assert distance_to_loop(points, SQUARE) == pytest.approx([1, 1, np.sqrt(2), 4])


def test_distance_to_a_loop_survives_a_repeated_corner():
    loop = np.repeat(SQUARE, 2, axis=0)
    assert distance_to_loop(np.array([[1.0, -1, 0]]), loop) == pytest.approx([1])
