"""An affine map, and how it starts."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

HIDDEN_GAIN = 1.0
FEW = 32  # points: for so few XLA's matrix product is longer to call than to do, and sums fuse


class Layer(eqx.Module):
    """An affine map, of one point or of many side by side.

    Many at once keep their last axis for the points: XLA on a CPU runs that several times faster
    than what `jax.vmap` makes of one point.
    """

    weight: Float[Array, "outputs inputs"]
    bias: Float[Array, "outputs"]

    def __call__(self, x: Float[Array, "inputs *point"]) -> Float[Array, "outputs *point"]:
        """The image of each point."""
        bias = jnp.expand_dims(self.bias, tuple(range(1, x.ndim)))
        if x.ndim == 2 and x.shape[1] <= FEW:
            return (self.weight[:, :, None] * x).sum(1) + bias
        return self.weight @ x + bias


def initial_layer(
    random: np.random.Generator, inputs: int, outputs: int, *, gain: float = HIDDEN_GAIN
) -> Layer:
    """An orthogonal matrix times `gain`, and no bias."""
    return Layer(jnp.array(gain * _orthogonal(random, outputs, inputs)), jnp.zeros(outputs))


def initial_chain(
    random: np.random.Generator, inputs: int, width: int, depth: int
) -> tuple[Layer, ...]:
    """Layers one after the other, all but the first from `width` to `width`."""
    fan_in = (inputs, *[width] * (depth - 1))[:depth]
    return tuple(initial_layer(random, size, width) for size in fan_in)


def _orthogonal(random: np.random.Generator, rows: int, columns: int) -> Float[np.ndarray, "r c"]:
    """Orthonormal columns (or rows, whichever are fewer), uniform over all such matrices.

    NumPy's, because compiling JAX's takes longer than a training epoch.
    """
    if rows < columns:
        return _orthogonal(random, columns, rows).T
    q, r = np.linalg.qr(random.standard_normal((rows, columns)))
    return q * np.sign(np.diag(r))
