"""Slabs of tissue, side by side, as their potential changes."""

import io
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from PIL import Image, ImageDraw, ImageFont

from heartwright.report.figures.film import film
from heartwright.report.figures.style import MIDDLE, drawing, png
from heartwright.report.palette import POTENTIAL, Scale

Movie = Float[np.ndarray, "time row column"]
Movies = Mapping[str, Movie]  # by their titles

_SIDE, _GAP = 300, 40  # pixels, of a panel and around it
_HEAD, _FOOT = 76, 92
_FRAME_MS, _HELD_MS = 80, 1200
_SCALE = Scale(POTENTIAL, (0.0, 1.0))
_DPI = 110


def slabs_film(movies: Movies, times: Float[np.ndarray, "time"]) -> bytes:
    """The normalised potential of slabs over time, ms, which is written on it (animated WebP).

    Frames follow each other evenly, whatever the time between them.
    """
    blank = _surround(movies)
    return film(
        [_frame(blank, movies, n, time) for n, time in enumerate(times)],
        frame_ms=_FRAME_MS,
        held_ms=_HELD_MS,
    )


def slabs_picture(movies: Movies, times: Float[np.ndarray, "time"], n: int) -> bytes:
    """One frame of the film (PNG)."""
    stream = io.BytesIO()
    _frame(_surround(movies), movies, n, times[n]).save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _frame(blank: Image.Image, movies: Movies, n: int, time: float) -> Image.Image:
    frame = blank.copy()
    for place, movie in enumerate(movies.values()):
        frame.paste(_panel(movie[n]), (_left(place), _HEAD))
    pen, font = ImageDraw.Draw(frame), ImageFont.load_default(20)
    pen.text((frame.width / 2, 20), f"{time:.1f} ms", MIDDLE, font, anchor="mt")
    return frame


def _panel(values: Float[np.ndarray, "row column"]) -> Image.Image:
    """Square pixels in their colours."""
    colours = _SCALE.colours(values.ravel()).reshape(*values.shape, 3)
    return Image.fromarray(colours).resize((_SIDE, _SIDE), Image.Resampling.NEAREST)


def _left(place: int) -> int:
    return _GAP + place * (_SIDE + _GAP)


def _surround(movies: Movies) -> Image.Image:
    """Titles and the colour bar, on transparent ground."""
    width, height = _left(len(movies)), _HEAD + _SIDE + _FOOT
    with drawing(width / _DPI, height / _DPI, arranged=False, dpi=_DPI) as figure:
        for place, title in enumerate(movies):
            middle = (_left(place) + _SIDE / 2) / width
            figure.text(middle, 1 - (_HEAD - 9) / height, title, color=MIDDLE, ha="center")
        axes = figure.add_axes((0.25, 54 / height, 0.5, 11 / height))
        mappable = ScalarMappable(Normalize(*_SCALE.limits), _SCALE.colormap)
        bar = figure.colorbar(mappable, cax=axes, orientation="horizontal")
        bar.outline.set_visible(False)
        bar.set_label("normalised potential (1)", labelpad=3, color=MIDDLE)
        axes.tick_params(length=2.5, pad=2, color=MIDDLE, labelcolor=MIDDLE)
        return Image.open(io.BytesIO(png(figure))).convert("RGBA")
