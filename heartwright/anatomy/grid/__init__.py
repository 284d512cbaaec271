"""Fields on grids: smooth distances of labels, grey-level edges, resampling."""

from heartwright.anatomy.grid.edge import sharpened
from heartwright.anatomy.grid.field import Field, bounding_box, largest_component
from heartwright.anatomy.grid.smooth import smooth_distance

__all__ = ["Field", "bounding_box", "largest_component", "sharpened", "smooth_distance"]
