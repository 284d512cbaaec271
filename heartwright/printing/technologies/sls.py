"""Selective laser sintering on a Formlabs Fuse 1: powder carries every overhang."""

from heartwright.printing.technologies.records import (
    BedProcess,
    Figure,
    Material,
    Printer,
    Technology,
)

_GUIDE = "a print service's design guide (addema.se)"
_GENERAL = "general knowledge; no document was read"

TECHNOLOGY = Technology(
    name="sls",
    title="selective laser sintering",
    printer=Printer("Formlabs Fuse 1", (165.0, 165.0, 300.0), _GENERAL),
    layer_mm=Figure(0.11, _GENERAL),
    wall_min_mm=Figure(0.6, _GUIDE),
    feature_min_mm=Figure(0.8, _GUIDE),
    tolerance_mm=Figure(0.3, _GUIDE),
    drain_mm=Figure(3.5, _GUIDE),
    overhang_deg=None,
    finish_h=Figure(1, _GENERAL),
    process=BedProcess(pace_mm_h=Figure(10, _GENERAL), cooling_share=Figure(1.0, _GENERAL)),
    materials=(
        Material(
            name="pa12",
            density_g_ml=Figure(1.01, _GENERAL),
            price_ml=Figure(0.1, f"{_GENERAL}; US dollars counted as euros"),
            modulus_mpa=Figure(1387, "maker's value (3D Systems), table 2 of doi:10.18063/ijb.756"),
            shore=Figure(73, "maker's value (3D Systems), table 2 of doi:10.18063/ijb.756"),
            shore_scale="D",
        ),
    ),
)
