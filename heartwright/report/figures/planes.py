"""The patient's three planes as radiologists see them, and what a scan and a solid look like there.

Axial slices are seen from the feet, coronal ones from the front, sagittal ones from the left.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from scipy.ndimage import map_coordinates

from heartwright.data import Grid, LabelMap, Solid, Volume
from heartwright.report.figures.style import MIDDLE

PIXEL_MM = 0.5
MODEL = "#ff5d4f"  # stands out from grey
LABELS = "#4fc3ff"
_CT_WINDOW = (-150.0, 650.0)  # HU: contrast-filled blood bright, fat and lung dark
_AIR_HU = -900.0  # where a percent of all voxels is as dark, the values are HU
_WORDS: dict[str, Any] = {  # readable on dark and on bright tissue
    "color": "white",
    "ha": "center",
    "path_effects": [withStroke(linewidth=2, foreground="#00000090")],
}

Box = Float[np.ndarray, "2 3"]  # lower and upper corner, LPS mm
Lattice = Float[np.ndarray, "row col 3"]


@dataclass(frozen=True)
class Plane:
    """A patient plane: which LPS axes run right and down in the picture, and their letters."""

    name: str
    across: int
    down: int
    flipped: bool  # the vertical axis grows upwards
    letters: tuple[str, str, str, str]  # left, right, top, bottom

    @property
    def normal(self) -> int:
        """The LPS axis that looks at us."""
        return 3 - self.across - self.down


PLANES = (
    Plane("axial", 0, 1, flipped=False, letters=("R", "L", "A", "P")),
    Plane("coronal", 0, 2, flipped=True, letters=("R", "L", "S", "I")),
    Plane("sagittal", 1, 2, flipped=True, letters=("A", "P", "S", "I")),
)


def window(volume: Volume) -> tuple[float, float]:
    """Grey values of black and white: for contrast-filled hearts in CT, else almost all there are.

    A file that does not name its modality is CT where it has values that only HU have.
    """
    low, high = (float(x) for x in np.percentile(volume.values, [1, 99.5]))
    if volume.modality == "CT" or (not volume.modality and low <= _AIR_HU):
        return _CT_WINDOW
    return low, high


def draw_slice(
    axes: Axes, volume: Volume, plane: Plane, *, box: Box, at: float, limits: tuple[float, float]
) -> Lattice:
    """A slice of a scan within a box, with the patient's sides and a scale.

    Args:
        axes: drawn on.
        volume: the scan, however it lies.
        plane: which way.
        box: what is shown.
        at: place along the plane's normal, LPS mm.
        limits: grey values of black and white.

    Returns:
        The points of the picture's pixels, LPS mm.
    """
    low, high = box
    extent = (low[plane.across], high[plane.across], low[plane.down], high[plane.down])
    where = lattice(plane, box, at)
    grey = _sampled(volume.values, volume.grid, where, order=1)
    axes.imshow(grey, cmap="gray", vmin=limits[0], vmax=limits[1], extent=extent, origin="lower")
    axes.set(xlim=extent[:2], ylim=extent[2:] if plane.flipped else extent[:1:-1])
    axes.set_axis_off()
    _annotate(axes, plane, at)
    return where


def draw_section(axes: Axes, solid: Solid, plane: Plane, at: float, *, colour: str = MODEL) -> None:
    """The curves in which a slice cuts a solid, as exact as its triangles."""
    segments = section(solid, plane, at)
    axes.add_collection(LineCollection(list(segments), colors=colour, lw=1.3))


def draw_labels(axes: Axes, labels: LabelMap, plane: Plane, where: Lattice, *, colour: str) -> None:
    """The outline of every label in a slice."""
    found = _sampled(labels.values, labels.grid, where, order=0)
    x, y = where[0, :, plane.across], where[:, 0, plane.down]
    for label in np.unique(found[found > 0]):
        mask = (found == label).astype(np.float32)
        axes.contour(x, y, mask, levels=[0.5], colors=[colour], linewidths=1.0)


def section(solid: Solid, plane: Plane, at: float) -> Float[np.ndarray, "segment 2 2"]:
    """A solid's section by a slice, as line segments in the slice's axes."""
    from trimesh import Trimesh
    from trimesh.intersections import mesh_plane

    normal = np.eye(3)[plane.normal]
    mesh = Trimesh(solid.vertices, solid.faces, process=False)
    return np.asarray(mesh_plane(mesh, normal, at * normal))[..., [plane.across, plane.down]]


def lattice(plane: Plane, box: Box, at: float) -> Lattice:
    """Points of a slice, LPS mm; rows along the plane's vertical axis."""
    low, high = box
    across, down = (
        np.arange(low[axis], high[axis], PIXEL_MM) + PIXEL_MM / 2
        for axis in (plane.across, plane.down)
    )
    where = np.empty((len(down), len(across), 3))
    where[..., plane.across] = across
    where[..., plane.down] = down[:, None]
    where[..., plane.normal] = at
    return where


def _sampled(
    values: Num[np.ndarray, "i j k"], grid: Grid, where: Lattice, *, order: int
) -> Num[np.ndarray, "row col"]:
    index = np.moveaxis(grid.to_index(where), -1, 0)
    outside = values.min()  # air around a scan, background around labels
    return map_coordinates(values, index, order=order, mode="constant", cval=outside)


def _annotate(axes: Axes, plane: Plane, position: float) -> None:
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
