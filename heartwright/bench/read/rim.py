"""The annulus' rim in a photograph: an ellipse that a circle seen from the side makes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import ndimage

from heartwright.data import GeometryError, InputError

FEWEST = 5  # points that fix an ellipse

_ROUND = 0.03  # how far a disc's area may be from that of its ellipse
_LEAST_PX = 20.0  # shorter semi-axis
_FLATTEST = 0.4  # shorter / longer semi-axis: a tilt of 66°

Picture = Float[np.ndarray, "row column"]


@dataclass(frozen=True, eq=False)
class Rim:
    """An ellipse, and the map that makes it the unit circle without turning it."""

    centre: Float[np.ndarray, "2"]  # column, row (pixels)
    to_unit: Float[np.ndarray, "2 2"]  # symmetric
    residual_px: float  # root mean square of the points off it

    @property
    def semi_axes_px(self) -> tuple[float, float]:
        """Shorter and longer."""
        longest, shortest = np.linalg.eigvalsh(self.to_unit)
        return 1 / float(shortest), 1 / float(longest)


def rim_from_points(points: Float[np.ndarray, "point 2"]) -> Rim:
    """The ellipse through five points (column, row), or nearest to more.

    Raises:
        InputError: fewer than five points, or no ellipse goes through them.
    """
    if len(points) < FEWEST:
        raise InputError(f"the rim takes at least {FEWEST} points, not {len(points)}.")
    middle, scale = points.mean(axis=0), float(points.std()) or 1.0
    x, y = ((points - middle) / scale).T
    terms = np.stack([x * x, x * y, y * y, x, y], axis=1)
    (a, b, c, d, e), _, rank, _ = np.linalg.lstsq(terms, np.ones(len(x)), rcond=1e-9)
    form = np.array([[a, b / 2], [b / 2, c]])
    if rank < len(terms.T) or not np.linalg.eigvalsh(form)[0] > 1e-6:
        raise InputError("the rim's points lie on no ellipse; click them all around the annulus.")
    centre = -np.linalg.solve(form, [d, e]) / 2
    to_unit = _root(form / (1 + centre @ form @ centre)) / scale
    rim = Rim(middle + scale * centre, to_unit, 0.0)
    off = (np.linalg.norm((points - rim.centre) @ to_unit, axis=1) - 1) * np.mean(rim.semi_axes_px)
    return _checked(Rim(rim.centre, to_unit, float(np.sqrt((off**2).mean()))))


def rim_of_disc(picture: Picture) -> Rim:
    """The outline of the bright disc that the lumen without a device is, by its moments.

    Raises:
        GeometryError: the brightest area is no ellipse.
    """
    low, high = np.percentile(ndimage.median_filter(picture, 3), [2, 99.5])
    labels, bodies = ndimage.label(picture > (low + high) / 2)
    sizes = np.bincount(labels.ravel(), minlength=2)[1:]
    disc = ndimage.binary_fill_holes(labels == 1 + int(sizes.argmax())) & (bodies > 0)
    rows, columns = np.nonzero(disc)
    if len(rows) < np.pi * _LEAST_PX**2:
        raise GeometryError("no bright lumen is seen without the device; give --rim points.")
    moments = 4 * np.cov(np.stack([columns, rows]))
    if abs(len(rows) / (np.pi * np.sqrt(np.linalg.det(moments))) - 1) > _ROUND:
        raise GeometryError(
            "the bright area without the device is no ellipse; give --rim points of the annulus."
        )
    centre = np.array([columns.mean(), rows.mean()])
    return _checked(Rim(centre, _root(np.linalg.inv(moments)), 0.5))


def _root(form: Float[np.ndarray, "2 2"]) -> Float[np.ndarray, "2 2"]:
    values, vectors = np.linalg.eigh(form)
    root: Float[np.ndarray, "2 2"] = (vectors * np.sqrt(values)) @ vectors.T
    return root


def _checked(rim: Rim) -> Rim:
    short, long = rim.semi_axes_px
    if short < _LEAST_PX or short < _FLATTEST * long:
        raise InputError(
            f"the rim is {2 * long:.0f} × {2 * short:.0f} pixels: too small or seen too much from "
            f"the side; photograph it from nearer, along the axis."
        )
    return rim
