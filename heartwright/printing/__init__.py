"""Solids to print: files in and out, what a printer will make of them, PrusaSlicer's view."""

from heartwright.printing.files import Part, read_surface, write_3mf, write_ply, write_stl
from heartwright.printing.printability import Printability, printability
from heartwright.printing.prusa import PrusaInfo, prusa_info

__all__ = [
    "Part",
    "Printability",
    "PrusaInfo",
    "printability",
    "prusa_info",
    "read_surface",
    "write_3mf",
    "write_ply",
    "write_stl",
]
