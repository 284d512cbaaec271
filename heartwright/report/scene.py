"""A solid with its activation, small enough to travel inside a page and be turned there."""

import base64
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped, UInt8, UInt16, UInt32

from heartwright.data import Solid, SurfaceField
from heartwright.report.light import shape, sky_seen
from heartwright.report.palette import ACTIVATION, TISSUE, Scale
from heartwright.report.rays import RayCaster
from heartwright.report.render import aim
from heartwright.report.views import ANTERIOR, View

_TRIANGLES = 60_000  # at most; the page stays near one megabyte
_TOLERANCE_MM = 0.02  # first deviation tried
_LINES = 10.0  # step between drawn lines of equal time, in the map's unit
_NEVER = 65_535  # the time of tissue that is not reached
_LATEST = 65_000  # the time that stands for the upper limit


@dataclass(frozen=True, eq=False)
class Scene:
    """Buffers for a graphics card, and the camera that they are first seen from."""

    places: UInt16[np.ndarray, "vertex 3"]  # share of `size_mm` from the lower corner
    normals: UInt8[np.ndarray, "vertex 4"]  # x, y, z about 128, and the open sky
    times: UInt16[np.ndarray, "vertex"]  # share of the limits, up to `_LATEST`; or `_NEVER`
    faces: UInt32[np.ndarray, "face 3"]
    size_mm: float
    centre: tuple[float, float, float]  # in the same shares
    reach_mm: float  # half the width of the picture
    axes: Float[np.ndarray, "3 3"]
    limits: tuple[float, float]
    unit: str
    ramp: UInt8[np.ndarray, "colour 3"]

    @property
    def buffers(self) -> dict[str, object]:
        """Everything as plain values: numbers, and arrays as base64 text."""
        return {
            "places": _text(self.places),
            "normals": _text(self.normals),
            "times": _text(self.times),
            "faces": _text(self.faces),
            "ramp": _text(self.ramp),
            "rest": list(TISSUE),
            "size": self.size_mm,
            "centre": list(self.centre),
            "reach": self.reach_mm,
            "axes": self.axes.ravel().tolist(),
            "limits": list(self.limits),
            "unit": self.unit,
            "lines": _LINES,
        }

    @property
    def words(self) -> str:
        """What the lines mean, for people."""
        return f"A line every {_LINES:g} {self.unit}."

    @property
    def gradient(self) -> str:
        """The colours as stops of a CSS gradient, for the time's slider."""
        stops = self.ramp[:: len(self.ramp) // 15]
        return ", ".join(f"rgb({red} {green} {blue})" for red, green, blue in stops)


def scene(activation: SurfaceField, *, view: View = ANTERIOR) -> Scene:
    """Prepare a map for turning in the page: fewer triangles, creases kept, shadows baked in.

    Times come from the nearest vertex of the full solid.
    """
    from scipy.spatial import KDTree

    full, values = activation.solid, activation.values
    solid = simplified(full)
    form = shape(solid)
    _, first, faces = np.unique(form.keys, return_index=True, return_inverse=True)
    points = solid.vertices[solid.faces.ravel()[first]]
    normals = form.normals.reshape(-1, 3)[first]
    sky = sky_seen(RayCaster(solid), points, normals)
    scale = Scale.over(values, ACTIVATION)
    camera = aim(full, view=view)
    low, size = solid.bounds[0], float(np.ptp(solid.bounds, axis=0).max())
    x, y, z = ((camera.centre - low) / size).tolist()
    return Scene(
        places=_shares((points - low) / size),
        normals=_normals(normals, sky),
        times=_times(values[KDTree(full.vertices).query(points)[1]], scale),
        faces=faces.reshape(-1, 3).astype(np.uint32),
        size_mm=size,
        centre=(x, y, z),
        reach_mm=camera.mm_per_pixel * camera.width / 2,
        axes=view.axes,
        limits=scale.limits,
        unit=activation.unit,
        ramp=scale.colours(np.linspace(*scale.limits, 256)),
    )


def simplified(solid: Solid) -> Solid:
    """The solid with few enough triangles for a page; closed again, by construction.

    The tolerated deviation doubles until the triangles are few enough.
    """
    from manifold3d import Manifold, Mesh

    if len(solid.faces) <= _TRIANGLES:
        return solid
    centre = solid.bounds.mean(axis=0)  # single precision inside
    body = Manifold(
        Mesh((solid.vertices - centre).astype(np.float32), solid.faces.astype(np.uint32))
    )
    tolerance = _TOLERANCE_MM
    while body.num_tri() > _TRIANGLES:
        body = body.simplify(tolerance)
        tolerance *= 2
    mesh = body.to_mesh()
    vertices = np.asarray(mesh.vert_properties[:, :3], dtype=np.float64) + centre
    return Solid(vertices, np.asarray(mesh.tri_verts, dtype=np.int64), name=solid.name)


def _normals(
    normals: Float[np.ndarray, "vertex 3"], sky: Float[np.ndarray, "vertex"]
) -> UInt8[np.ndarray, "vertex 4"]:
    signed = np.round(128 + 127 * normals)
    return np.column_stack([signed, np.round(255 * sky)]).astype(np.uint8)


def _times(values: Float[np.ndarray, "vertex"], scale: Scale) -> UInt16[np.ndarray, "vertex"]:
    low, high = scale.limits
    share = (values - low) / max(high - low, 1e-9)
    share = np.clip(np.where(np.isfinite(share), share, 0), 0, 1)
    return np.where(np.isfinite(values), np.round(_LATEST * share), _NEVER).astype(np.uint16)


def _shares(values: Float[np.ndarray, "vertex 3"]) -> UInt16[np.ndarray, "vertex 3"]:
    return np.round(65_535 * np.clip(values, 0, 1)).astype(np.uint16)


def _text(array: Shaped[np.ndarray, "..."]) -> str:
    little = array.astype(array.dtype.newbyteorder("<"))
    return base64.b64encode(np.ascontiguousarray(little).tobytes()).decode("ascii")
