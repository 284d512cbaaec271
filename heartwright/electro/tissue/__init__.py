"""Coupled cells: monodomain tissue on any mask of a regular 2-D or 3-D grid."""

from heartwright.electro.tissue.domain import Stimulus, Tissue
from heartwright.electro.tissue.simulate import simulate
from heartwright.electro.tissue.simulation import Simulation

__all__ = ["Simulation", "Stimulus", "Tissue", "simulate"]
