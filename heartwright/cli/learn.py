"""`heartwright learn`: traces to a fitted model."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from heartwright.cli.console import note, progress, show
from heartwright.cli.options import (
    Camera,
    Force,
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
from heartwright.data import InputError

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Published, Settings


class Preset(StrEnum):
    """How to learn."""

    default = "default"
    stacom2022 = "stacom2022"


OURS = ("physics", "residual", "acting", "rounds", "camera")  # options of the default alone
PUBLISHED = ("epochs", "gamma", "learning_rate", "batch_size")  # options of stacom2022 alone


def run(
    traces: Traces,
    output: Annotated[Path, typer.Option("-o", "--output", help="Model file to write.")],
    validate: Annotated[
        list[Path] | None,
        typer.Option(help="Traces that are scored, and choose the round, but are not learned."),
    ] = None,
    preset: Annotated[
        Preset, typer.Option(help="Ours, or the method of the paper as published.")
    ] = Preset.default,
    parameters: Annotated[
        str | None, typer.Option(help="Learned physical parameters, with commas.")
    ] = None,
    physics: Annotated[
        str | None, typer.Option(help="mitchell_schaeffer, aliev_panfilov, fitzhugh_nagumo …")
    ] = None,
    residual: Annotated[
        str | None, typer.Option(help="resnet, mlp, gated, fourier or none.")
    ] = None,
    acting: Annotated[
        int | None, typer.Option(help="1: the residual completes dv/dt; 2: dh/dt too.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(help="Gauss–Newton rounds at most.")] = None,
    camera: Camera = False,
    epochs: Annotated[int | None, typer.Option(help="stacom2022: passes over the traces.")] = None,
    gamma: Annotated[
        float | None, typer.Option(help="stacom2022: growth of λ; the paper has 10 or 1.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="stacom2022: Adam's, at the start.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="stacom2022: traces a step.")] = None,
    seed: Seed = 0,
    seeds: Annotated[
        int, typer.Option(min=1, help="Learn from so many seeds at once; keep the best.")
    ] = 1,
    physics_only: Annotated[
        bool, typer.Option("--physics-only", help="The physics without a residual network.")
    ] = False,
    time_unit: TimeUnitOption = None,
    normalise: NormaliseOption = Normalise.plateau,
    raw: Raw = False,
    frame_ms: FrameMs = 0.1,
    json: Json = False,
    force: Force = False,
) -> None:
    """Learn physics and residual from action potentials (APHYN-EP).

    A learning that is stopped goes on where it was when the same command is given again.
    """
    from heartwright.electro.hybrid.traces_system import CAMERA
    from heartwright.flows.learn_model import learn_model

    names = tuple(name.strip() for name in (parameters or "").split(",") if name.strip())
    settings = _settings(
        preset,
        seed=seed,
        physics_only=physics_only,
        learned=None if parameters is None else names,
        physics=physics,
        residual=residual,
        acting=acting,
        rounds=rounds,
        camera=CAMERA if camera else None,
        epochs=epochs,
        gamma=gamma,
        learning_rate=learning_rate,
        batch_size=batch_size,
    )
    with progress("Learning") as tell:
        result = learn_model(
            traces,
            output,
            validation=validate or (),
            how=reading(time_unit, normalise, raw, frame_ms),
            settings=settings,
            seeds=seeds,
            force=force,
            progress=tell,
            tell=note,
        )
    show(result, as_json=json)


def _settings(
    preset: Preset, *, seed: int, physics_only: bool, **asked: Any
) -> "Settings | Published":
    """The preset with what was asked for; what it does not know is refused."""
    from heartwright.electro.hybrid import Published, Settings

    given = {name: value for name, value in asked.items() if value is not None}
    strange = OURS if preset is Preset.stacom2022 else PUBLISHED
    for name in set(strange) & set(given):
        raise InputError(f"--{name.replace('_', '-')} is no option of the preset {preset}.")
    if preset is Preset.stacom2022:
        return Published(seed=seed, physics_only=physics_only, **given)
    return Settings(seed=seed, **({**given, "residual": "none"} if physics_only else given))
