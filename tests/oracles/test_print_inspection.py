"""Inspection: walls, gaps, overhangs and trapped volumes of shapes with known answers."""

import json

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.data import Solid
from heartwright.printing.inspection import inspect
from heartwright.printing.technologies import TECHNOLOGIES

SLA, FDM, SLS = (TECHNOLOGIES[name] for name in ("sla", "fdm", "sls"))


def solid(shape: Manifold) -> Solid:
    mesh = shape.to_mesh64()
    vertices = np.array(mesh.vert_properties)[:, :3].copy()
    return Solid(vertices, np.asarray(mesh.tri_verts).astype(np.int64))


def tube(wall: float, height: float = 20) -> Manifold:
    return Manifold.cylinder(height, 10, 10, 128) - Manifold.cylinder(
        height, 10 - wall, 10 - wall, 128
    )


def mug(wall: float = 2) -> Manifold:
    hollow = Manifold.cylinder(30, 10 - wall, 10 - wall, 128).translate((0, 0, wall))
    return Manifold.cylinder(20, 10, 10, 128) - hollow


def test_a_sound_tube_has_nothing_to_say_but_its_measures():
    found = inspect(solid(tube(1.5)), SLA)
    assert found.fits
    assert found.thinnest_mm == pytest.approx(1.5, abs=0.01)
    assert (found.thin_mm2, found.narrow_mm2, found.trapped_ml, found.undrained_ml) == (0, 0, 0, 0)
    assert found.warnings == ()


def test_a_thin_tube_is_thin_on_both_its_sides():
    found = inspect(solid(tube(0.5)), SLA)
    assert found.thin_mm2 == pytest.approx(2 * np.pi * 20 * 19.5, rel=0.01)
    assert "thinner than the 0.6 mm that stereolithography holds (unverified)" in found.warnings[0]


def test_limits_belong_to_the_technology():
    thin = solid(tube(0.7))
    assert inspect(thin, SLA).thin_mm2 == 0
    assert inspect(thin, FDM).thin_mm2 > 1000


def test_a_slot_is_a_gap_where_it_is_too_narrow():
    slit = solid(Manifold.cube((20, 20, 10)) - Manifold.cube((0.3, 10, 12)).translate((10, 5, -1)))
    found = inspect(slit, SLA)
    assert found.narrow_mm2 == pytest.approx(2 * 10 * 10, rel=0.01)
    assert "gaps under 0.5 mm" in found.warnings[0]


def test_a_mug_is_a_suction_cup_and_a_bell_is_not():
    standing = inspect(solid(mug()), SLA)
    hanging = inspect(solid(mug().mirror((0, 0, 1))), SLA)
    assert standing.suction_mm2 == pytest.approx(np.pi * 8**2, rel=0.05)
    assert any("suction cup" in warning for warning in standing.warnings)
    assert hanging.suction_mm2 == 0
    assert hanging.inner_overhang_mm2 == 0  # its supports stand on the plate


def test_a_closed_hollow_is_trapped_and_asks_for_a_drain_hole():
    ball = Manifold.sphere(15, 96) - Manifold.sphere(12, 96)
    found = inspect(solid(ball), SLS)
    assert found.trapped_ml == pytest.approx(4 / 3 * np.pi * 12**3 / 1000, rel=0.03)
    assert "drain hole of at least 3.5 mm" in found.warnings[0]


@pytest.mark.parametrize(("diameter", "drains"), [(2.0, False), (6.0, True)])
def test_a_hole_must_be_wide_enough_to_drain(diameter: float, drains: bool):
    hole = Manifold.cylinder(40, diameter / 2, diameter / 2, 64)
    found = inspect(solid(Manifold.sphere(10, 64) - Manifold.sphere(8, 64) - hole), SLA)
    assert found.trapped_ml == 0
    assert (found.undrained_ml < 0.01) == drains


def test_a_roof_inside_hangs_over_the_model_itself():
    box = Manifold.cube((30, 30, 30)) - Manifold.cube((20, 40, 20)).translate((5, -5, 5))
    found = inspect(solid(box), FDM)
    assert found.inner_overhang_mm2 == pytest.approx(20 * 30, rel=0.01)
    assert found.overhang_mm2 == pytest.approx(20 * 30, rel=0.01)


def test_powder_carries_everything():
    found = inspect(solid(mug().mirror((0, 0, 1))), SLS)
    assert (found.overhang_mm2, found.inner_overhang_mm2, found.islands) == (0, 0, 0)


def test_what_does_not_fit_is_told_and_a_quarter_turn_is_allowed():
    assert inspect(solid(Manifold.cube((70, 120, 2))), SLA).fits
    found = inspect(solid(Manifold.cube((90, 120, 2))), SLA)
    assert not found.fits
    assert "does not fit the Original Prusa SL1S (127 × 80 × 150 mm)" in found.warnings[0]


def test_the_summary_is_json():
    assert json.loads(json.dumps(inspect(solid(tube(2)), SLA).summary()))["technology"] == "sla"
