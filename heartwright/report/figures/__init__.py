"""Figures of records, as bytes: SVG where lines are drawn, PNG and WebP where surfaces are."""

from heartwright.report.figures.bench import gap_figure, light_figure
from heartwright.report.figures.collage import collage
from heartwright.report.figures.levels import levels_figure
from heartwright.report.figures.moving import animation
from heartwright.report.figures.ostium import ostium_figure
from heartwright.report.figures.paper import parts_figure, typical_figure
from heartwright.report.figures.plan_sections import (
    Level,
    en_face_figure,
    long_axis_figure,
    widest,
)
from heartwright.report.figures.plan_views import carm_figure
from heartwright.report.figures.planes import PLANES, Plane
from heartwright.report.figures.rhythm import forecast_figure, learning_figure, traces_figure
from heartwright.report.figures.slices import slice_figure
from heartwright.report.figures.solids import field_figure, solid_figure
from heartwright.report.figures.thickness import thickness_figure
from heartwright.report.figures.tissue import slabs_film, slabs_picture

__all__ = [
    "PLANES",
    "Level",
    "Plane",
    "animation",
    "carm_figure",
    "collage",
    "en_face_figure",
    "field_figure",
    "forecast_figure",
    "gap_figure",
    "learning_figure",
    "levels_figure",
    "light_figure",
    "long_axis_figure",
    "ostium_figure",
    "parts_figure",
    "slabs_film",
    "slabs_picture",
    "slice_figure",
    "solid_figure",
    "thickness_figure",
    "traces_figure",
    "typical_figure",
    "widest",
]
