"""Learning from movies: the front coupled, the rest of the beat with measured inflow.

The front decides when nodes fire: there all nodes run together, as they will in a forecast, from
the last given frame until the last node has fired. What follows is long, and alike everywhere, so
a few nodes are followed through it, each alone, with what flows in from its neighbours taken from
the movie. Both share every parameter, so their normal equations add.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.data import Fit, InputError, Progress, Provenance, silent
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
from heartwright.electro.hybrid.field.joint import Joint
from heartwright.electro.hybrid.field.settings import FieldSettings
from heartwright.electro.hybrid.field.system import FieldSystem, Lane, Shared, diffusivities
from heartwright.electro.hybrid.fitted import described, leaves_of
from heartwright.electro.hybrid.newton.fit import Point, Problem, rounds
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.newton.system import Spread
from heartwright.electro.hybrid.physics import named, parameters_of
from heartwright.electro.hybrid.residual import initial_residual

FIRED = 0.5  # a node is activated when it rises through this
AFTER_MS = 3.0  # of the front, behind the last node's activation
FRONT_FRAME_MS, BEAT_FRAME_MS = 0.25, 0.5  # over which path and movie are compared
HEAD_GAIN = 0.0  # of the first residual: learning starts from the physics' own solution
FIRST_DAMPING = 1.0  # a first step too bold ends where D's bound is flat, and stays there
FIRST_NOISE = 0.03  # standard deviation: what the physics alone leaves
FIRST_WEIGHT = 1e4  # λ of λ · misfit + ‖F‖², before the evidence chooses it
SETTLED, PATIENCE = 1e-4, 4  # rounds that gain less than this share end the learning

_DEFAULTS = FieldSettings()


def learn_field(
    movies: Sequence[Movie],
    *,
    settings: FieldSettings = _DEFAULTS,
    progress: Progress = silent,
) -> Fit:
    """Learn diffusivity, physical parameters and a residual that acts in coupled tissue.

    Gauss–Newton on Yin et al. 2021, doi:10.1088/1742-5468/ac3ae5, with diffusion inside the model,
    so that the residual is a cell's own and does not hold its neighbours' current. The physics
    alone is learned first, and the residual from there.

    Returns:
        A fit whose header says `field`: the diffusivity (mm²/ms), the spacing, the given frames and
        the step. `forecast_field` runs it, and only such a fit.

    Raises:
        InputError: no movie, movies that do not suit each other or the settings, or no pixel that
            has fired in the given frames.
    """
    _check(movies, settings)
    bare = replace(settings, residual="none", acting=1)
    point = _settled(bare, movies, None, progress)
    if settings.residual != "none":
        point = _settled(settings, movies, point.shared, progress)
    return _fit(movies, settings, point)


def _settled(
    settings: FieldSettings,
    movies: Sequence[Movie],
    physical: Float[np.ndarray, "physical"] | None,
    progress: Progress,
) -> Point:
    """Rounds until nothing is gained any more, from these physical parameters."""
    members, system = _members(movies, settings), _system(settings, movies[0])
    first = np.array(system.flat(system.blank), np.float64)
    if physical is not None:
        first[1 : len(physical)] = physical[1:]
    variance = FIRST_NOISE**2
    point = Point(
        shared=first,
        own=np.zeros((sum(member.observed.values.shape[1] for member in members), 0)),
        prior=Normal(np.zeros(0), np.zeros((0, 0))),
        noise=variance,
        penalty=np.full(settings.acting, 1 / (variance * FIRST_WEIGHT)),
        damping=FIRST_DAMPING,
    )
    return _rounds(Joint.of(members), point, settings.rounds, progress)


def _rounds(problem: Joint, point: Point, most: int, progress: Progress) -> Point:
    """Rounds until nothing is gained any more."""
    idle = 0
    for reached in rounds(problem, point):
        progress(reached.round, most)
        idle = idle + 1 if reached.history["gained"][-1] < SETTLED else 0
        if idle == PATIENCE or reached.round >= most:
            return reached
    return point


def _members(movies: Sequence[Movie], settings: FieldSettings) -> list[Problem]:
    """Front and beat of every movie."""
    lasting = max(_front_ms(movie, settings) for movie in movies)
    random = np.random.default_rng(settings.seed)
    fronts = [_front(movie, settings, lasting) for movie in movies]
    return fronts + [_beat(movie, settings, random) for movie in movies]


def _front_ms(movie: Movie, settings: FieldSettings) -> float:
    """From the last given frame until the last node has fired."""
    first = _first(movie, settings)
    left = (len(movie.values) - 1 - first) * movie.step_ms
    last = float((sheet(movie) > FIRED).argmax(axis=0).max()) - first
    return min(last * movie.step_ms + AFTER_MS, left)


def _front(movie: Movie, settings: FieldSettings, lasting_ms: float) -> Problem:
    """All nodes together, from the last given frame until the last has fired."""
    given = given_frames(movie, settings.given, settings.frame_ms)
    nodes = np.arange(len(given))

    return _problem(
        _system(settings, movie),
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
        _system(settings, movie),
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
    nodes: np.ndarray,
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


def _system(settings: FieldSettings, movie: Movie) -> FieldSystem:
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


def _fit(movies: Sequence[Movie], settings: FieldSettings, point: Point) -> Fit:
    system = _system(settings, movies[0])
    vector = jnp.asarray(point.shared, jnp.float32)
    model = system.model(vector)
    traces = np.concatenate([sheet(m)[:: stride_of(m, settings.frame_ms)].T for m in movies])
    return Fit(
        parameters=parameters_of(model.physics),
        learned=settings.names,
        leaves=leaves_of(model),
        mean_trace=traces.mean(axis=0),
        step_ms=settings.dt_ms,
        header={
            "model": described(model),
            "field": {
                "diffusivity_mm2_ms": float(system.diffusivity(vector)),
                "spacing_mm": movies[0].spacing_mm,
                "given": settings.given,
                "frame_ms": settings.frame_ms,
            },
            "settings": asdict(settings),
            "history": {name: list(values) for name, values in point.history.items()},
        },
        provenance=Provenance.of(
            parameters={"movies": [movie.pacing for movie in movies]}, seed=settings.seed
        ),
    )


def _check(movies: Sequence[Movie], settings: FieldSettings) -> None:
    if not movies:
        raise InputError("learning needs at least one movie.")
    for what in ("spacing_mm", "step_ms"):
        if len({getattr(movie, what) for movie in movies}) > 1:
            raise InputError(f"the movies differ in {what}; learn from movies of one kind.")
    if len({len(movie.values) for movie in movies}) > 1:
        raise InputError("the movies differ in length; cut them to one.")
    lower, upper = diffusivities(movies[0].spacing_mm, settings.dt_ms)
    if not lower < settings.diffusivity < upper:
        raise InputError(
            f"pixels of {movies[0].spacing_mm:g} mm and steps of {settings.dt_ms:g} ms allow a "
            f"diffusivity from {lower:g} to {upper:.3g} mm²/ms, and not {settings.diffusivity:g}; "
            f"change it, or the step."
        )
    for movie in movies:
        given_frames(movie, settings.given, settings.frame_ms)


def _first(movie: Movie, settings: FieldSettings) -> int:
    """Number of the last given frame in the movie."""
    return (settings.given - 1) * stride_of(movie, settings.frame_ms)


def _single(values: np.ndarray) -> Float[Array, "..."]:
    return jnp.asarray(values, jnp.float32)
