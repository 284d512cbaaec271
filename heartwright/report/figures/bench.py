"""What the bench finds: the gap map unrolled, and the light that passes."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from heartwright.bench import Deployment, Transmission
from heartwright.data import RESEARCH_ONLY
from heartwright.report.figures.style import AMBER, INK, QUIET, drawing, drawn, svg

_LEAST_MM = 0.5  # colours reach at least this far, so that a sealed device is not all noise
_MOST_MM = 5.0
_SECTOR = np.pi / 6
_NOTE: dict[str, Any] = {"color": QUIET, "fontsize": 7.5}


def gap_figure(deployment: Deployment) -> bytes:
    """The gap between device and wall, unrolled: angle across, height along the axis up (SVG)."""
    with drawing(6.4, 3.6) as figure:
        axes = figure.add_subplot()
        most = float(np.clip(deployment.gap_mm[deployment.covered].max(), _LEAST_MM, _MOST_MM))
        half = np.diff(deployment.z_mm).mean() / 2
        extent = (0.0, 360.0, deployment.z_mm[0] - half, deployment.z_mm[-1] + half)
        shown = axes.imshow(
            deployment.gap_mm,
            origin="lower",
            extent=extent,
            aspect="auto",
            cmap="magma_r",
            vmin=0,
            vmax=most,
            interpolation="nearest",
        )
        figure.colorbar(shown, ax=axes, label="gap (mm)", extend="max").outline.set_visible(False)
        _cover(axes, deployment)
        body = deployment.body
        axes.set(
            xlabel="angle around the axis (°)",
            ylabel="height above the site (mm)",
            title=f"{body.name} {body.size_mm:g} mm, "
            f"{deployment.shoulder_compression:.0%} compressed",
            xticks=range(0, 361, 60),
        )
        figure.supxlabel(RESEARCH_ONLY, **_NOTE)
        return svg(figure)


def light_figure(light: Transmission) -> bytes:
    """The light behind the device, and each 30° sector's share of what passes without it (PNG)."""
    with drawing(4.6, 5.0) as figure:
        axes = figure.add_subplot()
        half = light.image.shape[0] / 2 * light.pixel_mm
        axes.imshow(
            light.image,
            origin="lower",
            extent=(-half, half, -half, half),
            cmap="gray",
            vmin=0,
            vmax=1,
            interpolation="nearest",
        )
        for number, share in enumerate(light.sector_share):
            angle = (number + 0.5) * _SECTOR
            axes.text(
                0.62 * half * np.cos(angle),
                0.62 * half * np.sin(angle),
                f"{share:.1%}",
                color=AMBER,
                ha="center",
                va="center",
                fontsize=8,
                path_effects=[withStroke(linewidth=2, foreground="black")],
            )
        axes.set(
            xlabel="towards the angle 0° (mm)",
            ylabel="towards 90° (mm)",
            title=f"{light.share:.1%} of the light passes",
        )
        figure.supxlabel(RESEARCH_ONLY, **_NOTE)
        return drawn(figure, "png")


def _cover(axes: Axes, deployment: Deployment) -> None:
    """The ends of the covered part as lines."""
    for height in deployment.sealed_from:
        axes.axhline(height, color=INK, lw=0.8, ls=":")
    axes.text(
        4, deployment.sealed_from[1], "end of the cover", color=INK, fontsize=7.5, va="bottom"
    )
