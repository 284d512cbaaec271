"""LabelMap → Surface → Solid: extract, offset, open, cut and measure."""

from heartwright.anatomy.mesh.centreline import Centreline, centrelines
from heartwright.anatomy.mesh.certificate import Certificate, certify
from heartwright.anatomy.mesh.connectors import Kind
from heartwright.anatomy.mesh.cut import cut_box, cut_curve, cut_plane
from heartwright.anatomy.mesh.engrave import engraved
from heartwright.anatomy.mesh.extract import surface_from_labels
from heartwright.anatomy.mesh.joints import Joints
from heartwright.anatomy.mesh.mend import as_solid
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.port import port
from heartwright.anatomy.mesh.probe import distance, inside
from heartwright.anatomy.mesh.section import section, split
from heartwright.anatomy.mesh.shells import bodies, cavities
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.anatomy.mesh.wall import Wall, thickness, wall

__all__ = [
    "Centreline",
    "Certificate",
    "Joints",
    "Kind",
    "Opening",
    "Wall",
    "as_solid",
    "bodies",
    "cavities",
    "centrelines",
    "certify",
    "cut_box",
    "cut_curve",
    "cut_plane",
    "distance",
    "engraved",
    "inside",
    "port",
    "section",
    "split",
    "surface_from_labels",
    "thickness",
    "voxelise",
    "wall",
]
