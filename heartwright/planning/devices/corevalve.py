"""CoreValve (Medtronic), first generation: aortic valve, self-expanding.

Sized by the perimeter of the annulus. All rows are general knowledge: no instructions for use
were read. That of the 29 mm valve ends at 84.8 mm (27 mm wide) in some texts and at 81.7 mm
(26 mm) in others; the wider one is kept, and with it an overlap with the 31 mm valve.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import AORTIC_VALVE, Family, Form, Rule, Size
from heartwright.planning.devices.measure import PERIMETER
from heartwright.planning.devices.shapes import hourglass

_ROWS_MM = {23: (56.5, 62.8), 26: (62.8, 72.3), 29: (72.3, 84.8), 31: (81.6, 91.1)}
_PRINTED_MM = {23: (18, 20), 26: (20, 23), 29: (23, 27), 31: (26, 29)}
_FRAME_MM = {23: (20, 34), 26: (22, 40), 29: (24, 43), 31: (24, 43)}  # waist, outflow


def _outline(size: Size) -> Outline:
    waist, outflow = _FRAME_MM[int(size.size_mm)]
    return hourglass(size.size_mm, waist, outflow, height_mm=53.0, below_mm=4.0, skirt_mm=12.0)


def _stiffness(size: Size) -> float:
    middle = PERIMETER.circle_mm((size.least + size.most) / 2)
    return holding_stiffness(size.size_mm, middle, pressure_mmhg=100)


FAMILY = Family(
    name="CoreValve",
    site=AORTIC_VALVE,
    plane="annulus",
    where="through the lowest points of the three cusps, in systole",
    by=PERIMETER,
    rule=Rule("π times 18–20, 20–23, 23–27 and 26–29 mm", lambda d: _PRINTED_MM[int(d)]),
    sizes=tuple(
        Size(
            name="CoreValve",
            size_mm=d,
            least=least,
            most=most,
            nominal=PERIMETER.of_circle(d),
            source="general knowledge; 23 to 31 mm valves for annuli of 18 to 29 mm: "
            "accesscardiology.mhmedical.com 171062271",
            revision="none: instructions for use not read",
            date="2026-11-22",
            verified=False,
        )
        for d, (least, most) in _ROWS_MM.items()
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="hourglass from the nominal inflow; waist, outflow, height and depth from general "
        "knowledge, skirt on the lowest 12 mm (accesscardiology.mhmedical.com 171062271); "
        "stiffness that holds 100 mmHg by friction (assumed)",
    ),
)
