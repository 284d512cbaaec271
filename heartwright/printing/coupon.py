"""A calibration coupon: lengths, steps, holes, pins and walls of stated sizes along x, y and z."""

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from manifold3d import Manifold, OpType

from heartwright.anatomy.mesh.kernel import printable
from heartwright.data import Provenance, Solid

Kind = Literal["length", "hole", "pin", "wall"]

_PLATE = (60.0, 40.0, 3.0)
_TIERS = ((30.0, 20.0, 8.0), (20.0, 14.0, 13.0), (10.0, 8.0, 18.0))  # all from one corner
_HOLES = {2.0: 6.0, 3.0: 13.0, 4.0: 21.0, 5.0: 30.0, 6.0: 40.0}  # diameter: place along x
_PINS = {2.0: 35.0, 3.0: 41.0, 4.0: 48.0, 5.0: 56.0}
_WALLS = {0.4: 34.0, 0.6: 38.0, 0.8: 42.0, 1.0: 46.0, 1.5: 50.0, 2.0: 55.0}
_HOLES_Y, _PINS_Y, _WALLS_Y = 33.0, 24.0, 4.0
_WALL_LENGTH, _HEIGHT = 10.0, 6.0  # of walls, and of what stands on the plate
_SINK = 1.0  # how deep a feature is rooted in the plate
_SEGMENTS = 128  # of a circle: its polygon is 0.001 mm inside at most


@dataclass(frozen=True)
class Feature:
    """Something on the coupon that a caliper measures."""

    name: str
    kind: Kind
    axis: str  # x, y or z; xy for round ones
    nominal_mm: float


def features() -> tuple[Feature, ...]:
    """What is measured on the coupon, in the order of its sheet.

    Lengths along an axis start at the same flat face, so that several tell scale from growth: a
    printer that makes every face stand out adds the same to each length.
    """
    boxes = (_PLATE, *_TIERS)
    lengths = [
        Feature(f"{axis}{size:g}", "length", axis, size)
        for axis, sizes in zip("xyz", zip(*boxes, strict=True), strict=True)
        for size in sizes
    ]
    return (
        *lengths,
        *(Feature(f"hole {d:g}", "hole", "xy", d) for d in _HOLES),
        *(Feature(f"pin {d:g}", "pin", "xy", d) for d in _PINS),
        *(Feature(f"wall {t:g}", "wall", "x", t) for t in _WALLS),
    )


def coupon() -> Solid:
    """The coupon, one corner at the origin, its plate on z = 0. It has no symmetry at all."""
    body = Manifold.batch_boolean(_added(), OpType.Add)
    holes = [_post(d, x, _HOLES_Y, -1.0, _PLATE[2] + 1.0) for d, x in _HOLES.items()]
    body -= Manifold.batch_boolean(holes, OpType.Add)
    sizes = {feature.name: feature.nominal_mm for feature in features()}
    return printable(body, "calibration coupon", Provenance.of(parameters={"features_mm": sizes}))


def _added() -> list[Manifold]:
    top, foot = _PLATE[2] + _HEIGHT, _PLATE[2] - _SINK
    return list(
        chain(
            (Manifold.cube(size) for size in (_PLATE, *_TIERS)),
            (_post(d, x, _PINS_Y, foot, top) for d, x in _PINS.items()),
            (
                Manifold.cube((t, _WALL_LENGTH, top - foot)).translate((x, _WALLS_Y, foot))
                for t, x in _WALLS.items()
            ),
        )
    )


def _post(diameter: float, x: float, y: float, low: float, high: float) -> Manifold:
    upright = Manifold.cylinder(high - low, diameter / 2, circular_segments=_SEGMENTS)
    return upright.translate((x, y, low))
