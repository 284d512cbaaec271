"""APHYN-EP: physics and a learned residual, trained together on action potentials."""

from heartwright.electro.hybrid.forecast import forecast
from heartwright.electro.hybrid.learn import learn
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.published import Published
from heartwright.electro.hybrid.residual import (
    MLP,
    AbstractResidual,
    Architecture,
    Fourier,
    Gated,
    NoResidual,
    ResNet,
    initial_residual,
)
from heartwright.electro.hybrid.seeds import learn_seeds
from heartwright.electro.hybrid.settings import Settings

__all__ = [
    "MLP",
    "AbstractResidual",
    "Architecture",
    "Fourier",
    "Gated",
    "Hybrid",
    "NoResidual",
    "Published",
    "ResNet",
    "Settings",
    "forecast",
    "initial_residual",
    "learn",
    "learn_seeds",
]
