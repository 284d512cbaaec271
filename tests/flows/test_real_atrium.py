"""The left atrium of a real heart: label map to print files, to a plan, to an excited wall."""

import json
import shutil
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels
from heartwright.anatomy.mesh import Opening, bodies, cavities, surface_from_labels, thickness, wall
from heartwright.cli.app import run
from heartwright.printing import prusa_info

pytestmark = pytest.mark.slow

LEFT_ATRIUM = 2
WALL_MM = 1.5
VEINS = (  # a point and the outward direction, LPS; 2.5 mm inside the label's flat ends
    ((-41.8, 28.3, -80.2), (-1.00, -0.02, 0.09)),  # right upper
    ((-35.3, 48.9, -93.8), (-0.85, 0.49, 0.19)),  # right lower
    ((18.1, 37.0, -64.0), (0.95, -0.16, 0.25)),  # left upper
    ((22.6, 54.6, -79.1), (0.92, 0.39, 0.05)),  # left lower
)


OSTIUM = "29.6,26.3,-70.9/17.2,16.5,-65.5/27.4,14.5,-76.4"  # of the appendage
PACE = "-33.0,28.3,-74.5"  # the roof of the right upper vein's mouth


@pytest.fixture(scope="module")
def label_map(shared_data):
    return shared_data / "scans" / "whole-heart-labels" / "wh.nii.gz"


@pytest.fixture(scope="module")
def atrium(label_map):
    return surface_from_labels(read_labels(label_map), LEFT_ATRIUM, name="left atrium")


@pytest.fixture(scope="module")
def opened(atrium):
    openings = [Opening(np.array(point), np.array(normal)) for point, normal in VEINS]
    return wall(atrium, WALL_MM, openings=openings)


@pytest.fixture(scope="module")
def thick(opened):
    return thickness(opened).values


def test_the_lumen_has_the_labels_volume(atrium):
    assert atrium.volume_mm3 == pytest.approx(97_520.4, rel=1e-3)
    assert len(atrium.faces) < 400_000


def test_the_wall_is_as_thick_as_asked_and_open(opened, thick):
    assert np.nanmedian(thick) == pytest.approx(WALL_MM, abs=0.01)
    assert np.nanmin(thick) > WALL_MM - 0.06
    assert len(bodies(opened.solid)) == 1
    assert cavities(opened.solid) == 0


def test_each_vein_ends_in_a_flat_ring(opened, thick):
    ends = opened.lumen.vertices[np.isnan(thick)]
    for opening in opened.openings:
        ahead = (ends - opening.point) @ opening.normal
        near = np.linalg.norm(ends - opening.point, axis=1) < 15
        assert ahead[near].min() > -0.1
        assert near.sum() > 100


# The same through the command line


def told(*arguments: object) -> dict:
    """What a verb prints as JSON."""
    out = StringIO()
    with redirect_stdout(out):
        assert run([str(argument) for argument in (*arguments, "--json")]) == 0
    return json.loads(out.getvalue())


def open_options() -> list[str]:
    return [f"--open={','.join(map(str, (*point, *normal)))}" for point, normal in VEINS]


@pytest.fixture(scope="module")
def printed(label_map, tmp_path_factory):
    model = tmp_path_factory.mktemp("print") / "heart.3mf"
    place = ("--label", LEFT_ATRIUM, "--wall", WALL_MM, *open_options())
    return told("print", label_map, *place, "-o", model, "--stl", model.with_suffix(".stl")), model


def test_print_makes_one_open_closed_surface(printed):
    result, _ = printed
    assert result["watertight"]
    assert (result["bodies"], result["cavities"]) == (1, 0)
    assert result["wall_median_mm"] == pytest.approx(WALL_MM, abs=0.05)


@pytest.mark.skipif(shutil.which("prusa-slicer") is None, reason="prusa-slicer is not installed")
@pytest.mark.parametrize("ending", [".stl", ".3mf"])
def test_prusaslicer_calls_our_files_manifold(printed, ending):
    found = prusa_info(printed[1].with_suffix(ending))
    assert found.manifold
    assert found.parts == 1


def test_plan_measures_the_appendage_and_finds_a_device(label_map, tmp_path):
    place = ("--label", LEFT_ATRIUM, "--ostium", OSTIUM)
    result = told("plan", "laa", label_map, *place, "-o", tmp_path / "plan.json")
    assert 18 < result["ostium"]["d_max_mm"] < 22
    assert result["devices"]


def test_activate_reaches_the_whole_wall(label_map, tmp_path):
    place = ("--label", LEFT_ATRIUM, "--wall", 2.0, f"--pace={PACE}", *open_options())
    result = told("activate", label_map, *place, "-o", tmp_path / "activation.3mf")
    assert result["reached"] == 1.0
    assert 60 < result["last_activation_ms"] < 250
