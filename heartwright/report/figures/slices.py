"""Three slices through a scan, with the outline of what was segmented."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Num
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from scipy.ndimage import map_coordinates

from heartwright.data import Grid, LabelMap, Solid, Volume
from heartwright.report.figures.style import MIDDLE, drawing, png

_PIXEL_MM = 0.5
_MARGIN_MM = 30.0  # of the scan, shown around the structure
_CT_WINDOW = (-150.0, 650.0)  # HU: contrast-filled blood bright, fat and lung dark
_OUTLINE = "#ff5d4f"  # stands out from grey
_WORDS: dict[str, Any] = {  # readable on dark and on bright tissue
    "color": "white",
    "ha": "center",
    "path_effects": [withStroke(linewidth=2, foreground="#00000090")],
}


@dataclass(frozen=True)
class _Plane:
    """A patient plane: which LPS axes run right and down in the picture, and their letters."""

    name: str
    across: int
    down: int
    flipped: bool  # the vertical axis grows upwards
    letters: tuple[str, str, str, str]  # left, right, top, bottom

    @property
    def normal(self) -> int:
        return 3 - self.across - self.down


_PLANES = (
    _Plane("axial", 0, 1, flipped=False, letters=("R", "L", "A", "P")),
    _Plane("coronal", 0, 2, flipped=True, letters=("R", "L", "S", "I")),
    _Plane("sagittal", 1, 2, flipped=True, letters=("A", "P", "S", "I")),
)


def slice_figure(
    volume: Volume, outlined: LabelMap | Solid, *, point: Float[np.ndarray, "3"]
) -> bytes:
    """Axial, coronal and sagittal slice through a point, with the structure's outline (PNG).

    The slices follow the patient's axes however the scan lies; they are seen as radiologists see
    them: axial from the feet, coronal from the front, sagittal from the left.

    Args:
        volume: the scan.
        outlined: labels (every structure is outlined) or a solid (its section is drawn).
        point: LPS mm.
    """
    low, high = _region(outlined)
    limits = _window(volume)
    with drawing(11.0, 4.05) as figure:
        for axes, plane in zip(figure.subplots(1, 3), _PLANES, strict=True):
            extent = (low[plane.across], high[plane.across], low[plane.down], high[plane.down])
            where = _lattice(plane, low, high, point)
            grey = _sampled(volume.values, volume.grid, where, order=1)
            axes.imshow(
                grey, cmap="gray", vmin=limits[0], vmax=limits[1], extent=extent, origin="lower"
            )
            _outline(axes, outlined, plane, where, point)
            axes.set(xlim=extent[:2], ylim=extent[2:] if plane.flipped else extent[:1:-1])
            axes.set_axis_off()
            _annotate(axes, plane, float(point[plane.normal]))
        return png(figure)


def _region(outlined: LabelMap | Solid) -> Float[np.ndarray, "2 3"]:
    """Lower and upper corner of a cube around the structure, so that all slices share one scale."""
    low, high = outlined.bounds if isinstance(outlined, Solid) else _labelled(outlined)
    half = (high - low).max() / 2 + _MARGIN_MM
    return np.array([(low + high) / 2 - half, (low + high) / 2 + half])


def _labelled(labels: LabelMap) -> Float[np.ndarray, "2 3"]:
    """Bounds of everything that is labelled; of the whole grid where nothing is."""
    where = labels.values > 0
    points = labels.grid.to_lps(np.argwhere(where if where.any() else np.ones_like(where)))
    return np.array([points.min(axis=0), points.max(axis=0)])


def _window(volume: Volume) -> tuple[float, float]:
    if volume.modality == "CT":
        return _CT_WINDOW
    low, high = np.percentile(volume.values, [1, 99.5])
    return float(low), float(high)


def _lattice(
    plane: _Plane,
    low: Float[np.ndarray, "3"],
    high: Float[np.ndarray, "3"],
    point: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "row col 3"]:
    """Points of the slice in LPS mm; rows along the plane's vertical axis."""
    across, down = (
        np.arange(low[axis], high[axis], _PIXEL_MM) + _PIXEL_MM / 2
        for axis in (plane.across, plane.down)
    )
    where = np.empty((len(down), len(across), 3))
    where[..., plane.across] = across
    where[..., plane.down] = down[:, None]
    where[..., plane.normal] = point[plane.normal]
    return where


def _sampled(
    values: Num[np.ndarray, "i j k"],
    grid: Grid,
    where: Float[np.ndarray, "row col 3"],
    *,
    order: int,
) -> Num[np.ndarray, "row col"]:
    index = np.moveaxis(grid.to_index(where), -1, 0)
    outside = values.min()  # air around a scan, background around labels
    return map_coordinates(values, index, order=order, mode="constant", cval=outside)


def _outline(
    axes: Axes,
    outlined: LabelMap | Solid,
    plane: _Plane,
    where: Float[np.ndarray, "row col 3"],
    point: Float[np.ndarray, "3"],
) -> None:
    if isinstance(outlined, Solid):
        axes.add_collection(
            LineCollection(list(_section(outlined, plane, point)), colors=_OUTLINE, lw=1.3)
        )
        return
    found = _sampled(outlined.values, outlined.grid, where, order=0)
    x, y = where[0, :, plane.across], where[:, 0, plane.down]
    for label in np.unique(found[found > 0]):
        mask: Bool[np.ndarray, "row col"] = found == label
        axes.contour(x, y, mask.astype(np.float32), levels=[0.5], colors=[_OUTLINE], linewidths=1.1)


def _section(
    solid: Solid, plane: _Plane, point: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "segment 2 2"]:
    """The solid's section by the slice, as line segments in the slice's axes."""
    from trimesh import Trimesh
    from trimesh.intersections import mesh_plane

    normal = np.eye(3)[plane.normal]
    mesh = Trimesh(solid.vertices, solid.faces, process=False)
    return np.asarray(mesh_plane(mesh, normal, point))[..., [plane.across, plane.down]]


def _annotate(axes: Axes, plane: _Plane, position: float) -> None:
    """Patient sides, the slice's name and position, and a scale of 20 mm."""
    left, right, top, bottom = plane.letters
    for letter, x, y in (
        (left, 0.03, 0.5),
        (right, 0.97, 0.5),
        (top, 0.5, 0.965),
        (bottom, 0.5, 0.035),
    ):
        axes.text(x, y, letter, transform=axes.transAxes, va="center", weight="bold", **_WORDS)
    where = f"{round(position):+d}".replace("-", "−").replace("+0", "0")
    axes.set_title(f"{plane.name} · {'LPS'[plane.normal]} {where} mm", color=MIDDLE)
    (x0, x1), (bottom_mm, top_mm) = axes.get_xlim(), axes.get_ylim()
    height = top_mm - bottom_mm
    foot = bottom_mm + 0.06 * height
    start = x0 + 0.05 * (x1 - x0)
    axes.plot([start, start + 20], [foot, foot], color="white", lw=2.5, solid_capstyle="butt")
    axes.text(start + 10, foot + 0.02 * height, "20 mm", fontsize=8, **_WORDS)
