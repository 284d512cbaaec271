"""The learned part of the dynamics: a small residual network on (v, h)."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from heartwright.electro.cells.cell import State

WIDTH = 8
BLOCKS = 3
HIDDEN_GAIN = 1.0
HEAD_GAIN = 1e-4


class Layer(eqx.Module):
    """An affine map."""

    weight: Float[Array, "outputs inputs"]
    bias: Float[Array, "outputs"]

    def __call__(self, x: Float[Array, "inputs"]) -> Float[Array, "outputs"]:
        """The image of one point."""
        return self.weight @ x + self.bias


class Block(eqx.Module):
    """x + W₂ tanh(W₁ x + b₁) + b₂: two layers and a way past them."""

    first: Layer
    second: Layer

    def __call__(self, x: Float[Array, "width"]) -> Float[Array, "width"]:
        """The image of one point."""
        return x + self.second(jnp.tanh(self.first(x)))


class Residual(eqx.Module):
    """(v, h) → what is added to dv/dt, 1/ms: lift to 8, three residual blocks, head to 1.

    It sees h as well as v because a function of v alone cannot tell the upstroke from the
    repolarisation at the same potential.
    """

    lift: Layer
    blocks: tuple[Block, ...]
    head: Layer

    def __call__(self, state: State) -> Float[Array, ""]:
        """The added dv/dt at one state, 1/ms."""
        x = self.lift(state)
        for block in self.blocks:
            x = block(x)
        return self.head(x)[0]


class NoResidual(eqx.Module):
    """Nothing learned: pure physics in the same clothes."""

    def __call__(self, state: State) -> Float[Array, ""]:
        """Zero, 1/ms."""
        return jnp.zeros_like(state[0])


def initial_residual(seed: int) -> Residual:
    """A residual that starts as (almost) nothing, so that learning starts from pure physics.

    Every matrix is orthogonal and re-weighted by a gain: 1 inside, 1e-4 on the head (the gain of
    the public APHYN-EP code, which has it on every layer); biases are zero.
    """
    random = np.random.default_rng(seed)
    return Residual(
        lift=_layer(random, 2, WIDTH),
        blocks=tuple(
            Block(_layer(random, WIDTH, WIDTH), _layer(random, WIDTH, WIDTH)) for _ in range(BLOCKS)
        ),
        head=_layer(random, WIDTH, 1, gain=HEAD_GAIN),
    )


def _layer(
    random: np.random.Generator, inputs: int, outputs: int, *, gain: float = HIDDEN_GAIN
) -> Layer:
    return Layer(jnp.array(gain * _orthogonal(random, outputs, inputs)), jnp.zeros(outputs))


def _orthogonal(random: np.random.Generator, rows: int, columns: int) -> Float[np.ndarray, "r c"]:
    """Orthonormal columns (or rows, whichever are fewer), uniform over all such matrices.

    NumPy's, because compiling JAX's takes longer than a training epoch.
    """
    if rows < columns:
        return _orthogonal(random, columns, rows).T
    q, r = np.linalg.qr(random.standard_normal((rows, columns)))
    return q * np.sign(np.diag(r))
