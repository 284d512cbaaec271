"""`heartwright forecast`: a whole action potential from one measurement."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import (
    Force,
    FrameMs,
    Json,
    Normalise,
    NormaliseOption,
    Raw,
    TimeUnitOption,
    Traces,
    reading,
)


def run(
    model: Annotated[Path, typer.Argument(help="A model that `heartwright learn` made.")],
    traces: Traces,
    output: Annotated[Path, typer.Option("-o", "--output", help="NetCDF file to write.")],
    given: Annotated[
        float, typer.Option(help="ms of each trace that are known; 0: its first sample alone.")
    ] = 0.0,
    figure: Annotated[Path | None, typer.Option(help="Picture (PNG) to write as well.")] = None,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    raw: Raw = False,
    frame_ms: FrameMs = 0.1,
    json: Json = False,
    force: Force = False,
) -> None:
    """Forecast traces from their first sample or ms, split into physics and residual."""
    from heartwright.flows.forecast_traces import forecast_traces

    how = reading(time_unit, normalise, raw, frame_ms)
    result = forecast_traces(
        model, traces, output, how=how, given_ms=given, figure=figure, force=force
    )
    show(result, as_json=json)
