"""The verbs of walls and products: wall, coat, mould, split, decimate."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.cli.app import run


@pytest.fixture
def vessel(tmp_path: Path) -> Path:
    """A closed lumen along z, radius 5 mm, from -13 to 13 mm."""
    import trimesh

    path = tmp_path / "vessel.stl"
    mesh = trimesh.creation.capsule(height=16.0, radius=5.0, count=[24, 24])
    mesh.apply_translation([0, 0, -mesh.bounds.mean(axis=0)[2]])
    mesh.export(path)
    return path


@pytest.fixture
def bar(tmp_path: Path) -> Path:
    import trimesh

    path = tmp_path / "bar.stl"
    trimesh.creation.box(extents=(200, 30, 20)).export(path)
    return path


def result(capsys, *arguments: object) -> dict:
    assert run([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def complaint(capsys, *arguments: object) -> str:
    assert run([*map(str, arguments)]) == 2
    return capsys.readouterr().err


@pytest.mark.slow
def test_a_wall_is_written_measured_and_mapped(vessel, tmp_path, capsys):
    files = ["-o", tmp_path / "w.3mf", "--map", tmp_path / "map.ply"]
    found = result(capsys, "wall", vessel, "--thickness", 1.5, "--open", "0,0,10,0,0,1", *files)
    assert found["valid"]
    assert found["cavities"] == 0
    assert found["wall_median_mm"] == pytest.approx(1.5, abs=0.03)
    assert found["merged"] == []
    assert (tmp_path / "map.ply").exists()


@pytest.mark.slow
def test_a_wall_by_label_and_by_vertex(vessel, tmp_path, capsys):
    import nrrd
    import pyvista

    values = np.ones((30, 30, 60), np.uint8)
    values[:, :, 30:] = 2
    place = {"space": "left-posterior-superior", "space origin": [-14.5, -14.5, -29.5]}
    nrrd.write(
        str(tmp_path / "l.nrrd"),
        values,
        place | {"space directions": np.eye(3), "kinds": ["domain"] * 3},
    )
    by_label = ["--labels", tmp_path / "l.nrrd", "--at", "2=2.5"]
    found = result(capsys, "wall", vessel, "--thickness", 1.2, *by_label, "-o", tmp_path / "a.stl")
    assert found["valid"]
    assert found["wall_min_mm"] == pytest.approx(1.2, abs=0.06)
    assert found["wall_max_mm"] == pytest.approx(2.5, abs=0.06)
    surface = pyvista.read(vessel)
    surface["thickness"] = np.full(surface.n_points, 2.0)
    surface.save(tmp_path / "t.vtp")
    field = ["--field", tmp_path / "t.vtp", "--inside"]
    found = result(capsys, "wall", vessel, "--thickness", 1, *field, "-o", tmp_path / "b.stl")
    assert found["wall_median_mm"] == pytest.approx(2.0, abs=0.06)
    assert found["bounds_lps_mm"][1][2] == pytest.approx(13, abs=0.01)


def test_thicknesses_that_make_no_sense_are_refused(vessel, tmp_path, capsys):
    out = ["-o", tmp_path / "w.stl"]
    assert "go together" in complaint(capsys, "wall", vessel, "--thickness", 1, "--at", "2=3", *out)
    text = complaint(
        capsys, "wall", vessel, "--thickness", 1, "--labels", "l.nrrd", "--at", "two=3", *out
    )
    assert "LABEL=MM" in text
    (tmp_path / "broken.vtp").write_text("<VTKFile")
    field = ["--field", tmp_path / "broken.vtp"]
    assert "broken.vtp" in complaint(capsys, "wall", vessel, "--thickness", 1, *field, *out)
    assert "50 mm" in complaint(capsys, "wall", vessel, "--thickness", 50, *out)


@pytest.mark.slow
def test_a_core_with_its_coat(vessel, tmp_path, capsys):
    files = ["-o", tmp_path / "core.stl", tmp_path / "coat.stl"]
    found = result(capsys, "coat", vessel, "--thickness", 1, "--open", "0,0,8,0,0,1", *files)
    assert found["core"]["valid"]
    assert found["coat"]["valid"]
    assert found["releases"][0]["straight"]
    assert found["warnings"] == []
    assert found["coat_ml"] == pytest.approx(found["coat"]["volume_mm3"] / 1000)


def test_a_mould_of_a_vessel_lying_in_its_plane(vessel, tmp_path, capsys):
    files = ["-o", tmp_path / "upper.stl", tmp_path / "lower.3mf"]
    found = result(capsys, "mould", vessel, "--plane", "0,0,0,1,0,0", *files)
    assert all(half["valid"] and half["bodies"] == 1 for half in found["halves"])
    assert found["pour_lps_mm"][0] == pytest.approx(5, abs=0.5)
    assert all(half["straight"] for half in found["releases"])


@pytest.mark.slow
def test_a_mould_that_finds_its_own_plane(vessel, tmp_path, capsys):
    files = ["-o", tmp_path / "upper.stl", tmp_path / "lower.3mf"]
    found = result(capsys, "mould", vessel, *files)
    point, normal = np.split(np.array(found["parting_lps_mm"]), 2)
    assert abs(normal[2]) < 0.1  # along the vessel, where both halves are shallow
    assert abs(point @ normal) < 1
    assert all(half["straight"] for half in found["releases"])


def test_pieces_get_numbered_files(bar, tmp_path, capsys):
    out = ["-o", tmp_path / "piece.stl", "--pegs", "2,4,5"]
    found = result(capsys, "split", bar, "--technology", "sla", *out)
    assert [Path(piece["file"]).name for piece in found["pieces"]] == ["piece-1.stl", "piece-2.stl"]
    assert all(piece["valid"] for piece in found["pieces"])
    assert "exists" in complaint(capsys, "split", bar, "--technology", "sla", *out)
    assert "no technology" in complaint(capsys, "split", bar, "--technology", "lathe", *out)


@pytest.mark.slow
def test_a_lighter_model(vessel, tmp_path, capsys):
    out = ["-o", tmp_path / "light.stl"]
    found = result(capsys, "decimate", vessel, "--max-error", 0.3, *out)
    assert found["valid"]
    assert found["error_mm"] <= 0.3
    assert found["triangles"] < found["triangles_before"]
