"""Traces → a table of what each kind of residual gains."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import Progress, silent
from heartwright.flows.recordings import Reading, read_traces

if TYPE_CHECKING:
    from heartwright.electro.hybrid import Settings


def variants(settings: "Settings") -> Mapping[str, "Settings"]:
    """What is compared: every residual, what the first one sees and acts on, and none."""
    networks = {
        kind: replace(settings, residual=kind) for kind in ("resnet", "mlp", "gated", "fourier")
    }
    return networks | {
        "resnet of (v, h) as they are": replace(settings, residual="resnet", inputs="state"),
        "resnet on dv/dt and dh/dt": replace(settings, residual="resnet", acting=2),
        "network alone": replace(
            settings, physics="none", learned=None, per_trace=None, residual="resnet", acting=2
        ),
        "none: physics alone": replace(settings, residual="none"),
    }


def ablate_residual(
    training: Sequence[Path],
    validation: Sequence[Path],
    *,
    how: Reading,
    settings: "Settings",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Learn every variant from the same traces, score each on traces that none of them saw."""
    from heartwright.electro.hybrid import forecast, learn

    known, unseen = read_traces(training, how), read_traces(validation, how)
    every = variants(settings)
    table: dict[str, dict[str, float | None]] = {}
    for done, (name, variant) in enumerate(every.items()):
        progress(done, len(every))
        start = time.perf_counter()
        fit = learn(known, settings=variant)
        scores = forecast(fit, unseen).scores
        told = ("mse", "mse_clean", "residual_norm", "apd90_error_ms")
        table[name] = {
            "weights": sum(leaf.size for leaf in fit.leaves),
            **{score: scores[score] for score in told},
            **{parameter: fit.parameters[parameter] for parameter in fit.learned},
            "seconds": time.perf_counter() - start,
        }
    return table
