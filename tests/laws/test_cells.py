"""Laws that every cell model keeps."""

from dataclasses import dataclass, replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from heartwright.electro.cells import (
    AbstractCell,
    AlievPanfilov,
    FentonKarma,
    FitzHughNagumo,
    MitchellSchaeffer,
    TenTusscher2006,
)
from heartwright.electro.tissue import Stimulus, Tissue, simulate

ONE = np.ones((1, 1), dtype=bool)


@dataclass(frozen=True, eq=False)
class Member:
    kind: type[AbstractCell]
    gates: slice  # of the state, fractions; the recovery of the cubic models is none
    amplitude: float  # of an action potential, unit of v
    pulse: float  # stimulus for 1 ms that fires the cell
    weak: float  # stimulus for 1 ms that does not


FAMILY = [
    Member(MitchellSchaeffer, slice(1, 2), amplitude=1.0, pulse=1.0, weak=0.04),
    Member(AlievPanfilov, slice(0), amplitude=1.0, pulse=0.3, weak=0.13),
    Member(FitzHughNagumo, slice(0), amplitude=1.0, pulse=0.5, weak=0.11),
    Member(FentonKarma, slice(1, 3), amplitude=1.0, pulse=0.3, weak=0.12),
    Member(TenTusscher2006, slice(1, 14), amplitude=120.0, pulse=52.0, weak=15.0),
]
DIMENSIONLESS = [member for member in FAMILY if member.amplitude == 1]


def of(family: list[Member]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("member", family, ids=lambda member: member.kind.__name__)


every_cell, every_dimensionless_cell = of(FAMILY), of(DIMENSIONLESS)
every_gated_cell = of([member for member in FAMILY if member.gates != slice(0)])


def trace(member: Member, *, pulse: float) -> np.ndarray:
    """Potential of one cell every ms for a second, stimulated at 5 ms."""
    simulation = simulate(
        member.kind(),
        Tissue(ONE, spacing_mm=1.0, diffusivity=0.0),
        [Stimulus(ONE, pulse, start_ms=5.0, duration_ms=1.0)],
        duration_ms=1000.0,
        dt_ms=0.02,
        activation_level=np.inf,
        sample_ms=1.0,
    )
    return simulation.potential[:, 0]


@jax.jit(static_argnums=0)
def beat(member: Member) -> jax.Array:
    """Every state of one cell through the first 400 ms of a beat, 0.02 ms apart."""
    cell, dt = member.kind(), 0.02

    def step(state: jax.Array, n: jax.Array) -> tuple[jax.Array, jax.Array]:
        state = cell.step(state, jnp.where(n * dt < 1, member.pulse, 0.0), dt)
        return state, state

    return jax.lax.scan(step, cell.rest, jnp.arange(20_000))[1]


@eqx.filter_jit
def rates(cell: AbstractCell, state: jax.Array, stimulus: jax.Array) -> jax.Array:
    return cell.rates(state, stimulus)


@every_cell
def test_an_unstimulated_cell_stays_near_rest_for_a_second(member):
    v = trace(member, pulse=0.0)
    assert np.abs(v - v[0]).max() < 0.01 * member.amplitude


@every_dimensionless_cell
def test_rest_is_at_zero_and_stays_there(member, float64):
    cell = member.kind()
    np.testing.assert_allclose(rates(cell, cell.rest, jnp.array(0.0)), 0, atol=1e-9)
    assert cell.rest[0] == 0


@every_cell
def test_a_pulse_fires_the_cell_and_it_is_back_at_rest_half_a_second_later(member):
    v = trace(member, pulse=member.pulse)
    assert v.max() - v[0] > 0.8 * member.amplitude
    assert np.abs(v[505:] - v[0]).max() < 0.02 * member.amplitude


@every_cell
def test_a_weak_pulse_does_not_fire_the_cell(member):
    v = trace(member, pulse=member.weak)
    assert v.max() - v[0] < 0.2 * member.amplitude


@every_dimensionless_cell
def test_bounds_hold_the_published_parameters(member):
    cell = member.kind()
    assert cell.bounds
    for name, (lower, upper) in cell.bounds.items():
        assert 0 < lower < getattr(cell, name) < upper


@every_dimensionless_cell
def test_every_bounded_parameter_has_a_finite_slope_that_is_not_zero(member, float64):
    """Through two beats, 400 ms apart, for recovery shows in the second; at 0.1 ms."""
    cell = member.kind()

    @jax.jit
    def area(parameters: dict[str, jax.Array]) -> jax.Array:
        changed = replace(cell, **parameters)

        def step(state: jax.Array, n: jax.Array) -> tuple[jax.Array, jax.Array]:
            state = changed.step(state, jnp.where(n % 4000 < 10, member.pulse, 0.0), 0.1)
            return state, state[0]

        return jax.lax.scan(step, cell.rest, jnp.arange(7000))[1].mean()

    parameters = {name: jnp.array(getattr(cell, name)) for name in cell.bounds}
    for name, slope in jax.grad(area)(parameters).items():
        assert np.isfinite(slope), name
        assert slope != 0, name


@every_gated_cell
def test_gates_stay_fractions_through_a_beat(member, float64):
    gates = beat(member)[:, member.gates]
    assert bool(((gates >= 0) & (gates <= 1)).all())


@every_cell
def test_single_precision_tracks_double(member, request):
    single = trace(member, pulse=member.pulse)
    request.getfixturevalue("float64")
    double = trace(member, pulse=member.pulse)
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    assert np.abs(single - double).max() < 2e-3 * member.amplitude


@every_cell
def test_the_stimulus_enters_the_potential_as_it_is(member, float64):
    cell = member.kind()
    quiet, driven = (rates(cell, cell.rest, jnp.array(current)) for current in (0.0, 1.5))
    assert float((driven - quiet)[0]) == pytest.approx(1.5)


@every_cell
def test_a_short_step_follows_the_rates(member, float64):
    cell, dt = member.kind(), 1e-6
    upstroke = jnp.asarray(beat(member)[55])
    moved = jax.jit(lambda state: cell.step(state, 0.0, dt))(upstroke)
    expected = rates(cell, upstroke, jnp.array(0.0))
    np.testing.assert_allclose((moved - upstroke) / dt, expected, rtol=1e-4, atol=1e-7)


@every_cell
def test_rates_and_their_slopes_are_finite_at_every_potential(member):
    cell = member.kind()
    height = jnp.array([0.0, 0.38, 0.7, 0.8, 1.0])  # of an action potential from −90 to 40 mV
    potentials = height if member.amplitude == 1 else 130 * height - 90

    @jax.jit
    def slope(v: jax.Array) -> tuple[jax.Array, jax.Array]:
        def at(v: jax.Array) -> jax.Array:
            return cell.rates(cell.rest.at[0].set(v), 0.0)

        return jax.jvp(at, (v,), (jnp.ones_like(v),))

    assert all(bool(jnp.isfinite(part).all()) for v in potentials for part in slope(v))
