"""Cell models: one paper, one file."""

from heartwright.electro.cells.aliev_panfilov import AlievPanfilov
from heartwright.electro.cells.cell import AbstractCell, at_rest, on_nodes
from heartwright.electro.cells.fenton_karma import FentonKarma
from heartwright.electro.cells.fitzhugh_nagumo import FitzHughNagumo
from heartwright.electro.cells.mitchell_schaeffer import (
    MitchellSchaeffer,
    SmoothMitchellSchaeffer,
    UnclosedMitchellSchaeffer,
)
from heartwright.electro.cells.ten_tusscher_2006 import TenTusscher2006

__all__ = [
    "AbstractCell",
    "AlievPanfilov",
    "FentonKarma",
    "FitzHughNagumo",
    "MitchellSchaeffer",
    "SmoothMitchellSchaeffer",
    "TenTusscher2006",
    "UnclosedMitchellSchaeffer",
    "at_rest",
    "on_nodes",
]
