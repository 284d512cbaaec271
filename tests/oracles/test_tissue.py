"""Diffusion and coupling against exact laws and an independent implementation."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.tissue import Stimulus, Tissue, simulate
from heartwright.electro.tissue.diffusion import excess, longest_step, neighbours


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """Twenty nodes anywhere on a small grid (always twenty: each count compiles anew)."""
    mask = np.zeros(draw(st.sampled_from([(7, 6), (4, 5, 3)])), dtype=bool)
    nodes = draw(st.sets(st.integers(0, mask.size - 1), min_size=20, max_size=20))
    mask.flat[list(nodes)] = True
    return mask


def laplacian(mask: np.ndarray, v: np.ndarray, spacing: float) -> np.ndarray:
    return np.asarray(excess(jnp.asarray(v), jnp.asarray(neighbours(mask)))) / spacing**2


def activation(mask: np.ndarray, start: np.ndarray, duration_ms: float = 30.0) -> np.ndarray:
    simulation = simulate(
        MitchellSchaeffer(),
        Tissue(mask, spacing_mm=0.5, diffusivity=0.3),
        [Stimulus(start, 1.0, start_ms=1.0, duration_ms=1.0)],
        duration_ms=duration_ms,
        dt_ms=0.05,
        activation_level=0.13,
    )
    return simulation.on_grid(simulation.activation)


def corner(mask: np.ndarray) -> np.ndarray:
    start = np.zeros_like(mask)
    start[tuple(slice(3) for _ in mask.shape)] = True
    return start


def l_shape() -> np.ndarray:
    mask = np.ones((14, 11), dtype=bool)
    mask[6:, 5:] = False
    return mask


@pytest.mark.slow
def test_diffusion_is_second_order_on_cosine_modes(float64):
    """cos(πx/L) cos(2πy/W) with sealed sides is an eigenfunction of the Laplacian."""
    length, width, counts = 3.0, 2.0, np.array([1, 2, 4]) * 10
    exact = -((np.pi / length) ** 2) - (2 * np.pi / width) ** 2
    errors = []
    for count in counts:
        spacing = 1 / count
        mask = np.ones((3 * count, 2 * count), dtype=bool)
        x, y = ((np.arange(n) + 0.5) * spacing for n in mask.shape)
        v = np.outer(np.cos(np.pi * x / length), np.cos(2 * np.pi * y / width)).ravel()
        errors.append(np.abs(laplacian(mask, v, spacing) - exact * v).max())
    assert np.polyfit(np.log(1 / counts), np.log(errors), 1)[0] == pytest.approx(2, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(mask=masks(), seed=st.integers(0, 2**32 - 1))
def test_sealed_diffusion_keeps_the_sum_and_makes_no_new_extremes(mask, seed):
    tissue = Tissue(mask, spacing_mm=0.7, diffusivity=0.2)
    v = np.random.default_rng(seed).normal(size=tissue.nodes).astype(np.float32)
    change = laplacian(mask, v, tissue.spacing_mm)
    assert abs(change.sum()) < 1e-4 * max(1, np.abs(change).sum())
    step = min(longest_step(tissue), 1e3)
    after = v + step * tissue.diffusivity * change
    assert v.min() - 1e-5 <= after.min()
    assert after.max() <= v.max() + 1e-5


@settings(max_examples=30, deadline=None)
@given(mask=masks())
def test_neighbours_are_mutual_and_one_grid_step_apart(mask):
    place = np.argwhere(mask)
    sides = neighbours(mask)
    distance = np.abs(place[sides] - place).sum(axis=-1)
    pairs = [(a, b) for side in sides for a, b in enumerate(side) if a != b]
    touching = np.abs(place[:, None] - place).sum(axis=-1) == 1
    assert set(distance.ravel()) <= {0, 1}
    assert set(pairs) == set(zip(*np.nonzero(touching), strict=True))


def test_a_step_at_the_stated_limit_is_stable_and_one_beyond_is_not():
    mask = np.indices((12, 12)).sum(axis=0) >= 0
    tissue = Tissue(mask, spacing_mm=0.25, diffusivity=0.154)
    assert longest_step(tissue) == pytest.approx(0.25**2 / (4 * 0.154))
    checkerboard = (-1.0) ** np.indices(mask.shape).sum(axis=0).ravel()
    for share, grows in ((0.99, False), (1.1, True)):
        v = checkerboard
        for _ in range(20):
            v = v + share * longest_step(tissue) * 0.154 * laplacian(mask, v, 0.25)
        assert (np.abs(v).max() > 1) == grows


def test_quiescent_tissue_stays_at_rest():
    simulation = simulate(
        MitchellSchaeffer(),
        Tissue(l_shape(), spacing_mm=0.5, diffusivity=0.3),
        [],
        duration_ms=10.0,
        dt_ms=0.05,
        activation_level=0.13,
        sample_ms=5.0,
    )
    assert not simulation.potential.any()
    assert np.isnan(simulation.activation).all()


def test_a_transposed_tissue_is_activated_as_its_transpose():
    mask = l_shape()
    there = activation(mask, corner(mask))
    back = activation(mask.T, corner(mask.T))
    assert np.isfinite(there[mask]).all()
    np.testing.assert_allclose(there, back.T, atol=1e-4)


def test_a_sheet_is_the_same_in_three_dimensions():
    mask = l_shape()
    deep = activation(mask[:, :, None], corner(mask)[:, :, None])
    np.testing.assert_allclose(deep[:, :, 0], activation(mask, corner(mask)), atol=1e-5)


def test_separate_pieces_do_not_excite_each_other():
    mask = np.ones((12, 12), dtype=bool)
    mask[6] = False
    times = activation(mask, corner(mask))
    assert np.isfinite(times[:6]).all()
    assert np.isnan(times[6:]).all()


def test_potential_is_that_of_a_dense_implementation(float64):
    """Mitchell–Schaeffer on a full rectangle, written again with NumPy and padded edges."""
    shape, dt, spacing, diffusivity = (9, 12), 0.05, 0.5, 0.3
    start = corner(np.ones(shape, dtype=bool))
    v, h = np.zeros(shape), np.ones(shape)
    for n in range(400):
        padded = np.pad(v, 1, mode="edge")
        around = padded[2:, 1:-1] + padded[:-2, 1:-1] + padded[1:-1, 2:] + padded[1:-1, :-2]
        v = v + dt * diffusivity * (around - 4 * v) / spacing**2
        current = h * v**2 * (1 - v) / 0.3 - v / 6 + start * (n < 20)
        h, v = h + dt * np.where(v < 0.13, (1 - h) / 120, -h / 150), v + dt * current
    simulation = simulate(
        MitchellSchaeffer(),
        Tissue(np.ones(shape, dtype=bool), spacing, diffusivity),
        [Stimulus(start, 1.0, start_ms=0.0, duration_ms=1.0)],
        duration_ms=20.0,
        dt_ms=dt,
        activation_level=0.13,
        sample_ms=20.0,
    )
    np.testing.assert_allclose(simulation.on_grid(simulation.potential[-1]), v, atol=1e-12)


def test_activation_is_the_first_crossing_of_the_frames():
    mask = np.ones((10, 10), dtype=bool)
    simulation = simulate(
        MitchellSchaeffer(),
        Tissue(mask, spacing_mm=0.5, diffusivity=0.3),
        [Stimulus(corner(mask), 1.0, start_ms=1.0, duration_ms=1.0)],
        duration_ms=20.0,
        dt_ms=0.05,
        activation_level=0.13,
        sample_ms=0.05,
    )
    above = simulation.potential >= 0.13
    frame = above.argmax(axis=0)
    lag = simulation.times[frame] - simulation.activation
    assert above.any(axis=0).all()
    assert ((lag > -1e-4) & (lag < 0.05 + 1e-4)).all()
