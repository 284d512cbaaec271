"""Amplatzer Amulet (Abbott): left atrial appendage, a lobe in its neck and a disc before it.

The lobe is sized by the mean diameter of the landing zone, 10 to 12 mm distal of the ostium and
parallel to it; mean where the image is three-dimensional, largest where it is not. Rows and lobe
lengths were read in a book's chapter (thoracickey.com), not in the instructions for use; disc
diameters and depths are general knowledge.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import APPENDAGE, Family, Form, Need, Rule, Size
from heartwright.planning.devices.measure import MEAN
from heartwright.planning.devices.shapes import disc_and_lobe

_ROWS_MM = {
    16: (11, 13),
    18: (13, 15),
    20: (15, 17),
    22: (17, 19),
    25: (19, 22),
    28: (22, 25),
    31: (25, 28),
    34: (28, 31),
}
_LARGEST_OF_THE_SHORT = 22  # up to here lobes are 7.5 mm long, beyond 10 mm
_TO_OSTIUM_MM = 12.0  # from the landing zone
_DISC_MM = 2.0  # thickness, assumed


def _short(d: float) -> bool:
    return d <= _LARGEST_OF_THE_SHORT


def _range_mm(d: float) -> tuple[float, float]:
    return d - (5 if _short(d) else 6), d - 3


def _outline(size: Size) -> Outline:
    d = size.size_mm
    lobe = 7.5 if _short(d) else 10.0
    return disc_and_lobe(
        d + (6 if _short(d) else 7),
        d,
        length_mm=lobe,
        waist_mm=_TO_OSTIUM_MM - _DISC_MM - lobe / 2,
        thickness_mm=_DISC_MM,
    )


def _stiffness(size: Size) -> float:
    return holding_stiffness(size.size_mm, (size.least + size.most) / 2, pressure_mmhg=20)


FAMILY = Family(
    name="Amplatzer Amulet",
    site=APPENDAGE,
    plane="landing zone",
    where="10 to 12 mm distal of the ostium (ridge of the vein to circumflex artery), parallel to "
    "it",
    by=MEAN,
    rule=Rule("D − 5 to D − 3 mm up to 22 mm, D − 6 to D − 3 mm from 25 mm", _range_mm),
    needs=(Need("depth_mm", "depth", lambda d, _: 10.0 if _short(d) else 12.0, verified=False),),
    sizes=tuple(
        Size(
            name="Amplatzer Amulet",
            size_mm=d,
            least=least,
            most=most,
            nominal=d,
            source="book chapter, Amplatzer Amulet implantation (thoracickey.com)",
            revision="none: instructions for use not read",
            date="2026-11-22",
            verified=False,
        )
        for d, (least, most) in _ROWS_MM.items()
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="lobe length as read; disc 6 or 7 mm wider than the lobe and lying on the ostium, "
        "waist between them; stiffness that holds 20 mmHg by friction (all assumed)",
    ),
)
