"""WATCHMAN FLX and FLX Pro (Boston Scientific): left atrial appendage, sized by the ostium.

Rule behind the table: a device of nominal diameter D is for ostia of 0.70 D to 0.90 D, that is
10 to 30 % compression. The device is sized by the largest diameter of the ostium, in the plane
from the left circumflex artery to a point 1 to 2 cm inside the ridge of the left upper vein.

What was verified, and what was not: the rows 20 to 35 were read in the source code of a public
planner, where they equal the rule exactly. The manufacturer's own table (instructions for use;
FDA P130013/S035) could not be read, so no row counts as verified. The 40 mm row is the rule
applied to a size that only the FLX Pro is said to have. The depth rule is general knowledge.
"""

from heartwright.planning.devices.body import Outline, holding_stiffness
from heartwright.planning.devices.family import APPENDAGE, Family, Form, Need, Rule, Size
from heartwright.planning.devices.measure import LARGEST
from heartwright.planning.devices.shapes import cup

_PLANNER = "public VR planner for the left atrial appendage (LAAMeasurementsManager.cs)"
_RULE = "calculated from the family's rule, 0.70 D to 0.90 D; no published row was found"
_REVISION = "none: instructions for use not read"
_READ = "2026-11-22"


def _size(name: str, size_mm: float, least_mm: float, most_mm: float, source: str) -> Size:
    return Size(name, size_mm, least_mm, most_mm, size_mm, source, _REVISION, _READ, verified=False)


def _outline(size: Size) -> Outline:
    d = size.size_mm
    return cup(d, 0.5 * d, cover_mm=0.25 * d, closed=True)


def _stiffness(size: Size) -> float:
    return holding_stiffness(size.size_mm, (size.least + size.most) / 2, pressure_mmhg=20)


FAMILY = Family(
    name="WATCHMAN FLX",
    site=APPENDAGE,
    plane="ostium",
    where="from the left circumflex artery to a point 1 to 2 cm inside the tip of the ridge to the "
    "left upper vein",
    by=LARGEST,
    rule=Rule("0.70 D to 0.90 D, that is 10 to 30 % compression", lambda d: (0.70 * d, 0.90 * d)),
    needs=(Need("depth_mm", "depth", lambda d, _: 0.5 * d, verified=False),),
    sizes=(
        _size("WATCHMAN FLX", 20, 14.0, 18.0, _PLANNER),
        _size("WATCHMAN FLX", 24, 16.8, 21.6, _PLANNER),
        _size("WATCHMAN FLX", 27, 18.9, 24.3, _PLANNER),
        _size("WATCHMAN FLX", 31, 21.7, 27.9, _PLANNER),
        _size("WATCHMAN FLX", 35, 24.5, 31.5, _PLANNER),
        _size("WATCHMAN FLX Pro", 40, 28.0, 36.0, _RULE),
    ),
    form=Form(
        _outline,
        _stiffness,
        basis="closed cup half as long as wide, fabric on its proximal half; stiffness that holds "
        "20 mmHg by friction (all assumed)",
    ),
)
