"""Where along a vessel its sections have three lobes: the aortic root."""

import numpy as np
from jaxtyping import Bool, Float, Integer
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from heartwright.data import InputError, Plane, Solid
from heartwright.planning.section import in_plane
from heartwright.planning.slicer import Slicer, centroid

Vector = Float[np.ndarray, "3"]
Path = Float[np.ndarray, "station 3"]

_STATION_MM = 2.0  # between sections
_SMOOTH = 2.5  # stations
_END_MM = 25.0  # of the way, on both sides: there it leads askew into the rim of a flat end
_RADII_MM = (8.0, 25.0)  # of a root's sections
_LOBED = 0.03  # of the radius: least third harmonic of a section with three lobes
_ROUND = 0.05  # second, third and fourth harmonic of the aorta above are less
_AORTA = 4  # stations of it in a row
_AHEAD = 13  # stations from the lobes to the round aorta, at most
_UPRIGHT = 0.15  # least part of the way along the body, to tell above from below
_TURN = np.linspace(0, 2 * np.pi, 120, endpoint=False)


def three_lobed(solid: Solid, aorta: Vector | None) -> Plane:
    """The plane across the vessel where it has three lobes below a round stretch, at its widest.

    Its normal points along the vessel, towards `aorta`, or upwards in the body.

    Raises:
        InputError: no section of a root's size has three lobes below a round aorta.
    """
    path = _path(solid)
    slicer = Slicer(solid)
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    loops = [slicer.around(p, t) for p, t in zip(path, tangents, strict=True)]
    shapes = np.array([_shape(loop, t) for loop, t in zip(loops, tangents, strict=True)])
    way = _ways(path, tangents, aorta)
    root = _clearest_run((shapes[:, 2] > _LOBED) & _below_aorta(shapes, way), shapes[:, 2])
    if len(root) == 0:
        raise _no_root()
    best = int(root[shapes[root, 0].argmax()])
    normal, loop = way[best] * tangents[best], loops[best]
    return Plane(path[best] if loop is None else centroid(loop, normal), normal)


def _ways(path: Path, tangents: Path, aorta: Vector | None) -> Float[np.ndarray, "station"]:
    """Whether the aorta lies ahead (1) or behind (−1) at each station; 0 where nothing tells."""
    if aorta is None:
        return np.where(np.abs(tangents[:, 2]) > _UPRIGHT, np.sign(tangents[:, 2]), 0.0)
    nearest = int(np.linalg.norm(path - aorta, axis=1).argmin())
    return np.sign(nearest - np.arange(len(path), dtype=float))


def _below_aorta(
    shapes: Float[np.ndarray, "station shape"], way: Float[np.ndarray, "station"]
) -> Bool[np.ndarray, "station"]:
    """Which stations have a round stretch not far ahead, towards the aorta."""
    even = (shapes[:, 0] > 0) & (shapes[:, 1:] < _ROUND).all(axis=1)
    row = np.convolve(even, np.ones(_AORTA), mode="valid") == _AORTA  # begins here
    begins, ends = (np.zeros(len(even) + _AHEAD, bool) for _ in range(2))
    begins[: len(row)] = row
    ends[_AORTA - 1 : len(even)] = row
    ahead = [begins[n : n + _AHEAD].any() for n in range(len(even))]
    behind = [ends[max(0, n - _AHEAD + 1) : n + 1].any() for n in range(len(even))]
    return np.where(way > 0, ahead, behind) & (way != 0)


def _clearest_run(
    chosen: Bool[np.ndarray, "station"], third: Float[np.ndarray, "station"]
) -> Integer[np.ndarray, "chosen"]:
    """The chosen stations in one row around the one with the clearest three lobes."""
    stations = np.flatnonzero(chosen)
    runs = np.split(stations, np.flatnonzero(np.diff(stations) > 1) + 1)
    return max(runs, key=lambda run: third[run].max(initial=0.0))


def _no_root() -> InputError:
    return InputError(
        "no section of the lumen has the three lobes of an aortic root; give the lowest points of "
        "the cusps (--lcc, --rcc, --ncc)."
    )


def _path(solid: Solid) -> Path:
    """A way through the middle from one far end of the surface to the other.

    Vertices equally far from one end, along the surface, lie around one place of the vessel.
    """
    edges = np.concatenate([solid.faces[:, [n, (n + 1) % 3]] for n in range(3)]).T
    length = np.linalg.norm(solid.vertices[edges[0]] - solid.vertices[edges[1]], axis=1)
    count = len(solid.vertices)
    graph = coo_array((length + 1e-9, edges), shape=(count, count)).tocsr()

    def along(start: int) -> Float[np.ndarray, "vertex"]:
        far = dijkstra(graph, directed=True, indices=start)
        return np.where(np.isfinite(far), far, 0.0)

    far = along(int(along(0).argmax()))
    band = (far / _STATION_MM).astype(int)
    share = np.maximum(np.bincount(band), 1)
    middles = np.stack([np.bincount(band, x) / share for x in solid.vertices.T], axis=1)
    path = gaussian_filter1d(middles[np.bincount(band) > 0], _SMOOTH, axis=0, mode="nearest")
    end = round(_END_MM / _STATION_MM)
    if len(path) < 2 * end + _AORTA:
        raise _no_root()
    return path[end:-end]


def _shape(loop: Float[np.ndarray, "vertex 3"] | None, normal: Vector) -> list[float]:
    """Mean radius, and second to fourth harmonic relative to it; zeros for what is no root."""
    if loop is None:
        return [0.0] * 4
    flat = (loop - centroid(loop, normal)) @ in_plane(normal)
    angle = np.arctan2(flat[:, 1], flat[:, 0])
    radius = np.interp(_TURN, angle, np.hypot(*flat.T), period=2 * np.pi)
    waves = np.abs(np.fft.rfft(radius)) / len(_TURN)
    least, most = _RADII_MM
    fits = least < waves[0] < most
    return [float(waves[0]), *(2 * waves[2:5] / waves[0]).tolist()] if fits else [0.0] * 4
