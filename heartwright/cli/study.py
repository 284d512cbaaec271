"""`heartwright study`: named experiments, each ending in one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from heartwright.cli import study_evidence
from heartwright.cli.console import note, show, stages
from heartwright.cli.options import (
    Force,
    Json,
    Normalise,
    NormaliseOption,
    Seed,
    TimeUnitOption,
    reading,
)
from heartwright.data import InputError

if TYPE_CHECKING:
    from heartwright.studies.paper import Recordings

app = typer.Typer(no_args_is_help=True, help="Run a whole study and write one page.")


@app.callback()
def _group() -> None:
    """Run a whole study and write one page."""


app.command("claims")(study_evidence.claims)
app.command("agreement")(study_evidence.agreement)


@app.command("paper")
def paper(
    out: Annotated[Path, typer.Option("--out", help="Folder for page, numbers and fits.")],
    long: Annotated[
        list[Path] | None,
        typer.Option(help="Recordings with long action potentials; give it again for more."),
    ] = None,
    short: Annotated[
        list[Path] | None, typer.Option(help="Recordings with short action potentials; likewise.")
    ] = None,
    long_label: Annotated[str | None, typer.Option(help="What the long group is.")] = None,
    short_label: Annotated[str | None, typer.Option(help="What the short group is.")] = None,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    splits: Annotated[int | None, typer.Option(min=1, help="Random splits; 3, quick 1.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small slab, hardly trained: shows the form only.")
    ] = False,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Figures 1, 3 and 4 and Table 1 of the APHYN-EP paper, and what stands beside them.

    A study that was stopped goes on from the fits it has when the same command is given again.
    Takes half an hour to an hour on two cores; with --quick, minutes.
    """
    from heartwright.studies.paper import FULL, QUICK, SPLITS, study_paper

    recordings = _recordings(long, short, long_label, short_label, time_unit, normalise)
    with stages() as stage:
        result = study_paper(
            out,
            recordings=recordings,
            scale=QUICK if quick else FULL,
            splits=splits or (1 if quick else SPLITS),
            seed=seed,
            force=force,
            stage=stage,
        )
    note(f"Open {out / 'index.html'} in a browser.")
    show(result, as_json=json)


def _recordings(
    long: list[Path] | None,
    short: list[Path] | None,
    long_label: str | None,
    short_label: str | None,
    time_unit: TimeUnitOption,
    normalise: Normalise,
) -> "Recordings | None":
    """Both groups, if there are any.

    Raises:
        InputError: one group alone, labels of nothing, or labels that do not tell them apart.
    """
    from heartwright.studies.paper import Recordings

    if not (long or short):
        if long_label or short_label:
            raise InputError("there is a label but no recordings; give --long and --short too.")
        return None
    labels = (long_label or "long", short_label or "short")
    how = reading(time_unit, normalise, raw=False)
    return Recordings(tuple(long or ()), tuple(short or ()), labels, how)
