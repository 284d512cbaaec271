"""Prepared traces as what the loss compares with: values, weights and first states."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer

from heartwright.data import InputError, TraceSet
from heartwright.electro.hybrid.accepted import check_beats, check_whole
from heartwright.electro.hybrid.published import STIMULUS, STIMULUS_MS


class Examples(NamedTuple):
    """Traces on the solver's clock, cut at the horizon."""

    values: Float[Array, "trace time"]  # v, 1; 0 behind a trace's own end
    weights: Float[Array, "trace time"]  # 1 where a trace has a sample, else 0

    @property
    def start(self) -> Float[Array, "2 trace"]:
        """(v, h) at onset: the first measurement, and a fully recovered gate."""
        first = self.values[:, 0]
        return jnp.stack([first, jnp.ones_like(first)])

    def take(self, chosen: Integer[np.ndarray, "batch"]) -> "Examples":
        """Some of the traces."""
        return Examples(self.values[chosen], self.weights[chosen])


def examples(traces: TraceSet, steps: int) -> Examples:
    """The first `steps` samples of each trace; nothing behind a trace's own end is looked at."""
    values = np.zeros((len(traces), steps))
    weights = np.zeros((len(traces), steps))
    kept = min(steps, traces.values.shape[1])
    there = traces.there[:, :kept]
    values[:, :kept] = np.where(there, traces.values[:, :kept], 0.0)
    weights[:, :kept] = there
    return Examples(jnp.asarray(values, float), jnp.asarray(weights, float))


def currents(steps: int, dt_ms: float) -> Float[Array, "time"]:
    """J at each step, 1/ms: on for the first millisecond after onset.

    Only a few traces of a tissue were stimulated themselves; for the others J stands in for the
    current of their neighbours.
    """
    return jnp.where(jnp.arange(steps) < round(STIMULUS_MS / dt_ms), STIMULUS, 0.0)


def check_prepared(traces: TraceSet, step_ms: float) -> None:
    """Refuse traces that the published method cannot use.

    Raises:
        InputError: not prepared, with gaps, or on another clock than the solver's.
    """
    check_beats(traces)
    check_whole(traces)
    if not np.isclose(traces.step_ms, step_ms, rtol=1e-6):
        raise InputError(
            f"the traces have a sample every {traces.step_ms:g} ms but the model steps "
            f"{step_ms:g} ms; prepare the recordings again with that step."
        )
