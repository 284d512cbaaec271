"""Gauss–Newton for trajectories: sensitivities along the path, normal equations, damping."""

from heartwright.electro.hybrid.newton.arrow import Arrow
from heartwright.electro.hybrid.newton.equations import Observed, normal_equations, squares
from heartwright.electro.hybrid.newton.system import AbstractSystem

__all__ = ["AbstractSystem", "Arrow", "Observed", "normal_equations", "squares"]
