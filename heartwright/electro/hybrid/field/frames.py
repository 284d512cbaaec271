"""A movie as what a forecast is given, what flows into each node, and what is to be matched."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer

from heartwright.data import InputError
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.field.system import Around
from heartwright.electro.hybrid.newton.equations import BLOCK, Observed
from heartwright.electro.tissue.diffusion import neighbours

Nodes = Float[np.ndarray, "time node"]
WHOLE = 1e-6  # how far a number of frames may be from a whole one


def sheet(movie: Movie) -> Nodes:
    """The movie's values, one column a pixel, row by row."""
    return movie.values.reshape(len(movie.values), -1)


def around(movie: Movie) -> Around:
    """Which pixels are neighbours."""
    return Around(jnp.asarray(neighbours(np.ones(movie.values.shape[1:], dtype=bool))))


def stride_of(movie: Movie, frame_ms: float) -> int:
    """How many of the movie's frames pass between two that are `frame_ms` apart.

    Raises:
        InputError: not a whole number of them.
    """
    stride = round(frame_ms / movie.step_ms)
    if stride < 1 or not np.isclose(frame_ms, stride * movie.step_ms, rtol=WHOLE):
        raise InputError(
            f"the movie has a frame every {movie.step_ms:g} ms, so that none are {frame_ms:g} ms "
            f"apart; record or simulate it at a whole fraction of {frame_ms:g} ms."
        )
    return stride


def given_frames(movie: Movie, count: int, frame_ms: float) -> Float[np.ndarray, "node given"]:
    """The first frames, `frame_ms` apart.

    Raises:
        InputError: the movie is on another clock, or ends with the given frames.
    """
    stride = stride_of(movie, frame_ms)
    if (count - 1) * stride + 1 >= len(movie.values):
        raise InputError(
            f"the movie ends with its {count} given frames, so that nothing is left to forecast; "
            f"take a longer one."
        )
    return sheet(movie)[: (count - 1) * stride + 1 : stride].T


def measured_inflow(movie: Movie, first: int) -> Float[np.ndarray, "node moment"]:
    """By how much neighbours exceed each pixel, from a frame of the movie on."""
    return np.asarray(jax.vmap(around(movie))(jnp.asarray(sheet(movie)[first:]))).T


def observed(
    movie: Movie,
    nodes: Integer[np.ndarray, "lane"],
    *,
    first: int,
    frame: int,
    dt: float,
    horizon_ms: float,
    weight: float,
) -> Observed:
    """Means over `frame` solver steps, from a frame of the movie on, in whole blocks of frames.

    Between frames of the movie the potential is taken as linear in time. Every frame counts in
    proportion to its length (`weight` a ms).
    """
    blocks = int(np.floor(horizon_ms / (frame * dt * BLOCK) + WHOLE))
    times = np.arange(blocks * BLOCK * frame) * dt
    values = _between(sheet(movie)[first:, nodes], times / movie.step_ms)
    means = values.reshape(-1, frame, len(nodes)).mean(1)
    weights = _single(np.full(means.shape, weight * frame * dt))
    return Observed(_single(means), weights, weights)


def _between(values: Nodes, places: Float[np.ndarray, "step"]) -> Float[np.ndarray, "step node"]:
    before = np.minimum(places.astype(int), len(values) - 2)
    share = (places - before)[:, None]
    return values[before] * (1 - share) + values[before + 1] * share


def _single(values: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(values, jnp.float32)
