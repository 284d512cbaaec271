"""An ostium in its own plane, and the device sizes that it falls to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from heartwright.data import Candidate, Diameters
from heartwright.planning.devices import Family, Size, watchman_flx
from heartwright.report.figures.style import BLUE, GREEN, INK, QUIET, RED, drawing, svg

_HALO: dict[str, Any] = {"path_effects": [withStroke(linewidth=2.5, foreground="white")]}


def ostium_figure(
    loop: Float[np.ndarray, "vertex 3"],
    ostium: Diameters,
    candidates: Sequence[Candidate],
    *,
    family: Family = watchman_flx.FAMILY,
) -> bytes:
    """The ostium's outline with its calipers, and where its measure falls among the sizes (SVG).

    Args:
        loop: the outline, LPS mm, in one plane.
        ostium: its diameters, written beside the calipers.
        candidates: the sizes that fit; all of one measure.
        family: the devices whose sizes are charted.
    """
    with drawing(9.6, 3.9) as figure:
        left, right = figure.subplots(1, 2)
        _outline(left, in_plane(loop), ostium)
        _bands(right, family, candidates)
        _measured(right, family, family.measured(ostium))
        return svg(figure)


def in_plane(loop: Float[np.ndarray, "vertex 3"]) -> Float[np.ndarray, "vertex 2"]:
    """A flat loop in its own plane's axes, centred, mm; its longest spread lies across."""
    centred = loop - loop.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return centred @ axes[:2].T


def greatest(outline: Float[np.ndarray, "vertex 2"]) -> Float[np.ndarray, "2 2"]:
    """The two points of an outline that lie furthest apart."""
    apart = np.linalg.norm(outline[:, None] - outline[None], axis=-1)
    return outline[list(np.unravel_index(np.argmax(apart), apart.shape))]


def least(outline: Float[np.ndarray, "vertex 2"]) -> Float[np.ndarray, "2 2"]:
    """The least caliper width: from the furthest point to the jaw that it is measured from.

    One jaw of the narrowest caliper lies along an edge of the convex hull.
    """
    from scipy.spatial import ConvexHull

    hull = outline[ConvexHull(outline).vertices]
    edges = np.roll(hull, -1, axis=0) - hull
    inward = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    inward /= np.linalg.norm(inward, axis=1, keepdims=True)
    heights = ((hull[None] - hull[:, None]) * inward[:, None]).sum(axis=-1)
    edge = int(np.argmin(heights.max(axis=1)))
    far = hull[int(np.argmax(heights[edge]))]
    return np.array([far, far - heights[edge].max() * inward[edge]])


def _outline(axes: Axes, outline: Float[np.ndarray, "vertex 2"], ostium: Diameters) -> None:
    closed = np.vstack([outline, outline[:1]])
    axes.fill(*closed.T, color=RED, alpha=0.08)
    axes.plot(*closed.T, color=INK, lw=1.8)
    for ends, value, name, colour in (
        (greatest(outline), ostium.d_max_mm, "max", RED),
        (least(outline), ostium.d_min_mm, "min", BLUE),
    ):
        axes.annotate(
            "", ends[0], ends[1], arrowprops={"arrowstyle": "<|-|>", "color": colour, "lw": 1.4}
        )
        axes.plot([], [], color=colour, label=f"{name} {value:.1f} mm")
    axes.plot([], [], " ", label=f"perimeter / π {ostium.d_perimeter_mm:.1f} mm")
    axes.plot([], [], " ", label=f"2 √(area / π) {ostium.d_area_mm:.1f} mm")
    axes.set_aspect("equal")
    axes.margins(0.08)
    axes.set(xlabel="in the ostium's plane (mm)", ylabel="(mm)", title="Diameters")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, handlelength=1.2)


def _bands(axes: Axes, family: Family, candidates: Sequence[Candidate]) -> None:
    """One bar a size; every size that takes the measured value stands out."""
    fitting = {(candidate.name, candidate.size_mm): candidate for candidate in candidates}
    for row, size in enumerate(family.sizes):
        fits = fitting.get((size.name, size.size_mm))
        width = size.most - size.least
        colour, strength = (QUIET, 0.35) if fits is None else (GREEN, 0.9)
        axes.barh(row, width, left=size.least, height=0.52, color=colour, alpha=strength)
        words: dict[str, Any] = {"va": "center", "fontsize": 8, **_HALO}
        words["color"] = QUIET if fits is None else INK
        axes.text(size.least - 0.3, row, f"{size.least:.1f}", ha="right", **words)
        note = "" if fits is None else f"  {fits.compression:.0%} compressed"
        axes.text(size.most + 0.3, row, f"{size.most:.1f}{note}", ha="left", **words)
    axes.set_yticks(range(len(family.sizes)), [_label(size, family) for size in family.sizes])
    axes.set_title(family.name)


def _measured(axes: Axes, family: Family, value: float) -> None:
    """The measure that decides, as a line through all bars."""
    axes.axvline(value, color=RED, lw=1.4, zorder=0)
    axes.text(
        value, -0.6, f"measured {value:.1f} {family.unit}", color=RED, ha="center", fontsize=8.5
    )
    least, most = family.limits
    axes.set_xlim(min(least, value) - 3, max(most, value) + 5)
    axes.set_ylim(len(family.sizes) - 0.4, -1.1)
    verified = all(size.verified for size in family.sizes)
    caution = "" if verified else "\nnot every row is checked against the instructions for use"
    axes.set_xlabel(f"{family.measure} ({family.unit}){caution}")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _label(size: Size, family: Family) -> str:
    return f"{size.name.removeprefix(family.name)} {size.size_mm:g} mm".strip()
