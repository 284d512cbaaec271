"""Identification on coupled tissue: a movie → diffusivity and time constants, region by region."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Integer

from heartwright.data import Identified, InputError, Progress, Provenance, silent
from heartwright.data.movie import Movie
from heartwright.electro.cells import AbstractCell
from heartwright.electro.hybrid.bounds import unbounded
from heartwright.electro.hybrid.coupled import (
    DIFFUSIVITY,
    CoupledSystem,
    Node,
    Pulses,
    around,
    bounds_of,
)
from heartwright.electro.hybrid.identify import converged, of_fit
from heartwright.electro.hybrid.intervals import slots
from heartwright.electro.hybrid.newton.equations import BLOCK, Observed
from heartwright.electro.hybrid.newton.fit import Point, Problem
from heartwright.electro.hybrid.newton.prior import Normal
from heartwright.electro.hybrid.physics import named
from heartwright.electro.tissue import Stimulus, Tissue
from heartwright.electro.tissue.diffusion import longest_step

Regions = Integer[np.ndarray, "row column"]
LEAST_NOISE = 1e-3  # standard deviation: noiseless movies weigh no more than this


@dataclass(frozen=True)
class TissueSettings:
    """What is learned of tissue, and from where it starts."""

    physics: str = "mitchell_schaeffer"
    learned: tuple[str, ...] = ("tau_in", "tau_out", "tau_close", DIFFUSIVITY)
    per_region: tuple[str, ...] = ("tau_close",)
    diffusivity: float = 0.154  # mm²/ms
    rounds: int = 25  # at most
    dt_ms: float = 0.1

    def __post_init__(self) -> None:
        known = bounds_of(named(self.physics))
        for name in (*self.learned, *self.per_region):
            if name not in known:
                raise InputError(f"{name} cannot be learned; choose from {', '.join(known)}.")
        if DIFFUSIVITY in self.per_region:
            raise InputError(
                "the diffusivity has one value for the tissue; take it from per_region."
            )


_DEFAULTS = TissueSettings()


def identify_tissue(
    movie: Movie,
    stimuli: Sequence[Stimulus],
    *,
    regions: Regions | None = None,
    settings: TissueSettings = _DEFAULTS,
    progress: Progress = silent,
) -> Identified:
    """Estimate diffusivity and physics of a sheet that starts at rest, with 95 % intervals.

    Every pixel is a node and runs with its neighbours, so that the estimates are not biased by
    their current as those of a single cell are. The stimuli are known. A frame is taken as the
    mean over its interval; its length is a whole number of solver steps.

    Args:
        movie: v on [0, 1], from rest.
        stimuli: on the movie's grid, times from its first frame on.
        regions: the group of each pixel, from 0 on; each has its own `per_region` parameters.
        settings: what is learned.
        progress: told after every round.

    Raises:
        InputError: a map of another shape, or a clock or spacing that does not suit the solver.
    """
    tissue = Tissue(np.ones(movie.values.shape[1:], bool), movie.spacing_mm, settings.diffusivity)
    _check(movie, tissue, stimuli, regions, settings)
    problem, point = _posed(movie, tissue, stimuli, regions, settings)
    point = converged(problem, point, most=settings.rounds, progress=progress)
    system = problem.system
    assert isinstance(system, CoupledSystem)
    where = slots(system.blank, bounds_of(system.physics), {})
    return replace(
        of_fit(problem, point, where),
        header={"settings": asdict(settings)},
        provenance=Provenance.of(parameters=asdict(settings)),
    )


def _posed(
    movie: Movie,
    tissue: Tissue,
    stimuli: Sequence[Stimulus],
    regions: Regions | None,
    settings: TissueSettings,
) -> tuple[Problem, Point]:
    """The least-squares problem, and where it starts."""
    groups = np.zeros(tissue.nodes, int) if regions is None else regions.ravel()
    system = _system(tissue, stimuli, int(groups.max()) + 1, settings)
    currents = np.array([s.amplitude * s.region.ravel() for s in stimuli]).T
    problem = Problem(
        system=system,
        lanes=Node(jnp.asarray(currents, jnp.float32), jnp.asarray(groups, jnp.int32)),
        observed=_observed(movie),
        frame=round(movie.step_ms / settings.dt_ms),
        dt=settings.dt_ms,
        weights=slice(0, 0),
        spread=around(tissue),
    )
    return problem, Point(
        shared=np.asarray(system.flat(system.blank), np.float64),
        own=np.zeros((tissue.nodes, 0)),
        prior=Normal(np.zeros(0), np.zeros((0, 0))),
        noise=_first_noise(movie),
        penalty=np.ones(1),
    )


def _system(
    tissue: Tissue, stimuli: Sequence[Stimulus], groups: int, settings: TissueSettings
) -> CoupledSystem:
    physics = named(settings.physics)
    first = {DIFFUSIVITY: settings.diffusivity, **_values(physics)}
    begin = np.array([s.start_ms for s in stimuli], np.float32)
    lasting = np.array([s.duration_ms for s in stimuli], np.float32)
    return CoupledSystem(
        physics=physics,
        blank={
            name: jnp.full(
                groups if name in settings.per_region else 1,
                unbounded(bounds_of(physics)[name], first[name]),
            )
            for name in settings.learned
        },
        diffusivity=settings.diffusivity,
        pulses=Pulses(jnp.asarray(begin), jnp.asarray(begin + lasting)),
        spacing_mm=tissue.spacing_mm,
        dt=settings.dt_ms,
    )


def _values(physics: AbstractCell) -> dict[str, float]:
    return {name: float(getattr(physics, name)) for name in physics.bounds}


def _observed(movie: Movie) -> Observed:
    """Frames with nodes side by side, their number rounded up to whole blocks."""
    frames = movie.values.reshape(len(movie.values), -1)
    missing = -len(frames) % BLOCK
    values = np.pad(frames, ((0, missing), (0, 0)))
    weights = np.pad(np.ones_like(frames), ((0, missing), (0, 0)))
    return Observed(*(jnp.asarray(x, jnp.float32) for x in (values, weights, weights)))


def _first_noise(movie: Movie) -> float:
    """Variance of a frame, from how frames differ from their neighbours."""
    deviation = 1.4826 * float(np.median(np.abs(np.diff(movie.values, axis=0)))) / np.sqrt(2)
    return float(max(deviation, LEAST_NOISE) ** 2)


def _check(
    movie: Movie,
    tissue: Tissue,
    stimuli: Sequence[Stimulus],
    regions: Regions | None,
    settings: TissueSettings,
) -> None:
    steps = round(movie.step_ms / settings.dt_ms)
    if steps < 1 or not np.isclose(movie.step_ms, steps * settings.dt_ms, rtol=1e-6):
        raise InputError(
            f"the movie has a frame every {movie.step_ms:g} ms, which is no whole number of solver "
            f"steps of {settings.dt_ms:g} ms; change the step."
        )
    if settings.dt_ms > longest_step(tissue):
        raise InputError(
            f"steps of {settings.dt_ms:g} ms are too long for diffusion on pixels of "
            f"{tissue.spacing_mm:g} mm; take shorter ones."
        )
    if not stimuli:
        raise InputError("tissue at rest stays at rest; name its stimuli.")
    maps = [s.region for s in stimuli] + ([] if regions is None else [regions])
    if any(m.shape != tissue.mask.shape for m in maps):
        raise InputError(
            "the stimuli and the map of regions must have the shape of the movie's frames."
        )
