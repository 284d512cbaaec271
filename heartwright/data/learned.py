"""What learning leaves behind: a fitted model, and what it forecasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float, Num

from heartwright.data.provenance import Provenance
from heartwright.data.traces import TraceSet


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted hybrid model: named parameters, network weights and how they were learned.

    No class of any learning library is kept: `header` says which model to build, `leaves` are its
    weights in that model's own order.
    """

    parameters: Mapping[str, float]  # all of the physics, learned or not
    learned: tuple[str, ...]  # which of them were learned
    leaves: tuple[Num[np.ndarray, "..."], ...]  # weights of the residual; empty for physics only
    mean_trace: Float[np.ndarray, "time"]  # baseline: mean of the training traces, 1
    step_ms: float  # clock of the mean trace and step of the solver
    header: Mapping[str, Any] = field(default_factory=dict)  # which model, settings, scores
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Trajectories that a fit foretells from one measurement, term by term."""

    observed: TraceSet
    prediction: Float[np.ndarray, "trace time"]  # of what is observed, 1
    physics: Float[np.ndarray, "trace time"]  # what the physics adds to v up to here, 1
    residual: Float[np.ndarray, "trace time"]  # what the residual adds to v up to here, 1
    physics_alone: Float[np.ndarray, "trace time"]  # baseline: the same model without residual
    mean_trace: Float[np.ndarray, "time"]  # baseline: the mean training trace
    deviation: Float[np.ndarray, "trace time"] | None = None  # standard deviation of v, 1
    scores: Mapping[str, float | None] = field(default_factory=dict)
    budget: Mapping[str, Any] = field(default_factory=dict)  # the residual's, see `hybrid.budget`
    provenance: Provenance = field(default_factory=Provenance)
