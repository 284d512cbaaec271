"""What the walls of each layer leave to be filled.

A slicer draws its perimeters inwards from the outline and fills what is left, but only where a
whole line fits; narrower gaps are closed by wider perimeters. That is a matter of each place's own
width, so the layer's polygons are drawn in and opened as the slicer does it.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from manifold3d import CrossSection, JoinType

from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.data import Solid
from heartwright.printing.sections import Sections

_MOST = 100  # layers that are looked at; those between are interpolated
_FINE_MM = 0.01  # detail of the polygons

Layers = Float[np.ndarray, "layer"]


@dataclass(frozen=True, eq=False)
class Room:
    """What is left within the perimeters of each layer."""

    area_mm2: Layers
    outline_mm: Layers


def room(solid: Solid, layers: Sections, *, walls_mm: float, line_mm: float) -> Room:
    """Where lines of a width fit within walls of a width, in every layer.

    Raises:
        GeometryError: the solid cannot be sliced.
    """
    body, bottom = to_manifold(solid), float(solid.bounds[0, 2])
    looked_at = np.unique(np.linspace(0, layers.count - 1, _MOST).round())
    found = np.array(
        [
            _left(body.slice(bottom + (number + 0.5) * layers.layer_mm), walls_mm, line_mm)
            for number in looked_at
        ]
    )
    every = np.arange(layers.count)
    area, around = (np.interp(every, looked_at, values) for values in found.T)
    return Room(area, around)


def _left(layer: CrossSection, walls_mm: float, line_mm: float) -> tuple[float, float]:
    within = layer.simplify(_FINE_MM).offset(-walls_mm, JoinType.Miter)
    opened = within.offset(-line_mm / 2, JoinType.Miter).offset(line_mm / 2, JoinType.Miter)
    return opened.area(), _outline(opened)


def _outline(section: CrossSection) -> float:
    loops = section.to_polygons()
    return float(
        sum(np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1).sum() for loop in loops)
    )
