"""`heartwright identify`: what traces say of the physics' parameters, and how surely."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import progress, show
from heartwright.cli.options import (
    Camera,
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
    traces: Traces,
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Traces of a second group, which differs in its duration."),
    ] = None,
    parameters: Annotated[
        str, typer.Option(help="Parameters to estimate, with commas.")
    ] = "tau_in,tau_out,tau_close",
    uncoupled: Annotated[
        bool, typer.Option("--uncoupled", help="Single cells, stimulated at sample 0 (1/ms, 1 ms).")
    ] = False,
    residual: Annotated[
        str, typer.Option(help="Network that is offered what physics cannot explain, or none.")
    ] = "resnet",
    camera: Camera = False,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    raw: Raw = False,
    frame_ms: FrameMs = 0.1,
    json: Json = False,
) -> None:
    """Estimate the physics' parameters with 95 % intervals, and say what cannot be told."""
    from heartwright.electro.hybrid import Settings
    from heartwright.electro.hybrid.traces_system import CAMERA
    from heartwright.flows.identify_traces import identify_traces

    names = tuple(name.strip() for name in parameters.split(",") if name.strip())
    settings = Settings(learned=names, residual=residual, weight=None)
    if camera:
        settings = replace(settings, camera=CAMERA)
    if uncoupled:
        settings = replace(settings, excitation=(), common=(), per_trace=())
    with progress("Identifying") as tell:
        result = identify_traces(
            traces,
            against=against or (),
            how=reading(time_unit, normalise, raw, frame_ms),
            settings=settings,
            progress=tell,
        )
    show(result, as_json=json)
