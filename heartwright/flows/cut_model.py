"""Model → two closed parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from heartwright.flows.solids import read_solid, two_places, write_solid

if TYPE_CHECKING:
    from heartwright.anatomy.mesh import Hinge, Joints, Opening
    from heartwright.data import Solid


@dataclass(frozen=True, eq=False)
class Cut:
    """Where a model is cut: one of plane, box and curve; joints and hinge go with a plane."""

    plane: "Opening | None" = None
    box: Float[np.ndarray, "2 3"] | None = None
    curve: Float[np.ndarray, "point 3"] | None = None
    joints: "Joints | None" = None
    hinge: "Hinge | None" = None


def cut_model(
    model: Path, paths: tuple[Path, Path], *, cut: Cut, force: bool = False
) -> dict[str, Any]:
    """Cut a model in two and write both parts."""
    two_places(paths, force=force)
    parts = _parts(read_solid(model), cut)
    written = [write_solid(p, path, force=force) for p, path in zip(parts, paths, strict=True)]
    return {"parts": written}


def _parts(solid: "Solid", cut: Cut) -> "tuple[Solid, Solid]":
    from heartwright.anatomy.mesh import cut_box, cut_curve, cut_plane

    if cut.box is not None:
        return cut_box(solid, cut.box)
    if cut.curve is not None:
        return cut_curve(solid, cut.curve)
    assert cut.plane is not None
    at = cut.plane
    return cut_plane(solid, at.point, at.normal, joints=cut.joints, hinge=cut.hinge)
