"""How far the start of a residual network decides what is found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from heartwright.data import Identified, Progress, TraceSet, silent
from heartwright.electro.hybrid.identify import Groups, identify
from heartwright.electro.hybrid.settings import Settings


def over_seeds(
    traces: TraceSet,
    seeds: Sequence[int],
    *,
    groups: Groups | None = None,
    settings: Settings,
    progress: Progress = silent,
) -> tuple[Identified, ...]:
    """The same identification with networks that start from different random weights."""
    return tuple(
        identify(traces, groups=groups, settings=replace(settings, seed=seed), progress=progress)
        for seed in seeds
    )


def seed_spread(found: Sequence[Identified]) -> Mapping[str, float]:
    """Standard deviation of each estimate over its mean, by label."""
    values = np.array([[estimate.value for estimate in one.estimates] for one in found])
    spread = values.std(axis=0, ddof=1) / values.mean(axis=0)
    return {e.label: float(s) for e, s in zip(found[0].estimates, spread, strict=True)}
