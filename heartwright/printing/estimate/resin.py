"""Time and resin of masked stereolithography.

Time is a sum over layers: exposure, which fades from the first layers' to the common one, and
release, which is slow where a layer covers much of the display (as PrusaSlicer counts it, function
`merge_slices_and_eval_stats` of its SLAPrintSteps.cpp). Supports follow two areas; their factors
were fitted to PrusaSlicer 2.5 on the calibration models of `benchmarks/print_estimate.py`.
"""

import numpy as np
from jaxtyping import Float
from scipy.spatial import ConvexHull

from heartwright.data import Solid
from heartwright.printing.estimate.record import OURS, Slicing
from heartwright.printing.sections import Sections, sections
from heartwright.printing.technologies import Material, ResinProcess, Technology

_LIFT_MM = 5.0  # of the model over its pad (support_object_elevation)
_PAD_MM = 1.0  # pad_wall_thickness
_LEVEL_DEG = 45.0  # support_critical_angle
_PAD = 1.368e-3  # mL of pad and feet for a mm² of plate under the supported surface
_PILLARS = 0.840e-3  # mL of pillars for a mm² of level surface


def estimate_resin(
    solid: Solid, technology: Technology, material: Material, *, supports: bool
) -> Slicing:
    """Time and resin of a solid whose third axis points away from the plate."""
    process = technology.process
    assert isinstance(process, ResinProcess)
    layers = sections(solid, technology.layer_mm.value)
    lifted = round((_LIFT_MM + _PAD_MM) / layers.layer_mm) if supports else 0
    exposure = (material.exposure_s or process.exposure_s).value
    seconds = (
        _exposures(lifted + layers.count, exposure, process).sum()
        + lifted * process.release_s.value
        + _releases(layers, process).sum()
    )
    extra = supports_ml(solid) if supports else 0.0
    return Slicing(
        OURS, float(seconds), (layers.volume_ml + extra,), lifted + layers.count, supports
    )


def supports_ml(solid: Solid) -> float:
    """Resin of pad and pillars: by the plate under the hanging surface, and by how level it is."""
    a, b, c = (solid.vertices[solid.faces[:, n]] for n in range(3))
    doubled = np.cross(b - a, c - a)
    down = np.maximum(-doubled[:, 2], 0) / 2  # projected area
    steep = np.cos(np.radians(_LEVEL_DEG))
    level = -doubled[:, 2] / np.maximum(np.linalg.norm(doubled, axis=1), 1e-12)
    hanging = level > steep
    if not hanging.any():
        return 0.0
    under = ConvexHull(solid.vertices[solid.faces[hanging].ravel(), :2], qhull_options="QJ")
    weight = np.clip((level - steep) / (1 - steep), 0, 1)
    return _PAD * float(under.volume) + _PILLARS * float(down @ weight)


def _exposures(count: int, exposure_s: float, process: ResinProcess) -> Float[np.ndarray, "layer"]:
    """The first layers in full, then evenly down to the common exposure."""
    first, fade = process.first_layers.value, process.fade_layers.value
    step = np.clip((np.arange(count) - first + 1) / (fade + 1), 0, 1)
    longest = process.first_exposure_s.value
    return longest - step * (longest - exposure_s)


def _releases(layers: Sections, process: ResinProcess) -> Float[np.ndarray, "layer"]:
    width, depth = process.display_mm
    slow = layers.area_mm2 > process.slow_share.value * width * depth
    return np.where(slow, process.slow_release_s.value, process.release_s.value)
