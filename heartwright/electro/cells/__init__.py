"""Cell models: one paper, one file."""

from heartwright.electro.cells.cell import AbstractCell, at_rest, on_nodes
from heartwright.electro.cells.mitchell_schaeffer import MitchellSchaeffer

__all__ = ["AbstractCell", "MitchellSchaeffer", "at_rest", "on_nodes"]
