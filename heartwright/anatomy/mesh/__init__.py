"""LabelMap → Surface → Solid: extract, offset, open, cut and measure."""

from heartwright.anatomy.mesh.centreline import Centreline, centrelines
from heartwright.anatomy.mesh.certificate import Certificate, certify
from heartwright.anatomy.mesh.coat import CoatedCore, coated_core
from heartwright.anatomy.mesh.coat_release import Release, release
from heartwright.anatomy.mesh.connectors import Kind
from heartwright.anatomy.mesh.cut import cut_box, cut_curve, cut_plane
from heartwright.anatomy.mesh.decimate import Decimated, decimated
from heartwright.anatomy.mesh.engrave import engraved
from heartwright.anatomy.mesh.extract import surface_from_labels
from heartwright.anatomy.mesh.hinge import Hinge
from heartwright.anatomy.mesh.joints import Joints
from heartwright.anatomy.mesh.mend import as_solid
from heartwright.anatomy.mesh.mould import Mould, MouldSizes, mould
from heartwright.anatomy.mesh.mould_parting import parting_plane
from heartwright.anatomy.mesh.opening import Opening
from heartwright.anatomy.mesh.port import port
from heartwright.anatomy.mesh.probe import distance, inside
from heartwright.anatomy.mesh.section import section, split
from heartwright.anatomy.mesh.shells import bodies, cavities
from heartwright.anatomy.mesh.split_pieces import fitting_pieces
from heartwright.anatomy.mesh.tube import tube
from heartwright.anatomy.mesh.voxels import voxelise
from heartwright.anatomy.mesh.wall import Wall, thickness, wall
from heartwright.anatomy.mesh.wall_by_label import thickness_by_label, thickness_from_points
from heartwright.anatomy.mesh.wall_merged import merged, merged_places

__all__ = [
    "Centreline",
    "Certificate",
    "CoatedCore",
    "Decimated",
    "Hinge",
    "Joints",
    "Kind",
    "Mould",
    "MouldSizes",
    "Opening",
    "Release",
    "Wall",
    "as_solid",
    "bodies",
    "cavities",
    "centrelines",
    "certify",
    "coated_core",
    "cut_box",
    "cut_curve",
    "cut_plane",
    "decimated",
    "distance",
    "engraved",
    "fitting_pieces",
    "inside",
    "merged",
    "merged_places",
    "mould",
    "parting_plane",
    "port",
    "release",
    "section",
    "split",
    "surface_from_labels",
    "thickness",
    "thickness_by_label",
    "thickness_from_points",
    "tube",
    "voxelise",
    "wall",
]
