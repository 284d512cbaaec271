"""Fused deposition on an Original Prusa i3 MK3S, solid: hearts' walls leave no room for infill."""

from heartwright.printing.technologies.records import (
    Figure,
    FilamentProcess,
    Material,
    Printer,
    Technology,
)

_PROFILE = "Prusa Research's profile 1.5.1, shipped with PrusaSlicer 2.5 (PrusaResearch.ini)"
_GUIDE = "a print service's design guide (varishapes, hycubeworks)"
_GENERAL = "general knowledge; no document was read"


def _read(value: float) -> Figure:
    return Figure(value, _PROFILE, verified=True)


TECHNOLOGY = Technology(
    name="fdm",
    title="fused deposition",
    printer=Printer("Original Prusa i3 MK3S", (250.0, 210.0, 210.0), _PROFILE, verified=True),
    layer_mm=_read(0.2),
    wall_min_mm=Figure(0.8, _GUIDE),
    feature_min_mm=Figure(0.8, "two lines of a 0.4 mm nozzle"),
    tolerance_mm=Figure(0.26, "mean error of an Ultimaker, PMC9156585"),
    drain_mm=None,
    overhang_deg=_read(50),
    finish_h=Figure(0.5, _GENERAL),
    process=FilamentProcess(
        nozzle_mm=_read(0.4),
        filament_mm=_read(1.75),
        line_mm=_read(0.45),
        perimeters=2,
        outer_speed=_read(40),
        inner_speed=_read(50),
        fill_speed=_read(50),
        first_speed=_read(20),
        travel_speed=_read(180),
        acceleration=_read(800),
        fill_acceleration=_read(1250),
        axis_acceleration=_read(1000),
        jerk=_read(8),
        least_layer_s=_read(15),
        least_speed=_read(15),
    ),
    materials=(
        Material(
            name="flex-40d",  # Fiberlogy FiberFlex 40D
            density_g_ml=_read(1.16),
            price_ml=Figure(39.41 * 1.16e-3, f"{_PROFILE}, which names no currency"),
            shore=Figure(40, "the product's name"),
            shore_scale="D",
        ),
        Material(
            name="pla",  # Prusament PLA
            density_g_ml=_read(1.24),
            price_ml=Figure(36.29 * 1.24e-3, f"{_PROFILE}, which names no currency"),
            modulus_mpa=Figure(2200, _GENERAL),
        ),
    ),
)
