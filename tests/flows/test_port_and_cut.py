"""The verbs that finish a model: port, cut, engrave, centreline."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.cli.app import run


@pytest.fixture
def vessel(tmp_path: Path) -> Path:
    """An open walled vessel along z, from -15 to 15 mm."""
    import trimesh

    path = tmp_path / "vessel.stl"
    trimesh.creation.annulus(5.0, 6.5, 30.0, sections=64).export(path)
    return path


@pytest.fixture
def block(tmp_path: Path) -> Path:
    import trimesh

    path = tmp_path / "block.stl"
    trimesh.creation.box(bounds=[(-20, -15, -10), (20, 15, 10)]).export(path)
    return path


def result(capsys, *arguments: object) -> dict:
    assert run([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_barb_on_a_vessel(vessel, tmp_path, capsys):
    place = ["--at", "0,0,15,0,0,1", "--kind", "barb", "--bore", 6]
    found = result(capsys, "port", vessel, *place, "-o", tmp_path / "p.3mf")
    assert found["valid"]
    assert (found["bodies"], found["cavities"]) == (1, 0)
    assert found["bounds_lps_mm"][1][2] > 25


def test_a_model_in_two_halves_with_pegs(block, tmp_path, capsys):
    files = [tmp_path / "a.stl", tmp_path / "b.stl"]
    plane = ["--plane", "0,0,0,0,0,1", "--pegs", "2,4,5"]
    found = result(capsys, "cut", block, *plane, "-o", *files)
    assert all(part["valid"] for part in found["parts"])
    assert all(file.exists() for file in files)
    front, back = (part["volume_mm3"] for part in found["parts"])
    assert front < 12000 < back


def test_halves_on_a_hinge_held_closed_by_magnets(block, tmp_path, capsys):
    files = [tmp_path / "a.stl", tmp_path / "b.stl"]
    plane = ["--plane", "0,0,0,0,0,1", "--frame", "ras", "--magnets", "1,4,2"]
    hinge = ["--hinge", "3,12", "--pin", "1.5", "--hinge-side=1,0,0"]
    found = result(capsys, "cut", block, *plane, *hinge, "-o", *files)
    assert all(part["valid"] and part["bodies"] == 1 for part in found["parts"])
    assert all(part["bounds_lps_mm"][0][0] < -20 for part in found["parts"])  # RAS +x is LPS -x


def test_a_box_and_a_curve_cut_too(block, vessel, tmp_path, capsys):
    files = [tmp_path / "a.ply", tmp_path / "b.ply"]
    found = result(capsys, "cut", block, "--box", "0,-50,-50/50,50,50", "-o", *files)
    assert found["parts"][0]["volume_mm3"] == pytest.approx(12000, rel=1e-4)
    curve = "7,0,3/0,7,4/-7,0,3/0,-7,4"
    found = result(capsys, "cut", vessel, "--curve", curve, "-o", *files, "--force")
    assert all(part["valid"] for part in found["parts"])


def test_a_name_is_engraved(block, tmp_path, capsys):
    place = ["--at", "0,0,10,0,0,1", "--text", "P-017 1:1 L"]
    found = result(capsys, "engrave", block, *place, "-o", tmp_path / "named.stl")
    assert found["valid"]
    assert found["volume_mm3"] < 24000 - 1


@pytest.mark.slow
def test_a_centreline_is_a_table(block, tmp_path, capsys):
    path = tmp_path / "line.csv"
    found = result(capsys, "centreline", block, "--from=-18,0,0", "--to", "18,0,0", "-o", path)
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    assert table.shape[1] == 5
    assert found["branches"][0]["length_mm"] == pytest.approx(36, abs=1)
    assert table[len(table) // 2, 4] == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--plane", "0,0,0,0,0,1", "--box", "0,0,0/1,1,1"],
        ["--box", "0,0,0/1,1,1", "--pegs", "1,3,3"],
        ["--plane", "0,0,0,0,0,1", "--pegs", "1,3,3", "--magnets", "1,3,3"],
        ["--plane", "0,0,99,0,0,1"],
        ["--plane", "0,0,0,0,0,0"],
        ["--plane", "0,0,0,0,0,1", "--pegs", "2.5,3,3"],
        ["--plane", "0,0,0,0,0,1", "--pegs", "1,3,3", "--clearance", "-1"],
        ["--plane", "0,0,0,0,0,1", "--pegs", "1,3,3", "--clearance", "nan"],
        ["--curve", "1,1,1"],
        ["--box", "0,0,0/1,1,1", "--hinge", "3,9"],
        ["--plane", "0,0,0,0,0,1", "--hinge", "3.5,9"],
        ["--plane", "0,0,0,0,0,1", "--hinge", "3,9", "--pin", "nan"],
        ["--plane", "0,0,0,0,0,1", "--hinge", "3,90"],
        ["--plane", "0,0,0,0,0,1", "--hinge", "3,9", "--pegs", "1,3,3"],
        ["--plane", "0,0,0,0,0,1", "--hinge-side", "1,0,0"],
    ],
)
def test_cuts_that_cannot_be_are_one_sentence(block, tmp_path, capsys, options):
    files = [str(tmp_path / name) for name in ("a.stl", "b.stl")]
    assert run(["cut", str(block), *options, "-o", *files]) == 2
    assert capsys.readouterr().err.startswith("heartwright: ")
    assert not (tmp_path / "a.stl").exists()


def test_two_parts_are_not_written_into_one_file(block, tmp_path, capsys):
    one, again = tmp_path / "a.stl", tmp_path / "." / "a.stl"
    assert run(["cut", str(block), "--plane", "0,0,0,0,0,1", "-o", str(one), str(again)]) == 2
    assert "give two files" in capsys.readouterr().err
    assert not one.exists()


def test_the_command_line_offers_every_connector():
    """It has a list of its own, because the meshes' takes half a second to import."""
    from heartwright.anatomy.mesh import Kind
    from heartwright.cli.port import Kind as Offered

    assert [kind.value for kind in Offered] == [kind.value for kind in Kind]
