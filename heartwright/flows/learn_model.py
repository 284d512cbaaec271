"""Traces → a fitted model."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Progress, Provenance, silent
from heartwright.data.files import writable
from heartwright.data.model_file import write_fit
from heartwright.flows.recordings import Reading, read_traces

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Published, Settings


def learn_model(
    training: Sequence[Path],
    path: Path,
    *,
    validation: Sequence[Path] = (),
    how: Reading,
    settings: "Settings | Published",
    seeds: int = 1,
    force: bool = False,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Read and prepare traces, fit a hybrid model to them and write it.

    Of several seeds, from the settings' own upwards, the best fit is written, and how far they
    differ is told. While it learns it notes its state beside the model, and goes on from there if
    it is stopped.
    """
    from heartwright.electro.hybrid import learn_seeds
    from heartwright.electro.hybrid.seeds import best, checkpoint_of, spread

    writable(path, force=force)
    known = read_traces(training, how)
    unseen = read_traces(validation, how) if validation else None
    checkpoint = path.with_name(f"{path.name}.partial")
    every = range(settings.seed, settings.seed + seeds)
    for noted in (checkpoint_of(checkpoint, seed, every) for seed in every):
        if noted.exists():
            tell(f"Going on from {noted}.")
    start = time.perf_counter()
    fits = learn_seeds(
        known,
        seeds=every,
        validation=unseen,
        settings=settings,
        checkpoint=checkpoint,
        progress=progress,
    )
    fit = best(fits)
    seconds = time.perf_counter() - start
    inputs = Provenance.of([*training, *validation]).inputs
    read = {**fit.provenance.parameters, "reading": asdict(how)}
    fit = replace(fit, provenance=replace(fit.provenance, inputs=inputs, parameters=read))
    write_fit(fit, path, force=force)
    for sentence in _remarks(fit.header):
        tell(sentence)
    scores = ("train_mse", "validation_mse", "validation_chose", "residual_norm", "horizon_ms")
    return (
        {name: fit.header.get(name) for name in scores}
        | {name: float(value) for name, value in fit.parameters.items()}
        | {"residual_budget": fit.header.get("budget", {}), "backed_off": _backed_off(fit.header)}
        | ({} if seeds == 1 else {"seed": fit.header["settings"]["seed"], "spread": spread(fits)})
        | {"seconds": seconds, "notes": known.notes, "files": {"model": str(path)}}
    )


def _backed_off(header: Mapping[str, Any]) -> list[int]:
    """The rounds (of the published method: epochs) that ran away."""
    return list(header.get("backed_off", header["history"].get("backed_off", ())))


def _remarks(header: Mapping[str, Any]) -> Iterator[str]:
    """What a person should know of how learning went, a sentence each."""
    if ran_away := _backed_off(header):
        unit = "round" if header.get("method") == "gauss-newton" else "epoch"
        named = ("the rounds of the physics alone" if n == 0 else f"{unit} {n}" for n in ran_away)
        yield (
            f"Learning ran away in {', '.join(named)}: the step there left no number, so it was "
            f"taken back and repeated more cautiously."
        )
    if chosen := header.get("validation_chose"):
        yield (
            f"The validation traces chose round {chosen}, so that their own score flatters the "
            f"model; score it on traces that it never saw."
        )
