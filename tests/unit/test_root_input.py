"""What a person can give wrongly: one sentence, or a flag; never a confident number."""

import numpy as np
import pytest

from heartwright.data import InputError
from heartwright.planning.aortic import Request, plan


@pytest.fixture(scope="module")
def root(root_shape):
    return root_shape()


@pytest.fixture(scope="module")
def cut_off(root_shape):
    """No outflow tract to speak of, and the aorta ends in the sinuses; no stubs."""
    solid, nadirs = root_shape(low=-3.0, high=16.0, stubs=())
    return plan(solid, Request(nadirs=nadirs, phase_percent=80))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda n: np.array([n[0], n[0] + 1, n[0] + 2]), "nearly on one line"),
        (lambda n: np.full((3, 3), np.nan), "finite numbers"),
        (lambda n: n + np.array([100, 0, 0]), "not inside the lumen"),
        (lambda n: n * [1.5, 1.5, 1], "left-coronary cusp lies 6.4 mm from the lumen's wall"),
    ],
)
def test_nadirs_that_cannot_be(root, change, sentence):
    solid, nadirs = root
    with pytest.raises(InputError, match=sentence):
        plan(solid, Request(nadirs=change(nadirs)))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ostia": {"left": np.array([14.0, 0, -8])}}, "swapped|both sides|below"),
        ({"ostia": {"left": np.array([30.0, 0, 12])}}, "mm from the root's wall"),
        ({"septum": np.array([[0.0, -12, 4]])}, "crest lies below the annulus"),
        ({"boundary_sd_mm": -1.0}, "--uncertainty-mm takes"),
        ({"landmark_sd_mm": 99.0}, "--landmark-mm takes"),
        ({"aorta": np.array([0.0, 0, -15])}, "swapped"),
    ],
)
def test_points_and_numbers_that_cannot_be(root, given, sentence):
    solid, nadirs = root
    with pytest.raises(InputError, match=sentence):
        plan(solid, Request(nadirs=nadirs, **given))


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"phase_percent": 130}, "--phase"),
        ({"device_mm": 3}, "--device-mm"),
        ({"implant_depth_mm": -1}, "--depth-mm"),
    ],
)
def test_numbers_out_of_range(given, option):
    with pytest.raises(InputError, match=option):
        Request(**given)


def test_what_is_cut_off_is_flagged_and_left_out(cut_off):
    told = " ".join(cut_off.warnings)
    assert "not systole" in told
    assert "outflow tract is not known" in told
    assert "40 mm of ascending aorta" in told
    assert "No left coronary stub" in told
    assert (
        not {"tract_area", "ascending_diameter", "left_coronary_height"} & cut_off.measures.keys()
    )
    assert "standard deviation is not known" in told


def test_rules_of_what_is_missing_cannot_be_said(cut_off):
    found = {finding.name: finding for finding in cut_off.findings}
    assert found["left_height_cut_off"].verdict == "cannot be said"
    assert found["left_height_cut_off"].lacking == ("left_coronary_height",)


@pytest.mark.slow
def test_an_ostium_above_the_wrong_cusp_is_flagged(root):
    solid, nadirs = root
    right = np.array([-8.2, -14.2, 12.0])
    found = plan(solid, Request(nadirs=nadirs, ostia={"left": right}))
    assert any("above the right-coronary cusp" in sentence for sentence in found.warnings)


@pytest.mark.slow
def test_a_tube_without_lobes_has_no_automatic_root():
    import trimesh

    from heartwright.data import Solid

    mesh = trimesh.creation.cylinder(12, 90, sections=64).subdivide_to_size(3.0)
    with pytest.raises(InputError, match="three lobes"):
        plan(Solid(np.array(mesh.vertices), np.array(mesh.faces)), Request())
