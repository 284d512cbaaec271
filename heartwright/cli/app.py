"""`heartwright`: verbs, and how they end.

Results go to standard output (a table, or one JSON object with `--json`); everything else goes to
standard error. Whatever cannot be used ends with one sentence and exit code 2.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from heartwright import __version__
from heartwright.cli import (
    ablate,
    activate,
    angiography,
    bench,
    carm,
    centreline,
    coat,
    compliance,
    coupon,
    cut,
    decimate,
    deidentify,
    demo,
    devices,
    dicom,
    engrave,
    fetch,
    forecast,
    identify,
    labels,
    learn,
    mesh,
    mould,
    network,
    plan,
    port,
    print_budget,
    print_model,
    print_verify,
    register,
    report,
    report_plan,
    scan,
    score,
    segment,
    simulate,
    split,
    study,
    wall,
)
from heartwright.cli import run as run_verb
from heartwright.cli import slice as slice_verb
from heartwright.cli.console import complain
from heartwright.cli.two_words import TwoWordVerbs
from heartwright.data import HeartwrightError

# Click's base of all usage errors, which Typer either imports or carries within itself.
UsageError: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name="heartwright",
    cls=TwoWordVerbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Make a patient's heart twice: once to hold, once to beat. Research use only.",
)
app.command("demo")(demo.run)
app.add_typer(simulate.app, name="simulate")
app.command("learn")(learn.run)
app.command("forecast")(forecast.run)
app.command("ablate")(ablate.run)
app.command("identify")(identify.run)
app.command("scan")(scan.run)
app.command("deidentify")(deidentify.run)
app.command("fetch")(fetch.run)
app.command("segment")(segment.run)
app.command("network")(network.run)
app.command("labels")(labels.run)
app.command("register")(register.run)
app.command("score")(score.run)
app.command("mesh")(mesh.run)
app.command("decimate")(decimate.run)
app.command("wall")(wall.run)
app.command("port")(port.run)
app.command("cut")(cut.run)
app.command("split")(split.run)
app.command("engrave")(engrave.run)
app.command("centreline")(centreline.run)
app.command("angiography")(angiography.run)
app.command("carm", context_settings={"ignore_unknown_options": True})(carm.run)
app.command("devices")(devices.run)
app.command("dicom")(dicom.run)
app.command("report")(report.run)
app.command("report plan")(report_plan.run)
app.command("print")(print_model.run)
app.command("print verify")(print_verify.run)
app.command("print budget")(print_budget.run)
app.command("coupon")(coupon.run)
app.command("coupon factors")(coupon.factors)
app.command("coat")(coat.run)
app.command("mould")(mould.run)
app.command("compliance")(compliance.run)
app.command("slice")(slice_verb.run)
app.command("run")(run_verb.run)
app.add_typer(plan.app, name="plan")
app.add_typer(bench.app, name="bench")
app.command("activate")(activate.run)
app.add_typer(study.app, name="study")


def _version(asked: bool | None) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool | None,
        typer.Option("--version", callback=_version, is_eager=True, help="Print it and stop."),
    ] = None,
) -> None:
    """Options before the verb."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 is success, 2 is something that the user can mend."""
    try:
        code = app(args=arguments, prog_name="heartwright", standalone_mode=False)
    except UsageError as error:
        complain(sentence(error))
        return 2
    except HeartwrightError as error:
        complain(str(error))
        return 2
    except (typer.Abort, KeyboardInterrupt):
        complain("Stopped; nothing was left half-written.")
        return 130
    return code if isinstance(code, int) else 0


def sentence(error: Exception) -> str:
    """A usage error in one line, with the way to more help."""
    if type(error).__name__ == "NoArgsIsHelpError":  # the help was printed already
        return "Name a verb."
    message = " ".join(str(error.format_message()).split())  # type: ignore[attr-defined]
    return f"{message.rstrip('.')}; see `heartwright --help`."
