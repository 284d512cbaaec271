"""Lobes of the appendage as a tree, in four shapes.

The shapes are those of Di Biase et al. (doi:10.1016/j.jacc.2012.04.032): a chicken wing bends
sharply in its dominant lobe; a windsock has one long dominant lobe that hardly bends; a cactus has
a dominant central lobe with others above and below; a cauliflower is short and has many lobes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.samples.heart.fields import Field, Vector, bent_tube, union, unit
from heartwright.samples.heart.whole.tubes import Frame

ROOT_MM = 16.0  # behind the ostium, where the neck ends and the lobes begin
_FREE_MM = 14.0  # behind the ostium, where the first lobe may turn aside: past the landing zone
_BLEND_MM = 3.0


@dataclass(frozen=True, eq=False)
class Lobe:
    """One branch of the tree: a round tube with a hemisphere at its end."""

    parent: int | None  # in the list of lobes; none: it goes on from the neck
    points: Float[np.ndarray, "node 3"]  # its axis from its parent's to its own last centre
    radius_mm: float

    @property
    def tip(self) -> Vector:
        """The end of its axis on its surface."""
        return self.points[-1] + self.radius_mm * unit(self.points[-1] - self.points[-2])

    @property
    def length_mm(self) -> float:
        """Along its axis, to its tip."""
        steps = np.linalg.norm(np.diff(self.points, axis=0), axis=1)
        return float(steps.sum()) + self.radius_mm

    def depth_mm(self, ostium: Frame) -> float:
        """Greatest distance of its surface from the ostium's plane."""
        heights = (self.points - ostium.origin) @ ostium.axis
        return float(heights.max()) + self.radius_mm

    @property
    def field(self) -> Field:
        """The lobe alone."""
        return bent_tube(self.points, radius_mm=self.radius_mm)


@dataclass(frozen=True, eq=False)
class _Sketch:
    """Draws lobes in the frame of the ostium: (forward, up, deep), mm."""

    ostium: Frame
    axes: Float[np.ndarray, "3 3"]  # rows: forward and up along the ostium, and into the depth
    radius_mm: float  # of the dominant lobe
    rng: np.random.Generator

    def lobe(
        self,
        parent: int | None,
        path: Sequence[tuple[float, float, float]],
        *,
        radius_mm: float | None = None,
    ) -> Lobe:
        radius = self.radius_mm if radius_mm is None else radius_mm
        drawn = np.array(path, dtype=float)
        drawn[1:, 2] = np.maximum(drawn[1:, 2], _FREE_MM + radius)
        return Lobe(parent, self.ostium.origin + drawn @ self.axes, radius)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))


def lobes(
    morphology: str, ostium: Frame, *, radius_mm: float, rng: np.random.Generator
) -> tuple[Lobe, ...]:
    """Draw the lobes of an appendage; the first is the dominant one.

    Args:
        morphology: one of MORPHOLOGIES.
        ostium: the frame of the ostium; its axis points into the appendage.
        radius_mm: of the dominant lobe.
        rng: what is drawn comes from here.
    """
    forward = np.array([0.25, -1.0, 0.0])
    frame = Frame.along(ostium.origin, ostium.axis, zero=forward)
    axes = np.stack([frame.axes[0], -frame.axes[1], frame.axis])
    if axes[1, 2] < 0:  # up is up
        axes[1] *= -1
    return MORPHOLOGIES[morphology](_Sketch(ostium, axes, radius_mm, rng))


def tree(branches: Sequence[Lobe]) -> Field:
    """All lobes together."""
    return union(*(lobe.field for lobe in branches), blend_mm=_BLEND_MM)


def _chicken_wing(sketch: _Sketch) -> tuple[Lobe, ...]:
    bend = (sketch.between(-1, 1), sketch.between(-1, 1), ROOT_MM + sketch.between(2, 4))
    reach, drop = sketch.between(17, 23), sketch.between(-6, 6)
    tip = (bend[0] + reach, bend[1] + drop, bend[2] + sketch.between(-4, 3))
    wing = sketch.lobe(None, [(0, 0, ROOT_MM), bend, tip])
    side = sketch.lobe(
        0,
        [bend, (bend[0] + 1, bend[1] - sketch.between(8, 11), bend[2] + 2)],
        radius_mm=0.7 * sketch.radius_mm,
    )
    return (wing, side) if sketch.between(0, 1) < 0.5 else (wing,)


def _windsock(sketch: _Sketch) -> tuple[Lobe, ...]:
    middle = (sketch.between(0, 2), sketch.between(-1, 1), ROOT_MM + 8)
    end = (middle[0] + sketch.between(0, 4), middle[1], ROOT_MM + sketch.between(13, 18))
    sock = sketch.lobe(None, [(0, 0, ROOT_MM), middle, end])
    side = sketch.lobe(
        0,
        [middle, (middle[0] + 3, middle[1] + sketch.between(8, 10), middle[2] + 3)],
        radius_mm=0.7 * sketch.radius_mm,
    )
    return (sock, side) if sketch.between(0, 1) < 0.5 else (sock,)


def _cactus(sketch: _Sketch) -> tuple[Lobe, ...]:
    fork = (0.0, 0.0, ROOT_MM + 4)
    centre = sketch.lobe(None, [(0, 0, ROOT_MM), (1, 0, ROOT_MM + sketch.between(9, 13))])
    arms = [
        sketch.lobe(
            0,
            [fork, (2, way * sketch.between(11, 14), fork[2] + sketch.between(1, 4))],
            radius_mm=0.65 * sketch.radius_mm,
        )
        for way in (1, -1)
    ]
    return (centre, *arms)


def _cauliflower(sketch: _Sketch) -> tuple[Lobe, ...]:
    root = (0.0, 0.0, ROOT_MM)
    turn = sketch.between(0, 2 * np.pi)
    ends = [
        (9 * np.cos(a) * sketch.between(0.9, 1.2), 9 * np.sin(a) * sketch.between(0.9, 1.2))
        for a in turn + np.arange(4) * np.pi / 2
    ]
    return tuple(
        sketch.lobe(
            None,
            [root, (u, v, ROOT_MM + sketch.between(1, 4))],
            radius_mm=sketch.between(0.65, 0.75) * sketch.radius_mm,
        )
        for u, v in ends
    )


MORPHOLOGIES: dict[str, Callable[[_Sketch], tuple[Lobe, ...]]] = {
    "chicken wing": _chicken_wing,
    "windsock": _windsock,
    "cactus": _cactus,
    "cauliflower": _cauliflower,
}
