"""Two planar angiograms of a vessel to its middle and radius in space."""

from heartwright.anatomy.imaging.angiography.camera import Camera
from heartwright.anatomy.imaging.angiography.reconstruct import Misfit, Reconstruction, reconstruct
from heartwright.anatomy.imaging.angiography.shadow import shadow
from heartwright.anatomy.imaging.angiography.table import read_trace
from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.anatomy.imaging.angiography.xa import View, read_view

__all__ = [
    "Camera",
    "Misfit",
    "Reconstruction",
    "Trace",
    "View",
    "read_trace",
    "read_view",
    "reconstruct",
    "shadow",
]
