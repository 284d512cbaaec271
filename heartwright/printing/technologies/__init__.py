"""Ways of printing, one family a file, and all of them in one visible table."""

from collections.abc import Sequence

from heartwright.data import InputError
from heartwright.printing.technologies import fdm, jetting, sla, sls
from heartwright.printing.technologies.records import (
    BedProcess,
    Figure,
    FilamentProcess,
    Material,
    Printer,
    ResinProcess,
    Technology,
    doubts,
    figures,
)

TECHNOLOGIES = {
    technology.name: technology
    for technology in (sla.TECHNOLOGY, fdm.TECHNOLOGY, sls.TECHNOLOGY, jetting.TECHNOLOGY)
}


def technology(name: str) -> Technology:
    """A technology by its name.

    Raises:
        InputError: there is none of that name.
    """
    found = TECHNOLOGIES.get(name.lower())
    if found is None:
        raise InputError(f"there is no technology {name}; choose {', '.join(TECHNOLOGIES)}.")
    return found


def chosen(
    technologies: Sequence[str], materials: Sequence[str]
) -> list[tuple[Technology, Material]]:
    """Technologies by their names, each with the named material that it has, or its first.

    Raises:
        InputError: a technology does not exist, or none of them has a material that is named.
    """
    found = list(dict.fromkeys(technology(name) for name in technologies))
    for name in materials:
        if not any(name == material.name for one in found for material in one.materials):
            known = ", ".join(material.name for one in found for material in one.materials)
            raise InputError(f"no chosen technology has a material {name}; choose {known}.")
    return [(one, _material(one, materials)) for one in found]


def _material(one: Technology, names: Sequence[str]) -> Material:
    return next(
        (material for material in one.materials if material.name in names), one.materials[0]
    )


__all__ = [
    "TECHNOLOGIES",
    "BedProcess",
    "Figure",
    "FilamentProcess",
    "Material",
    "Printer",
    "ResinProcess",
    "Technology",
    "chosen",
    "doubts",
    "figures",
    "technology",
]
