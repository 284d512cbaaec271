"""PrusaSlicer's second opinion on our print files; its own words where it is not installed."""

import itertools
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh

from heartwright.cli.app import run
from heartwright.data import ExternalToolError, InputError, Solid
from heartwright.printing import Part, prusa_info, write_3mf, write_stl
from heartwright.printing.estimate import estimate
from heartwright.printing.prusa_slice import prusa_slice
from heartwright.printing.technologies import TECHNOLOGIES

installed = pytest.mark.skipif(
    shutil.which("prusa-slicer") is None, reason="prusa-slicer is not installed"
)
ANSWER = """
[heart.3mf]
size_x = 60.0
min_x = -30.0
min_y = -30.0
min_z = -30.0
max_x = 30.0
max_y = 30.0
max_z = 30.0
number_of_facets = 320
manifold = yes
number_of_parts =  1
volume = 100.5
[heart.3mf]
min_x = 40.0
min_y = 0.0
min_z = 0.0
max_x = 50.0
max_y = 10.0
max_z = 40.0
number_of_facets = 80
manifold = no
open_edges = 4
number_of_parts =  2
volume = 10.25
"""


def ball(radius: float, at: tuple[float, float, float] = (0, 0, 0)) -> Solid:
    mesh = trimesh.creation.icosphere(3, radius).apply_translation(at)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces))


def hollow(at: tuple[float, float, float]) -> Solid:
    outer, inner = (trimesh.creation.icosphere(3, r).apply_translation(at) for r in (20, 18.5))
    inner.invert()
    both = trimesh.util.concatenate([outer, inner])
    return Solid(np.array(both.vertices), np.array(both.faces))


def answers(monkeypatch: pytest.MonkeyPatch, code: int, said: str, complained: str = "") -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/prusa-slicer")
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda *_, **__: subprocess.CompletedProcess([], code, said, complained),
    )


@installed
@pytest.mark.parametrize("ending", [".stl", ".3mf"])
def test_our_files_are_manifold_and_as_large_as_we_say(ending: str, tmp_path: Path):
    solid = hollow((-153.25, 88.5, -1020.75))
    path = tmp_path / f"heart{ending}"
    if ending == ".stl":
        write_stl(solid, path)
    else:
        write_3mf([Part(solid, "wall", colour=(200, 60, 60))], path)
    info = prusa_info(path)
    assert info.manifold
    assert info.facets == len(solid.faces)
    assert info.size_mm == pytest.approx((40, 40, 40), abs=0.01)
    assert info.volume_mm3 == pytest.approx(solid.volume_mm3, rel=1e-3)


@installed
def test_each_part_of_a_3mf_is_one_object_with_its_own_extruder(tmp_path: Path):
    parts = [Part(ball(4), "wall", (200, 60, 60)), Part(ball(3, (10, 0, 0)), "calcium")]
    path = tmp_path / "heart.3mf"
    write_3mf(parts, path)
    info = prusa_info(path)
    assert (info.parts, info.facets, info.manifold) == (2, 2560, True)
    assert info.size_mm == pytest.approx((17, 8, 8), abs=0.1)
    assert filament_cm3(path, extruders=2) == pytest.approx([0.2, 0.1], rel=0.6)


def filament_cm3(path: Path, extruders: int) -> list[float]:
    """Slice for a printer with several nozzles; how much each one prints."""
    gcode = path.with_suffix(".gcode")
    options = {
        "--nozzle-diameter": ",".join(["0.4"] * extruders),
        "--filament-diameter": ",".join(["1.75"] * extruders),
        "--center": "100,100",
        "--output": str(gcode),
    }
    command = ["prusa-slicer", "-g", str(path), *itertools.chain(*options.items())]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    lines = gcode.read_text().splitlines()
    used = next(line for line in lines if line.startswith("; filament used [cm3] ="))
    return [float(number) for number in used.partition("=")[2].split(",")]


@installed
@pytest.mark.slow
def test_a_wall_with_calcium_goes_from_mesh_to_two_extruders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    trimesh.creation.capsule(20, 5).export(tmp_path / "lumen.stl")
    write_stl(ball(2, (6, 0, 5)), tmp_path / "calcium.stl")
    model = str(tmp_path / "model.3mf")
    printing = ["print", str(tmp_path / "lumen.stl"), "-o", model, "--wall", "2"]
    ends = ["--open", "0,0,9,0,0,1", "--open", "0,0,-9,0,0,-1"]
    assert run([*printing, *ends, "--part", f"calcium={tmp_path / 'calcium.stl'}", "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)["parts_ml"]
    assert list(parts) == ["wall", "calcium"]
    gcode = tmp_path / "model.gcode"
    slicing = ["slice", model, "--technology", "fdm", "--no-supports", "--out", str(gcode)]
    assert run([*slicing, "--json"]) == 0
    used = json.loads(capsys.readouterr().out)["technologies"]["fdm"]["slicing"]["material_ml"]
    assert used == pytest.approx(list(parts.values()), rel=0.25)
    assert gcode.read_text().count("\nT1") > 0  # the second extruder is called


@installed
@pytest.mark.slow
@pytest.mark.parametrize(("name", "supports"), [("sla", True), ("fdm", False)])
def test_our_estimate_is_within_a_tenth_of_prusaslicer_s(name: str, supports: bool, tmp_path: Path):
    technology = TECHNOLOGIES[name]
    material = technology.materials[0]
    model = hollow((0, 0, 0))
    write_3mf([Part(model, "wall")], tmp_path / "ball.3mf")
    ours = estimate(model, technology, material, supports=supports)
    theirs = prusa_slice(tmp_path / "ball.3mf", technology, material, supports=supports)
    assert ours.seconds == pytest.approx(theirs.seconds, rel=0.1)
    assert ours.total_ml == pytest.approx(theirs.total_ml, rel=0.1)
    assert theirs.layers == ours.layers


@installed
def test_a_broken_file_is_told_in_one_sentence(tmp_path: Path):
    (tmp_path / "bad.stl").write_bytes(b"nothing")
    with pytest.raises(ExternalToolError, match=r"prusa-slicer cannot load .*bad\.stl"):
        prusa_info(tmp_path / "bad.stl")


def test_several_objects_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "heart.3mf").touch()
    answers(monkeypatch, 0, ANSWER)
    info = prusa_info(tmp_path / "heart.3mf")
    assert info.size_mm == (80.0, 60.0, 70.0)
    assert (info.facets, info.manifold, info.parts) == (400, False, 3)
    assert info.volume_mm3 == 110.75


def test_an_empty_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "heart.3mf").touch()
    answers(monkeypatch, 0, "[heart.3mf]\nnumber_of_facets = 0\nmanifold = yes\n")
    with pytest.raises(ExternalToolError, match="found no object"):
        prusa_info(tmp_path / "heart.3mf")


def test_a_missing_program_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "heart.stl").touch()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ExternalToolError, match="apt install prusa-slicer"):
        prusa_info(tmp_path / "heart.stl")


def test_a_hanging_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("prusa-slicer", 300)

    (tmp_path / "heart.stl").touch()
    answers(monkeypatch, 0, "")
    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(ExternalToolError, match="gave no answer"):
        prusa_info(tmp_path / "heart.stl")


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        prusa_info(tmp_path / "nothing.stl")
