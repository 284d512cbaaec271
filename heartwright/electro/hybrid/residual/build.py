"""From an architecture to a network that has learned nothing yet."""

from collections.abc import Callable, Mapping

import numpy as np

from heartwright.electro.hybrid.residual.abstract import AbstractResidual, NoResidual
from heartwright.electro.hybrid.residual.architecture import Architecture
from heartwright.electro.hybrid.residual.fourier import initial_fourier
from heartwright.electro.hybrid.residual.gated import initial_gated
from heartwright.electro.hybrid.residual.mlp import initial_mlp
from heartwright.electro.hybrid.residual.resnet import initial_resnet

HEAD_GAIN = 1e-4

_BUILDERS: Mapping[str, Callable[[np.random.Generator, Architecture, float], AbstractResidual]] = {
    "resnet": initial_resnet,
    "mlp": initial_mlp,
    "gated": initial_gated,
    "fourier": initial_fourier,
    "none": lambda _random, architecture, _gain: NoResidual(architecture),
}

_PAPER = Architecture()


def initial_residual(
    architecture: Architecture = _PAPER, *, seed: int, head_gain: float = HEAD_GAIN
) -> AbstractResidual:
    """A residual that starts as (almost) nothing, so that learning starts from pure physics.

    Every matrix is orthogonal and re-weighted by a gain: 1 inside, 1e-4 on the head (the gain of
    the public APHYN-EP code, which has it on every layer); biases are zero.
    """
    random = np.random.default_rng(seed)
    return _BUILDERS[architecture.kind](random, architecture, head_gain)
