"""`heartwright learn`: traces to a fitted model."""

from pathlib import Path
from typing import Annotated, Any

import typer

from heartwright.cli.console import progress, show
from heartwright.cli.options import (
    Force,
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
    output: Annotated[Path, typer.Option("-o", "--output", help="Model file to write.")],
    validate: Annotated[
        list[Path] | None, typer.Option(help="Traces that are scored but not learned.")
    ] = None,
    parameters: Annotated[
        str, typer.Option(help="Learned physical parameters, with commas.")
    ] = "tau_in,tau_out,tau_close",
    epochs: Annotated[int | None, typer.Option(help="Passes over the training traces.")] = None,
    gamma: Annotated[
        float | None, typer.Option(help="Growth of the trajectory's weight λ; the paper: 10 or 1.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Adam's, at the start.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Traces a step.")] = None,
    seed: Seed = 0,
    physics_only: Annotated[
        bool, typer.Option("--physics-only", help="The physics without a residual network.")
    ] = False,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    raw: Raw = False,
    json: Json = False,
    force: Force = False,
) -> None:
    """Learn physics and residual from action potentials (APHYN-EP)."""
    from heartwright.electro.hybrid import Published
    from heartwright.flows.learn_model import learn_model

    names = tuple(name.strip() for name in parameters.split(",") if name.strip())
    asked = {
        "epochs": epochs,
        "gamma": gamma,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
    }
    chosen: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    settings = Published(learned=names, seed=seed, physics_only=physics_only, **chosen)
    with progress("Learning") as tell:
        result = learn_model(
            traces,
            output,
            validation=validate or (),
            how=reading(time_unit, normalise, raw),
            settings=settings,
            force=force,
            progress=tell,
        )
    show(result, as_json=json)
