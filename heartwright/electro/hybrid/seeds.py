"""Several networks at once: how far what is learned depends on how the residual began."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Integer

from heartwright.data import Fit, InputError, Progress, TraceSet, silent
from heartwright.electro.hybrid.learn import learn
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.settings import Settings
from heartwright.electro.parallel import on_all_cores


def learn_seeds(
    training: TraceSet,
    *,
    seeds: Sequence[int],
    settings: Settings | Published,
    validation: TraceSet | None = None,
    groups: Integer[np.ndarray, "trace"] | None = None,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> list[Fit]:
    """One fit a seed, learned side by side, a core each; the same as learned one by one.

    Every seed notes its state in a checkpoint of its own, see `learn`.

    Raises:
        InputError: no seed, or one twice; and what `learn` refuses.
        ConvergenceError: as `learn`.
    """
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError("give at least one seed, and none twice.")
    reached = dict.fromkeys(seeds, 0)

    def one(seed: int) -> Fit:
        def told(done: int, total: int) -> None:
            reached[seed] = done
            progress(sum(reached.values()), total * len(seeds))

        return learn(
            training,
            validation=validation,
            groups=groups,
            settings=replace(settings, seed=seed),
            checkpoint=checkpoint and checkpoint_of(checkpoint, seed, seeds),
            progress=told,
        )

    return on_all_cores(one, list(seeds))


def checkpoint_of(checkpoint: Path, seed: int, seeds: Sequence[int]) -> Path:
    """Where one of several seeds notes its state; a single one where `learn` itself would."""
    return checkpoint if len(seeds) == 1 else checkpoint.with_name(f"{checkpoint.name}.{seed}")


def best(fits: Sequence[Fit]) -> Fit:
    """The fit that comes closest to the traces that chose it: validation, else training."""
    return min(fits, key=lambda fit: fit.header.get("validation_mse") or fit.header["train_mse"])


def spread(fits: Sequence[Fit]) -> Mapping[str, tuple[float, float, float]]:
    """Least, median and most of every learned parameter, and of the error and the residual."""
    values = {name: [fit.parameters[name] for fit in fits] for name in fits[0].learned}
    for score in ("train_mse", "validation_mse", "residual_norm"):
        values[score] = [fit.header[score] for fit in fits if fit.header.get(score) is not None]
    return {
        name: (float(min(x)), float(np.median(x)), float(max(x))) for name, x in values.items() if x
    }
