"""LabelMap → Surface → Solid: extract, offset, open, cut and measure."""

from heartwright.anatomy.mesh.extract import surface_from_labels
from heartwright.anatomy.mesh.mend import as_solid
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.probe import distance, inside
from heartwright.anatomy.mesh.section import section, split
from heartwright.anatomy.mesh.shells import bodies, cavities
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.anatomy.mesh.wall import Wall, thickness, wall

__all__ = [
    "Opening",
    "Wall",
    "as_solid",
    "bodies",
    "cavities",
    "distance",
    "inside",
    "section",
    "split",
    "surface_from_labels",
    "thickness",
    "voxelise",
    "wall",
]
