"""A planned site on paper: each level seen along its axis, and the lumen cut along that axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heartwright.data import RESEARCH_ONLY, Diameters
from heartwright.report.figures.ostium import greatest, least
from heartwright.report.figures.style import BLUE, GREEN, INK, MIDDLE, QUIET, RED, drawing, drawn
from heartwright.report.views import View

Loop = Float[np.ndarray, "_ 3"]  # each of its own length
Flat = Float[np.ndarray, "_ 2"]
Vector = Float[np.ndarray, "3"]

_UPRIGHT = 0.95  # |cosine| to the head above which a view's own "up" is the front of the chest
_SIDES = {"H": (0, 0, 1), "A": (0, -1, 0), "L": (1, 0, 0)}  # head, front, the patient's left
_NOTED = 0.35  # share of a direction that must lie in the picture to be noted


@dataclass(frozen=True, eq=False)
class Level:
    """A section across a site's axis, with its outline in the lumen."""

    name: str
    point: Vector  # LPS mm
    normal: Vector  # unit, distal
    loop: Loop
    diameters: Diameters
    uncertainty: Mapping[str, float]  # "min", "max", "perimeter", "area" diameter → ± mm
    device: Sequence[Loop] = field(default=())  # a deployed device's curves in the same plane


def en_face_figure(level: Level, *, side: str) -> bytes:
    """A level's outline with its diameters and their uncertainty, seen along the axis (PNG).

    Args:
        level: what is drawn.
        side: from where, "proximal" (the atrium, the ventricle) or "distal" (the aorta).
    """
    axes_lps = en_face(level.normal, side=side)
    with drawing(4.8, 4.8) as figure:
        axes = figure.add_subplot()
        _outline(axes, (level.loop - level.point) @ axes_lps[:2].T, level)
        for loop in level.device:
            _device(axes, (loop - level.point) @ axes_lps[:2].T)
        _directions(axes, axes_lps)
        axes.set(xlabel="(mm)", ylabel="(mm)")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, handlelength=1.2)
        _frame(figure, level.name.capitalize())
        return drawn(figure, "png")


def long_axis_figure(
    loops: Sequence[Loop],
    levels: Sequence[Level],
    *,
    across: Vector,
    device: Sequence[Loop] = (),
    reach_mm: float,
) -> bytes:
    """The lumen cut along the axis of its first level, distal up (PNG).

    Args:
        loops: the lumen's curves in the plane, LPS mm.
        levels: drawn as lines; the first one's point is the origin.
        across: unit vector in the plane, across the axis.
        device: a deployed device's curves in the same plane.
        reach_mm: how far from the origin the picture goes, at most.
    """
    first = levels[0]
    axes_lps = np.stack([across, first.normal])
    with drawing(4.8, 4.8) as figure:
        axes = figure.add_subplot()
        for loop in loops:
            flat = (loop - first.point) @ axes_lps.T
            axes.fill(*flat.T, color=RED, alpha=0.08)
            axes.plot(*np.vstack([flat, flat[:1]]).T, color=INK, lw=1.6)
        for loop in device:
            _device(axes, (loop - first.point) @ axes_lps.T)
        for level, colour in zip(levels, (RED, BLUE, MIDDLE), strict=False):
            ends = (level.loop - first.point) @ axes_lps.T
            low, high = ends[:, 0].min(), ends[:, 0].max()
            height = float((level.point - first.point) @ first.normal)
            axes.plot([low, high], [height, height], color=colour, lw=1.8, label=level.name)
        axes.set_aspect("equal")
        for low, high, limit in (
            (*axes.get_xlim(), axes.set_xlim),
            (*axes.get_ylim(), axes.set_ylim),
        ):
            limit(max(low, -reach_mm), min(high, reach_mm))
        axes.set(xlabel="across (mm)", ylabel="along the axis, distal up (mm)")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, handlelength=1.2)
        _frame(figure, "Long axis")
        return drawn(figure, "png")


def en_face(normal: Vector, *, side: str) -> Float[np.ndarray, "3 3"]:
    """Right, up and towards the viewer of a section seen along its axis, LPS; up is the head."""
    towards = normal if side == "distal" else -normal
    up = (0.0, -1.0, 0.0) if abs(towards[2]) > _UPRIGHT else (0.0, 0.0, 1.0)
    x, y, z = towards.tolist()
    return View("en face", (x, y, z), up).axes


def widest(level: Level) -> Vector:
    """Unit vector along a level's greatest diameter, LPS."""
    axes = en_face(level.normal, side="distal")[:2]
    a, b = greatest((level.loop - level.point) @ axes.T)
    along = (b - a) @ axes
    unit: Vector = along / np.linalg.norm(along)
    return unit


def _outline(axes: Axes, outline: Flat, level: Level) -> None:
    d, off = level.diameters, level.uncertainty
    axes.fill(*outline.T, color=RED, alpha=0.08)
    axes.plot(*np.vstack([outline, outline[:1]]).T, color=INK, lw=1.8)
    for ends, value, name, colour in (
        (greatest(outline), d.d_max_mm, "max", RED),
        (least(outline), d.d_min_mm, "min", BLUE),
    ):
        arrow = {"arrowstyle": "<|-|>", "color": colour, "lw": 1.4}
        axes.annotate("", ends[0], ends[1], arrowprops=arrow)
        axes.plot([], [], color=colour, label=f"{name} {value:.1f} ± {off[name]:.1f} mm")
    for value, name, words in (
        (d.d_perimeter_mm, "perimeter", "perimeter / π"),
        (d.d_area_mm, "area", "2 √(area / π)"),
    ):
        axes.plot([], [], " ", label=f"{words} {value:.1f} ± {off[name]:.1f} mm")
    axes.set_aspect("equal")
    axes.margins(0.14)


def _frame(figure: Figure, title: str) -> None:
    figure.suptitle(title, fontsize=10, fontweight="bold")
    figure.supxlabel(RESEARCH_ONLY, color=QUIET, fontsize=7)


def _device(axes: Axes, flat: Flat) -> None:
    axes.fill(*flat.T, color=GREEN, alpha=0.18)
    axes.plot(*np.vstack([flat, flat[:1]]).T, color=GREEN, lw=1.4)


def _directions(axes: Axes, axes_lps: Float[np.ndarray, "3 3"]) -> None:
    """Head, front and left of the patient at the picture's edge."""
    for letter, direction in _SIDES.items():
        flat = axes_lps[:2] @ np.array(direction, dtype=np.float64)
        length = float(np.linalg.norm(flat))
        if length > _NOTED:
            x, y = 0.5 + 0.46 * flat / length
            axes.text(x, y, letter, transform=axes.transAxes, ha="center", va="center", color=QUIET)
