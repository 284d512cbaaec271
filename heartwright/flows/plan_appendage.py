"""Lumen → measures of the appendage → occluders that fit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.data.json_file import write_json
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen


def plan_appendage(
    shape: Path,
    ostium: Float[np.ndarray, "3 3"],
    path: Path,
    *,
    label: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Measure an appendage at its ostium, list the devices that fit, and write the plan."""
    from heartwright.planning.laa import plan

    place(path, ".json", force=force)
    lumen = read_lumen(shape, label=label)
    proposal = plan(lumen, ostium)
    provenance = replace(
        lumen.provenance,
        parameters=dict(lumen.provenance.parameters) | {"ostium_lps_mm": ostium.tolist()},
    )
    proposal = replace(proposal, provenance=provenance)
    write_json(proposal, path, force=force)
    return proposal.summary() | {"files": {"plan": str(path)}}
