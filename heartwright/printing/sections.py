"""A solid seen layer by layer: exact areas and outlines, from its triangles alone."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heartwright.data import InputError, Solid

_MOST = 20_000  # layers: no printer builds more

Layers = Float[np.ndarray, "layer"]
Indices = Integer[np.ndarray, "cut"]


@dataclass(frozen=True, eq=False)
class Sections:
    """Cross-sections at the middle of every layer, from the lowest up."""

    layer_mm: float
    area_mm2: Layers
    outline_mm: Layers  # length of all contours, holes included
    contours: Integer[np.ndarray, "layer"]

    @property
    def count(self) -> int:
        """How many layers there are."""
        return len(self.area_mm2)

    @property
    def volume_ml(self) -> float:
        """What the layers hold together."""
        return float(self.area_mm2.sum()) * self.layer_mm / 1000


def sections(solid: Solid, layer_mm: float) -> Sections:
    """Cut a solid into layers along its third axis.

    A layer's contours are the segments in which its middle plane cuts the triangles; their area
    follows by Green's theorem, without joining them into loops.

    Raises:
        InputError: the layers are not positive or too many.
    """
    low, high = solid.bounds[:, 2]
    if not (layer_mm > 0 and (high - low) / layer_mm < _MOST):
        raise InputError(
            f"layers of {layer_mm:g} mm are not possible for {solid.name or 'the model'}, which is "
            f"{high - low:.1f} mm tall; give a thickness that a printer has."
        )
    count = max(1, round(float(high - low) / layer_mm))
    heights = low + (np.arange(count) + 0.5) * layer_mm
    face, layer = _cuts(solid, heights)
    (start, left), (end, entered) = (
        _crossing(solid, face, heights[layer], upwards=upwards) for upwards in (False, True)
    )
    return Sections(
        layer_mm=layer_mm,
        area_mm2=np.bincount(layer, _cross(start, end) / 2, count),
        outline_mm=np.bincount(layer, np.linalg.norm(end - start, axis=1), count),
        contours=_loops(left, entered, layer, count),
    )


def _cuts(solid: Solid, heights: Layers) -> tuple[Indices, Indices]:
    """Every pair of a triangle and a plane that cuts it."""
    z = solid.vertices[solid.faces, 2]
    first, last = np.searchsorted(heights, [z.min(axis=1), z.max(axis=1)])
    cuts = last - first
    face = np.repeat(np.arange(len(z)), cuts)
    return face, np.arange(cuts.sum()) - np.repeat(cuts.cumsum() - cuts, cuts) + first[face]


def _crossing(
    solid: Solid, face: Indices, height: Float[np.ndarray, "cut"], *, upwards: bool
) -> tuple[Float[np.ndarray, "cut 2"], Indices]:
    """Where each triangle's one edge that crosses its plane upwards (or downwards) meets it.

    Returns the points, and the edges by a number that both their triangles give them.
    """
    corners = solid.faces[face]
    above = solid.vertices[corners, 2] > height[:, None]
    after = np.roll(above, -1, axis=1)
    edge = np.argmax(~above & after if upwards else above & ~after, axis=1)
    which = np.arange(len(edge))
    ends = np.sort([corners[which, edge], corners[which, (edge + 1) % 3]], axis=0)
    a, b = solid.vertices[ends]
    share = (height - a[:, 2]) / (b[:, 2] - a[:, 2])
    number = ends[0].astype(np.int64) * len(solid.vertices) + ends[1]
    return (a + share[:, None] * (b - a))[:, :2], number


def _cross(
    start: Float[np.ndarray, "cut 2"], end: Float[np.ndarray, "cut 2"]
) -> Float[np.ndarray, "cut"]:
    """Twice the area between each segment and the middle of them all."""
    if len(start) == 0:
        return np.zeros(0)
    middle = start.mean(axis=0)  # keeps the sum exact far from the origin
    (ax, ay), (bx, by) = (start - middle).T, (end - middle).T
    return np.asarray(ax * by - ay * bx)


def _loops(
    left: Indices, entered: Indices, layer: Indices, count: int
) -> Integer[np.ndarray, "layer"]:
    """How many closed contours each layer has: segments follow one another across edges."""
    order = np.lexsort((left, layer)), np.lexsort((entered, layer))
    follower = np.empty(len(layer), int)
    follower[order[1]] = order[0]  # each edge is left by one triangle and entered by the other
    links = coo_array((np.ones(len(layer), bool), (np.arange(len(layer)), follower)))
    found, loop = connected_components(links, directed=False)
    of_loop = np.zeros(found, int)
    of_loop[loop] = layer
    return np.bincount(of_loop, minlength=count)
