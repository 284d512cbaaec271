"""Printability: measures with known answers, and a warning for each thing that goes wrong."""

import json

import numpy as np
import pytest
import trimesh

from heartwright.anatomy.mesh import thickness, wall
from heartwright.data import Solid, SurfaceField
from heartwright.printing import printability


def ball(radius: float, at: tuple[float, float, float] = (0, 0, 0)) -> trimesh.Trimesh:
    return trimesh.creation.icosphere(4, radius).apply_translation(at)


def solid(*meshes: trimesh.Trimesh) -> Solid:
    joined = trimesh.util.concatenate(meshes)
    return Solid(np.array(joined.vertices), np.array(joined.faces))


def hollow(outer: float, inner: float) -> Solid:
    void = ball(inner)
    void.invert()
    return solid(ball(outer), void)


def painted(lumen: Solid, *values: float) -> SurfaceField:
    field = np.full(len(lumen.vertices), 1.5)
    field[: len(values)] = values
    return SurfaceField(lumen, field, "wall thickness", "mm")


def test_a_hollow_sphere_is_one_body_with_a_trapped_void():
    check = printability(hollow(20, 18.5))
    assert (check.bodies, check.cavities) == (1, 1)
    assert check.volume_mm3 == pytest.approx(4 / 3 * np.pi * (20**3 - 18.5**3), rel=0.01)
    assert check.area_mm2 == pytest.approx(4 * np.pi * (20**2 + 18.5**2), rel=0.01)
    assert check.bounds == pytest.approx(np.array([[-20.0] * 3, [20.0] * 3]), abs=0.1)
    assert len(check.warnings) == 1
    assert check.warnings[0].startswith("1 closed void inside: resin or powder cannot leave")


def test_a_full_sphere_needs_no_warning():
    assert printability(solid(ball(20))).warnings == ()


def test_two_bodies_are_told():
    check = printability(solid(ball(10), ball(10, (30, 0, 0))))
    assert (check.bodies, check.cavities) == (2, 0)
    assert "2 separate bodies" in check.warnings[0]


def test_a_model_longer_than_a_build_volume_is_told():
    check = printability(solid(ball(20), ball(20, (250, 0, 0))))
    assert any("290 mm long" in warning for warning in check.warnings)


@pytest.mark.parametrize(
    ("thinnest", "says"), [(0.5, "under the 0.6 mm"), (0.7, "fine for resin"), (0.9, None)]
)
def test_thin_walls_are_told_by_the_process_that_cannot_print_them(
    thinnest: float, says: str | None
):
    lumen = solid(ball(18.5))
    check = printability(lumen, thickness=painted(lumen, np.nan, thinnest))
    assert check.wall_min_mm == thinnest
    assert check.wall_median_mm == 1.5
    assert [says in warning for warning in check.warnings] == ([True] if says else [])


def test_a_wall_that_is_cut_everywhere_has_no_thickness():
    lumen = solid(ball(18.5))
    check = printability(lumen, thickness=painted(lumen, *[np.nan] * len(lumen.vertices)))
    assert check.wall_min_mm is None
    assert "measured nowhere" in check.warnings[0]


def test_the_summary_is_json_and_null_where_nothing_was_measured():
    summary = json.loads(json.dumps(printability(solid(ball(20))).summary()))
    assert summary["watertight"] is True
    assert summary["wall_min_mm"] is None
    assert summary["wall_median_mm"] is None
    assert (summary["bodies"], summary["cavities"], summary["warnings"]) == (1, 0, [])


def test_a_real_wall_has_the_thickness_that_was_asked_for():
    built = wall(solid(ball(15)), 1.5)
    check = printability(built.solid, thickness=thickness(built))
    assert check.wall_median_mm == pytest.approx(1.5, abs=0.05)
    assert (check.bodies, check.cavities) == (1, 1)
