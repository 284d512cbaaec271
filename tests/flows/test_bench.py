"""The verbs of the bench, from files to files."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.cli.app import run

AT = "--at=0,0,0,0,0,1"


@pytest.fixture
def tube(tmp_path: Path) -> Path:
    """A lumen of radius 10 mm along z, and a slot of 4 mm beside it."""
    import manifold3d as m3
    import trimesh

    slot = m3.Manifold.cube((16, 4, 60), True).translate((8, 0, 0))
    mesh = (m3.Manifold.cylinder(60, 10, 10, 180, True) + slot).to_mesh64()
    path = tmp_path / "tube.stl"
    trimesh.Trimesh(mesh.vert_properties[:, :3], np.asarray(mesh.tri_verts)).export(path)
    return path


def result(capsys, *arguments: object) -> dict:
    assert run([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def complaint(capsys, *arguments: object) -> str:
    assert run([*map(str, arguments)]) == 2
    return capsys.readouterr().err


def flx(tube: Path, verb: str, size: int = 27) -> list[object]:
    return ["bench", verb, tube, "--device", "watchman flx", "--size", size, AT]


@pytest.mark.slow
def test_a_device_is_deployed_and_goes_to_the_printer_as_a_part(tube, tmp_path, capsys):
    from heartwright.flows.solids import read_solid

    files = [
        "-o",
        tmp_path / "a.json",
        "--solid",
        tmp_path / "d.3mf",
        "--figure",
        tmp_path / "f.svg",
    ]
    found = result(capsys, *flx(tube, "deploy"), *files)
    assert found["compression"] == pytest.approx(1 - 20 / 27, abs=0.01)
    assert "Research use only" in found["disclaimer"]
    assert found["sources"]
    assert found["unverified"]["friction"] == 0.2
    stored = json.loads((tmp_path / "a.json").read_text())
    assert np.shape(stored["maps"]["gap_mm"]) == (len(stored["maps"]["z_mm"]), 180)
    part = read_solid(tmp_path / "d.3mf")
    assert part.bounds[:, 2] == pytest.approx([-1.35, 12.15], abs=0.01)
    assert (tmp_path / "f.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.slow
def test_a_leak_is_as_wide_as_the_slot_and_graded(tube, tmp_path, capsys):
    more = ["--voxel", 0.2, "--samples", 50, "-o", tmp_path / "a.json"]
    found = result(capsys, *flx(tube, "leak"), *more)
    assert found["width_mm"] == pytest.approx(4.0, abs=0.2)
    assert found["grades"]["width_mm"]["grade"] == "3 to 5 mm"
    assert found["flow_ml_s"] > 0
    assert {one["name"]: one["met"] for one in found["release"]} == {
        "position": True,
        "anchor": None,
        "size": True,
        "seal": True,
    }
    assert found["repeated"]["leak"]["above_3_mm"]["probability"] > 0.9
    assert found["unverified"]["blood"]["pressure_mmhg"] == 60


@pytest.mark.slow
def test_light_finds_the_slot_s_sectors(tube, tmp_path, capsys):
    files = ["-o", tmp_path / "a.json", "--figure", tmp_path / "f.png"]
    found = result(capsys, *flx(tube, "light"), *files)
    assert found["gap_mm2"] == pytest.approx(4 * 6, rel=0.1)
    assert sum(share > 0.02 for share in found["sector_share"]) == 2
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_strain_asks_for_an_elastic_wall(tube, tmp_path, capsys):
    line = [*flx(tube, "strain"), "-o", tmp_path / "a.json"]
    assert "no strain" in complaint(capsys, *line)
    found = result(capsys, *line, "--wall-modulus", 1, "--wall-thickness", 2)
    assert len(found["arc_strain"]) == 12
    assert found["mean_strain"] > 0


@pytest.mark.slow
def test_a_sweep_says_which_depth_is_best_and_by_which_rule(tube, tmp_path, capsys):
    line = ["bench", "sweep", tube, "--device", "sapien 3", "--size", 23, AT, "--shifts=-1,1,1"]
    more = ["--ostium", "10,0,25", "--septum", 4, "-o", tmp_path / "a.json"]
    found = result(capsys, *line, *more)
    assert [row["shift_mm"] for row in found["depths"]] == [-1, 0, 1]
    assert found["best"] in found["depths"]
    assert "least shift" in found["rule"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--device", "watchman 9", "--size", 27, AT], "no device is called"),
        (["--device", "watchman flx", "--size", 28, AT], "is not made in 28 mm"),
        (["--device", "watchman flx", "--size", 27, "--at=0,0,0,0,0,0"], "direction"),
        (["--device", "watchman flx", "--size", 27, "--at=90,0,0,0,0,1"], "is not inside"),
        (["--device", "watchman flx", "--size", 27, AT, "--wall-modulus", 1], "takes both"),
        (["--device", "watchman flx", "--size", 27, AT, "--modulus", "x"], "LABEL=MPA"),
        (["--device", "watchman flx", "--size", 27, "--at=0,0,0"], "6 numbers"),
    ],
)
def test_what_cannot_be_is_one_sentence(line, words, tube, tmp_path, capsys):
    said = complaint(capsys, "bench", "deploy", tube, *line, "-o", tmp_path / "a.json")
    assert words in said
    assert len(said.strip().splitlines()) == 1
    assert not (tmp_path / "a.json").exists()
