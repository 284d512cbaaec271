"""One cell for each train of pulses, all trains in one compiled loop."""

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from heartwright.data import ConvergenceError, InputError
from heartwright.electro.cells import AbstractCell

NEVER = -(2**30)  # step of a pulse that is none, where a train has fewer than others
WHOLE = 1e-6  # how far a number of steps may be from a whole one
MOST = 2e8  # samples of all trains, and steps

Potential = Float[np.ndarray, "train time"]
State = Float[Array, "state"]
States = Float[Array, "train state"]


def paced(
    cell: AbstractCell,
    onsets_ms: Sequence[Sequence[float]],
    *,
    duration_ms: float,
    amplitude: float,
    pulse_ms: float,
    dt_ms: float,
    sample_ms: float,
) -> Potential:
    """Potential of one cell for each train of pulses, in the cell's unit.

    Sampled at 0, `sample_ms`, 2 `sample_ms` … up to the end, from `cell.rest` on, whose precision
    is that of the result. A pulse adds `amplitude` (the cell's unit a ms) to dv/dt for `pulse_ms`.

    Raises:
        InputError: a time is not a whole number of steps, or there are too many samples.
        ConvergenceError: the solution blew up.
    """
    return pace(
        cell,
        onsets_ms,
        duration_ms=duration_ms,
        amplitude=amplitude,
        pulse_ms=pulse_ms,
        dt_ms=dt_ms,
        sample_ms=sample_ms,
    )[1]


def pace(
    cell: AbstractCell,
    onsets_ms: Sequence[Sequence[float]],
    *,
    duration_ms: float,
    amplitude: float,
    pulse_ms: float,
    dt_ms: float,
    sample_ms: float,
) -> tuple[States, Potential]:
    """What `paced` gives, and before it the states at the end."""
    frames, stride = steps_in(duration_ms, sample_ms), steps_in(sample_ms, dt_ms)
    if frames * max(len(onsets_ms), stride) > MOST:
        raise InputError(
            f"{len(onsets_ms)} trains over {duration_ms:g} ms make more than {MOST:g} samples or "
            f"steps; pace fewer or shorter."
        )
    states, potential = _run(
        cell,
        jnp.asarray(_padded(onsets_ms, dt_ms), jnp.int32),
        amplitude=jnp.asarray(amplitude, cell.rest.dtype),
        pulse=jnp.int32(steps_in(pulse_ms, dt_ms)),
        dt=jnp.asarray(dt_ms, cell.rest.dtype),
        stride=jnp.int32(stride),
        frames=frames,
    )
    if not jnp.isfinite(states).all():
        raise ConvergenceError("a paced cell blew up; choose a shorter step or a weaker pulse.")
    return states, np.asarray(potential)


@eqx.filter_jit
def _run(
    cell: AbstractCell,
    onsets: Int[Array, "train pulse"],
    *,
    amplitude: Float[Array, ""],
    pulse: Int[Array, ""],
    dt: Float[Array, ""],
    stride: Int[Array, ""],
    frames: int,
) -> tuple[States, Float[Array, "train time"]]:
    """Every train in one compiled loop of `frames` times `stride` steps; v is kept each frame."""

    def one(train: Int[Array, "pulse"]) -> tuple[State, Float[Array, "time"]]:
        def step(n: Int[Array, ""], state: State) -> State:
            acts = ((train <= n) & (n < train + pulse)).any()
            return cell.step(state, jnp.where(acts, amplitude, 0), dt)

        def frame(state: State, n: Int[Array, ""]) -> tuple[State, Float[Array, ""]]:
            state = jax.lax.fori_loop(n * stride, (n + 1) * stride, step, state)
            return state, state[0]

        last, v = jax.lax.scan(frame, cell.rest, jnp.arange(frames, dtype=jnp.int32))
        return last, jnp.concatenate([cell.rest[:1], v])

    return jax.vmap(one)(onsets)


def _padded(onsets_ms: Sequence[Sequence[float]], dt_ms: float) -> Int[np.ndarray, "train pulse"]:
    """First step of every pulse."""
    onsets = np.full((len(onsets_ms), max(map(len, onsets_ms), default=0)), NEVER)
    for row, train in zip(onsets, onsets_ms, strict=True):
        row[: len(train)] = [steps_in(onset, dt_ms, fewest=0) for onset in train]
    return onsets


def steps_in(time_ms: float, dt_ms: float, *, fewest: int = 1) -> int:
    """The whole number of steps in a time.

    Raises:
        InputError: there is none, or fewer than `fewest`.
    """
    count = time_ms / dt_ms if dt_ms > 0 else np.nan
    steps = round(count) if np.isfinite(count) else -1
    if steps < fewest or abs(count - steps) > WHOLE * max(steps, 1):
        raise InputError(
            f"a time of {time_ms:g} ms is not a whole number of {dt_ms:g} ms steps; "
            f"choose a multiple."
        )
    return steps
