"""Material jetting on an Objet260 Connex: several materials at once, on a gel that washes off."""

from heartwright.printing.technologies.records import (
    BedProcess,
    Figure,
    Material,
    Printer,
    Technology,
)

_LAB = "a university's print laboratory (team.ucdavis.edu/polyjet-system)"
_PRICE = f"{_LAB}: 5 US dollars for 10 g, counted as euros; gel and machine hours are not in it"
_TABLE = "maker's value as listed in table 2 of doi:10.18063/ijb.756"
_GENERAL = "general knowledge; no document was read"

TECHNOLOGY = Technology(
    name="jetting",
    title="material jetting",
    printer=Printer("Objet260 Connex", (260.0, 260.0, 200.0), _LAB),
    layer_mm=Figure(0.032, _LAB),
    wall_min_mm=Figure(0.6, _GENERAL),
    feature_min_mm=Figure(0.3, _LAB),
    tolerance_mm=Figure(0.15, _LAB),
    drain_mm=Figure(3.5, "a print service's guide for powder (addema.se); taken for gel too"),
    overhang_deg=None,
    finish_h=Figure(0.5, _GENERAL),
    process=BedProcess(pace_mm_h=Figure(6, _GENERAL), cooling_share=Figure(0.0, _GENERAL)),
    materials=(
        Material(
            name="elastic-clear",  # Stratasys Elastic Clear
            density_g_ml=Figure(1.15, _GENERAL),
            price_ml=Figure(0.575, _PRICE),
            shore=Figure(45, _TABLE),
        ),
        Material(
            name="vero",  # Stratasys Vero, rigid: calcium
            density_g_ml=Figure(1.17, _GENERAL),
            price_ml=Figure(0.585, _PRICE),
            modulus_mpa=Figure(2250, f"{_TABLE}: 2000 to 2500"),
            shore=Figure(86, _TABLE),
            shore_scale="D",
        ),
    ),
)
