"""WATCHMAN 2.5 (Boston Scientific): left atrial appendage, first generation, open distal end.

The device is sized by the largest diameter of the ostium in four views (0, 45, 90 and 135°), and
the appendage must be at least as deep as that diameter. The table is the one of the diameter
after release, which the screening sheet uses for the ostium: 80 to 92 % of the nominal diameter.
The label's whole-millimetre selection table (ostia of 17 to 31 mm) could not be read.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import APPENDAGE, Family, Form, Need, Rule, Size
from heartwright.planning.devices.measure import LARGEST
from heartwright.planning.devices.shapes import cup

_ROWS_MM = {
    21: (16.8, 19.3),
    24: (19.2, 22.1),
    27: (21.6, 24.8),
    30: (24.0, 27.6),
    33: (26.4, 30.4),
}


def _outline(size: Size) -> Outline:
    d = size.size_mm
    return cup(d, d, cover_mm=0.5 * d, closed=False)


def _stiffness(size: Size) -> float:
    return holding_stiffness(size.size_mm, (size.least + size.most) / 2, pressure_mmhg=20)


FAMILY = Family(
    name="WATCHMAN 2.5",
    site=APPENDAGE,
    plane="ostium",
    where="from the left circumflex artery to a point 1 to 2 cm inside the tip of the ridge to the "
    "left upper vein",
    by=LARGEST,
    rule=Rule("0.80 D to 0.92 D, that is 8 to 20 % compression", lambda d: (0.80 * d, 0.92 * d)),
    needs=(Need("depth_mm", "depth", lambda _, ostium: ostium, verified=False),),
    sizes=tuple(
        Size(
            name="WATCHMAN 2.5",
            size_mm=d,
            least=least,
            most=most,
            nominal=d,
            source="screening sheet for WATCHMAN (abcdocz.com 1700207)",
            revision="none stated",
            date="2026-11-22",
            verified=False,
        )
        for d, (least, most) in _ROWS_MM.items()
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="open cup as long as wide, fabric on its proximal half; stiffness that holds "
        "20 mmHg by friction (all assumed)",
    ),
)
