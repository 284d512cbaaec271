"""Model, the labels it was made from, their scan → error budget."""

import json
from pathlib import Path
from typing import Any

from heartwright.data import Provenance
from heartwright.data.files import write_text
from heartwright.flows.endings import place
from heartwright.flows.lumen import only_label
from heartwright.flows.solids import read_solid


def budget_model(
    model: Path,
    labels: Path,
    path: Path | None = None,
    *,
    technology: str,
    label: int | None = None,
    scan: Path | None = None,
    series: str | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Add up what editing, segmentation and printing may each be off, and write it as JSON."""
    from heartwright.anatomy.imaging import read_labels, read_volume
    from heartwright.printing.budget import budget
    from heartwright.printing.technologies import technology as named

    if path is not None:
        place(path, ".json", force=force)
    printer = named(technology)
    segmented = read_labels(labels)
    chosen = only_label(segmented, labels) if label is None else label
    volume = None if scan is None else read_volume(scan, series=series)
    found = budget(read_solid(model), segmented, chosen, printer, scan=volume).summary()
    if path is not None:
        inputs = [model, labels] if scan is None else [model, labels, scan]
        provenance = Provenance.of(inputs, {"label": chosen, "technology": technology})
        stored = found | {"provenance": json.loads(provenance.to_json())}
        write_text(path, json.dumps(stored, indent=2) + "\n", force=force)
    return found | {"files": {} if path is None else {"budget": str(path)}}
