"""Traces → a fitted model."""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Progress, Provenance, silent
from heartwright.data.files import writable
from heartwright.data.model_file import write_fit
from heartwright.flows.recordings import Reading, read_traces

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Published


def learn_model(
    training: Sequence[Path],
    path: Path,
    *,
    validation: Sequence[Path] = (),
    how: Reading,
    settings: "Published",
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Read and prepare traces, fit a hybrid model to them and write it."""
    from heartwright.electro.hybrid import learn

    writable(path, force=force)
    known = read_traces(training, how)
    unseen = read_traces(validation, how) if validation else None
    start = time.perf_counter()
    fit = learn(known, validation=unseen, settings=settings, progress=progress)
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
