"""`heartwright ablate`: what each kind of residual gains."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import progress, show
from heartwright.cli.options import (
    FrameMs,
    Json,
    Normalise,
    NormaliseOption,
    Raw,
    Seed,
    TimeUnitOption,
    Traces,
    reading,
)


def run(
    traces: Traces,
    validate: Annotated[list[Path], typer.Option(help="Traces that each variant is scored on.")],
    rounds: Annotated[int, typer.Option(help="Gauss–Newton rounds of each at most.")] = 40,
    seed: Seed = 0,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    raw: Raw = False,
    frame_ms: FrameMs = 0.1,
    json: Json = False,
) -> None:
    """Learn with every residual, with none, and without the physics; one table."""
    from heartwright.electro.hybrid import Settings
    from heartwright.flows.ablate_residual import ablate_residual

    with progress("Learning every variant") as tell:
        table = ablate_residual(
            traces,
            validate,
            how=reading(time_unit, normalise, raw, frame_ms),
            settings=Settings(rounds=rounds, seed=seed),
            progress=tell,
        )
    show(table, as_json=json)
