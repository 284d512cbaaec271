"""`heartwright simulate`: data with a known truth."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import progress, show
from heartwright.cli.options import Force, Json, Seed

app = typer.Typer(no_args_is_help=True, help="Make tissue's recordings, or a scan.")


class Stimulus(StrEnum):
    """Where the slab is stimulated."""

    corner = "corner"
    edge = "edge"
    centre = "centre"


@app.callback()
def _group() -> None:
    """Make tissue's recordings, or a scan, with a known truth."""


class Structure(StrEnum):
    """What a scan shows."""

    left_atrium = "left-atrium"
    aortic_root = "aortic-root"
    whole_heart = "whole-heart"


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


@app.command("ct")
def ct(
    output: Annotated[Path, typer.Option("-o", "--output", help="NRRD or NIfTI to write.")],
    structure: Annotated[
        Structure,
        typer.Option(help="An atrium with appendage, a root with calcium, or a whole left heart."),
    ] = Structure.left_atrium,
    spacing: Annotated[float, typer.Option(help="Edge of a voxel, mm.")] = 0.6,
    noise: Annotated[float, typer.Option(help="Standard deviation, HU.")] = 15.0,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """A contrast CT of a heart that is drawn as a function: the packaged sample."""
    from heartwright.flows.simulate_ct import simulate_ct

    result = simulate_ct(
        output,
        structure=structure.value,
        spacing_mm=spacing,
        noise_hu=noise,
        seed=seed,
        force=force,
    )
    show(result, as_json=json)
