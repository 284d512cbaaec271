"""Identification against data whose parameters are known."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Float

from heartwright.data import InputError, TraceSet
from heartwright.data.movie import Movie
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.hybrid import Settings
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.coupled import CoupledSystem, Node, Pulses, around, bounds_of
from heartwright.electro.hybrid.identify import identify
from heartwright.electro.hybrid.identify_tissue import TissueSettings, identify_tissue
from heartwright.electro.hybrid.likelihood import profile
from heartwright.electro.hybrid.newton.equations import Observed, squares
from heartwright.electro.tissue import Stimulus, Tissue

TRUE = {"tau_in": 0.25, "tau_out": 5.0, "tau_close": 90.0}
ALONE = Settings(excitation=(), per_trace=(), residual="none")
STEP_MS, DURATION_MS = 0.1, 260.0


def simulated(
    truth: dict[str, float | tuple[float, float]],
    *,
    groups: np.ndarray,
    shape: tuple[int, int] = (1, 1),
    diffusivity: float = 0.0,
    paced: np.ndarray | None = None,
) -> Float[np.ndarray, "time node"]:
    """The noiseless potential of every node, from the engine's own forward run."""
    cell, tissue = MitchellSchaeffer(), Tissue(np.ones(shape, bool), 0.5, diffusivity)
    blank = {
        name: jnp.stack([unbounded(bounds_of(cell)[name], x) for x in np.atleast_1d(value)])
        for name, value in truth.items()
    }
    system = CoupledSystem(
        cell, blank, diffusivity, Pulses(jnp.zeros(1), jnp.ones(1)), 0.5, STEP_MS
    )
    nothing = jnp.zeros((round(DURATION_MS / STEP_MS), tissue.nodes))
    currents = np.ones(tissue.nodes) if paced is None else 2.0 * paced.ravel()
    ran = squares(
        system,
        system.flat(blank),
        jnp.zeros((tissue.nodes, 0)),
        Node(jnp.asarray(currents, jnp.float32)[:, None], jnp.asarray(groups, jnp.int32)),
        Observed(nothing, nothing, nothing),
        frame=1,
        dt=STEP_MS,
        spread=around(tissue),
    )
    return np.asarray(ran.path, np.float64)


def traces_of(values: Float[np.ndarray, "time trace"], noise: float, seed: int) -> TraceSet:
    added = noise * np.random.default_rng(seed).standard_normal(values.T.shape)
    return TraceSet(
        values=values.T + added,
        step_ms=STEP_MS,
        lengths=np.full(values.shape[1], len(values)),
        names=tuple(f"cell {n}" for n in range(values.shape[1])),
        prepared=True,
    )


def cells(count: int, noise: float = 0.05, seed: int = 0) -> TraceSet:
    beat = simulated(TRUE, groups=np.zeros(1, int))
    return traces_of(np.repeat(beat, count, axis=1), noise, seed)


@pytest.mark.slow
def test_recovers_the_time_constants_of_noisy_cells() -> None:
    found = identify(cells(8), settings=ALONE)
    for name, truth in TRUE.items():
        assert found.of(name).value == pytest.approx(truth, rel=0.03)
        assert found.of(name).relative_width < 0.06
    assert found.noise == pytest.approx(0.05, rel=0.03)
    assert found.warnings == ()


@pytest.mark.slow
def test_intervals_shrink_with_the_root_of_the_number_of_traces() -> None:
    few, many = (identify(cells(n), settings=ALONE) for n in (2, 8))
    for name in TRUE:
        assert few.of(name).relative_width / many.of(name).relative_width == pytest.approx(
            2, rel=0.1
        )


@pytest.mark.slow
def test_the_profile_agrees_with_the_curvature() -> None:
    traces = cells(4)
    laplace = identify(traces, settings=ALONE).of("tau_close")
    half = (laplace.upper - laplace.lower) / 2
    tried = laplace.value + half * np.linspace(-1.5, 1.5, 7)
    lower, upper = profile(traces, "tau_close", tried, settings=ALONE).interval()
    assert (lower, upper) == pytest.approx((laplace.lower, laplace.upper), abs=0.15 * half)


@pytest.mark.slow
def test_two_groups_differ_as_they_should() -> None:
    groups = np.repeat([0, 1], 4)
    values = simulated({**TRUE, "tau_close": (90.0, 60.0)}, groups=groups, shape=(2, 4))
    settings = replace(ALONE, per_group=("tau_close",))
    found = identify(traces_of(values, 0.05, 0), groups=groups, settings=settings)
    ratio = found.of("tau_close", 0).value / found.of("tau_close", 1).value
    assert ratio == pytest.approx(1.5, rel=0.05)


@pytest.mark.slow
def test_says_which_parameters_a_short_record_cannot_tell() -> None:
    short = replace(ALONE, learned=("tau_in", "tau_out", "tau_close", "tau_open"), horizon_ms=30.0)
    found = identify(cells(2), settings=short)
    assert any("tau_open" in sentence for sentence in found.warnings)
    assert not found.of("tau_open").determined or found.of("tau_open").relative_width > 0.5


@pytest.mark.slow
def test_a_single_cell_is_wrong_on_tissue_and_diffusion_mends_it() -> None:
    """A trace of tissue contains its neighbours' current, even for the true equations."""
    side = 10
    paced = np.zeros((side, side), bool)
    paced[:, :3] = True
    groups = np.zeros(side * side, int)
    truth = {**TRUE, "diffusivity": 0.12}
    values = simulated(truth, groups=groups, shape=(side, side), diffusivity=0.12, paced=paced)
    trace = values[:, 5 * side + 8]
    begun = int((trace > 0.02).argmax()) - 1
    alone = identify(traces_of(trace[begun:, None], 1e-3, 0), settings=ALONE)
    assert alone.of("tau_close").value > 1.05 * TRUE["tau_close"]
    assert not alone.of("tau_close").covers(TRUE["tau_close"])
    assert any("neighbours" in sentence for sentence in alone.warnings)

    frames = values.reshape(-1, 10, side, side).mean(axis=1)
    noisy = frames + 0.05 * np.random.default_rng(0).standard_normal(frames.shape)
    stimulus = Stimulus(paced, 2.0, 0.0, 1.0)
    found = identify_tissue(
        Movie(noisy, 1.0, 0.5), [stimulus], settings=TissueSettings(per_region=())
    )
    for name, value in truth.items():
        assert found.of(name).value == pytest.approx(value, rel=0.05)


@pytest.mark.slow
def test_the_residual_vanishes_where_the_physics_is_true() -> None:
    settings = Settings(excitation=(), per_trace=(), width=4, depth=1, weight=None)
    found = identify(cells(4), settings=settings)
    assert found.residual_norm <= 1e-6
    assert not found.header["residual_asked_for"]
    for name, truth in TRUE.items():
        assert found.of(name).value == pytest.approx(truth, rel=0.04)


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """40 runs of 3 correlated intervals: 95 % of 120, give or take."""
    runs = [identify(cells(2, seed=seed), settings=ALONE) for seed in range(40)]
    hits = np.mean([[run.of(name).covers(x) for name, x in TRUE.items()] for run in runs])
    assert 0.87 <= hits <= 1.0


def test_refuses_groups_that_do_not_suit() -> None:
    with pytest.raises(InputError, match="group numbers"):
        identify(cells(2), groups=np.array([0, 2]), settings=ALONE)
    with pytest.raises(InputError, match="name the groups"):
        identify(cells(2), settings=replace(ALONE, per_group=("tau_close",)))
