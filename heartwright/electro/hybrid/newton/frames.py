"""Traces as frames of the solver: cut at a horizon, averaged, weighted."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.data import InputError, TraceSet
from heartwright.electro.hybrid.newton.equations import BLOCK, Observed

FRAME_MS = 0.5  # finer samples are averaged to this: nothing of a beat is faster

Samples = Float[np.ndarray, "trace time"]


def steps_a_sample(traces: TraceSet, dt_ms: float) -> int:
    """How many solver steps a sample covers.

    Raises:
        InputError: not a whole number of them.
    """
    steps = round(traces.step_ms / dt_ms)
    if steps < 1 or not np.isclose(traces.step_ms, steps * dt_ms, rtol=1e-6):
        raise InputError(
            f"the traces have a sample every {traces.step_ms:g} ms, which is no whole number of "
            f"solver steps of {dt_ms:g} ms; prepare the recordings again, or change the step."
        )
    return steps


def steps_a_frame(traces: TraceSet, dt_ms: float) -> int:
    """Solver steps that are compared as one: a camera's exposure, or about `FRAME_MS`."""
    sample = steps_a_sample(traces, dt_ms)
    return sample * max(1, round(FRAME_MS / traces.step_ms))


def frames_of(traces: TraceSet, *, frame: int, dt_ms: float, horizon_ms: float) -> Observed:
    """The means of a trace's samples over each frame; its weight is the share that was measured.

    The residual's size counts in gaps too, so that it is not free where nobody looks.

    Args:
        traces: prepared.
        frame: solver steps a frame, a multiple of those a sample.
        dt_ms: solver step.
        horizon_ms: where to stop; rounded up to whole blocks of frames.
    """
    per_frame = frame // steps_a_sample(traces, dt_ms)
    blocks = int(np.ceil(round(horizon_ms / (frame * dt_ms), 6) / BLOCK))
    samples = blocks * BLOCK * per_frame
    learned = np.arange(samples) * traces.step_ms < horizon_ms
    measured, there = (_cut(x, samples) & learned for x in (traces.measured, traces.there))
    values = np.where(measured, _cut(np.nan_to_num(traces.values), samples), 0.0)
    count, total = (_summed(x, per_frame) for x in (measured.astype(float), values))
    return Observed(
        values=_frames_first(total / np.maximum(count, 1)),
        weights=_frames_first(count / per_frame),
        inside=_frames_first((_summed(there.astype(float), per_frame) > 0).astype(float)),
    )


def _cut(values: np.ndarray, samples: int) -> np.ndarray:
    kept = values[:, :samples]
    return np.pad(kept, ((0, 0), (0, samples - kept.shape[1])))


def _summed(values: Samples, per_frame: int) -> Float[np.ndarray, "trace frame"]:
    return values.reshape(len(values), -1, per_frame).sum(axis=2)


def _frames_first(values: Float[np.ndarray, "trace frame"]) -> Float[Array, "frame trace"]:
    return jnp.asarray(values.T, jnp.float32)
