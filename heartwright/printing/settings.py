"""A technology in PrusaSlicer's words: one `key = value` a line."""

from heartwright.data import InputError
from heartwright.printing.technologies import (
    FilamentProcess,
    Material,
    ResinProcess,
    Technology,
)

Settings = dict[str, str]

_PREVIEW = 8  # the display is this much coarser where only time and resin are asked for

# What neither a technology nor our estimator asks for, as in Prusa Research's profile of the MK3S
_SOLID = {
    "printer_technology": "FFF",
    "gcode_flavor": "marlin",
    "machine_limits_usage": "time_estimate_only",
    "fill_density": "100%",
    "fill_pattern": "rectilinear",
}
_EACH_EXTRUDER: dict[str, float] = {
    "retract_length": 0.8,
    "retract_lift": 0.4,
    "retract_speed": 35,
    "retract_before_travel": 1,
    "cooling": 1,
    "temperature": 215,
    "first_layer_temperature": 215,
    "bed_temperature": 60,
    "first_layer_bed_temperature": 60,
}
_MACHINE: dict[str, float] = {
    "small_perimeter_speed": 25,
    "infill_speed": 60,
    "top_solid_infill_speed": 40,
    "gap_fill_speed": 40,
    "bridge_speed": 25,
    "default_acceleration": 1000,
    "bridge_acceleration": 1000,
    "infill_acceleration": 2000,
    "machine_max_acceleration_e": 5000,
    "machine_max_acceleration_z": 200,
    "machine_max_feedrate_e": 120,
    "machine_max_feedrate_x": 200,
    "machine_max_feedrate_y": 200,
    "machine_max_feedrate_z": 12,
    "machine_max_jerk_e": 4.5,
    "machine_max_jerk_z": 0.4,
    "top_infill_extrusion_width": 0.4,
    "first_layer_extrusion_width": 0.42,
    "elefant_foot_compensation": 0.2,
    "support_material_threshold": 50,
}
_LIMITED = tuple(
    f"machine_max_acceleration_{move}" for move in ("extruding", "retracting", "travel")
)
_AXES = ("machine_max_acceleration_x", "machine_max_acceleration_y")
_JERKS = ("machine_max_jerk_x", "machine_max_jerk_y")
_WIDTHS = (
    "extrusion_width",
    "external_perimeter_extrusion_width",
    "perimeter_extrusion_width",
    "infill_extrusion_width",
    "solid_infill_extrusion_width",
)


def settings(
    technology: Technology,
    material: Material,
    *,
    supports: bool,
    extruders: int = 1,
    preview: bool = False,
) -> Settings:
    """PrusaSlicer's settings for a technology and a material.

    A preview's display is coarse: PrusaSlicer takes time and resin from outlines, not from pixels.

    Raises:
        InputError: PrusaSlicer does not slice for this technology.
    """
    process = technology.process
    if isinstance(process, ResinProcess):
        return _common(technology) | _resin(process, technology, material, supports, preview)
    if isinstance(process, FilamentProcess):
        return _common(technology) | _filament(process, technology, material, supports, extruders)
    raise InputError(f"PrusaSlicer does not slice for {technology.title}; its estimate is ours.")


def centre(technology: Technology) -> tuple[float, float]:
    """Where a model must be put so that it lies on the plate (or the display) at all, mm."""
    process = technology.process
    width, depth = (
        process.display_mm
        if isinstance(process, ResinProcess)
        else (technology.printer.build_mm[0], technology.printer.build_mm[1])
    )
    return width / 2, depth / 2


def _common(technology: Technology) -> Settings:
    width, depth, height = technology.printer.build_mm
    x, y = centre(technology)
    west, east, south, north = x - width / 2, x + width / 2, y - depth / 2, y + depth / 2
    corners = ((west, south), (east, south), (east, north), (west, north))
    return {
        "bed_shape": ",".join(f"{a:g}x{b:g}" for a, b in corners),
        "max_print_height": f"{height:g}",
        "layer_height": f"{technology.layer_mm.value:g}",
    }


def _resin(
    process: ResinProcess,
    technology: Technology,
    material: Material,
    supports: bool,
    preview: bool,
) -> Settings:
    fast, slow = process.tilt_s
    width, height = process.display_mm
    coarser = _PREVIEW if preview else 1
    return {
        "printer_technology": "SLA",
        "display_width": f"{width:g}",
        "display_height": f"{height:g}",
        "display_pixels_x": str(process.pixels[0] // coarser),
        "display_pixels_y": str(process.pixels[1] // coarser),
        "display_orientation": "portrait",
        "display_mirror_x": "1",
        "display_mirror_y": "0",
        "fast_tilt_time": f"{fast:g}",
        "slow_tilt_time": f"{slow:g}",
        "area_fill": f"{100 * process.slow_share.value:g}",
        "initial_layer_height": f"{technology.layer_mm.value:g}",
        "exposure_time": f"{(material.exposure_s or process.exposure_s).value:g}",
        "initial_exposure_time": f"{process.first_exposure_s.value:g}",
        "faded_layers": f"{process.fade_layers.value:g}",
        "supports_enable": str(int(supports)),
        "pad_enable": str(int(supports)),
        "support_critical_angle": "45",
        "support_head_front_diameter": "0.5",
        "support_head_penetration": "0.5",
        "support_head_width": "3",
        "support_base_diameter": "3",
        "support_object_elevation": "5",
        "support_pillar_diameter": "1",
        "support_max_bridge_length": "10",
        "pad_wall_height": "0",
        "pad_wall_thickness": "1",
        "pad_wall_slope": "45",
    }


def _filament(
    process: FilamentProcess,
    technology: Technology,
    material: Material,
    supports: bool,
    extruders: int,
) -> Settings:
    each = _EACH_EXTRUDER | {
        "nozzle_diameter": process.nozzle_mm.value,
        "filament_diameter": process.filament_mm.value,
        "filament_density": material.density_g_ml.value,
        "filament_cost": material.price_ml.value / material.density_g_ml.value * 1000,  # a kg
        "slowdown_below_layer_time": process.least_layer_s.value,
        "min_print_speed": process.least_speed.value,
    }
    one = _MACHINE | {
        "first_layer_height": technology.layer_mm.value,
        "perimeters": process.perimeters,
        "external_perimeter_speed": process.outer_speed.value,
        "perimeter_speed": process.inner_speed.value,
        "solid_infill_speed": process.fill_speed.value,
        "first_layer_speed": process.first_speed.value,
        "travel_speed": process.travel_speed.value,
        "perimeter_acceleration": process.acceleration.value,
        "first_layer_acceleration": process.acceleration.value,
        "support_material": int(supports),
    }
    one |= dict.fromkeys(_LIMITED, process.fill_acceleration.value)
    one |= dict.fromkeys(_AXES, process.axis_acceleration.value)
    one |= dict.fromkeys(_JERKS, process.jerk.value)
    one |= dict.fromkeys(_WIDTHS, process.line_mm.value)
    return (
        _SOLID
        | {key: f"{value:g}" for key, value in one.items()}
        | {key: ",".join([f"{value:g}"] * extruders) for key, value in each.items()}
    )
