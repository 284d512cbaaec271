"""All that the study found, and its numbers as one JSON object."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from heartwright.data import Provenance
from heartwright.data.files import write_text
from heartwright.studies.paper.groups import METHODS, Compared
from heartwright.studies.paper.readings import Reading
from heartwright.studies.paper.recorded import Recordings
from heartwright.studies.paper.recovery import Recovered
from heartwright.studies.paper.scale import Scale
from heartwright.studies.paper.score import Score
from heartwright.studies.paper.slabs import Slabs
from heartwright.studies.paper.tissue_time import Run


@dataclass(frozen=True, eq=False)
class Study:
    """Every part's results."""

    scale: Scale
    seed: int
    slabs: Slabs
    readings: list[Reading]
    simulated: Compared
    recorded: Compared | None
    recordings: Recordings | None
    comparators: Mapping[str, Score]
    tissue: list[Run]
    recovered: Mapping[str, Recovered]

    @property
    def provenance(self) -> Provenance:
        """Settings, seed, and the recordings' fingerprints."""
        told = self.recordings
        paths = [] if told is None else [*told.long, *told.short]
        how = {} if told is None else {"reading": asdict(told.how), "groups": list(told.labels)}
        return Provenance.of(paths, {**asdict(self.scale), **how}, seed=self.seed)


def write_record(study: Study, path: Path, *, force: bool = False) -> None:
    """Write what the tables show, and more digits of it.

    Raises:
        OutputError: the file exists (without `force`) or cannot be written.
    """
    record = {
        "figure_3": [_reading(reading) for reading in study.readings],
        "table_1_simulated": _compared(study.simulated),
        "table_1_recorded": study.recorded and _compared(study.recorded),
        "comparators": {name: asdict(score) for name, score in study.comparators.items()},
        "tissue": [asdict(run) for run in study.tissue],
        "recovery": {name: asdict(found) for name, found in study.recovered.items()},
        "provenance": json.loads(study.provenance.to_json()),
    }
    write_text(path, json.dumps(record, indent=2, allow_nan=False) + "\n", force=force)


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "tau_close": reading.tau_close,
        "losses": reading.losses,
        "parameters_ms": dict(reading.parameters),
        "last_weight": reading.last_weight,
        "mse": reading.mse,
        "went_on": reading.went_on,
        **asdict(reading.score),
    }


def _compared(found: Compared) -> dict[str, Any]:
    fitted = [method for method in METHODS if method != "mean trace"]
    return {
        "groups": list(found.labels),
        "tau_close_true_ms": found.truth and list(found.truth),
        "training_traces": list(found.known),
        "validation_traces": list(found.new),
        "horizon_ms": found.horizon_ms,
        "results": {
            label: {method: asdict(result) for method, result in of_group.items()}
            for label, of_group in found.results.items()
        },
        "tau_close_ratio": {method: found.ratios(method) for method in fitted},
    }
