"""Devices in shapes whose fit has a closed form."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from heartwright.bench import (
    Blood,
    Elastic,
    Elasticity,
    deploy,
    device_solid,
    gap,
    leak,
    orifice_ml_s,
    slit_ml_s,
    strain_at,
    transmission,
)
from heartwright.data import Placement, Solid
from heartwright.planning.devices import Body

pytestmark = pytest.mark.slow
UP = Placement(np.zeros(3), np.array([0.0, 0, 1]))
ROUND = Elasticity(oval=1e3)
LENGTH = 10.0


def lumen(
    radius: Callable[[np.ndarray, np.ndarray], np.ndarray], *, low: float = -20, high: float = 20
) -> Solid:
    """A closed body around z with a radius that depends on height and angle, very fine."""
    z, turn = np.linspace(low, high, 41), 2 * np.pi * (np.arange(720) + 0.3) / 720
    r = radius(z[:, None], turn[None]) + np.zeros((41, 720))
    rings = np.stack([r * np.cos(turn), r * np.sin(turn), z[:, None] + 0 * r], -1)
    number = np.arange(r.size).reshape(r.shape)
    a, b = number[:-1], np.roll(number, -1, 1)[:-1]
    c, d = number[1:], np.roll(number, -1, 1)[1:]
    ends = [np.full(720, r.size), np.full(720, r.size + 1)]
    fans = [
        np.stack([ends[0], np.roll(number[0], -1), number[0]], -1),
        np.stack([ends[1], number[-1], np.roll(number[-1], -1)], -1),
    ]
    sides = [np.stack(t, -1).reshape(-1, 3) for t in ((a, b, d), (a, d, c))]
    points = np.concatenate([rings.reshape(-1, 3), [[0, 0, low], [0, 0, high]]])
    return Solid(points, np.concatenate([*sides, *fans]))


def ellipse(a: float, b: float) -> Callable:
    return lambda _, t: a * b / np.hypot(b * np.cos(t), a * np.sin(t))


def cylinder(radius: float, stiffness: float = 1.0) -> Body:
    z = np.linspace(-LENGTH / 2, LENGTH / 2, 21)
    return Body("tube", 2 * radius, z, np.full(21, radius), np.ones(21, bool), stiffness, False)


TUBE = lumen(lambda z, t: 10.0)


@pytest.mark.parametrize("radius", [10.5, 12.0, 13.5])
def test_in_a_cylinder_the_compression_is_one_less_the_diameters_ratio(radius):
    found = deploy(TUBE, cylinder(radius), UP)
    assert found.shoulder_compression == pytest.approx(1 - 10 / radius, rel=0.01)
    assert found.contact.all()
    assert (found.device_mm <= found.wall_mm + 1e-9).all()
    assert found.radial_force_n == pytest.approx(radius - 10, rel=0.01)


def test_an_elastic_wall_and_the_device_are_springs_in_series():
    """The wall's: modulus · thickness / radius² · area."""
    found = deploy(TUBE, cylinder(12.0, stiffness=5.0), UP, wall=Elastic(1.0, 2.0))
    wall = 1.0 * 2.0 / 10**2 * 2 * np.pi * 10 * LENGTH
    assert found.stretch_mm == pytest.approx(
        np.full_like(found.stretch_mm, 2 * 5 / (5 + wall)), 0.01
    )
    strain = strain_at(found)
    assert strain.mean == pytest.approx(2 * 5 / (5 + wall) / 10, rel=0.01)
    assert strain.unevenness < 1e-3


def test_a_stiffer_label_gives_way_less():
    from heartwright.data import LabelMap

    values = np.zeros((40, 40, 40), np.uint8)
    values[20:] = 1
    affine = np.diag([1.0, 1, 1, 1])
    affine[:3, 3] = -19.5
    wall = Elastic(1.0, 2.0, LabelMap(values, affine), {1: 100.0})
    found = deploy(TUBE, cylinder(12.0, stiffness=5.0), UP, wall=wall)
    x = np.einsum("i,ai->a", found.room.frame[0], np.eye(3)[[0]] * 1.0)[0]
    towards = np.cos(found.angles) * x + np.sin(found.angles) * found.room.frame[1][0]
    soft, hard = (found.stretch_mm[:, sign * towards > 0.5].mean() for sign in (-1, 1))
    assert hard < soft / 5


def test_a_circle_in_an_ellipse_leaves_the_ellipse_s_radius_less_its_own():
    found = deploy(lumen(ellipse(12, 10)), cylinder(9.0), UP)
    truth = found.room.wall_mm - 9.0
    assert found.gap_mm == pytest.approx(truth, rel=0.01)
    assert gap(found).widest_mm == pytest.approx(3.0, rel=0.01)
    assert gap(found).area_mm2 == pytest.approx(np.pi * (12 * 10 - 81), rel=0.01)


def test_a_frame_that_stays_round_is_squeezed_to_the_ellipse_s_short_axis():
    found = deploy(lumen(ellipse(12, 10)), cylinder(12.0), UP, elasticity=ROUND)
    assert found.shoulder_compression == pytest.approx(1 - 10 / 12, abs=0.01)
    assert gap(found).widest_mm == pytest.approx(2.0, abs=0.1)


def test_a_frame_that_follows_any_outline_fills_an_ellipse():
    found = deploy(lumen(ellipse(11, 10)), cylinder(12.0), UP, elasticity=Elasticity(oval=1e-3))
    assert gap(found).widest_mm < 0.02


def test_a_pinched_ring_widens_by_0_137_over_0_149_of_its_shortening():
    """Timoshenko's thin ring under two opposite loads."""
    bends = Elasticity(oval=1e-3, axial_mm=0.0)
    found = deploy(lumen(ellipse(12, 10)), cylinder(10.3), UP, elasticity=bends)
    ring = found.device_mm[10]
    widening, shortening = ring.max() - 10.3, 10.3 - ring.min()
    assert widening / shortening == pytest.approx(0.137 / 0.149, rel=0.01)


def test_in_a_cone_the_device_lands_where_the_radii_meet():
    found = deploy(lumen(lambda z, t: 12 - 0.2 * z, low=-19), cylinder(11.5), UP)
    assert found.landing_mm == pytest.approx(2.5, abs=0.1)
    below = found.z_mm < 2.5 - 0.6
    assert found.gap_mm[below].min() > 0


def test_a_device_bridges_a_slot():
    slot = lumen(lambda z, t: np.where(np.abs(t - np.pi) * 10 < 1, 14.0, 10.0))
    found = deploy(slot, cylinder(11.0), UP)
    assert found.device_mm.max() < 10.1
    assert found.compression[10] == pytest.approx(1 - 10 / 11, abs=0.005)
    assert gap(found).widest_mm == pytest.approx(4.0, abs=0.1)


def test_a_tilted_axis_is_told():
    tilt = np.radians(10)
    axis = np.array([np.sin(tilt), 0, np.cos(tilt)])
    found = deploy(TUBE, cylinder(12.0), Placement(np.zeros(3), axis))
    assert found.off_axis_deg == pytest.approx(10, rel=0.01)


def test_light_past_a_disc_is_the_annulus_s_share():
    found = transmission(TUBE, deploy(TUBE, cylinder(8.0), UP))
    assert found.share == pytest.approx((10**2 - 8**2) / 10**2, rel=0.01)
    assert found.sector_share == pytest.approx(np.full(12, 0.36), rel=0.02)
    assert found.area_mm2 == pytest.approx(np.pi * 36, rel=0.01)


def test_a_printed_wall_dims_the_light_by_its_path():
    import manifold3d

    block = manifold3d.Manifold.cube((60, 60, 40), True)
    inner = manifold3d.Manifold.cylinder(50, 10, 10, 360, True)
    mesh = (block - inner).to_mesh64()
    wall = Solid(mesh.vert_properties[:, :3], np.asarray(mesh.tri_verts).astype(np.int64))
    found = transmission(TUBE, deploy(TUBE, cylinder(8.0), UP), wall=wall, per_mm=0.2)
    side = found.without.shape[0] * found.pixel_mm
    dim = np.exp(-0.2 * LENGTH) * (side**2 - np.pi * 100)
    truth = (np.pi * 36 + dim) / (np.pi * 100 + dim)
    assert found.share == pytest.approx(truth, rel=0.01)


@pytest.mark.parametrize(("radius", "law"), [(8.0, "orifice"), (9.95, "slit")])
def test_the_lesser_of_orifice_and_slit_flows(radius, law):
    blood, high = Blood(), 10 - radius
    found = leak(deploy(TUBE, cylinder(radius), UP), blood)
    flows = {
        "orifice": orifice_ml_s(np.pi * (100 - radius**2), blood),
        "slit": slit_ml_s(2 * np.pi * (10 + radius) / 2, high, LENGTH, blood),
    }
    assert min(flows, key=flows.__getitem__) == law
    assert found.flow_ml_s == pytest.approx(flows[law], rel=0.01)
    assert found.regurgitant_ml == pytest.approx(found.flow_ml_s * blood.closed_s)


def test_the_part_for_the_print_is_closed_and_has_the_device_s_volume():
    found = deploy(TUBE, cylinder(12.0), UP)
    assert device_solid(found).volume_mm3 == pytest.approx(np.pi * 100 * LENGTH, rel=0.01)


@settings(max_examples=8)
@given(st.integers(0, 1000))
def test_the_fit_does_not_depend_on_how_the_patient_lies(seed):
    turn = Rotation.random(rng=np.random.default_rng(seed))
    oval = lumen(ellipse(11.5, 10))
    moved = Solid(turn.apply(oval.vertices) + 30, oval.faces)
    there = Placement(np.full(3, 30.0), turn.apply(UP.axis))
    a, b = (deploy(s, cylinder(11.0), p, angles=72) for s, p in ((oval, UP), (moved, there)))
    assert a.shoulder_compression == pytest.approx(b.shoulder_compression, abs=1e-3)
    assert gap(a).widest_mm == pytest.approx(gap(b).widest_mm, abs=0.03)
    assert gap(a).area_mm2 == pytest.approx(gap(b).area_mm2, abs=1.0)


@settings(max_examples=8)
@given(st.floats(8, 13), st.floats(0, 2))
def test_in_a_round_tube_a_larger_device_never_leaks_more(radius, more):
    small, large = (gap(deploy(TUBE, cylinder(r), UP)) for r in (radius, radius + more))
    assert large.widest_mm <= small.widest_mm + 1e-3
    assert large.area_mm2 <= small.area_mm2 + 0.1
