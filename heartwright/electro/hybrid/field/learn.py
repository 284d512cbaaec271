"""Learning from movies: movies → a fit that runs in coupled tissue."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import Fit, InputError, Progress, Provenance, silent
from heartwright.data.movie import Movie
from heartwright.electro.hybrid.checkpoint import Checkpoint
from heartwright.electro.hybrid.field.frames import given_frames, sheet, stride_of
from heartwright.electro.hybrid.field.joint import Joint
from heartwright.electro.hybrid.field.problem import members_of, system_of
from heartwright.electro.hybrid.field.settings import FieldSettings
from heartwright.electro.hybrid.field.system import diffusivities
from heartwright.electro.hybrid.fitted import described, leaves_of
from heartwright.electro.hybrid.newton.fit import Point
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.physics import parameters_of
from heartwright.electro.hybrid.stopping import settled

FIRST_DAMPING = 1.0  # a first step too bold ends where D's bound is flat, and stays there
FIRST_NOISE = 0.03  # standard deviation: what the physics alone leaves
FIRST_WEIGHT = 1e4  # λ of λ · misfit + ‖F‖², before the evidence chooses it
SHORTEST_MS = 10.0  # of a movie, behind the given frames

_DEFAULTS = FieldSettings()


def learn_field(
    movies: Sequence[Movie],
    *,
    settings: FieldSettings = _DEFAULTS,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> Fit:
    """Learn diffusivity, physical parameters and a residual that acts in coupled tissue.

    Gauss–Newton on Yin et al. 2021, doi:10.1088/1742-5468/ac3ae5, with diffusion inside the model,
    so that the residual is a cell's own and does not hold its neighbours' current. The physics
    alone is learned first, and the residual from there. With a `checkpoint` every round is noted in
    it (those of the physics in a file of their own beside it), and a learning that was stopped and
    goes on gives the same fit, bit by bit.

    Returns:
        A fit whose header says `field`: the diffusivity (mm²/ms), the spacing and the given frames.
        `forecast_field` runs it, and only such a fit.

    Raises:
        InputError: no movie, movies that do not suit each other or the settings, or no pixel that
            has fired in the given frames.
    """
    _check(movies, settings)
    bare = replace(settings, residual="none", acting=1)
    first = checkpoint and checkpoint.with_name(f"{checkpoint.name}.physics")
    kept = [_checkpoint(path, settings, movies) for path in (first, checkpoint)]
    point = _learned(bare, movies, None, kept[0], progress)
    if settings.residual != "none":
        point = _learned(settings, movies, point.shared, kept[1], progress)
    for each in kept:
        each.remove()
    return _fit(movies, settings, point)


def _checkpoint(path: Path | None, settings: FieldSettings, movies: Sequence[Movie]) -> Checkpoint:
    return Checkpoint.of_arrays(path, settings, *(movie.values for movie in movies))


def _learned(
    settings: FieldSettings,
    movies: Sequence[Movie],
    physical: Float[np.ndarray, "physical"] | None,
    kept: Checkpoint,
    progress: Progress,
) -> Point:
    """Rounds until nothing is gained any more, from these physical parameters."""
    members, system = members_of(movies, settings), system_of(settings, movies[0])
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
    return settled(Joint.of(members), point, most=settings.rounds, kept=kept, progress=progress)


def _fit(movies: Sequence[Movie], settings: FieldSettings, point: Point) -> Fit:
    system = system_of(settings, movies[0])
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
        if movie.times[-1] < (settings.given - 1) * settings.frame_ms + SHORTEST_MS:
            raise InputError(
                f"a movie ends less than {SHORTEST_MS:g} ms behind its given frames; record more."
            )
