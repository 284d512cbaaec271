"""SAPIEN 3 and SAPIEN 3 Ultra (Edwards Lifesciences): aortic valve, balloon-expandable.

Sized by the area of the annulus in systole ("3D area of the aortic annulus measured at the basal
ring during systole"), never by its perimeter. The table prints area-derived diameters beside the
areas; they are the rule that the areas are checked against. Nominal areas are general knowledge:
with them the rows allow −5 % to +21 % area over-sizing.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import AORTIC_VALVE, Family, Form, Rule, Size
from heartwright.planning.devices.measure import AREA
from heartwright.planning.devices.shapes import cylinder

_IFU = "instructions for use, SAPIEN 3 Ultra (5dok.net copy)"
_LIMIT = "ACC page (maximum 683 mm²) and a public catalogue"
_ROWS = {  # least and most area, mm² | nominal area, mm² | source | verified
    20: (273, 345, 328, _IFU, True),
    23: (338, 430, 409, _IFU, True),
    26: (430, 546, 519, _IFU, True),
    29: (540, 683, 649, _LIMIT, False),
}
_PRINTED_MM = {20: (18.6, 21.0), 23: (20.7, 23.4), 26: (23.4, 26.4), 29: (26.2, 29.5)}
_FRAME_MM = {20: (15.5, 7.9), 23: (18.0, 9.3), 26: (20.0, 10.2), 29: (22.5, 11.6)}  # height, skirt


def _outline(size: Size) -> Outline:
    height, skirt = _FRAME_MM[int(size.size_mm)]
    return cylinder(size.size_mm, height_mm=height, below_mm=0.2 * height, skirt_mm=skirt)


def _stiffness(size: Size) -> float:
    """At 10 % area over-sizing, the upper end of what is held to be ideal (OPERA-TAVI)."""
    return holding_stiffness(size.size_mm, size.size_mm / 1.1**0.5, pressure_mmhg=100)


FAMILY = Family(
    name="SAPIEN 3",
    site=AORTIC_VALVE,
    plane="annulus",
    where="through the lowest points of the three cusps, in systole",
    by=AREA,
    rule=Rule("the area of the table's own area-derived diameters", lambda d: _PRINTED_MM[int(d)]),
    notes=(
        "SAPIEN 3's over-sizing is relative to nominal areas (328, 409, 519, 649 mm²) that are "
        "unverified.",
    ),
    sizes=tuple(
        Size(
            name="SAPIEN 3 / Ultra",
            size_mm=d,
            least=least,
            most=most,
            nominal=nominal,
            source=source,
            revision="none stated",
            date="2026-11-22",
            verified=verified,
        )
        for d, (least, most, nominal, source, verified) in _ROWS.items()
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="cylinder of the nominal diameter; frame heights from general knowledge, inner skirt "
        "7.9 to 11.6 mm (cardiologyapps.com), a fifth of the frame below the annulus; stiffness "
        "that holds 100 mmHg by friction (assumed)",
    ),
)
