"""Traces → a fitted model → forecasts."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Progress, Provenance, silent
from heartwright.data.files import writable, write_bytes
from heartwright.data.model_file import read_fit, write_fit
from heartwright.data.netcdf import write_forecast, write_traces
from heartwright.flows.inputs import Reading, read_traces

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
    training: Sequence[Path],
    path: Path,
    *,
    validation: Sequence[Path] = (),
    how: Reading,
    settings: "Settings",
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Read and prepare traces, fit a hybrid model to them and write it."""
    from heartwright.electro.hybrid import learn

    writable(path, force=force)
    known = read_traces(training, how)
    unseen = read_traces(validation, how) if validation else None
    fit = learn(known, validation=unseen, settings=settings, progress=progress)
    inputs = Provenance.of([*training, *validation]).inputs
    fit = replace(fit, provenance=replace(fit.provenance, inputs=inputs))
    write_fit(fit, path, force=force)
    scores = ("train_mse", "validation_mse", "residual_norm", "seconds", "horizon_ms")
    return (
        {name: fit.header.get(name) for name in scores}
        | {name: float(value) for name, value in fit.parameters.items()}
        | {"files": {"model": str(path)}}
    )


def forecast_traces(
    model: Path,
    traces: Sequence[Path],
    path: Path,
    *,
    how: Reading,
    figure: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Forecast each trace from its first measurement; write it, and a figure if asked for."""
    from heartwright.electro.hybrid import forecast

    for target in (path, figure):
        if target is not None:
            writable(target, force=force)
    fit, observed = read_fit(model), read_traces(traces, how)
    start = time.perf_counter()
    foretold = forecast(fit, observed)
    seconds = time.perf_counter() - start
    foretold = replace(foretold, provenance=Provenance.of([model, *traces]))
    write_forecast(foretold, path, force=force)
    files = {"forecast": str(path)}
    if figure is not None:
        from heartwright.report.figures import forecast_figure

        write_bytes(figure, forecast_figure(foretold), force=force)
        files["figure"] = str(figure)
    return dict(foretold.scores) | {"seconds": seconds, "files": files}
