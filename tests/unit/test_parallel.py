"""Work in blocks, on all cores."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.electro.hybrid.examples import Examples, currents
from heartwright.electro.hybrid.loss import mean_over_blocks, terms
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.rollout import rollout
from heartwright.electro.hybrid.variables import initial_variables
from heartwright.electro.parallel import LARGEST, SMALLEST, blocks, on_all_cores

STEPS, DT = 64, 0.1


@pytest.mark.parametrize("rows", [1, 2 * SMALLEST - 1, 2 * SMALLEST, 1001, 2 * LARGEST + 1, 10_000])
def test_blocks_hold_every_row_once_and_are_of_one_size(rows):
    found = blocks(rows)
    np.testing.assert_array_equal(np.concatenate(found), np.arange(rows))
    sizes = [len(block) for block in found]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= LARGEST
    assert len(found) == 1 or (len(found) % 2 == 0 and min(sizes) >= SMALLEST)


def test_results_come_in_the_order_of_the_parts():
    assert on_all_cores(lambda n: n * n, range(9)) == [n * n for n in range(9)]


def examples(traces):
    """Traces that no model meets, of different lengths."""
    t = np.arange(STEPS) * DT
    values = np.exp(-t / np.linspace(1, 9, traces)[:, None])
    weights = t < np.linspace(1, 6, traces)[:, None]
    return Examples(jnp.asarray(values, float), jnp.asarray(weights, float))


def gradient(of):
    """The loss's, of some traces."""
    stimulus = currents(STEPS, DT)
    return eqx.filter_jit(
        eqx.filter_grad(lambda variables: terms(variables.model(), of, stimulus, DT).total(3.0))
    )(initial_variables(Published()))


@pytest.mark.slow
def test_the_mean_over_blocks_is_the_mean(float64):
    everything = examples(300)
    assert len(blocks(300)) > 1
    for a, b in zip(
        jax.tree.leaves(mean_over_blocks(gradient, everything)),
        jax.tree.leaves(gradient(everything)),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_the_number_of_cores_changes_no_bit(monkeypatch):
    model, start = initial_variables(Published()).model(), examples(300).start
    run = eqx.filter_jit(rollout)

    def found():
        return on_all_cores(
            lambda rows: run(model, start[:, rows], currents(STEPS, DT), DT).states, blocks(300)
        )

    many = found()
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    for a, b in zip(many, found(), strict=True):
        np.testing.assert_array_equal(a, b)
