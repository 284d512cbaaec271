"""A print held against its model: registration, signed deviation, scale and diameters."""

from heartwright.printing.verify.deviation import Spread
from heartwright.printing.verify.rescan import part_surface
from heartwright.printing.verify.scale import Scale
from heartwright.printing.verify.stations import Diameter, Station, along
from heartwright.printing.verify.verify import Verification, verify

__all__ = [
    "Diameter",
    "Scale",
    "Spread",
    "Station",
    "Verification",
    "along",
    "part_surface",
    "verify",
]
