"""The verbs that hold prints against models: print verify, print budget, coupon."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.anatomy.imaging import write_labels, write_volume
from heartwright.cli.app import run
from heartwright.data import LabelMap, Volume
from heartwright.printing import read_surface


def result(capsys, *arguments: object) -> dict:
    capsys.readouterr()
    assert run([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments: object) -> str:
    capsys.readouterr()
    assert run([*map(str, arguments)]) == 2
    return capsys.readouterr().err


@pytest.fixture
def coupon(tmp_path: Path, capsys) -> Path:
    result(capsys, "coupon", "-o", tmp_path / "coupon.stl", "--sheet", tmp_path / "sheet.csv")
    return tmp_path / "coupon.stl"


def filled(sheet: Path, scale: float) -> Path:
    head, *rows = sheet.read_text().splitlines()
    lines = [row + f"{float(row.split(',')[3]) * scale + 0.1:.4f}" for row in rows]
    sheet.write_text("\n".join([head, *lines]))
    return sheet


@pytest.mark.slow
def test_a_coupon_measured_by_caliper_scales_the_next_print(coupon, tmp_path, capsys):
    import trimesh

    sheet = filled(tmp_path / "sheet.csv", 1.005)
    found = result(capsys, "coupon", "factors", sheet, "-o", tmp_path / "f.json")["compensation"]
    assert [found[axis] for axis in "xyz"] == pytest.approx([1 / 1.005] * 3, abs=1e-4)
    assert found["growth_mm"] == pytest.approx(0.05, abs=1e-3)
    trimesh.creation.icosphere(3, 10.0).export(tmp_path / "ball.stl")
    place = [tmp_path / "printed.3mf", "--wall", 2, "--compensate", tmp_path / "f.json"]
    result(capsys, "print", tmp_path / "ball.stl", "-o", *place)
    size = np.ptp(read_surface(tmp_path / "printed.3mf").vertices, axis=0)
    assert size == pytest.approx([24 / 1.005] * 3, abs=0.05)


@pytest.mark.slow
def test_a_coupon_scanned_scales_a_slice(coupon, tmp_path, capsys):
    import trimesh

    mesh = trimesh.load(coupon)
    mesh.vertices *= [1.006, 0.996, 1.01]
    mesh.apply_transform(trimesh.transformations.rotation_matrix(2.1, [0.3, 0.7, 0.2]))
    mesh.apply_translation([50, -20, 300])
    mesh.export(tmp_path / "rescan.ply")
    report, factors = tmp_path / "report.json", tmp_path / "f.json"
    drawn = ["--map", tmp_path / "map.ply", "--figure", tmp_path / "map.png"]
    asked = ["--port", "40,33,1,0,0,1", "--technology", "fdm"]
    told = ["print", "verify", tmp_path / "rescan.ply", "--against", coupon, "-o", report]
    found = result(capsys, *told, *drawn, *asked)
    scale = [found["scale"][axis] for axis in "xyz"]
    assert scale == pytest.approx([1.006, 0.996, 1.01], abs=1e-3)
    assert found["diameters"][0]["model_mm"] == pytest.approx(6, abs=0.01)
    stored = json.loads(report.read_text())
    assert stored["scale"] == found["scale"]
    assert stored["provenance"]["parameters"]["technology"] == "fdm"
    assert b"deviation_mm" in (tmp_path / "map.ply").read_bytes()[:500]
    assert (tmp_path / "map.png").read_bytes()[1:4] == b"PNG"
    result(capsys, "coupon", "factors", report, "-o", factors)
    sliced = result(capsys, "slice", coupon, "--technology", "sls", "--compensate", factors)
    plain = result(capsys, "slice", coupon, "--technology", "sls")
    material = [s["technologies"]["sls"]["slicing"]["total_ml"] for s in (sliced, plain)]
    assert material[0] / material[1] == pytest.approx(1 / np.prod(scale), rel=5e-3)


@pytest.mark.slow
def test_a_budget_is_one_line_and_one_file(tmp_path, capsys):
    axis = np.linspace(-15, 15, 61)
    away = np.sqrt(sum(x**2 for x in np.meshgrid(axis, axis, axis, indexing="ij")))
    affine = np.diag([0.5, 0.5, 0.5, 1.0])
    labels, scan = tmp_path / "ball.nrrd", tmp_path / "ct.nrrd"
    write_labels(LabelMap((away < 9.3).astype(np.uint8), affine, {1: "ball"}), labels)
    noise = 10 * np.random.default_rng(0).standard_normal(away.shape)
    grey = 400 * np.clip(0.5 - (away - 9.3) / 1.5, 0, 1) + noise
    write_volume(Volume(np.rint(grey).astype(np.int16), affine), scan)
    model, path = tmp_path / "ball.stl", tmp_path / "budget.json"
    result(capsys, "print", labels, "-o", tmp_path / "b.3mf", "--wall", 1.5, "--stl", model)
    found = result(capsys, "print", "budget", model, "--labels", labels, "--scan", scan, "-o", path)
    parts = found["parts_p95_mm"]
    assert parts["editing"] < 0.1
    assert parts["segmentation"] == pytest.approx(1.96 * 10 * 1.5 / 400, rel=0.2)
    assert found["root_sum_of_squares_mm"] == pytest.approx(np.linalg.norm(list(parts.values())))
    assert found["linear_sum_mm"] == pytest.approx(sum(parts.values()))
    assert json.loads(path.read_text())["line"] == found["line"]


def test_what_cannot_be_verified_is_said_in_a_sentence(coupon, tmp_path, capsys):
    told = ["print", "verify", coupon, "--against", coupon, "-o", tmp_path / "r.json"]
    assert "go with scans" in refused(capsys, *told, "--lower", 100)
    assert "no technology" in refused(capsys, *told, "--technology", "clay")
    assert "no such file" in refused(capsys, *told, "--centreline", tmp_path / "none.csv")
    (tmp_path / "text.csv").write_text("a,b\nc,d\n")
    assert "no centreline" in refused(capsys, *told, "--centreline", tmp_path / "text.csv")
    factors = ["coupon", "factors", tmp_path / "text.csv", "-o", tmp_path / "f.json"]
    assert "no sheet" in refused(capsys, *factors)
    (tmp_path / "r2.json").write_text("{}")
    factors[2] = tmp_path / "r2.json"
    assert "no report" in refused(capsys, *factors)
    sliced = ["slice", coupon, "--compensate", tmp_path / "r2.json"]
    assert "holds no factors" in refused(capsys, *sliced)
    assert not (tmp_path / "r.json").exists()
