"""`heartwright score`: a label map against a reference."""

from pathlib import Path
from typing import Annotated

import typer

from heartwright.cli.console import show
from heartwright.cli.options import Json
from heartwright.data import InputError


def run(
    labels: Annotated[Path, typer.Argument(help="A label map.")],
    reference: Annotated[Path, typer.Argument(help="The label map to compare with.")],
    pair: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=OTHER]", help="A structure, and its name in the reference."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="Of the surface Dice, mm.")] = 1.0,
    json: Json = False,
) -> None:
    """Dice, surface Dice, 95 % and mean distance of surfaces, and volumes."""
    from heartwright.flows.score_labels import score_labels

    pairs = [_pair(text) for text in pair or []]
    show(score_labels(labels, reference, pairs=pairs, tolerance_mm=tolerance), as_json=json)


def _pair(text: str) -> tuple[str, str]:
    name, equals, other = (part.strip() for part in text.partition("="))
    if not name or (equals and not other):
        raise InputError(f"--pair takes NAME or NAME=OTHER, not '{text}'.")
    return name, other or name
