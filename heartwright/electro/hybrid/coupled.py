"""Coupled tissue as lanes of Gauss–Newton: one node a lane, diffusion and time constants unknown.

A trace of tissue holds its neighbours' current, so that a single cell fitted to it finds wrong
parameters even where its equations are the true ones. Here the neighbours are computed with it.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Integer

from heartwright.electro.cells import AbstractCell
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import Bounds, bounded
from heartwright.electro.hybrid.newton.system import AbstractSystem, Vector
from heartwright.electro.tissue import Tissue
from heartwright.electro.tissue.diffusion import excess, neighbours

DIFFUSIVITY = "diffusivity"  # mm²/ms, among the learned parameters
DIFFUSIVITY_BOUNDS: Bounds = (0.005, 2.0)

Parameters = dict[str, Float[Array, "group"]]  # unbounded numbers; one, or one a group


class Node(NamedTuple):
    """What tells one node from another, and is known."""

    currents: Float[Array, "stimulus"]  # of each stimulus into it
    group: Integer[Array, ""]


class Pulses(NamedTuple):
    """When each stimulus is on, ms."""

    begin: Float[Array, "stimulus"]
    end: Float[Array, "stimulus"]


class CoupledSystem(AbstractSystem):
    """dv/dt = D ∇²v + what the cell does, at every node."""

    physics: AbstractCell  # gives the kind, and the values that are not learned
    blank: Parameters  # shapes of the learned parameters
    diffusivity: float  # mm²/ms, where it is not learned
    pulses: Pulses
    spacing_mm: float = eqx.field(static=True)
    dt: float = eqx.field(static=True)

    def flat(self, parameters: Parameters) -> Vector:
        """The learned parameters as one vector, names sorted."""
        return jnp.concatenate(jax.tree.leaves(parameters))

    def values(self, vector: Vector, lane: Node) -> dict[str, Float[Array, ""]]:
        """The learned parameters of one node, in their own units."""
        values, begin = {}, 0
        for name, numbers in sorted(self.blank.items()):
            place = begin if len(numbers) == 1 else begin + lane.group
            values[name] = bounded(bounds_of(self.physics)[name], vector[place])
            begin += len(numbers)
        return values

    def start(self, parameters: Vector, lane: Node) -> State:  # noqa: ARG002
        """At rest."""
        return self.physics.rest

    def rates(
        self, parameters: Vector, lane: Node, state: State, time: Scalar, inflow: Scalar
    ) -> tuple[State, Float[Array, "1"]]:
        """Physics, stimulus and neighbours; no residual."""
        values = self.values(parameters, lane)
        diffusivity = values.pop(DIFFUSIVITY, jnp.asarray(self.diffusivity))
        spread = diffusivity / self.spacing_mm**2
        cell = eqx.tree_at(
            lambda cell: [getattr(cell, name) for name in values],
            self.physics,
            list(values.values()),
        )
        on = jnp.minimum(time + self.dt, self.pulses.end) - jnp.maximum(time, self.pulses.begin)
        current = (lane.currents * jnp.clip(on, 0.0, self.dt)).sum() / self.dt
        return cell.rates(state, current + spread * inflow), jnp.zeros(1)


class Around(eqx.Module):
    """By how much the neighbours of each node exceed it: of a potential, or of many derivatives."""

    sides: Integer[Array, "side node"]

    def __call__(self, of: Float[Array, "node *parameter"]) -> Float[Array, "node *parameter"]:
        """dx² ∇², sealed at the border."""
        if of.ndim == 1:
            return excess(of, self.sides)
        return jax.vmap(excess, in_axes=(1, None), out_axes=1)(of, self.sides)


def around(tissue: Tissue) -> Around:
    """The neighbourhood of every node."""
    return Around(jnp.asarray(neighbours(tissue.mask)))


def bounds_of(physics: AbstractCell) -> dict[str, Bounds]:
    """Bounds of everything that can be learned of a tissue."""
    return {**physics.bounds, DIFFUSIVITY: DIFFUSIVITY_BOUNDS}
