"""`plan laa` as people call it: automatic, with labels, and with what it refuses."""

import json

import numpy as np
import pytest

from heartwright.anatomy.imaging import write_labels, write_volume
from heartwright.cli.app import run
from heartwright.data import LabelMap, Volume
from heartwright.data.json_file import read_plan
from heartwright.samples.heart.atrium import atrium
from heartwright.samples.heart.grid import around, bounds, sampled

BLOOD, THROMBUS, RIGHT = 1, 2, 3

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def heart(tmp_path_factory):
    """Labels of a sample atrium with a thrombus and a right atrium, and a scan of it."""
    drawn = atrium(np.random.default_rng([0, 0]))
    grid = around(bounds(drawn.lumen) + np.array([[-25.0], [8.0]]), 1.2)
    values = (sampled(drawn.lumen, grid) < 0).astype(np.uint8)
    places = grid.to_lps(np.argwhere(np.ones(grid.shape)).astype(float)).reshape(*grid.shape, 3)
    values[(values == 0) & (np.linalg.norm(places - [-38.0, -4, -4], axis=-1) < 14)] = RIGHT
    values[np.linalg.norm(places - [36.0, -20, 14], axis=-1) < 2] = THROMBUS
    grey = np.where(values == BLOOD, 400, 40).astype(np.int16)
    behind = (places - drawn.ostium.point) @ drawn.ostium.normal > 2
    grey[(values == BLOOD) & behind & (places[..., 0] > 15) & (places[..., 1] < 0)] = 90
    folder = tmp_path_factory.mktemp("heart")
    names = {BLOOD: "left atrium", THROMBUS: "thrombus", RIGHT: "right atrium"}
    write_labels(LabelMap(values, grid.affine, names), folder / "labels.nrrd")
    write_volume(Volume(grey, grid.affine, "CT"), folder / "scan.nrrd")
    return folder


@pytest.fixture
def plan(heart, tmp_path, capfd):
    def call(*arguments) -> tuple[int, str, str]:
        place = tmp_path / "plan.json"
        words = ["plan", "laa", heart / "labels.nrrd", "--label", BLOOD, "-o", place, *arguments]
        code = run([str(word) for word in words])
        return code, *capfd.readouterr()

    return call


def test_everything_is_found_and_kept_in_the_file(plan, tmp_path):
    code, out, _ = plan("--right-atrium", RIGHT, "--phase", 40, "--json")
    assert code == 0
    told, stored = json.loads(out), read_plan(tmp_path / "plan.json")
    assert [site.name for site in stored.appendage.sites] == ["ostium", "landing zone"]
    assert len(stored.appendage.crossings) == 9
    assert len(stored.appendage.stations) == len(told["appendage"]["stations"])
    assert stored.provenance.parameters["edge_mm"] == pytest.approx(0.6)  # half a voxel
    assert {device.name for device in stored.devices} >= {"WATCHMAN FLX", "Amplatzer Amulet"}
    assert all(device.source for device in stored.devices)
    assert "Research use only" in stored.disclaimer
    assert any("without circumflex" in site.found for site in stored.appendage.sites)


def test_a_person_reads_a_table_without_a_hundred_sections(plan):
    code, out, err = plan()
    assert code == 0
    assert "stations" not in out
    assert "phase is not known" in " ".join(err.split())
    assert "Research use only" in err


def test_a_thrombus_leaves_no_size(plan):
    code, out, _ = plan("--thrombus", THROMBUS, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["devices"] == []
    assert told["appendage"]["also_fit"] == []
    assert "Thrombus is labelled" in told["warnings"][-1] + "".join(told["warnings"])


def test_incomplete_filling_is_told(plan, heart):
    code, out, _ = plan("--scan", heart / "scan.nrrd", "--json")
    assert code == 0
    assert any("incompletely filled" in sentence for sentence in json.loads(out)["warnings"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--ridge", "0,0"), "--ridge takes 3 numbers"),
        (("--ridge", "90,0,0"), "from the lumen's surface"),
        (("--circumflex", "90,90,90/95,90,90"), "circumflex artery passes"),
        (("--right-atrium", 9), "label 9 is empty"),
        (("--fossa", "200,0,0"), "from the atrium's wall"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(plan, tmp_path, words, told):
    code, _, err = plan(*words)
    assert code == 2
    assert told in " ".join(err.split())
    assert not (tmp_path / "plan.json").exists()
