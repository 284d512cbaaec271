"""What a result of the bench rests on that nobody has verified."""

from typing import Any

from heartwright.bench.deployment import Deployment
from heartwright.bench.release import FRICTION
from heartwright.data import RESEARCH_ONLY
from heartwright.planning.devices import Family

_MUCH = 0.5  # compression


def assumptions(deployment: Deployment, family: Family) -> dict[str, Any]:
    """Unverified parameters by name, with their values and where they are from."""
    body, wall, ring = deployment.body, deployment.wall, deployment.elasticity
    return {
        "outline_and_stiffness": family.form.basis if family.form else "",
        "outline_and_stiffness_verified": body.verified,
        "device_stiffness_n_per_mm": body.stiffness_n_per_mm,
        "oval_stiffness_ratio": ring.oval,
        "shift_stiffness_ratio": ring.shift,
        "axial_length_mm": ring.axial_mm,
        "friction": FRICTION,
        "wall": "rigid"
        if wall is None
        else {"modulus_mpa": wall.modulus_mpa, "thickness_mm": wall.thickness_mm},
    }


def sources(deployment: Deployment, family: Family) -> tuple[str, ...]:
    """Where the device's numbers and the method are from."""
    size = family.size(deployment.body.size_mm)
    return (
        f"{size.name} {size.size_mm:g} mm: {size.source}; revision {size.revision}; "
        f"read {size.date}",
        "frame: thin elastic rings (Timoshenko, Strength of Materials II)",
        "contact: least energy without penetration, docs/decisions/0017-virtual-bench.md",
    )


def warnings(deployment: Deployment) -> tuple[str, ...]:
    """What a reader of this deployment must know."""
    near, far = deployment.cut_off_mm
    told = [RESEARCH_ONLY]
    if near > 0 or far > 0:
        told.append(
            f"{near:.1f} mm of the device's proximal end and {far:.1f} mm of its distal end lie "
            f"outside of the lumen along this axis; they were left out."
        )
    if not deployment.body.verified:
        told.append(
            f"Outline and stiffness of {deployment.body.name} are generic, from its nominal size."
        )
    if not deployment.contact.any():
        told.append(f"{deployment.body.name} touches the wall nowhere: it is not held.")
    if deployment.shoulder_compression > _MUCH:
        told.append("The device is squeezed to less than half: linear elasticity does not hold.")
    return tuple(told)
