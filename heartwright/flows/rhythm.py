"""Traces → a fitted model → forecasts."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Fit, Progress, Provenance, TraceSet, silent
from heartwright.data.files import writable, write_bytes
from heartwright.data.model_file import read_fit, write_fit
from heartwright.data.netcdf import write_forecast, write_traces

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Settings


def simulate_slab(
    path: Path, *, force: bool = False, progress: Progress = silent, **settings: Any
) -> dict[str, Any]:
    """Make the paper's data set and write it."""
    from heartwright.samples.slab import slab

    writable(path, force=force)
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


def learn_model(
    training: TraceSet,
    path: Path,
    *,
    validation: TraceSet | None = None,
    settings: "Settings",
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Fit a hybrid model to prepared traces and write it."""
    from heartwright.electro.hybrid import learn

    writable(path, force=force)
    fit = learn(training, validation=validation, settings=settings, progress=progress)
    fit = replace(fit, provenance=_with_inputs(fit, [training, validation]))
    write_fit(fit, path, force=force)
    scores = ("train_mse", "validation_mse", "residual_norm", "seconds", "horizon_ms")
    return (
        {name: fit.header.get(name) for name in scores}
        | {name: float(value) for name, value in fit.parameters.items()}
        | {"files": {"model": str(path)}}
    )


def forecast_traces(
    model: Path,
    traces: TraceSet,
    path: Path,
    *,
    figure: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Forecast each trace from its first measurement; write it, and a figure if asked for."""
    from heartwright.electro.hybrid import forecast

    fit = read_fit(model)
    for target in (path, figure):
        if target is not None:
            writable(target, force=force)
    start = time.perf_counter()
    foretold = forecast(fit, traces)
    seconds = time.perf_counter() - start
    write_forecast(foretold, path, force=force)
    files = {"forecast": str(path)}
    if figure is not None:
        from heartwright.report.figures import forecast_figure

        write_bytes(figure, forecast_figure(foretold), force=force)
        files["figure"] = str(figure)
    return dict(foretold.scores) | {"seconds": seconds, "files": files}


def _with_inputs(fit: Fit, sets: Sequence[TraceSet | None]) -> Provenance:
    inputs = {
        name: digest
        for traces in sets
        if traces is not None
        for name, digest in traces.provenance.inputs.items()
    }
    return replace(fit.provenance, inputs=inputs)
