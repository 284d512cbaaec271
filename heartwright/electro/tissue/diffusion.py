"""Diffusion between neighbours on a masked grid.

A finite volume of one node exchanges flux through the faces that it shares with tissue and through
no others, so the border is sealed and the sum of v is kept. A missing neighbour is the node itself:
its difference is zero, and sparse anatomy costs no more than its own nodes.
"""

import numpy as np
from jaxtyping import Array, Bool, Float, Integer

from heartwright.electro.tissue.domain import Tissue

Neighbours = Integer[np.ndarray | Array, "side node"]


def neighbours(mask: Bool[np.ndarray, "..."]) -> Integer[np.ndarray, "side node"]:
    """Number of the node on each side of each node, or its own number where there is none."""
    number = np.full(tuple(n + 2 for n in mask.shape), -1, dtype=np.int32)
    inside = np.pad(mask, 1)
    own = np.arange(mask.sum(), dtype=np.int32)
    number[inside] = own
    sides = [np.roll(number, shift, axis)[inside] for axis in range(mask.ndim) for shift in (1, -1)]
    return np.where(np.array(sides) < 0, own, sides)


def excess(v: Float[Array, "node *more"], sides: Neighbours) -> Float[Array, "node *more"]:
    """How much the neighbours of each node exceed it, all together: dx² ∇²v, sealed."""
    # one gather a side: XLA fuses these, but not one gather of the whole table (10 times slower)
    around = [v.at[side].get(mode="promise_in_bounds") for side in sides]
    return sum(around) - len(around) * v


def longest_step(tissue: Tissue) -> float:
    """Longest stable step of explicit diffusion, ms, by Gershgorin's bound on its spectrum."""
    sides = neighbours(tissue.mask)
    most = int((sides != np.arange(tissue.nodes)).sum(axis=0).max())
    rate = most * tissue.diffusivity / tissue.spacing_mm**2
    return 1 / rate if rate > 0 else np.inf
