"""APHYN-EP: physics and a learned residual, trained together on action potentials."""

from heartwright.electro.hybrid.forecast import forecast
from heartwright.electro.hybrid.learn import learn
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.residual import NoResidual, Residual, initial_residual
from heartwright.electro.hybrid.settings import Settings

__all__ = [
    "Hybrid",
    "NoResidual",
    "Residual",
    "Settings",
    "forecast",
    "initial_residual",
    "learn",
]
