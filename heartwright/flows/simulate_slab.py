"""Detailed cells → the paper's data set."""

import time
from pathlib import Path
from typing import Any

from heartwright.data import Progress, silent
from heartwright.data.netcdf import write_traces
from heartwright.flows.endings import place


def simulate_slab(
    path: Path, *, force: bool = False, progress: Progress = silent, **settings: Any
) -> dict[str, Any]:
    """Make the paper's data set and write it."""
    from heartwright.samples.slab import slab

    place(path, ".nc", force=force)
    start = time.perf_counter()
    traces = slab(progress=progress, **settings)
    write_traces(traces, path, force=force)
    return {
        "traces": len(traces),
        "step_ms": traces.step_ms,
        "longest_ms": float(traces.lengths.max() * traces.step_ms),
        "seconds": time.perf_counter() - start,
        "files": {"traces": str(path)},
    }
