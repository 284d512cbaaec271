"""A mould of two halves: negative, parting plane, pins, pour channel, vents."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from manifold3d import Manifold, OpType

from heartwright.anatomy.mesh.coat_release import Release, release
from heartwright.anatomy.mesh.connectors import SEGMENTS
from heartwright.anatomy.mesh.kernel import halved, hollowed, printable, to_manifold
from heartwright.anatomy.mesh.mould_highs import high_points
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.section import plane_frame
from heartwright.anatomy.mesh.shells import without_cavities
from heartwright.data import GeometryError, InputError, Solid

Vector = Float[np.ndarray, "3"]
Points = Float[np.ndarray, "_ 3"]

_UP = np.array([0.0, 0.0, 1.0])
_BITE_MM = 1.0  # how far channels reach into the cavity
_FUNNEL = 2.0  # the pour channel's width at the block's face over its width at the cavity
_DRAFT = 0.8  # a pin's width at its tip over that at its foot
_SPARE_MM = 0.1  # how far a cutter reaches past what it cuts


@dataclass(frozen=True)
class MouldSizes:
    """Lengths of a mould, mm."""

    margin_mm: float = 8.0  # of the block around the cavity
    pour_mm: float = 6.0  # width of the pour channel at the cavity
    vent_mm: float = 2.0
    clearance_mm: float = 0.2  # between a pin and its hole, all round

    def __post_init__(self) -> None:
        if not 4 <= self.margin_mm <= 50:
            raise InputError(f"a margin of {self.margin_mm:g} mm is not possible; give 4 to 50.")
        if not all(0.5 <= width <= 30 for width in (self.pour_mm, self.vent_mm)):
            raise InputError(
                f"channels {self.pour_mm:g} and {self.vent_mm:g} mm wide are not possible; give "
                f"0.5 to 30 mm."
            )
        if not 0 <= self.clearance_mm <= self.margin_mm / 8:
            raise InputError(
                f"a clearance of {self.clearance_mm:g} mm is not possible; give 0 to "
                f"{self.margin_mm / 8:g} mm, an eighth of the margin."
            )


@dataclass(frozen=True, eq=False)
class Mould:
    """Two halves and how a cast leaves them."""

    upper: Solid  # in front of the parting plane; the channels begin in its face
    lower: Solid  # with the pins
    pour: Vector  # where the pour channel meets the cavity, LPS mm
    vents: Points  # and the vents
    releases: tuple[Release, Release]  # of the cast out of the upper and the lower half


def mould(shape: Solid, parting: Opening, *, sizes: MouldSizes | None = None) -> Mould:
    """A block around a shape, the shape taken out of it, parted by a plane.

    The plane's normal points up while casting: the pour channel leads from the highest point of
    the shape to the block's upper face, a vent from every other local high point, where air would
    stay. Channels and pins run along the normal, so that they part with the halves.

    Raises:
        GeometryError: the plane misses the shape, or a half would fall apart.
    """
    sizes = sizes or MouldSizes()
    shape = without_cavities(shape)
    frame = plane_frame(parting.normal)
    body = to_manifold(shape).transform(np.column_stack([frame, -frame @ parting.point]))
    highs = high_points(body)
    block, top = _block(body, sizes)
    negative = hollowed(block, body) - _channels(highs, top, sizes)
    upper, lower = halved(negative, np.zeros(3), _UP)
    pins, holes = (_pins(block, sizes, gap) for gap in (0.0, sizes.clearance_mm))
    back = np.column_stack([frame.T, parting.point])
    halves = [
        _half(part.transform(back), shape, which)
        for part, which in ((upper - holes, "upper"), (lower + pins, "lower"))
    ]
    flipped = Opening(parting.point, -parting.normal)
    places = highs @ frame + parting.point
    leaves = release(shape, flipped), release(shape, parting)
    return Mould(halves[0], halves[1], places[0], places[1:], leaves)


def _half(part: Manifold, shape: Solid, which: str) -> Solid:
    if len(part.decompose()) != 1:
        raise GeometryError(
            f"the {which} half of the mould falls apart, because {shape.name or 'the model'} "
            f"encloses some of it; choose another parting plane."
        )
    parameters = {**shape.provenance.parameters, "mould": which}
    return printable(
        part,
        f"{shape.name} mould {which}".strip(),
        replace(shape.provenance, parameters=parameters),
    )


def _block(body: Manifold, sizes: MouldSizes) -> tuple[Manifold, float]:
    """The block, and the height of its upper face."""
    low, high = np.array(body.bounding_box()).reshape(2, 3)
    if low[2] >= 0 or high[2] <= 0:
        raise GeometryError("the parting plane misses the model; move it.")
    low, high = low - sizes.margin_mm, high + sizes.margin_mm
    return Manifold.cube(tuple(high - low)).translate(tuple(low)), float(high[2])


def _channels(highs: Points, top: float, sizes: MouldSizes) -> Manifold:
    """From each high point straight to the upper face; the first one, for pouring, widens."""
    pour = sizes.pour_mm / 2
    radii = [(pour, _FUNNEL * pour)] + [(sizes.vent_mm / 2,) * 2] * (len(highs) - 1)
    each = []
    for (x, y, z), (foot, mouth) in zip(highs, radii, strict=True):
        length = top + _SPARE_MM - z + _BITE_MM
        channel = Manifold.cylinder(length, foot, mouth, SEGMENTS)
        each.append(channel.translate((x, y, z - _BITE_MM)))
    return Manifold.batch_boolean(each, OpType.Add)


def _pins(block: Manifold, sizes: MouldSizes, gap: float) -> Manifold:
    """A pin at each corner of the parting plane, or with a gap its hole; half is foot."""
    low, high = np.array(block.bounding_box()).reshape(2, 3)
    foot, height = sizes.margin_mm / 4, sizes.margin_mm / 2
    pin = Manifold.cylinder(height + gap, foot + gap, _DRAFT * foot + gap, SEGMENTS)
    root = Manifold.cylinder(height, foot + gap, foot + gap, SEGMENTS).translate((0, 0, -height))
    inset = sizes.margin_mm / 2
    corners = [
        (pin + root).translate((x, y, 0.0))
        for x in (low[0] + inset, high[0] - inset)
        for y in (low[1] + inset, high[1] - inset)
    ]
    return Manifold.compose(corners)
