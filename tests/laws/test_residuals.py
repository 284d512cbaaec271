"""Laws that every residual keeps."""

from itertools import product

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.electro.hybrid import Architecture, initial_residual
from heartwright.electro.hybrid.residual.architecture import KINDS

FAMILY = [
    Architecture(kind, width=6, **variation)
    for kind, variation in product(
        KINDS,
        [
            {"inputs": "state", "acting": 1, "depth": 3},
            {"inputs": "resolved", "acting": 2, "depth": 1},
        ],
    )
]
every_residual = pytest.mark.parametrize(
    "architecture", FAMILY, ids=lambda a: f"{a.kind}-{a.inputs}"
)
UNIT_SQUARE = np.random.default_rng(0).uniform(size=(200, 2))
# rest, its neighbours, far beyond, and the largest and smallest numbers of single precision
EDGES = [0.0, 1.0, 1.0 - 1e-7, 1.0 + 1e-7, 1.0 + 1e-3, -5.0, 80.0, 1e30, -1e30, 1e-38]
BOX = np.array(list(product(EDGES, EDGES)))


@eqx.filter_jit
def over(residual, states):
    """Values at many states, and their slopes in the state."""
    return jax.vmap(residual)(states), jax.vmap(jax.jacrev(residual))(states)


@every_residual
def test_it_starts_as_almost_nothing(architecture):
    added, _ = over(initial_residual(architecture, seed=0), jnp.asarray(UNIT_SQUARE))
    assert added.shape == (200, architecture.acting)
    assert float(jnp.abs(added).max()) <= 1e-2
    assert bool((added != 0).all()) == (architecture.kind != "none")


@every_residual
def test_values_and_slopes_are_finite_from_rest_to_the_extremes(architecture):
    residual = initial_residual(architecture, seed=0, head_gain=1.0)
    for part in over(residual, jnp.asarray(BOX)):
        assert bool(jnp.isfinite(part).all())


@every_residual
def test_a_batch_is_its_members_one_by_one(architecture):
    residual = initial_residual(architecture, seed=1, head_gain=1.0)
    states = jnp.asarray(UNIT_SQUARE[:5])
    one_by_one = jnp.stack([residual(state) for state in states])
    np.testing.assert_allclose(over(residual, states)[0], one_by_one, rtol=1e-4, atol=1e-6)


@every_residual
def test_its_slope_is_that_of_central_differences(architecture, float64):
    residual = initial_residual(architecture, seed=2, head_gain=1.0)
    states, step = jnp.asarray(UNIT_SQUARE[:20]), 1e-6
    _, slopes = over(residual, states)
    for axis, nudge in enumerate(step * np.eye(2)):
        difference = over(residual, states + nudge)[0] - over(residual, states - nudge)[0]
        np.testing.assert_allclose(slopes[..., axis], difference / (2 * step), atol=1e-5)


@every_residual
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(architecture):
    one, again, other = (
        jax.tree.leaves(initial_residual(architecture, seed=seed)) for seed in (3, 3, 4)
    )
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not one or any((a != b).any() for a, b in zip(one, other, strict=True))


@every_residual
def test_its_description_and_its_leaves_are_the_whole_of_it(architecture):
    residual = initial_residual(architecture, seed=5)
    rebuilt = initial_residual(Architecture.of(residual.architecture.described()), seed=0)
    assert jax.tree.structure(rebuilt) == jax.tree.structure(residual)
    filled = jax.tree.unflatten(jax.tree.structure(rebuilt), jax.tree.leaves(residual))
    assert eqx.tree_equal(filled, residual)


@every_residual
def test_it_has_as_many_weights_as_it_says(architecture):
    leaves = jax.tree.leaves(initial_residual(architecture, seed=0))
    w, d, a = architecture.width, architecture.depth, architecture.acting
    i = {"state": 2, "resolved": 3}[architecture.inputs]
    waves = w * i + (a * (2 * w + 1) if d == 1 else w * (2 * w + 1) + a * (w + 1))
    stated = {
        "resnet": w * (i + 1) + 2 * d * w * (w + 1) + a * (w + 1),
        "mlp": w * (i + 1) + (d - 1) * w * (w + 1) + a * (w + 1),
        "gated": 2 * w * (i + 1) + 2 * (d - 1) * w * (w + 1) + a * (w + 1),
        "fourier": waves + max(d - 2, 0) * w * (w + 1),
        "none": 0,
    }
    assert sum(leaf.size for leaf in leaves) == stated[architecture.kind]


@pytest.mark.slow
@every_residual
def test_every_weight_but_fixed_frequencies_is_learned(architecture):
    residual = initial_residual(architecture, seed=0, head_gain=1.0)
    states = jnp.asarray(UNIT_SQUARE)
    gradient = eqx.filter_grad(lambda r: (jax.vmap(r)(states) ** 2).mean())(residual)
    for path, leaf in jax.tree.leaves_with_path(gradient):
        fixed = "frequencies" in jax.tree_util.keystr(path)
        assert bool(jnp.isfinite(leaf).all())
        assert bool((leaf != 0).any()) != fixed
