"""The catalogue: one family a file, and every family in one visible table."""

from collections.abc import Mapping

from heartwright.data import InputError
from heartwright.planning.devices import (
    amulet,
    corevalve,
    evolut,
    sapien_3,
    watchman_2_5,
    watchman_flx,
)
from heartwright.planning.devices.body import Body
from heartwright.planning.devices.family import AORTIC_VALVE, APPENDAGE, Family, Size
from heartwright.planning.devices.fit import cautions, fits
from heartwright.planning.devices.own import read_families, with_own

FAMILIES = {
    module.FAMILY.name: module.FAMILY
    for module in (watchman_2_5, watchman_flx, amulet, sapien_3, corevalve, evolut)
}

__all__ = [
    "AORTIC_VALVE",
    "APPENDAGE",
    "FAMILIES",
    "Body",
    "Family",
    "Size",
    "cautions",
    "family_named",
    "fits",
    "read_families",
    "with_own",
]


def family_named(name: str, families: Mapping[str, Family] = FAMILIES) -> Family:
    """The family of a name, upper or lower case.

    Raises:
        InputError: there is none; the sentence names those that there are.
    """
    wanted = " ".join(name.split()).casefold()
    for known, family in families.items():
        if known.casefold() == wanted:
            return family
    raise InputError(f"no device is called '{name}'; known are {', '.join(families)}.")
