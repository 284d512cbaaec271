"""Traces → a fitted model."""

import time
from collections.abc import Callable, Sequence
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
    force: bool = False,
    progress: Progress = silent,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Read and prepare traces, fit a hybrid model to them and write it.

    While it learns it notes its state beside the model, and goes on from there if it is stopped.
    """
    from heartwright.electro.hybrid import learn

    writable(path, force=force)
    known = read_traces(training, how)
    unseen = read_traces(validation, how) if validation else None
    checkpoint = path.with_name(f"{path.name}.partial")
    if checkpoint.exists():
        tell(f"Going on from {checkpoint}.")
    start = time.perf_counter()
    fit = learn(
        known, validation=unseen, settings=settings, checkpoint=checkpoint, progress=progress
    )
    seconds = time.perf_counter() - start
    inputs = Provenance.of([*training, *validation]).inputs
    read = {**fit.provenance.parameters, "reading": asdict(how)}
    fit = replace(fit, provenance=replace(fit.provenance, inputs=inputs, parameters=read))
    write_fit(fit, path, force=force)
    scores = ("train_mse", "validation_mse", "residual_norm", "horizon_ms")
    return (
        {name: fit.header.get(name) for name in scores}
        | {name: float(value) for name, value in fit.parameters.items()}
        | {"seconds": seconds, "notes": known.notes, "files": {"model": str(path)}}
    )
