"""The catalogue: one family a file, and every family in one visible table."""

from heartwright.planning.devices import watchman_flx
from heartwright.planning.devices.family import Family, Size, cautions, fits

FAMILIES = {family.name: family for family in (watchman_flx.FAMILY,)}

__all__ = ["FAMILIES", "Family", "Size", "cautions", "fits"]
