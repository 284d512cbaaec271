"""Error budgets against shapes whose true boundary is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from heartwright.anatomy.mesh import surface_from_labels, wall
from heartwright.data import GeometryError, LabelMap, Solid, Volume
from heartwright.printing.budget import budget
from heartwright.printing.technologies import technology

SPACING_MM, RADIUS_MM = 0.6, 12.0


def ball(radius: float = RADIUS_MM) -> tuple[np.ndarray, np.ndarray]:
    """Signed distance to a ball on a grid, and the grid's affine; nothing is centred on a voxel."""
    count = int(2 * (RADIUS_MM + 6) / SPACING_MM)
    affine = np.diag([SPACING_MM] * 3 + [1.0])
    affine[:3, 3] = -(RADIUS_MM + 6) + 0.17
    axis = affine[0, 3] + SPACING_MM * np.arange(count)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.sqrt(x**2 + y**2 + z**2) - radius, affine


@pytest.fixture(scope="module")
def labels() -> LabelMap:
    distance, affine = ball()
    return LabelMap((distance < 0).astype(np.uint8), affine, {1: "ball"})


@pytest.fixture(scope="module")
def sphere() -> Solid:
    import trimesh

    mesh = trimesh.creation.icosphere(4, RADIUS_MM)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces, dtype=np.int64))


@pytest.mark.parametrize("moved_mm", [0.0, -0.3, 0.25])
def test_editing_is_how_far_the_lumen_was_moved(labels, sphere, moved_mm):
    edited = replace(sphere, vertices=sphere.vertices * (1 + moved_mm / RADIUS_MM))
    found = budget(edited, labels, 1, technology("sla")).editing
    assert found.bias_mm == pytest.approx(moved_mm, abs=0.02)
    assert found.mean_mm == pytest.approx(abs(moved_mm), abs=0.04)
    assert found.p95_mm < abs(moved_mm) + 0.1
    assert found.cut_off == 0


@pytest.mark.slow
def test_a_wall_is_measured_at_its_lumen(labels):
    lumen = surface_from_labels(labels, 1)
    bare = budget(lumen, labels, 1, technology("sla")).editing
    walled = budget(wall(lumen, 1.5).solid, labels, 1, technology("sla")).editing
    assert walled.mean_mm == pytest.approx(bare.mean_mm, abs=0.005)
    assert walled.bias_mm == pytest.approx(bare.bias_mm, abs=0.005)
    assert walled.mean_mm < 0.05


@pytest.mark.parametrize("noise_hu", [10, 40])
def test_segmentation_moves_by_noise_over_slope(labels, sphere, noise_hu):
    """A step of 300 HU blurred by 0.7 mm is 300 / (0.7 √2π) HU/mm steep in its middle."""
    distance, affine = ball()
    step = 300 * np.clip(0.5 - distance / SPACING_MM, 0, 1)
    width = 0.7
    noise = noise_hu * np.random.default_rng(0).standard_normal(step.shape)
    values = gaussian_filter(step, width / SPACING_MM) + noise
    found = budget(sphere, labels, 1, technology("sla"), scan=Volume(values, affine)).segmentation
    assert found is not None
    blurred = np.sqrt(width**2 + SPACING_MM**2 / 12)
    assert found.noise == pytest.approx(noise_hu, rel=0.1)
    assert found.sd_mm == pytest.approx(noise_hu * blurred * np.sqrt(2 * np.pi) / 300, rel=0.15)


def test_independent_errors_add_by_their_squares(labels, sphere):
    found = budget(sphere, labels, 1, technology("jetting"))
    assert found.parts_mm == {"editing": found.editing.p95_mm, "printer": 0.15}
    assert found.independent_mm == pytest.approx(np.hypot(found.editing.p95_mm, 0.15))
    assert found.worst_mm == pytest.approx(found.editing.p95_mm + 0.15)
    assert "unverified" in found.line
    assert "segmentation not known" in found.line


def test_what_does_not_belong_together_is_refused(labels, sphere):
    elsewhere = replace(sphere, vertices=sphere.vertices + 40)
    with pytest.raises(GeometryError, match="same structure"):
        budget(elsewhere, labels, 1, technology("sla"))
    flat = Volume(np.random.default_rng(1).standard_normal(labels.values.shape), labels.affine)
    with pytest.raises(GeometryError, match="no contrast"):
        budget(sphere, labels, 1, technology("sla"), scan=flat)
    small = Volume(flat.values[1:], labels.affine)
    with pytest.raises(GeometryError, match="different grids"):
        budget(sphere, labels, 1, technology("sla"), scan=small)
