"""Shared parameters as one flat vector, and back."""

from typing import TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Tree = TypeVar("Tree")


def flat(tree: Tree) -> Float[Array, "parameter"]:
    """All numbers of a tree, leaf by leaf."""
    return jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(tree)])


def shaped(vector: Float[Array, "parameter"], like: Tree) -> Tree:
    """The inverse of `flat`, for a tree of this shape; numbers behind its own are left."""
    leaves, tree = jax.tree.flatten(like)
    pieces, begin = [], 0
    for leaf in leaves:
        pieces.append(vector[begin : begin + leaf.size].reshape(leaf.shape))
        begin += leaf.size
    return jax.tree.unflatten(tree, pieces)
