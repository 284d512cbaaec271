"""Time and filament of fused deposition, printed solid.

Every layer is two perimeters along each contour and a zigzag between them. Zigzags of a heart's
thin wall hardly reach their speed, so each line is a trapezoid of speed between its two turns.
Layers that would be too quick to cool are slowed down. Where a line fits between the perimeters is
measured on each layer's polygons (`room.py`). Three constants stand for what only a slicer knows;
they were fitted to PrusaSlicer 2.5 on the calibration models of `benchmarks/print_estimate.py`.
Supports are not estimated.
"""

import numpy as np
from jaxtyping import Float

from heartwright.data import Solid
from heartwright.printing.estimate.record import OURS, Slicing
from heartwright.printing.estimate.room import Room, room
from heartwright.printing.sections import Sections, sections
from heartwright.printing.technologies import FilamentProcess, Technology

_OVERLAP_MM = 0.08  # how far a filling reaches into its perimeters
_FILL_SHARE = 0.92  # of the filling's speed, for its slower kinds (bridges, tops)
_CONTOUR_S = 0.6  # retraction, hop and travel for each contour

Layers = Float[np.ndarray, "layer"]


def estimate_filament(solid: Solid, technology: Technology) -> Slicing:
    """Time and filament of a solid whose third axis points up, without supports.

    Raises:
        GeometryError: the solid cannot be cut into layers.
    """
    process = technology.process
    assert isinstance(process, FilamentProcess)
    layers = sections(solid, technology.layer_mm.value)
    spacing = _spacing(process, layers.layer_mm)
    left = room(solid, layers, walls_mm=process.perimeters * spacing, line_mm=spacing)
    seconds = _seconds(layers, process, spacing, left)
    # lines of the filling overlap the perimeters, which needs more filament than the body holds
    overlap = (_OVERLAP_MM * left.outline_mm).sum() * layers.layer_mm / 1000
    return Slicing(
        OURS, float(seconds.sum()), (layers.volume_ml + float(overlap),), layers.count, False
    )


def _spacing(process: FilamentProcess, layer_mm: float) -> float:
    """Distance of neighbouring lines, whose ends are half circles, mm."""
    return process.line_mm.value - layer_mm * (1 - np.pi / 4)


def _width(layers: Sections) -> Layers:
    """Mean width of a layer's walls, mm: both sides count in the outline."""
    return 2 * layers.area_mm2 / np.maximum(layers.outline_mm, 1e-9)


def _seconds(layers: Sections, process: FilamentProcess, spacing: float, left: Room) -> Layers:
    outline = layers.outline_mm
    beads = np.clip(np.round(_width(layers) / spacing), 1, 2 * process.perimeters)
    perimeters = beads * outline / 2
    filling = (left.area_mm2 + _OVERLAP_MM * left.outline_mm) / spacing
    wall_speed = 2 / (1 / process.outer_speed.value + 1 / process.inner_speed.value)
    fill_speed = _FILL_SHARE * process.fill_speed.value
    nominal = perimeters / wall_speed + filling / fill_speed
    slower = np.maximum(process.least_layer_s.value / np.maximum(nominal, 1e-9), 1)
    wall_speeds = np.maximum(wall_speed / slower, process.least_speed.value)
    fill_speeds = np.maximum(fill_speed / slower, process.least_speed.value)
    # lines of a zigzag cross a contour's elements |cos| / spacing times (mean 2/π), two ends each
    lines = left.outline_mm / (np.pi * spacing)
    length = np.divide(filling, lines, out=np.zeros_like(filling), where=lines > 0)
    zigzag = lines * (
        _line(length, fill_speeds, process)
        + _line(np.full_like(length, spacing), fill_speeds, process)
    )
    return perimeters / wall_speeds + zigzag + _CONTOUR_S * layers.contours


def _line(length: Layers, speed: Layers, process: FilamentProcess) -> Layers:
    """Time of a line that begins and ends at the jerk's speed, s."""
    turn, pull = process.jerk.value, process.fill_acceleration.value
    peak = np.minimum(speed, np.sqrt(turn**2 + pull * length))
    cruise = np.maximum(length - (peak**2 - turn**2) / pull, 0)
    result: Layers = 2 * (peak - turn) / pull + cruise / peak
    return result
