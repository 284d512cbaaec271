"""`heartwright demo`: the main job on the samples, ending in one page."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show, stages
from heartwright.cli.options import Force, Json, Seed


def run(
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its files.")],
    quick: Annotated[bool, typer.Option("--quick", help="Smaller: under a minute.")] = False,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Make a heart twice from the packaged samples, and one page that shows it."""
    from heartwright.flows.demo import demo

    with stages() as stage:
        result = demo(out, quick=quick, seed=seed, force=force, stage=stage)
    note(f"Open {out / 'index.html'} in a browser.")
    show(result, as_json=json)
