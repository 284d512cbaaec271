"""A fitted model and first measurements → whole action potentials."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from heartwright.data import InputError, Provenance
from heartwright.data.files import writable, write_bytes
from heartwright.data.model_file import read_fit
from heartwright.data.netcdf import write_forecast
from heartwright.flows.recordings import Reading, read_traces


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
    if figure is not None:
        _form(figure)
    fit, observed = read_fit(model), read_traces(traces, how)
    start = time.perf_counter()
    foretold = forecast(fit, observed)
    seconds = time.perf_counter() - start
    foretold = replace(foretold, provenance=Provenance.of([model, *traces]))
    write_forecast(foretold, path, force=force)
    files = {"forecast": str(path)}
    if figure is not None:
        from heartwright.report.figures import forecast_figure

        write_bytes(figure, forecast_figure(foretold, form=_form(figure)), force=force)
        files["figure"] = str(figure)
    return dict(foretold.scores) | {"seconds": seconds, "files": files}


def _form(figure: Path) -> Literal["png", "svg"]:
    forms: dict[str, Literal["png", "svg"]] = {".png": "png", ".svg": "svg"}
    if figure.suffix.lower() not in forms:
        raise InputError(f"{figure}: figures are drawn as .png or .svg; change the ending.")
    return forms[figure.suffix.lower()]
