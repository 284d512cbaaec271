"""`heartwright plan aortic` on files, and on real anatomy where it is."""

import json

import numpy as np
import pytest

from heartwright.cli.app import run
from heartwright.data import LabelMap


@pytest.fixture(scope="module")
def files(root_shape, tmp_path_factory):
    """A root as a mesh, and its nadirs as texts and as Slicer's markups (RAS)."""
    from heartwright.printing import write_stl

    folder = tmp_path_factory.mktemp("root")
    solid, nadirs = root_shape()
    write_stl(solid, folder / "root.stl")
    options = []
    for name, point in zip(("lcc", "rcc", "ncc"), nadirs, strict=True):
        markup = {
            "coordinateSystem": "RAS",
            "controlPoints": [{"position": (point * [-1, -1, 1]).tolist()}],
        }
        (folder / f"{name}.mrk.json").write_text(json.dumps({"markups": [markup]}))
        options.append(f"--{name}={folder / name}.mrk.json")
    return folder, options


def test_a_root_is_planned_from_its_nadirs(files, capsys):
    folder, options = files
    out = folder / "plan.json"
    words = ["plan", "aortic", str(folder / "root.stl"), *options, "--phase", "30"]
    assert run([*words, "--known", "left_cusp_height=14", "-o", str(out), "--json"]) == 0
    said = capsys.readouterr()
    told, written = json.loads(said.out), json.loads(out.read_text())
    assert told["annulus"]["d_max_mm"] == pytest.approx(27, abs=0.01)
    assert written["measures"] == told["measures"]
    assert "Research use only" in written["disclaimer"] + said.err
    assert {"three_cusp", "rl_overlap"} <= told["views"].keys()
    assert all(device["candidate"]["source"] for device in told["devices"])
    assert run([*words, "-o", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_two_nadirs_are_not_enough(files, capsys):
    folder, options = files
    shape, out = str(folder / "root.stl"), str(folder / "other.json")
    assert run(["plan", "aortic", shape, *options[:2], "-o", out]) == 2
    assert "--ncc is not given" in capsys.readouterr().err
    assert run(["plan", "aortic", shape, *options, "--label", "3", "-o", out]) == 2
    assert "--label goes with a label map only" in capsys.readouterr().err


@pytest.mark.slow
def test_a_whole_heart_s_root_is_found_by_itself(shared_data, tmp_path, capsys):
    """Aorta (6) and left ventricle (3) of one heart; adults' ranges, not a reference."""
    heart = shared_data / "scans/whole-heart-labels/wh.nii.gz"
    words = ["plan", "aortic", str(heart), "--label", "6", "--label", "3"]
    assert run([*words, "-o", str(tmp_path / "a.json"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    measures = {name: each["value"] for name, each in told["measures"].items()}
    assert 20 < measures["annulus_area_diameter"] < 26
    assert measures["junction_diameter"] < measures["sinus_mean_width"]
    assert 35 < measures["aortic_angulation"] < 70
    assert -30 < told["views"]["rl_overlap"]["lao_deg"] < 15  # RAO, caudal: the usual cusp overlap
    assert told["views"]["rl_overlap"]["cra_deg"] < 0
    assert any("were joined" in sentence for sentence in told["warnings"])
    assert any("automatically" in sentence for sentence in told["warnings"])


@pytest.mark.slow
def test_the_other_program_s_annulus_of_the_thorax(shared_data, tmp_path, capsys):
    """27 × 23 mm and 4.9 cm² there; within a voxel of 1.5 mm here.

    Its masks of aorta and annulus overlap at its plane, where the area grows by some 55 mm² a
    millimetre (471 mm² at the plane, 530 mm² 1 mm above): a third of a millimetre of height, or a
    fifth of a voxel of boundary, is the difference.
    """
    from heartwright.anatomy.imaging import read_labels, write_labels

    folder = shared_data / "scans/thorax-cta-crop"
    told = json.loads((folder / "aorta_report.json").read_text())["landmarks"]["1"]
    ras = np.array([told[key] for key in ("start", "end", "start_pd", "end_pd")])
    long, short = (ras * [-1, -1, 1]).reshape(2, 2, 3)
    middle = (long.mean(axis=0) + short.mean(axis=0)) / 2
    normal = np.cross(long[1] - long[0], short[1] - short[0])
    normal *= np.sign(normal[2]) / np.linalg.norm(normal)
    aorta, ring = (read_labels(folder / f"{n}.nii.gz") for n in ("aorta", "annulus_proper"))
    both = np.where(aorta.values > 0, 1, np.where(ring.values > 0, 2, 0)).astype(np.uint8)
    write_labels(LabelMap(both, aorta.affine, {1: "aorta", 2: "ring"}), tmp_path / "both.nrrd")
    first = long[1] - long[0]
    first /= np.linalg.norm(first)
    across = np.cross(normal, first)
    spots = [
        ",".join(f"{x:.3f}" for x in middle + 12.5 * (np.cos(a) * first + np.sin(a) * across))
        for a in np.radians([0, 240, 120])
    ]
    options = [f"--{n}={spot}" for n, spot in zip(("lcc", "rcc", "ncc"), spots, strict=True)]
    words = ["plan", "aortic", str(tmp_path / "both.nrrd"), "--label", "1", "--label", "2"]
    options.append("--aorta=" + ",".join(f"{x:.3f}" for x in middle + 30 * normal))
    assert run([*words, *options, "-o", str(tmp_path / "a.json"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    area = found["measures"]["annulus_area"]
    assert area["value"] == pytest.approx(100 * told["area"], rel=0.08)
    assert abs(area["value"] - 100 * told["area"]) < area["sd"]
    assert found["annulus"]["d_max_mm"] == pytest.approx(10 * told["diameter"], abs=3.0)
    assert found["annulus"]["d_min_mm"] == pytest.approx(10 * told["diameter_pd"], abs=2.0)
