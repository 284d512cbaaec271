"""A root's measures against a drawn heart and its truth."""

import numpy as np
import pytest

from heartwright.anatomy.grid import Field
from heartwright.anatomy.mesh import bodies
from heartwright.anatomy.mesh.isosurface import isosurface
from heartwright.data import Solid
from heartwright.planning.aortic import Request, plan
from heartwright.planning.aortic.automatic import find_nadirs
from heartwright.planning.aortic.nadirs import CUSPS
from heartwright.samples.heart.fields import joined
from heartwright.samples.heart.grid import around, sampled
from heartwright.samples.heart.whole import whole_heart

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[3])
def heart(request):
    """Blood of ventricle, root and coronary stubs around the annulus, and what is true of it."""
    drawn = whole_heart(request.param)
    root = drawn.root
    stubs = (root.stub(root.left, 8.0), root.stub(root.right, 8.0))
    grid = around(np.array([root.frame.origin - 75, root.frame.origin + 75]), 0.7)
    values = np.pad(sampled(joined(drawn.ventricle.lumen, *stubs), grid)[1:-1, 1:-1, 1:-1], 1)
    edge = np.pad(np.zeros(np.array(values.shape) - 2, bool), 1, constant_values=True)
    values[edge] = 5.0
    solid = bodies(Solid(*isosurface(Field(values.astype(np.float32), grid.affine), 0.0)))[0]
    nadirs = np.array([drawn.truth.root.nadirs[cusp] for cusp in CUSPS])
    return solid, nadirs, drawn.truth.root


def test_measures_of_clicked_nadirs_are_the_drawn_ones(heart):
    solid, nadirs, truth = heart
    found = plan(solid, Request(nadirs=nadirs, phase_percent=30))
    value = {name: measure.value for name, measure in found.measures.items()}
    expected = truth.annulus.diameters
    assert found.annulus.d_area_mm == pytest.approx(expected.d_area_mm, abs=0.05)
    assert found.annulus.d_perimeter_mm == pytest.approx(expected.d_perimeter_mm, abs=0.1)
    for name, section in (
        ("tract", truth.outflow_tract),
        ("junction", truth.junction),
        ("ascending", truth.ascending),
    ):
        diameter = section.diameters.d_area_mm
        assert value[f"{name}_diameter"] == pytest.approx(diameter, abs=0.15)
    assert value["junction_height"] == pytest.approx(truth.junction_height_mm, abs=0.5)
    assert value["aortic_angulation"] == pytest.approx(truth.angulation_deg, abs=0.1)
    assert value["left_coronary_height"] == pytest.approx(truth.left.height_mm, abs=0.3)
    assert value["right_coronary_height"] == pytest.approx(truth.right.height_mm, abs=0.3)
    for cusp in CUSPS:
        width = truth.sinus_widths_mm[cusp]
        assert value[f"{cusp}_sinus_width"] == pytest.approx(width, abs=0.4)


def test_nadirs_are_found_on_a_heart_with_its_ventricle(heart):
    solid, nadirs, truth = heart
    found, how = find_nadirs(solid, None)
    normal = truth.annulus.plane.normal
    assert "coronary stubs" in how
    assert np.abs((found.points - nadirs) @ normal).max() < 0.6
    assert np.linalg.norm(found.points - nadirs, axis=1).max() < 2.0
    assert found.plane.normal @ normal > np.cos(np.radians(2))
