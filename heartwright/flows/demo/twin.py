"""The demo's join: the excitation on the wall that is printed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartwright.data import SurfaceField
from heartwright.flows.demo.shape import Shape
from heartwright.flows.painted import write_painted

if TYPE_CHECKING:
    from heartwright.flows.demo import Stage


@dataclass(frozen=True, eq=False)
class Twin:
    """Activation times on the printed wall."""

    activation: SurfaceField

    def summary(self) -> dict[str, Any]:
        """How long the excitation takes, and how much of the wall it reaches."""
        values = self.activation.values
        return {
            "last_activation_ms": float(np.nanmax(values)),
            "reached": float(np.isfinite(values).mean()),
            "velocity_mm_per_ms": self.activation.provenance.parameters["velocity_mm_per_ms"],
        }


def excite(folder: Path, shape: Shape, *, stage: "Stage") -> Twin:
    """Pace the printed wall near the right upper vein and paint what happens."""
    from heartwright.twin import activate

    with stage("Exciting the printed wall") as tell:
        field = activate(shape.model.wall.solid, shape.heart.sites.pacing, progress=tell)
    write_painted(field, folder / "activation.3mf", force=True)
    write_painted(field, folder / "activation.ply", force=True)
    return Twin(field)
