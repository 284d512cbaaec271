"""A fitted model and first measurements → whole action potentials."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from heartwright.data import Provenance
from heartwright.data.files import write_bytes
from heartwright.data.model_file import read_fit
from heartwright.data.netcdf import write_forecast
from heartwright.flows.endings import place
from heartwright.flows.recordings import Reading, read_traces


def forecast_traces(
    model: Path,
    traces: Sequence[Path],
    path: Path,
    *,
    how: Reading,
    given_ms: float = 0.0,
    figure: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Forecast each trace from what is given of it; write it, and a figure if asked for."""
    from heartwright.electro.hybrid import forecast

    place(path, ".nc", force=force)
    form = None if figure is None else place(figure, ".png", ".svg", force=force)
    fit, observed = read_fit(model), read_traces(traces, how)
    start = time.perf_counter()
    foretold = forecast(fit, observed, given_ms=given_ms)
    seconds = time.perf_counter() - start
    inputs = Provenance.of([model, *traces]).inputs
    foretold = replace(foretold, provenance=replace(foretold.provenance, inputs=inputs))
    write_forecast(foretold, path, force=force)
    files = {"forecast": str(path)}
    if figure is not None:
        from heartwright.report.figures import forecast_figure

        drawn = forecast_figure(foretold, form="png" if form == ".png" else "svg")
        write_bytes(figure, drawn, force=force)
        files["figure"] = str(figure)
    told = {"residual_budget": foretold.budget, "seconds": seconds, "files": files}
    return dict(foretold.scores) | told
