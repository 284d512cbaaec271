"""Traces as lanes of Gauss–Newton: shared physics and residual, and what is each trace's own."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Integer, PyTree

from heartwright.electro.cells import AbstractCell
from heartwright.electro.cells.cell import Scalar, State
from heartwright.electro.hybrid.bounds import bounded
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.newton.system import AbstractSystem, Vector
from heartwright.electro.hybrid.newton.vector import flat, shaped
from heartwright.electro.hybrid.pulse import lasting, pulses

EXCITATION = ("start", "onset", "amplitude", "length")  # what starts a beat, a trace
CAMERA = ("offset", "gain")  # what is measured of v: offset + e^gain · v


class Shared(NamedTuple):
    """What all traces have in common."""

    parameters: dict[str, Float[Array, "group"]]  # unbounded numbers; one group, or several
    excitation: dict[str, Float[Array, ""]]  # those of EXCITATION that no trace has of its own
    residual: PyTree


class Lane(NamedTuple):
    """What tells one trace from another, and is known."""

    onsets: Float[Array, "pulse"]  # ms after the first sample; behind the record: no pulse
    group: Integer[Array, ""]


class TracesSystem(AbstractSystem):
    """A hybrid cell a trace."""

    physics: AbstractCell  # gives the kind, and the values that are not learned
    blank: Shared  # shapes of the shared parameters
    own: tuple[str, ...] = eqx.field(static=True)  # of EXCITATION, CAMERA, and the physics
    dt: float = eqx.field(static=True)

    def flat(self, shared: Shared) -> Vector:
        """Shared parameters as one vector."""
        return flat(shared)

    def shared(self, vector: Vector) -> Shared:
        """The inverse of `flat`."""
        return shaped(vector, self.blank)

    @property
    def weights(self) -> slice:
        """Where the residual's weights are among the shared parameters."""
        before = jax.tree.leaves((self.blank.parameters, self.blank.excitation))
        return slice(sum(leaf.size for leaf in before), self.size)

    @property
    def size(self) -> int:
        """How many shared parameters there are."""
        return sum(leaf.size for leaf in jax.tree.leaves(self.blank))

    def model(self, vector: Vector, lane: Lane) -> Hybrid:
        """The cell of one trace; a parameter of its own is a factor on the shared one."""
        shared, own = self._parts(vector)
        physical = [name for name in self.own if name not in EXCITATION + CAMERA]
        values = {name: getattr(self.physics, name) for name in physical}
        for name, numbers in shared.parameters.items():
            number = numbers[0] if len(numbers) == 1 else numbers[lane.group]
            values[name] = bounded(self.physics.bounds[name], number)
        scaled = [value * jnp.exp(own.get(name, 0.0)) for name, value in values.items()]
        physics = eqx.tree_at(
            lambda cell: [getattr(cell, name) for name in values], self.physics, scaled
        )
        return Hybrid(physics=physics, residual=shared.residual)

    def start(self, parameters: Vector, lane: Lane) -> State:  # noqa: ARG002
        """At rest, but for the potential, which is the trace's own."""
        _, own = self._parts(parameters)
        return self.physics.rest.at[0].set(own.get("start", self.physics.rest[0]))

    def rates(
        self,
        parameters: Vector,
        lane: Lane,
        state: State,
        time: Scalar,
        inflow: Scalar,  # noqa: ARG002  traces are not coupled
    ) -> tuple[State, Float[Array, "acting"]]:
        """Physics with its stimulus, and the residual."""
        _, own = self._parts(parameters)
        current = pulses(
            time,
            self.dt,
            onsets=lane.onsets + own.get("onset", 0.0),
            amplitude=jnp.exp(own.get("amplitude", 0.0)),
            length=lasting(own.get("length", 0.0)),
        )
        model = self.model(parameters, lane)
        return model.physics.rates(state, current), model.residual(state)

    def observed(self, parameters: Vector, lane: Lane, potential: Scalar) -> Scalar:  # noqa: ARG002
        """Offset and gain of the trace's own, where they are not known."""
        _, own = self._parts(parameters)
        gained = jnp.exp(own["gain"]) * potential if "gain" in own else potential
        return own["offset"] + gained if "offset" in own else gained

    def gains(self, own: Float[np.ndarray, "lane own"]) -> Float[np.ndarray, "lane"]:
        """What is measured of a unit of each trace's potential."""
        if "gain" not in self.own:
            return np.ones(len(own))
        return np.exp(own[:, self.own.index("gain")])

    def _parts(self, vector: Vector) -> tuple[Shared, dict[str, Float[Array, ""]]]:
        own, shared = vector[self.size :], self.shared(vector)
        return shared, shared.excitation | {name: own[n] for n, name in enumerate(self.own)}
