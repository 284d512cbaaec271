"""The learned part of the dynamics: small networks that complete the physics' rates."""

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, NoResidual
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.build import initial_residual
from heartwright.electro.hybrid.residual.fourier import Fourier
from heartwright.electro.hybrid.residual.gated import Gated
from heartwright.electro.hybrid.residual.mlp import MLP
from heartwright.electro.hybrid.residual.resnet import ResNet

__all__ = [
    "MLP",
    "AbstractResidual",
    "Architecture",
    "Fourier",
    "Gated",
    "NoResidual",
    "ResNet",
    "initial_residual",
]
