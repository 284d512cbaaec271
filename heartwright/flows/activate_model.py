"""Lumen → wall → excitation → painted model."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from jaxtyping import Float

from heartwright.data import Progress, silent
from heartwright.data.model_file import read_fit
from heartwright.flows.endings import place
from heartwright.flows.lumen import read_lumen
from heartwright.flows.painted import PAINTED, write_painted

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Opening
    from heartwright.electro.cells import MitchellSchaeffer


def activate_model(
    shape: Path,
    path: Path,
    *,
    wall_mm: float,
    pace: Float[np.ndarray, "3"],
    label: int | None = None,
    openings: Sequence["Opening"] = (),
    model: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Run the excitation on a lumen's wall and write the painted model."""
    from heartwright.anatomy.mesh import wall
    from heartwright.twin import ATRIAL, NO_RESIDUAL, activate

    place(path, *PAINTED, force=force)
    cell = ATRIAL if model is None else fitted_cell(model)
    start = time.perf_counter()
    lumen = read_lumen(shape, label=label)
    built = wall(lumen, wall_mm, openings=openings)
    field = activate(
        built.solid, pace, cell=cell, spacing_mm=min(0.8, wall_mm / 2), progress=progress
    )
    inputs = dict(lumen.provenance.inputs)
    field = replace(field, provenance=replace(field.provenance, inputs=inputs))
    write_painted(field, path, force=force)
    return {
        "last_activation_ms": float(np.nanmax(field.values)),
        "reached": float(np.isfinite(field.values).mean()),
        "diffusivity_mm2_per_ms": field.provenance.parameters["diffusivity_mm2_per_ms"],
        "velocity_mm_per_ms": field.provenance.parameters["velocity_mm_per_ms"],
        "nodes": field.provenance.parameters["nodes"],
        "note": NO_RESIDUAL,
        "seconds": time.perf_counter() - start,
        "files": {"activation": str(path)},
    }


def fitted_cell(model: Path) -> "MitchellSchaeffer":
    """The physics of a fitted model; its residual stays behind (see `twin.NO_RESIDUAL`)."""
    from heartwright.electro.hybrid.fitted import model_of

    return cast("MitchellSchaeffer", model_of(read_fit(model)).physics)
