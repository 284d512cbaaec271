"""Meshes on disk: every format that is read, and the three that are written."""

from heartwright.printing.files.obj import encode_obj
from heartwright.printing.files.ply import write_ply
from heartwright.printing.files.read import read_surface
from heartwright.printing.files.stl import encode_stl, write_stl
from heartwright.printing.files.threemf import Part, read_provenance, write_3mf

__all__ = [
    "Part",
    "encode_obj",
    "encode_stl",
    "read_provenance",
    "read_surface",
    "write_3mf",
    "write_ply",
    "write_stl",
]
