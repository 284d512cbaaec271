"""Traces → what they say of the physics' parameters."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import Estimate, Progress, silent
from heartwright.flows.recordings import Reading, joined, read_traces

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Settings


def identify_traces(
    paths: Sequence[Path],
    *,
    against: Sequence[Path] = (),
    how: Reading,
    settings: "Settings",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Read and prepare traces, and estimate parameters of one group, or of one against another."""
    from heartwright.electro.hybrid.identify import identify
    from heartwright.electro.hybrid.physics import DURATION

    traces = read_traces(paths, how)
    groups = None
    if against:
        others = read_traces(against, how)
        groups = np.repeat([0, 1], [len(traces), len(others)])
        traces = joined([traces, others])
        settings = replace(settings, per_group=DURATION[settings.physics])
    start = time.perf_counter()
    found = identify(traces, groups=groups, settings=settings, progress=progress)
    return {
        **{e.label: _shown(e) for e in found.estimates},
        "noise": found.noise,
        "residual_norm": found.residual_norm,
        "residual_asked_for": found.header["residual_asked_for"],
        "correlation": found.correlation.tolist(),
        "warnings": list(found.warnings),
        "traces": len(traces),
        "seconds": time.perf_counter() - start,
    }


def _shown(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "lower": estimate.lower, "upper": estimate.upper}
