"""Excitation running over a wall, as a short film."""

import io
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from heartwright.data import InputError, Solid, SurfaceField
from heartwright.report.figures.film import film
from heartwright.report.figures.frame import colour_bar, framed, named
from heartwright.report.figures.style import MIDDLE, png
from heartwright.report.palette import ACTIVATION, TISSUE, Scale, linear
from heartwright.report.render import Camera, Hits, Image, developed, exposed, hits
from heartwright.report.views import ANTERIOR, View

Light = Float[np.ndarray, "row col 4"]

_FRAMES = 40
_HELD = 1500  # ms that the finished map stays
_FRAME = 60  # ms that each frame stays
_FRONT = 0.035  # width of the bright front, as a share of the whole activation
_GLOW = 1.6  # light of the front; above 1 it stays bright on shaded walls
_SIZE = (700, 544)  # pixels


def animation(solid: Solid, activation: SurfaceField, *, view: View = ANTERIOR) -> bytes:
    """The front running over the wall, leaving the activation map behind it (animated WebP).

    Tissue that is not yet reached keeps its own colour, the front is bright, what lies behind
    carries the colour of its activation time. Rays are cast once and the wall is exposed three
    times (resting, mapped, glowing); each frame mixes the three, pixel by pixel.

    Raises:
        InputError: the map does not belong to this solid, or nowhere is activated.
    """
    values = activation.values
    if len(values) != len(solid.vertices):
        raise InputError(f"{activation.name} was made for another solid; paint this one first.")
    if not np.isfinite(values).any():
        raise InputError(f"{activation.name}: no vertex was activated; check the pacing site.")
    struck = hits(solid, view=view, width=_SIZE[0], height=_SIZE[1])
    scale = Scale.over(values, ACTIVATION)
    here = struck.interpolate(values)
    wall = _Wall.of(struck, linear(scale.colours(here)), struck.averaged(here))
    surround = _surround(struck.camera, scale, named(activation))
    return film(
        [
            _assembled(wall.at(now, scale), surround, f"{now:.0f} {activation.unit}")
            for now in _clock(scale)
        ],
        frame_ms=_FRAME,
        held_ms=_HELD,
    )


@dataclass(frozen=True, eq=False)
class _Wall:
    """Three exposures of one view, and when each pixel is reached."""

    resting: Light
    mapped: Light
    glowing: Light
    times: Float[np.ndarray, "row col"]

    @classmethod
    def of(
        cls, struck: Hits, colours: Float[np.ndarray, "hit 3"], times: Float[np.ndarray, "row col"]
    ) -> "_Wall":
        tissue = linear(np.array(TISSUE, dtype=np.uint8))
        return cls(
            exposed(struck, np.broadcast_to(tissue, colours.shape)),
            exposed(struck, colours),
            exposed(struck, np.full_like(colours, _GLOW)),
            times,
        )

    def at(self, now: float, scale: Scale) -> Image:
        """The wall at one moment: rest ahead of the front, light on it, the map behind it."""
        width = max(_FRONT * (scale.limits[1] - scale.limits[0]), 1e-6)
        age = (np.float32(now) - self.times) / np.float32(width)
        age = np.where(np.isfinite(age), age, np.inf)[..., None]  # never reached: grey from the map
        reached = np.clip(age + 0.5, 0, 1)
        glow = reached * np.exp(-np.clip(age, 0, None))
        behind = self.resting + reached * (self.mapped - self.resting)
        return developed(behind + glow * (self.glowing - behind))


def _clock(scale: Scale) -> Float[np.ndarray, "frame"]:
    """Moments of the frames: from rest until the front has left the last vertex."""
    first, last = scale.limits
    return np.linspace(first, last + 3 * _FRONT * (last - first), _FRAMES)


def _surround(camera: Camera, scale: Scale, words: str) -> Pictures.Image:
    """What stays the same in every frame, on transparent ground."""
    with framed(camera) as figure:
        colour_bar(figure, scale, words)
        return Pictures.open(io.BytesIO(png(figure))).convert("RGBA")


def _assembled(image: Image, surround: Pictures.Image, words: str) -> Pictures.Image:
    """One frame: the wall, what stands around it, and the time in the upper left corner."""
    frame = Pictures.new("RGBA", surround.size)
    frame.paste(Pictures.fromarray(image))
    frame.alpha_composite(surround)
    size = frame.width / 28
    place = (size, size)
    ImageDraw.Draw(frame).text(place, words, MIDDLE, ImageFont.load_default(size), anchor="lt")
    return frame
