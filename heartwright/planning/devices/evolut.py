"""Evolut R, PRO, PRO+ and FX (Medtronic): aortic valve, self-expanding.

Sized by the perimeter of the annulus, π times the diameters that the same table prints. The rows
were read in the instructions for use of the PRO+; that R, PRO and FX share them is general
knowledge. The 23 mm valve also goes into surgical valves from 17 mm (53.4 mm); such rows are not
native annuli and are left out.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import AORTIC_VALVE, Family, Form, Need, Rule, Size
from heartwright.planning.devices.measure import PERIMETER
from heartwright.planning.devices.shapes import hourglass

_ROWS_MM = {23: (56.5, 62.8), 26: (62.8, 72.3), 29: (72.3, 81.7), 34: (81.7, 94.2)}
_PRINTED_MM = {23: (18, 20), 26: (20, 23), 29: (23, 26), 34: (26, 30)}
_SINUS_MM = {23: (25, 15), 26: (27, 15), 29: (29, 15), 34: (31, 16)}  # diameter, height
# waist, outflow, height, skirt
_FRAME_MM = {23: (20, 34, 45, 13), 26: (22, 32, 45, 13), 29: (23, 34, 45, 13), 34: (24, 38, 46, 14)}


def _outline(size: Size) -> Outline:
    waist, outflow, height, skirt = _FRAME_MM[int(size.size_mm)]
    return hourglass(size.size_mm, waist, outflow, height_mm=height, below_mm=3.0, skirt_mm=skirt)


def _stiffness(size: Size) -> float:
    middle = PERIMETER.circle_mm((size.least + size.most) / 2)
    return holding_stiffness(size.size_mm, middle, pressure_mmhg=100)


FAMILY = Family(
    name="Evolut",
    site=AORTIC_VALVE,
    plane="annulus",
    where="through the lowest points of the three cusps, in systole",
    by=PERIMETER,
    rule=Rule("π times the table's own diameters", lambda d: _PRINTED_MM[int(d)]),
    needs=(
        Need("sinus_mm", "sinus diameter", lambda d, _: _SINUS_MM[int(d)][0], verified=False),
        Need("sinus_height_mm", "sinus height", lambda d, _: _SINUS_MM[int(d)][1], verified=False),
    ),
    notes=("Evolut's rows were read for the PRO+; that R, PRO and FX share them is unverified.",),
    sizes=tuple(
        Size(
            name="Evolut R/PRO/PRO+/FX",
            size_mm=d,
            least=least,
            most=most,
            nominal=PERIMETER.of_circle(d),
            source="instructions for use, Evolut PRO+ (manualmachine.com 26720893)",
            revision="none stated",
            date="2026-11-22",
            verified=True,
        )
        for d, (least, most) in _ROWS_MM.items()
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="hourglass from the nominal inflow; waist, outflow and height from general "
        "knowledge, skirt 13 to 14 mm (cardiologyapps.com), 3 mm below the annulus; stiffness "
        "that holds 100 mmHg by friction (assumed)",
    ),
)
