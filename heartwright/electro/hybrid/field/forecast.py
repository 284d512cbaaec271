"""Forecast of a whole beat of tissue from the first frames of a movie."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from heartwright.data import ConvergenceError, Fit, InputError, Provenance
from heartwright.data.movie import Frames, Movie
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.field.frames import around, given_frames, stride_of
from heartwright.electro.hybrid.field.system import FieldSystem, Lane, Shared, diffusivities
from heartwright.electro.hybrid.fitted import model_of
from heartwright.electro.hybrid.newton.equations import Observed, squares
from heartwright.electro.measures import activation_time

LEVEL = 0.5  # of activation


@dataclass(frozen=True, eq=False)
class FieldForecast:
    """What a fit foretells of a movie, from its last given frame on."""

    prediction: Frames  # v, 1, every `frame_ms`; the first is the last given frame
    frame_ms: float
    activation: Float[np.ndarray, "row column"]  # ms from the stimulus; NaN: before, or never
    scores: Mapping[str, float | None] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)


def forecast_field(fit: Fit, movie: Movie, *, given: int | None = None) -> FieldForecast:
    """Foretell a beat of coupled tissue from its first frames, and nothing else of the movie.

    Args:
        fit: learned from movies (`learn_field`).
        movie: of which the first frames are given and the others scored.
        given: how many frames, as far apart as in learning; by default as many as there.

    Returns:
        The potential and when nodes fire; scores: `relative_l2`, ‖prediction − truth‖ / ‖truth‖
        over all space and time behind the given frames; `activation_error_ms`, the mean
        |difference| over nodes that fire behind them (None where none does); and `missed`, how
        many of those the forecast leaves quiet (they count in no mean).

    Raises:
        InputError: a fit learned without diffusion, or a movie on another grid or clock.
        ConvergenceError: the forecast blew up.
    """
    about = _about(fit, movie)
    count = int(about["given"] if given is None else given)
    if count < 2:
        raise InputError(f"a forecast needs at least 2 given frames, not {count}.")
    frame_ms, dt = float(about["frame_ms"]), fit.step_ms
    stride = stride_of(movie, frame_ms)
    first = (count - 1) * stride
    frames = (len(movie.values) - 1 - first) // stride
    path = _run(
        fit,
        given_frames(movie, count, frame_ms),
        movie=movie,
        frame_ms=frame_ms,
        steps=round(frames * frame_ms / dt) + 1,
    )
    fires = activation_time(path.T, dt, level=LEVEL)
    kept = path[:: round(frame_ms / dt)]
    truth = movie.truth.reshape(len(movie.values), -1)[first:]
    scores = {
        "relative_l2": _relative(kept[1:], truth[stride::stride]),
        **_activation_scores(fires, activation_time(truth.T, movie.step_ms, level=LEVEL)),
    }
    grid = movie.values.shape[1:]
    return FieldForecast(
        prediction=kept.reshape(-1, *grid),
        frame_ms=frame_ms,
        activation=(fires + first * movie.step_ms).reshape(grid),
        scores=scores,
        provenance=Provenance.of(parameters={**fit.parameters, "given": count}),
    )


def _about(fit: Fit, movie: Movie) -> Mapping[str, float]:
    """What the fit says of the tissue that it was learned in."""
    about = fit.header.get("field")
    if about is None:
        raise InputError(
            "this fit was learned without diffusion: its residual already holds the neighbours' "
            "current, so it cannot run in coupled tissue; learn from movies."
        )
    if not np.isclose(movie.spacing_mm, about["spacing_mm"]):
        raise InputError(
            f"the movie's pixels are {movie.spacing_mm:g} mm apart, those that were learned from "
            f"{about['spacing_mm']:g} mm; resample the movie."
        )
    return about


def _run(
    fit: Fit, given: Float[np.ndarray, "node given"], *, movie: Movie, frame_ms: float, steps: int
) -> Float[np.ndarray, "step node"]:
    """Potential at every step from the last given frame on."""
    model = model_of(fit)
    limits = diffusivities(movie.spacing_mm, fit.step_ms)
    diffusivity = unbounded(limits, fit.header["field"]["diffusivity_mm2_ms"])
    known = Shared(diffusivity, {}, model.residual)
    system = FieldSystem(
        model.physics, known, movie.spacing_mm, frame_ms, moment_ms=frame_ms, dt=fit.step_ms
    )
    nodes = len(given)
    nothing = jnp.zeros((steps, nodes))
    ran = squares(
        system,
        system.flat(known),
        jnp.zeros((nodes, 0)),
        Lane(jnp.asarray(given, jnp.float32), jnp.zeros((nodes, 1))),
        Observed(nothing, nothing, nothing),
        frame=1,
        dt=fit.step_ms,
        spread=around(movie),
    )
    path = np.asarray(ran.path)
    if not np.isfinite(path).all():
        raise ConvergenceError(
            "the forecast blew up; is frame 0 of the movie at rest, and its scale 0 to 1?"
        )
    return path


def _relative(guess: np.ndarray, truth: np.ndarray) -> float:
    return float(np.linalg.norm(guess - truth) / np.linalg.norm(truth))


def _activation_scores(
    fires: Float[np.ndarray, "node"], truly: Float[np.ndarray, "node"]
) -> dict[str, float | None]:
    late = np.isfinite(truly)
    missed = late & np.isnan(fires)
    both = late & ~missed
    error = float(np.abs(fires - truly)[both].mean()) if both.any() else None
    return {"activation_error_ms": error, "missed": float(missed.sum())}
