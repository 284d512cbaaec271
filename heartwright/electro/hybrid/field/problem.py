"""What is fitted to movies: the front coupled, the rest of the beat with measured inflow.

The front decides when nodes fire: there all nodes run together, as they will in a forecast, from
the last given frame until the last node has fired. What follows is long, and alike everywhere, so
a few nodes are followed through it, each alone, with what flows in from its neighbours taken from
the movie. Both share every parameter, so their normal equations add.
"""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer

from heartwright.data import InputError
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.field.frames import (
    around,
    given_frames,
    measured_inflow,
    observed,
    sheet,
    stride_of,
)
from heartwright.electro.hybrid.field.settings import FieldSettings
from heartwright.electro.hybrid.field.system import FieldSystem, Lane, Shared, diffusivities
from heartwright.electro.hybrid.newton.fit import Problem
from heartwright.electro.hybrid.newton.system import Spread
from heartwright.electro.hybrid.physics import named
from heartwright.electro.hybrid.residual import initial_residual

FIRED = 0.5  # a node is activated when it rises through this
AFTER_MS = 3.0  # of the front, behind the last node's activation
FRONT_FRAME_MS, BEAT_FRAME_MS = 0.25, 0.5  # over which path and movie are compared
HEAD_GAIN = 0.0  # of the first residual: learning starts from the physics' own solution


def members_of(movies: Sequence[Movie], settings: FieldSettings) -> list[Problem]:
    """Front and beat of every movie."""
    lasting = max(_front_ms(movie, settings) for movie in movies)
    random = np.random.default_rng(settings.seed)
    fronts = [_front(movie, settings, lasting) for movie in movies]
    return fronts + [_beat(movie, settings, random) for movie in movies]


def _front_ms(movie: Movie, settings: FieldSettings) -> float:
    """From the last given frame until the last node has fired."""
    first = _first(movie, settings)
    left = (len(movie.values) - 1 - first) * movie.step_ms
    last = max(int((sheet(movie) > FIRED).argmax(axis=0).max()) - first, 0)
    return min(last * movie.step_ms + AFTER_MS, left)


def _front(movie: Movie, settings: FieldSettings, lasting_ms: float) -> Problem:
    """All nodes together, from the last given frame until the last has fired."""
    given = given_frames(movie, settings.given, settings.frame_ms)
    nodes = np.arange(len(given))
    return _problem(
        system_of(settings, movie),
        Lane(_single(given), jnp.zeros((len(nodes), 1))),
        movie=movie,
        nodes=nodes,
        settings=settings,
        frame_ms=FRONT_FRAME_MS,
        horizon_ms=lasting_ms,
        spread=around(movie),
    )


def _beat(movie: Movie, settings: FieldSettings, random: np.random.Generator) -> Problem:
    """A few nodes that have fired, each alone with its measured inflow, to the movie's end."""
    first = _first(movie, settings)
    given = given_frames(movie, settings.given, settings.frame_ms)
    fired = np.flatnonzero(given[:, -1] > FIRED)
    if len(fired) == 0:
        raise InputError(
            "no pixel has fired within the given frames; give more, or start the movie at the "
            "stimulus."
        )
    nodes = np.sort(random.choice(fired, min(settings.followed, len(fired)), replace=False))
    return _problem(
        system_of(settings, movie),
        Lane(_single(given[nodes]), _single(measured_inflow(movie, first)[nodes])),
        movie=movie,
        nodes=nodes,
        settings=settings,
        frame_ms=BEAT_FRAME_MS,
        horizon_ms=(len(movie.values) - 1 - first) * movie.step_ms,
        spread=None,
    )


def _problem(
    system: FieldSystem,
    lanes: Lane,
    *,
    movie: Movie,
    nodes: Integer[np.ndarray, "lane"],
    settings: FieldSettings,
    frame_ms: float,
    horizon_ms: float,
    spread: Spread | None,
) -> Problem:
    """The movie against the path of these lanes; together they count as much as all nodes."""
    frame = max(1, round(frame_ms / settings.dt_ms))
    return Problem(
        system=system,
        lanes=lanes,
        observed=observed(
            movie,
            nodes,
            first=_first(movie, settings),
            frame=frame,
            dt=settings.dt_ms,
            horizon_ms=horizon_ms,
            weight=sheet(movie).shape[1] / len(nodes),
        ),
        frame=frame,
        dt=settings.dt_ms,
        weights=system.weights,
        spread=spread,
    )


def system_of(settings: FieldSettings, movie: Movie) -> FieldSystem:
    """The system, and in its `blank` where learning begins."""
    physics = named(settings.physics)
    first = Shared(
        diffusivity=unbounded(
            diffusivities(movie.spacing_mm, settings.dt_ms), settings.diffusivity
        ),
        parameters={
            name: unbounded(physics.bounds[name], getattr(physics, name)) for name in settings.names
        },
        residual=initial_residual(settings.architecture, seed=settings.seed, head_gain=HEAD_GAIN),
    )
    return FieldSystem(
        physics=physics,
        blank=first,
        spacing_mm=movie.spacing_mm,
        given_ms=settings.frame_ms,
        moment_ms=movie.step_ms,
        dt=settings.dt_ms,
    )


def _first(movie: Movie, settings: FieldSettings) -> int:
    """Number of the last given frame in the movie."""
    return (settings.given - 1) * stride_of(movie, settings.frame_ms)


def _single(values: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(values, jnp.float32)
