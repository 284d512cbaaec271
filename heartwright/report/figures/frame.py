"""What stands around the picture of a solid: the patient's sides, a scale, a colour bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from heartwright.data import SurfaceField
from heartwright.report.figures.style import MIDDLE, drawing
from heartwright.report.palette import Scale
from heartwright.report.render import Camera, Image

_INCHES = 5.6  # width on which the letters' size is based, however many pixels it has
_FOOT = 0.122  # room below the picture, as a share of its width
_SIDES = (("R", "L"), ("A", "P"), ("I", "S"))  # letters at the low and the high end of x, y, z
_LETTER: dict[str, Any] = {"color": MIDDLE, "ha": "center", "fontsize": 10}


@contextmanager
def framed(camera: Camera, image: Image | None = None) -> Iterator[Figure]:
    """A figure with the picture at its own resolution (or nothing) above a free foot."""
    foot = round(_FOOT * camera.width)
    total = camera.height + foot
    dpi = camera.width / _INCHES
    with drawing(_INCHES, total / dpi, arranged=False, dpi=dpi) as figure:
        axes = figure.add_axes((0, foot / total, 1, camera.height / total))
        extent = (0, camera.width, camera.height, 0)
        if image is not None:
            axes.imshow(image, extent=extent, interpolation="nearest")
        axes.set(xlim=extent[:2], ylim=extent[2:])
        axes.set_axis_off()
        _name_sides(axes, camera)
        _scale_bar(axes, camera)
        yield figure


def caption(figure: Figure, words: str) -> None:
    """Words in the foot."""
    figure.text(0.5, 0.065, words, va="center", **_LETTER | {"fontsize": 11})


def colour_bar(figure: Figure, scale: Scale, words: str) -> None:
    """The colours of a map in the foot."""
    axes = figure.add_axes((0.2, 0.088, 0.6, 0.022))
    mappable = ScalarMappable(Normalize(*scale.limits), scale.colormap)
    bar = figure.colorbar(mappable, cax=axes, orientation="horizontal")
    bar.outline.set_visible(False)
    bar.set_label(words, labelpad=4, color=MIDDLE, fontsize=11)
    axes.tick_params(length=2.5, pad=2, color=MIDDLE, labelcolor=MIDDLE, labelsize=10)


def named(field: SurfaceField) -> str:
    """A map's name and unit for people: "activation_ms" becomes "activation (ms)"."""
    words = field.name.removesuffix(f"_{field.unit}").replace("_", " ")
    return f"{words} ({field.unit})"


def _name_sides(axes: Axes, camera: Camera) -> None:
    """The patient's sides at the picture's edges."""
    style = _LETTER | {"va": "center", "weight": "bold", "transform": axes.transAxes}
    for direction, x, y in ((0, 0.985, 0.5), (1, 0.5, 0.98)):
        low, high = _letters(camera.view.axes[direction])
        axes.text(x, y, high, **style)
        axes.text(1 - x, 1 - y, low, **style)


def _letters(axis: Float[np.ndarray, "3"]) -> tuple[str, str]:
    """The patient's sides at the low and the high end of a picture axis."""
    main = int(np.argmax(np.abs(axis)))
    low, high = _SIDES[main]
    return (low, high) if axis[main] > 0 else (high, low)


def _scale_bar(axes: Axes, camera: Camera) -> None:
    length = 10 / camera.mm_per_pixel
    x, y = 0.03 * camera.width, 0.97 * camera.height
    axes.plot([x, x + length], [y, y], color=MIDDLE, lw=2.2, solid_capstyle="butt")
    axes.text(x + length / 2, y - 0.014 * camera.height, "10 mm", va="bottom", **_LETTER)
