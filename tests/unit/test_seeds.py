"""Several seeds at once, and what traces tell that were too many to learn from."""

from dataclasses import replace

import numpy as np
import pytest

from heartwright.data import InputError
from heartwright.electro.hybrid import Settings, learn, learn_seeds
from heartwright.electro.hybrid.seeds import best, spread
from heartwright.flows.recordings import joined
from heartwright.samples.cells import cells

BEAT = 250.0


@pytest.mark.slow
def test_seeds_learned_side_by_side_are_those_learned_one_by_one():
    traces = cells(count=2, tau_close=60.0, duration_ms=BEAT)
    settings = Settings(rounds=2, width=2, depth=1, excitation=(), per_trace=())
    told = []
    fits = learn_seeds(
        traces, seeds=(3, 5), settings=settings, progress=lambda *step: told.append(step)
    )
    alone = learn(traces, settings=replace(settings, seed=5))
    assert told[-1] == (4, 4)
    for one, other in zip(fits[1].leaves, alone.leaves, strict=True):
        np.testing.assert_array_equal(one, other)
    least, median, most = spread(fits)["tau_close"]
    assert least <= median <= most
    assert best(fits).header["train_mse"] == spread(fits)["train_mse"][0]


def test_no_seed_is_given_twice():
    traces = cells(count=2, tau_close=60.0, duration_ms=BEAT)
    for seeds in ((), (1, 1)):
        with pytest.raises(InputError, match="seed"):
            learn_seeds(traces, seeds=seeds, settings=Settings())


@pytest.mark.slow
def test_the_typical_trace_is_the_median_of_all_not_the_mean_of_some():
    many = cells(count=15, tau_close=60.0, spread=0.0, duration_ms=BEAT)
    odd = cells(count=5, tau_close=90.0, spread=0.0, duration_ms=BEAT, seed=1)
    traces = joined([odd, many])
    settings = Settings(
        learned=("tau_close",), excitation=(), residual="none", most_traces=4, rounds=12
    )
    fit = learn(traces, settings=settings)
    assert fit.parameters["tau_close"] == pytest.approx(60.0, rel=0.01)
    deviation = np.sqrt(fit.header["prior"]["covariance"][0][0])
    assert deviation == pytest.approx(np.sqrt(5 / 20) * np.log(90.0 / 60.0), rel=0.05)
