"""`heartwright report plan`: a plan on its lumen, as a page and on paper."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import note, show
from heartwright.cli.options import Force, Json
from heartwright.data import RESEARCH_ONLY


def run(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="JSON of `plan laa` or `plan aortic`.")
    ],
    shape: Annotated[Path, typer.Option(help="The mesh or label map that it was made from.")],
    output: Annotated[Path, typer.Option("-o", "--out", "--output", help="HTML page to write.")],
    label: Annotated[
        list[int] | None, typer.Option(help="Of a label map; give several to join them.")
    ] = None,
    device: Annotated[
        Path | None, typer.Option(help="A deployed device, as `bench deploy --solid` writes it.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="The same as a PDF.")] = None,
    json: Json = False,
    force: Force = False,
) -> None:
    """Draw a plan: flags first, then levels, long axis, C-arm and sizes. Research use only."""
    from heartwright.flows.plan_report import report_plan

    result = report_plan(
        plan, output, shape=shape, labels=label or [], device=device, pdf=pdf, force=force
    )
    for sentence in (*result["warnings"], RESEARCH_ONLY):
        note(sentence)
    show(result, as_json=json)
