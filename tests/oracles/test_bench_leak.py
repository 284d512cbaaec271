"""How wide a leak is, against channels of a known width."""

import manifold3d as m3
import numpy as np
import pytest

from heartwright.bench import Uncertainty, best, bottleneck, deploy, repeated, sweep
from heartwright.bench.rolling import widths
from heartwright.data import GeometryError, Placement, Solid
from heartwright.planning.devices import Body

pytestmark = pytest.mark.slow
UP = Placement(np.array([0.05, -0.03, 0.02]), np.array([0.0, 0, 1]))
LENGTH = 8.0


def solid(shape: m3.Manifold) -> Solid:
    mesh = shape.to_mesh64()
    return Solid(mesh.vert_properties[:, :3], np.asarray(mesh.tri_verts).astype(np.int64))


def tube(height: float = 60.0) -> m3.Manifold:
    return m3.Manifold.cylinder(height, 10, 10, 256, True)


def slotted(width: float) -> Solid:
    return solid(tube() + m3.Manifold.cube((16, width, 60), True).translate((8, 0, 0)))


def plug(radius: float) -> Body:
    z = np.linspace(-LENGTH / 2, LENGTH / 2, 17)
    return Body("plug", 2 * radius, z, np.full(17, radius), np.ones(17, bool), 1.0, False)


@pytest.mark.parametrize("width", [1.5, 3.0])
def test_a_slot_is_as_wide_as_it_is(width):
    lumen = slotted(width)
    found = bottleneck(lumen, deploy(lumen, plug(11.0), UP), voxel_mm=0.1)
    assert found.width_mm == pytest.approx(width, abs=0.1)
    assert found.resolution_mm < 0.13


def test_the_width_converges_with_the_cubes():
    lumen = slotted(2.0)
    deployed = deploy(lumen, plug(11.0), UP)
    for voxel in (0.5, 0.25):
        found = bottleneck(lumen, deployed, voxel_mm=voxel)
        assert abs(found.width_mm - 2.0) <= found.resolution_mm <= voxel


def test_around_a_small_device_the_sphere_is_as_wide_as_the_ring():
    lumen = solid(tube())
    centred = Placement(np.zeros(3), UP.axis)
    found = bottleneck(lumen, deploy(lumen, plug(8.8), centred), voxel_mm=0.2)
    assert found.width_mm == pytest.approx(1.2, abs=0.1)


def test_a_sealed_device_lets_nothing_through():
    lumen = solid(tube())
    assert bottleneck(lumen, deploy(lumen, plug(11.0), UP), voxel_mm=0.4).width_mm == 0


def test_a_neighbouring_vessel_is_no_leak():
    """It runs past the device and reaches neither side of it."""
    beside = m3.Manifold.cylinder(60, 2, 2, 64, True).translate((14, 0, 0))
    lumen = solid(tube() + beside)
    assert bottleneck(lumen, deploy(lumen, plug(11.0), UP), voxel_mm=0.4).width_mm == 0


def test_where_nothing_lies_behind_the_device_no_width_is_told():
    lumen = solid(tube().trim_by_plane((0, 0, -1), -3.5))
    found = bottleneck(lumen, deploy(lumen, plug(11.0), UP), voxel_mm=0.4)
    assert found.width_mm is None
    assert found.reason


def test_a_ball_rolls_through_an_unrolled_slot_of_its_own_width():
    turn = 0.5
    gaps = np.zeros((1, 12, 120))
    gaps[:, :, 40:46] = 8.0  # open angles; the walls stand on those beside them
    assert widths(gaps, step_mm=1.0, turn_mm=turn) == pytest.approx([6 * turn], abs=turn)
    even = np.full((1, 12, 120), 1.3)
    assert widths(even, step_mm=1.0, turn_mm=turn) == pytest.approx([1.3])


def test_the_print_s_tolerance_comes_out_as_it_went_in():
    """A uniform offset of the wall in a gap is that offset in the leak, and nothing else."""
    lumen = solid(tube())
    deployed = deploy(lumen, plug(8.0), UP)
    doubt = Uncertainty(print_mm=0.4, samples=500, seed=3)
    found = repeated(lumen, deployed, doubt, width_mm=2.0)
    assert found.width_mm.std() == pytest.approx(0.4, rel=0.1)
    above = found.leaks()["above_3_mm"]
    assert above.probability == pytest.approx(0.0062, abs=4 * above.standard_error)
    again = repeated(lumen, deployed, doubt, width_mm=2.0)
    np.testing.assert_array_equal(found.width_mm, again.width_mm)


def test_compression_spreads_as_the_diameter_does():
    lumen = solid(tube())
    doubt = Uncertainty(print_mm=0.3, spread="uniform", samples=300)
    found = repeated(lumen, deploy(lumen, plug(12.0), UP), doubt, width_mm=0.0)
    assert found.compression.mean() == pytest.approx(1 - 10 / 12, abs=0.004)
    assert np.ptp(found.compression) == pytest.approx(0.6 / 12, rel=0.05)
    low, high = 1 - 10.15 / 12, 1.0
    half = found.within(low, high)
    assert half.probability == pytest.approx(0.75, abs=4 * half.standard_error)


def test_the_sweep_weighs_nothing_against_anything():
    """The ostium lies 10 mm above the plane; the plug reaches 4 mm to both sides of its middle."""
    lumen, ostium = solid(tube()), np.array([[10.0, 0, 10]])
    there = Placement(np.zeros(3), UP.axis)
    rows = sweep(lumen, plug(11.0), there, [0.0, 2.0, 3.0], ostia=ostium, septum_mm=3.0)
    assert [row.coronary_mm for row in rows] == pytest.approx([6, 4, 3], abs=0.05)
    assert [row.septal_margin_mm for row in rows] == pytest.approx([-1, 1, 2])
    assert [row.admissible for row in rows] == [False, True, False]
    assert best(rows) is rows[1]
    with pytest.raises(GeometryError, match="another size"):
        best([rows[0], rows[2]])
