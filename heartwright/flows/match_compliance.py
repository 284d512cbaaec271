"""A tissue's compliance → the wall that each material needs."""

from typing import Any


def match_compliance(distensibility: float, *, radius_mm: float) -> dict[str, Any]:
    """The wall of each material with a modulus on record, and what is doubtful about it."""
    from heartwright.printing.compliance import matches

    found = matches(distensibility, radius_mm=radius_mm)
    return {
        "materials": [
            {
                "material": one.material,
                "technology": one.technology,
                "wall_mm": one.thickness_mm,
                "modulus_mpa": one.modulus_mpa.value,
                "modulus_source": one.modulus_mpa.source,
                "modulus_verified": one.modulus_mpa.verified,
                "printable": one.printable,
                "thin_enough_for_the_formula": one.thin,
            }
            for one in found
        ]
    }
