"""`heartwright run`: a recipe, from its first step to its last."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json


def run(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A YAML file of steps.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder of all files. [the recipe's name]")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check it, and list what would run.")
    ] = False,
    json: Json = False,
    force: Force = False,
) -> None:
    """Run a recipe's steps, each only if what it follows from has changed; break off at will."""
    from heartwright.cli.verbs import verbs
    from heartwright.flows.recipe import foresee_recipe, run_recipe

    folder, known = Path(recipe.stem) if out is None else out, verbs()
    if dry_run:
        foreseen = foresee_recipe(recipe, folder, verbs=known)
        show({"steps": foreseen}, as_json=True) if json else _foreseen(foreseen)
        return
    result = run_recipe(recipe, folder, verbs=known, force=force, announce=note)
    if json:
        show(result, as_json=True)
    else:
        _done(result["steps"])


def _foreseen(lines: list[dict[str, Any]]) -> None:
    console = Console(highlight=False, markup=False)
    for line in lines:
        console.print(f"{line['step']}: {'would run' if line['would_run'] else 'up to date'}")
        console.print(f"    heartwright {shlex.join(line['words'])}", soft_wrap=True)


def _done(steps: dict[str, dict[str, Any]]) -> None:
    table = Table("step", "", "seconds", "peak MB", "files", box=None, pad_edge=False)
    for name, line in steps.items():
        peak = "–" if line["peak_mb"] is None else f"{line['peak_mb']:.0f}"
        table.add_row(name, line["state"], f"{line['seconds']:.1f}", peak, ", ".join(line["files"]))
    Console(highlight=False).print(table)
