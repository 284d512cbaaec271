"""A left atrium drawn at random within the bounds of adult anatomy.

LPS mm around the centre of the body: +x is the patient's left, +y posterior, +z superior. The four
pulmonary veins leave the posterior half, the appendage leaves left, anterior and superior, in
front of the left upper vein and apart from it (the ridge), and the mitral valve looks left, down
and forward.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from heartwright.data import Plane
from heartwright.samples.heart.fields import (
    Field,
    half_space,
    intersection,
    swept_ellipsoid,
    tube,
    union,
    unit,
)

AORTA = tube(np.array([16.0, 50.0, -150.0]), np.array([12.0, 50.0, 150.0]), radius_mm=11.5)

MITRAL = unit(np.array([0.50, -0.60, -0.62]))  # where the valve looks
VEINS = {  # start, direction, radius
    "right superior pulmonary vein": ((-17.0, 6.0, 14.0), (-0.82, -0.05, 0.57), 7.4),
    "right inferior pulmonary vein": ((-18.0, 10.0, -5.0), (-0.80, 0.55, -0.20), 6.8),
    "left superior pulmonary vein": ((17.0, 8.0, 14.0), (0.70, 0.22, 0.68), 7.0),
    "left inferior pulmonary vein": ((19.0, 12.0, -4.0), (0.78, 0.60, -0.12), 6.4),
}
_VEIN_LENGTH_MM = 27.0  # from its start inside the body to its flat end
_OPENING_MM = 4.0  # from a vein's flat end back to where it is cut open
_OSTIUM_MM = 8.5  # from the start of the neck to the plane of the ostium


@dataclass(frozen=True, eq=False)
class Atrium:
    """The lumen as a field, and the planes where it is measured and opened."""

    lumen: Field
    appendage: Field  # the appendage alone
    ostium: Plane
    veins: Mapping[str, Plane]  # where each vein is cut open


def atrium(rng: np.random.Generator) -> Atrium:
    """Draw an atrium: size, vein calibres and directions, ostium and appendage vary."""
    scale = rng.uniform(0.92, 1.02)
    trunk = body(scale)
    veins = {name: vein(*VEINS[name], scale=scale, rng=rng) for name in VEINS}
    appendage, ostium = _appendage(scale, rng)
    chamber = union(trunk, *(field for field, _ in veins.values()), blend_mm=9 * scale)
    return Atrium(
        lumen=union(chamber, appendage, blend_mm=5 * scale),
        appendage=appendage,
        ostium=ostium,
        veins={name: plane for name, (_, plane) in veins.items()},
    )


def body(scale: float) -> Field:
    """The vestibule, the sinus between the veins, and the flat plane of the mitral valve."""
    sinus = swept_ellipsoid(
        np.array([-13.0, 5.0, 5.0]) * scale,
        np.array([13.0, 6.0, 5.0]) * scale,
        radii=np.array([20.0, 15.0, 16.0]) * scale,
        up=np.array([0.0, 0.0, 1.0]),
    )
    vestibule = swept_ellipsoid(
        np.array([-4.0, -3.0, -2.0]) * scale,
        np.array([6.0, -8.0, -12.0]) * scale,
        radii=np.array([22.0, 20.0, 20.0]) * scale,
        up=np.array([1.0, 0.0, 0.0]),
    )
    valve = half_space(MITRAL * 24 * scale, MITRAL)
    return intersection(union(sinus, vestibule, blend_mm=12 * scale), valve, blend_mm=6 * scale)


def vein(
    start: tuple[float, float, float],
    direction: tuple[float, float, float],
    radius_mm: float,
    *,
    scale: float,
    rng: np.random.Generator,
) -> tuple[Field, Plane]:
    """A pulmonary vein with a flat end, and the plane where it is opened."""
    origin = np.array(start) * scale
    axis = unit(np.array(direction) + rng.uniform(-0.08, 0.08, size=3))
    end = origin + _VEIN_LENGTH_MM * scale * axis
    vessel = tube(origin, end + 10 * axis, radius_mm=radius_mm + rng.uniform(-0.6, 0.6))
    field = intersection(vessel, half_space(end, axis), blend_mm=2)
    return field, Plane(end - _OPENING_MM * axis, axis)


def _appendage(scale: float, rng: np.random.Generator) -> tuple[Field, Plane]:
    """A chicken wing: an oval neck, a sharp bend, a flat wing forward and two side lobes."""
    root = np.array([19.0, -9.0, 8.0]) * scale
    axis = unit(np.array([0.82, -0.42, 0.38]) + rng.uniform(-0.05, 0.05, size=3))
    bend = root + 17 * axis
    wing = unit(np.array([0.10, -0.93, -0.10]) + rng.uniform(-0.12, 0.12, size=3))
    tip = bend + rng.uniform(19, 23) * wing
    ostium_radii = np.array([11.3, 8.9]) * rng.uniform(0.94, 1.06, size=2)
    up = np.array([0.0, 0.5, 0.85])

    neck = swept_ellipsoid(root, bend, radii=np.array([*ostium_radii, 7.5]), up=up)
    blade = swept_ellipsoid(bend, tip, radii=np.array([9.5, 6.0, 7.0]), up=up)
    upper = tube(bend + 7 * wing, bend + 13 * wing + np.array([1.0, 0.0, 11.0]), radius_mm=4.8)
    lower = tube(bend + 5 * wing, bend + 9 * wing + np.array([4.0, 0.0, -12.0]), radius_mm=5.2)
    field = union(neck, blade, upper, lower, blend_mm=6)
    return field, Plane(root + _OSTIUM_MM * axis, axis)
