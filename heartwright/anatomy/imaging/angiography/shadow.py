"""A vessel's shadow between points that a person clicked: its middle and its edges.

The way is the cheapest path over Frangi's vesselness (Frangi 1998, doi:10.1007/BFb0056195); then
the picture is straightened along it, and the edges are where grey values change most.
"""

from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy import ndimage
from scipy.interpolate import make_smoothing_spline
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.data.errors import InputError

_SCALES = (1.5, 2.5, 4.0, 6.0, 9.0, 13.0)  # pixels, of the vessels looked for
_NOTHING = 0.02  # vesselness at which a way through nothing costs 50 times one through a vessel
_MARGIN = 60  # pixels round the clicked points in which the way may lie
_STEP = 1.0  # pixel between points of a trace
_FINE = 0.25  # pixel between samples across it
_ROUNDS = 3
_CALM = 4.0  # points along the vessel over which its edges are averaged
_EDGE = 1.0  # pixel: width of the Gaussian whose derivative finds an edge
# A round vessel's shadow falls as a square root at its edge; blurred by a Gaussian of width s it is
# steepest 0.765 s further in.
_INWARDS = 0.765

Picture = Float[np.ndarray, "row column"]
Flat = Float[np.ndarray, "point 2"]
Along = Float[np.ndarray, "point"]


def shadow(picture: Picture, clicks: Flat, name: str) -> Trace:
    """The shadow of a vessel through clicked points (column, row), in pixels.

    Args:
        picture: grey values, small in the vessel.
        clicks: at least its first and last end, in order.
        name: what messages call the picture.

    Raises:
        InputError: there are fewer than two points, or some lie beside the picture.
    """
    size = np.array(picture.shape[::-1])
    if len(clicks) < 2 or not ((clicks >= 0) & (clicks <= size - 1)).all():
        raise InputError(
            f"{name} needs two or more points on its vessel, columns 0 to {size[0] - 1} and rows "
            f"0 to {size[1] - 1}; click its ends again."
        )
    low = np.maximum(np.floor(clicks.min(axis=0)) - _MARGIN, 0).astype(int)
    high = np.minimum(np.ceil(clicks.max(axis=0)) + _MARGIN + 1, size).astype(int)
    crop = picture[low[1] : high[1], low[0] : high[0]]
    vesselness, scale = _vesselness(crop)
    way = _way(vesselness, np.rint(clicks - low).astype(int), name)
    wide = ndimage.map_coordinates(scale, way.T[::-1], order=0)
    trace = _outlined(crop, way.astype(float), 2.5 * float(np.median(wide)) + 3)
    return Trace(trace.points + low, trace.half_widths)


def _vesselness(picture: Picture) -> tuple[Picture, Picture]:
    """Vesselness from 0 to about 1, and the scale at which it is greatest."""
    import SimpleITK

    image = SimpleITK.GetImageFromArray(picture)
    found = np.stack(
        [
            scale**2
            * SimpleITK.GetArrayFromImage(
                SimpleITK.ObjectnessMeasure(
                    SimpleITK.SmoothingRecursiveGaussian(image, scale),
                    alpha=0.5,
                    beta=0.5,
                    gamma=1e-6,
                    scaleObjectnessMeasure=True,
                    objectDimension=1,
                    brightObject=False,
                )
            )
            for scale in _SCALES
        ]
    )
    best = found.max(axis=0)
    top = max(float(np.quantile(best, 0.99)), 1e-12)
    return np.clip(best / top, 0, 1), np.array(_SCALES)[found.argmax(axis=0)]


def _way(vesselness: Picture, clicks: np.ndarray, name: str) -> Flat:
    """Pixels (column, row) of the cheapest path through all clicked ones."""
    links = _links(1 / (vesselness + _NOTHING))
    columns = vesselness.shape[1]
    nodes = clicks[:, 1] * columns + clicks[:, 0]
    way = [int(nodes[0])]
    for start, end in pairwise(nodes):
        _, before = dijkstra(links, directed=False, indices=start, return_predecessors=True)
        leg = [int(end)]
        while leg[-1] != start:
            leg.append(int(before[leg[-1]]))
        way += leg[-2::-1]
    if len(way) < 8:
        raise InputError(f"{name}: its two ends are nearly one point; click them farther apart.")
    return np.column_stack([np.array(way) % columns, np.array(way) // columns]).astype(float)


def _links(cost: Picture) -> csr_array:
    """Every pixel joined to its eight neighbours, a step costing its length × mean cost."""
    number = np.arange(cost.size).reshape(cost.shape)
    rows, columns, costs = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(None, -down or None), slice(max(0, -right), -max(0, right) or None))
        there = (slice(down, None), slice(max(0, right), min(0, right) or None))
        rows.append(number[here].ravel())
        columns.append(number[there].ravel())
        costs.append((np.hypot(down, right) * (cost[here] + cost[there]) / 2).ravel())
    joined = tuple(np.concatenate(each) for each in (rows, columns))
    return coo_array((np.concatenate(costs), joined), shape=(cost.size, cost.size)).tocsr()


def _outlined(picture: Picture, way: Flat, reach: float) -> Trace:
    """The middle and half the width along a way, both moved to the vessel's edges."""
    points, normals = _smooth(way)
    for _ in range(_ROUNDS):
        left, right = _edges(picture, points, normals, reach)
        aside = ndimage.gaussian_filter1d((left + right) / 2, _CALM, mode="nearest")
        points, normals = _smooth(points + aside[:, None] * normals)
        reach = 1.5 * float(np.quantile(right - left, 0.9)) / 2 + 3
    left, right = _edges(picture, points, normals, reach)
    half = ndimage.gaussian_filter1d((right - left) / 2, _CALM, mode="nearest")
    return Trace(points, half + _INWARDS * _EDGE)


def _smooth(way: Flat) -> tuple[Float[np.ndarray, "even 2"], Float[np.ndarray, "even 2"]]:
    """A line at even steps without the stairs of its pixels, and its unit normals."""
    keep = np.concatenate([[True], np.linalg.norm(np.diff(way, axis=0), axis=1) > 1e-6])
    way = way[keep]
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))])
    spline = make_smoothing_spline(along, way, lam=30.0)
    even = np.linspace(0, along[-1], max(8, round(along[-1] / _STEP)) + 1)
    points, tangents = spline(even), spline(even, 1)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    return points, np.column_stack([-tangents[:, 1], tangents[:, 0]])


def _edges(picture: Picture, points: Flat, normals: Flat, reach: float) -> tuple[Along, Along]:
    """Where across the way the vessel's two sides are steepest."""
    across = np.arange(-reach, reach + _FINE, _FINE)
    places = points[:, None] + across[None, :, None] * normals[:, None]
    straight = ndimage.map_coordinates(picture, places.transpose(2, 0, 1)[::-1], order=1)
    calm = ndimage.gaussian_filter1d(straight, _CALM, axis=0)
    slope = ndimage.gaussian_filter1d(calm, _EDGE / _FINE, axis=1, order=1)
    left, right = (
        across[(sign * slope + np.where(side, 0, -np.inf)).argmax(axis=1)]
        for sign, side in ((-1, across < 0), (1, across > 0))
    )
    return tuple(ndimage.median_filter(edge, 15, mode="nearest") for edge in (left, right))
