"""Masked stereolithography on an Original Prusa SL1S."""

from heartwright.printing.technologies.records import (
    Figure,
    Material,
    Printer,
    ResinProcess,
    Technology,
)

_PROFILE = "Prusa Research's profile 1.5.1, shipped with PrusaSlicer 2.5 (PrusaResearch.ini)"
_TABLE = "maker's value as listed in table 2 of doi:10.18063/ijb.756"
_GUIDE = "a print service's design guide (varishapes, hycubeworks)"
_GENERAL = "general knowledge; no document was read"
_DOLLARS = "general knowledge of the maker's shop, US dollars counted as euros"
_MEASURED = "profile's tilt plus the 0.25 s that PrusaSlicer 2.5 adds at 0.05 mm, measured"


def _read(value: float) -> Figure:
    return Figure(value, _PROFILE, verified=True)


TECHNOLOGY = Technology(
    name="sla",
    title="stereolithography",
    printer=Printer("Original Prusa SL1S", (127.0, 80.0, 150.0), _PROFILE, verified=True),
    layer_mm=_read(0.05),
    wall_min_mm=Figure(0.6, _GENERAL),
    feature_min_mm=Figure(0.5, _GUIDE),
    tolerance_mm=Figure(0.15, _GUIDE),
    drain_mm=Figure(3.5, "a print service's guide for powder (addema.se); taken for resin too"),
    overhang_deg=_read(45),
    finish_h=Figure(0.75, _GENERAL),
    process=ResinProcess(
        exposure_s=_read(1.7),
        first_exposure_s=_read(25),
        first_layers=Figure(3, "PrusaSlicer's source, SLAPrintSteps.cpp", verified=True),
        fade_layers=Figure(10, "PrusaSlicer 2.5's default (faded_layers)", verified=True),
        release_s=Figure(2.75, _MEASURED),
        slow_release_s=Figure(5.25, _MEASURED),
        tilt_s=(2.5, 5.0),
        slow_share=_read(0.45),
        display_mm=(128.0, 81.0),
        pixels=(2560, 1620),
    ),
    materials=(
        Material(
            name="flex-clear",  # PrimaCreator Flex Clear
            density_g_ml=Figure(1.1, _GENERAL),
            price_ml=Figure(0.09, _DOLLARS),
            exposure_s=_read(2.0),
        ),
        Material(
            name="tough",  # Prusament Resin Tough
            density_g_ml=Figure(1.12, _GENERAL),
            price_ml=Figure(0.07, _DOLLARS),
            exposure_s=_read(2.0),
        ),
        Material(
            name="elastic-50a",  # Formlabs Elastic 50A
            density_g_ml=Figure(1.1, _GENERAL),
            price_ml=Figure(0.20, _DOLLARS),
            modulus_mpa=Figure(1.59, f"{_TABLE} (stress at 100 % strain)"),
            shore=Figure(50, _TABLE),
        ),
        Material(
            name="flexible-80a",  # Formlabs Flexible 80A
            density_g_ml=Figure(1.1, _GENERAL),
            price_ml=Figure(0.20, _DOLLARS),
            modulus_mpa=Figure(6.3, f"{_TABLE} (stress at 100 % strain)"),
            shore=Figure(80, _TABLE),
        ),
    ),
)
