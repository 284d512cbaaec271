"""Steps, one after the other: each run when it must be, noted when it is done."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from heartwright.data import OutputError, Provenance
from heartwright.data.files import writable
from heartwright.flows.recipe.document import read_recipe
from heartwright.flows.recipe.journal import NAME, Journal
from heartwright.flows.recipe.plan import Step, plan_steps, telling
from heartwright.flows.recipe.usage import Meter
from heartwright.flows.recipe.verb import Verb

Announce = Callable[[str], None]
_EPOCH = "SOURCE_DATE_EPOCH"


def run_recipe(
    path: Path,
    out: Path,
    *,
    verbs: Mapping[str, Verb],
    force: bool = False,
    announce: Announce,
) -> dict[str, Any]:
    """Run a recipe's steps into a folder, keep what is up to date, and log it all there.

    It may be killed at any moment: the next run goes on behind the last finished step, and gives
    the bytes that an unbroken run would have given. All files of a run carry one creation time.

    Raises:
        InputError: the recipe is wrong; nothing was run.
        HeartwrightError: a step failed; its sentence names the step.
    """
    steps, journal = _opened(path, out, verbs)
    _made(out)
    if not journal.begun_by(steps):
        journal.head.pop("created", None)
    with _dated(journal.head.get("created")):
        journal.head = _head(path, steps)
        journal.steps = {s.name: journal.steps[s.name] for s in steps if s.name in journal.steps}
        done = {}
        for number, step in enumerate(steps, start=1):
            kept = journal.holds(step)
            verdict = " (kept)" if kept else ""
            announce(f"[{number}/{len(steps)}] {step.name}: {step.verb.name}{verdict}")
            if not kept:
                with telling(f"{path}, step {step.name}"):
                    _run(step, path.absolute().parent, journal, force=force)
            done[step.name] = _line(journal.steps[step.name], "kept" if kept else "made")
        journal.write()
    return {"steps": done, "files": {"log": str(out / NAME)}}


def foresee_recipe(path: Path, out: Path, *, verbs: Mapping[str, Verb]) -> list[dict[str, Any]]:
    """What `run_recipe` would do: each step's command, and whether it would run."""
    steps, journal = _opened(path, out, verbs)
    stale: set[str] = set()
    lines = []
    for step in steps:
        if not journal.holds(step) or step.before & stale:
            stale.add(step.name)
        lines.append(
            {"step": step.name, "would_run": step.name in stale, "words": list(step.words)}
        )
    return lines


def _opened(path: Path, out: Path, verbs: Mapping[str, Verb]) -> tuple[list[Step], Journal]:
    return plan_steps(read_recipe(path), path, out, verbs), Journal.of(out)


def _made(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made a folder ({error.strerror}); name another with --out."
        ) from error
    writable(out / NAME, force=True)


def _run(step: Step, home: Path, journal: Journal, *, force: bool) -> None:
    """Run one step and note it."""
    if not force:
        journal.check_free(step)
    journal.begin(step)
    meter = Meter()
    with chdir(home):
        result = step.verb.call(step.words)
    for file in step.names:
        if not (journal.folder / file).is_file():
            raise OutputError(f"{step.verb.name} ended without writing {file}.")
    journal.finish(step, {**asdict(meter.read()), "result": step.told(result)})


def _line(note: Mapping[str, Any], state: str) -> dict[str, Any]:
    used = {name: note[name] for name in ("seconds", "cpu_seconds", "peak_mb")}
    return {"state": state, **used, "files": list(note["files"])}


def _head(path: Path, steps: list[Step]) -> dict[str, Any]:
    """When it was made, and from what; the title may tell a name, and stays in the recipe."""
    home = path.absolute().parent
    inputs = sorted({home / name for step in steps for name in step.inputs})
    provenance = json.loads(Provenance.of([path, *inputs]).to_json())
    return {"created": provenance["created"], "provenance": provenance}


@contextmanager
def _dated(created: str | None) -> Iterator[None]:
    """One creation time for all files of the block: `created`, or now.

    By the variable that programs agree on (reproducible-builds.org/specs/source-date-epoch), which
    other programs that a step calls heed as well.
    """
    given = os.environ.get(_EPOCH)
    if given is None:
        moment = datetime.fromisoformat(created or Provenance.of().created)
        os.environ[_EPOCH] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if given is None:
            del os.environ[_EPOCH]
