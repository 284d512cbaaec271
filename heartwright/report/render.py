"""Pictures of solids: rays are cast once, then painted as often as an animation needs."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Integer, UInt8

from heartwright.data import Solid
from heartwright.report.gradient import steepness
from heartwright.report.light import Shape, lit, shape, sky_seen, unit
from heartwright.report.palette import RGB, Scale, encoded, linear
from heartwright.report.rays import RayCaster, Struck
from heartwright.report.views import ANTERIOR, View

Image = UInt8[np.ndarray, "row col 4"]

_FINE = 2  # rays a pixel, along each side
_MARGIN = 0.055  # of the picture, left free around the solid
_LINE_MM = 0.5  # width of an isochrone on the surface
_INK = np.float32(0.12)  # how much light an isochrone leaves


@dataclass(frozen=True, eq=False)
class Camera:
    """A view placed before one solid so that all of it is in the picture."""

    view: View
    width: int  # pixels
    height: int
    centre: Float[np.ndarray, "3"]  # LPS mm: the solid's, shown in the middle of the picture
    mm_per_pixel: float

    def project(self, points: Float[np.ndarray, "point 3"]) -> Float[np.ndarray, "point 2"]:
        """Where points, LPS mm, appear: column and row, in pixels from the upper left corner."""
        right, up, _ = self.view.axes
        offset = (points - self.centre) / self.mm_per_pixel
        return np.stack([self.width / 2 + offset @ right, self.height / 2 - offset @ up], axis=1)


@dataclass(frozen=True, eq=False)
class Hits:
    """What each ray of a picture met, and the light there; only rays that met the solid."""

    solid: Solid
    camera: Camera
    pixels: Integer[np.ndarray, "hit"]  # place in the finer picture, counted along rows
    corners: Integer[np.ndarray, "hit 3"]  # vertices of the triangle
    weights: Float[np.ndarray, "hit 3"]  # barycentric
    diffuse: Float[np.ndarray, "hit"]  # share of its own colour that a surface sends back
    gloss: Float[np.ndarray, "hit"]  # white light that it adds

    def interpolate(self, values: Float[np.ndarray, "vertex"]) -> Float[np.ndarray, "hit"]:
        """Values at the hits, linear over each triangle; NaN where a corner has none."""
        at_corners = values.astype(np.float32)[self.corners]
        return (at_corners * self.weights).sum(axis=1)

    def averaged(self, values: Float[np.ndarray, "hit"]) -> Float[np.ndarray, "row col"]:
        """Mean value of each pixel's hits; NaN where it has none, or one without a value."""
        row, col = np.divmod(self.pixels, self.camera.width * _FINE)
        pixel = (row // _FINE) * self.camera.width + col // _FINE
        size = self.camera.width * self.camera.height
        count = np.bincount(pixel, minlength=size)
        total = np.bincount(pixel, values, minlength=size)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        return mean.reshape(self.camera.height, self.camera.width).astype(np.float32)


def aim(solid: Solid, *, view: View = ANTERIOR, width: int = 900, height: int = 700) -> Camera:
    """Place a camera so that the whole solid fits, with a margin."""
    seen = solid.vertices @ view.axes.T
    low, high = seen.min(axis=0), seen.max(axis=0)
    room = (1 - 2 * _MARGIN) * np.array([width, height])
    mm_per_pixel = float(((high - low)[:2] / room).max())
    return Camera(view, width, height, (low + high) / 2 @ view.axes, mm_per_pixel)


@lru_cache(maxsize=4)
def hits(solid: Solid, *, view: View = ANTERIOR, width: int = 900, height: int = 700) -> Hits:
    """Cast the rays of one picture of a solid and work out the light where they end.

    The last few results are kept (a solid never changes), so that a map, a plain picture and a
    collage of the same view cost one cast.

    Args:
        solid: LPS mm.
        view: from where.
        width: of the finished picture, pixels.
        height: likewise.
    """
    camera = aim(solid, view=view, width=width, height=height)
    caster = RayCaster(solid)
    struck = caster.first(*_rays(camera, solid))
    corners = solid.faces[struck.faces].astype(np.int32)
    form = shape(solid)
    normals = unit(np.einsum("hcn,hc->hn", form.normals[struck.faces], struck.weights))
    sky = _sky(solid, form, caster, struck)
    diffuse, gloss = lit(normals @ view.axes.T, sky)
    distance = (struck.depths - struck.depths.min()) / max(float(np.ptp(struck.depths)), 1e-6)
    haze = 1 - 0.22 * distance  # what lies further back is a little darker
    single = np.float32
    return Hits(
        solid,
        camera,
        struck.rays.astype(np.int32),
        corners,
        struck.weights,
        (diffuse * haze).astype(single),
        (gloss * haze).astype(single),
    )


def picture(hits: Hits, colour: RGB | UInt8[np.ndarray, "vertex 3"]) -> Image:
    """Paint hits with one colour, or with one a vertex (sRGB); the background is transparent."""
    light = linear(np.asarray(colour, dtype=np.uint8))
    if light.ndim == 1:
        return developed(exposed(hits, np.broadcast_to(light, (len(hits.pixels), 3))))
    return developed(exposed(hits, np.einsum("hcn,hc->hn", light[hits.corners], hits.weights)))


def map_picture(
    hits: Hits,
    values: Float[np.ndarray, "vertex"],
    scale: Scale,
    *,
    isolines: float | None = None,
) -> Image:
    """Paint hits with a map: values are interpolated first and coloured then, so edges stay crisp.

    Args:
        hits: what `hits` gave.
        values: one a vertex of the same solid.
        scale: the colours.
        isolines: step between drawn lines of equal value, in the values' unit; none by default.
    """
    here = hits.interpolate(values)
    paint = linear(scale.colours(here))
    if isolines is not None:
        slope = hits.interpolate(steepness(hits.solid, values))
        paint = paint * _line_light(here, slope, isolines)[:, None]
    return developed(exposed(hits, paint))


def exposed(hits: Hits, paint: Float[np.ndarray, "hit 3"]) -> Float[np.ndarray, "row col 4"]:
    """The light of each pixel when hits have these colours: linear, times its share of cover.

    Exposures of the same hits may be added and mixed like light.
    """
    camera = hits.camera
    fine = np.zeros((camera.height * _FINE * camera.width * _FINE, 4), dtype=np.float32)
    lit = paint * hits.diffuse[:, None] + hits.gloss[:, None]
    fine[hits.pixels, :3] = np.clip(lit, 0, 1)
    fine[hits.pixels, 3] = 1
    return _averaged(fine.reshape(camera.height * _FINE, camera.width * _FINE, 4))


def developed(light: Float[np.ndarray, "row col 4"]) -> Image:
    """An exposure as an sRGB picture whose background is transparent."""
    cover = light[..., 3:]
    colour = encoded(light[..., :3] / np.maximum(cover, 1e-6))
    return np.concatenate([colour, np.round(255 * cover).astype(np.uint8)], axis=2)


def _averaged(fine: Float[np.ndarray, "fine_row fine_col 4"]) -> Float[np.ndarray, "row col 4"]:
    """Mean of each pixel's rays."""
    parts = [fine[row::_FINE, col::_FINE] for row in range(_FINE) for col in range(_FINE)]
    return sum(parts[1:], parts[0]) / np.float32(len(parts))


def _rays(
    camera: Camera, solid: Solid
) -> tuple[Float[np.ndarray, "ray 3"], Float[np.ndarray, "ray 3"]]:
    """Parallel rays through the centres of the finer pixels, started outside the solid."""
    right, up, towards = camera.view.axes
    step = camera.mm_per_pixel / _FINE
    x = (np.arange(camera.width * _FINE) + 0.5) * step - camera.width * camera.mm_per_pixel / 2
    y = camera.height * camera.mm_per_pixel / 2 - (np.arange(camera.height * _FINE) + 0.5) * step
    front = float((solid.vertices @ towards).max()) + 1.0 - float(camera.centre @ towards)
    plane = x[None, :, None] * right + y[:, None, None] * up
    origins = (camera.centre + front * towards + plane).reshape(-1, 3)
    return origins, np.broadcast_to(-towards, origins.shape)


def _line_light(
    values: Float[np.ndarray, "hit"], slope: Float[np.ndarray, "hit"], step: float
) -> Float[np.ndarray, "hit"]:
    """What lines of equal value leave of the light: `_INK` on a line, 1 beside it."""
    off_line = np.abs(values / step - np.round(values / step)) * step
    distance_mm = off_line / np.maximum(slope, 1e-6)
    on_line = distance_mm < _LINE_MM / 2
    return np.where(on_line, _INK, np.float32(1))


def _sky(solid: Solid, form: Shape, caster: RayCaster, struck: Struck) -> Float[np.ndarray, "hit"]:
    """Open sky, asked once at each corner that is seen, and interpolated."""
    faces, face_of_hit = np.unique(struck.faces, return_inverse=True)
    _, first, place = np.unique(form.keys[faces], return_index=True, return_inverse=True)
    points = solid.vertices[solid.faces[faces]].reshape(-1, 3)[first]
    normals = form.normals[faces].reshape(-1, 3)[first]
    at_corners = sky_seen(caster, points, normals)[place.reshape(-1, 3)]
    return (at_corners[face_of_hit] * struck.weights).sum(axis=1)
