"""`heartwright simulate`: data with a known truth."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import progress, show
from heartwright.cli.options import Force, Json, Seed

app = typer.Typer(no_args_is_help=True, help="Simulate tissue with a detailed cell model.")


class Stimulus(StrEnum):
    """Where the slab is stimulated."""

    corner = "corner"
    edge = "edge"
    centre = "centre"


@app.callback()
def _group() -> None:
    """Simulate tissue with a detailed cell model."""


@app.command("slab")
def slab(
    output: Annotated[Path, typer.Option("-o", "--output", help="NetCDF file to write.")],
    stimulus: Annotated[
        Stimulus, typer.Option(help="Corner to train, the others to validate.")
    ] = Stimulus.corner,
    size: Annotated[int, typer.Option(help="Pixels along an edge.")] = 24,
    duration: Annotated[float, typer.Option(help="ms")] = 400.0,
    noise: Annotated[
        float, typer.Option(help="Standard deviation, as a part of the amplitude.")
    ] = 0.05,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """The APHYN-EP paper's data set: a slab of ten Tusscher–Panfilov cells, one trace a pixel."""
    from heartwright.flows.simulate_slab import simulate_slab

    with progress("Simulating the slab") as tell:
        result = simulate_slab(
            output,
            force=force,
            progress=tell,
            stimulus=stimulus.value,
            size=size,
            duration_ms=duration,
            noise=noise,
            seed=seed,
        )
    show(result, as_json=json)
