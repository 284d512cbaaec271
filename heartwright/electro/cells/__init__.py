"""Cell models: one paper, one file."""

from heartwright.electro.cells.cell import AbstractCell, at_rest, on_nodes
from heartwright.electro.cells.mitchell_schaeffer import MitchellSchaeffer
from heartwright.electro.cells.ten_tusscher_2006 import TenTusscher2006

__all__ = ["AbstractCell", "MitchellSchaeffer", "TenTusscher2006", "at_rest", "on_nodes"]
