"""Broken input ends in one clear sentence, exit code 2, and no file left behind."""

import gzip

import numpy as np
import pytest

from heartwright.cli.app import run

TETRA = """solid t
facet normal 0 0 0
outer loop
vertex 0 0 0
vertex 30 0 0
vertex 0 30 0
endloop
endfacet
endsolid t
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cut.nii.gz").write_bytes(gzip.compress(b"\x5c\x01" + bytes(346))[:60])
    (tmp_path / "empty.nrrd").write_bytes(b"")
    (tmp_path / "open.stl").write_text(TETRA)
    (tmp_path / "junk.stl").write_bytes(bytes(range(256)))
    (tmp_path / "nan.csv").write_text(
        "time (ms),v\n" + "\n".join(f"{t},{'nan' if t == 30 else 0}" for t in range(60))
    )
    (tmp_path / "unit.csv").write_text("\n".join(f"{t},0.1" for t in range(60)))
    (tmp_path / "flat.csv").write_text("time (ms),v\n" + "\n".join(f"{t},0" for t in range(600)))
    (tmp_path / "mv.csv").write_text(
        "time (ms),v (mV)\n" + "\n".join(f"{t},{-80 + t % 300 / 3}" for t in range(600))
    )
    (tmp_path / "beats.csv").write_text(
        "time (ms),a,b\n" + "\n".join(f"{t},{(v := float(100 < t < 300))},{v}" for t in range(600))
    )
    (tmp_path / "junk.nc").write_bytes(b"not netcdf")
    (tmp_path / "junk.model").write_bytes(b"{}\n")
    _label_map(tmp_path / "labels.nrrd")
    (tmp_path / "none").mkdir()
    return tmp_path


def _label_map(path):
    from heartwright.anatomy.imaging import write_labels
    from heartwright.data import LabelMap

    values = np.zeros((24, 24, 24), dtype=np.uint8)
    values[6:18, 6:18, 6:18] = 1
    write_labels(LabelMap(values, np.diag([1.0, 1, 1, 1]), {1: "cube"}), path)


BROKEN = {
    "missing scan": "segment nowhere.nii -o out.nrrd --lower 1 --at 0,0,0",
    "cut scan": "segment cut.nii.gz -o out.nrrd --lower 1 --at 0,0,0",
    "empty scan": "segment empty.nrrd -o out.nrrd --lower 1 --at 0,0,0",
    "folder without a scan": "segment none -o out.nrrd --lower 1 --at 0,0,0",
    "seed elsewhere": "segment labels.nrrd -o out.nrrd --lower 0.5 --at 900,0,0",
    "no point": "segment labels.nrrd -o out.nrrd --lower 0.5 --at 1,2",
    "empty label": "mesh labels.nrrd --label 7 -o out.stl",
    "unknown ending": "mesh labels.nrrd --label 1 -o out.xyz",
    "missing folder": "mesh labels.nrrd --label 1 -o nowhere/out.stl",
    "existing file": "mesh labels.nrrd --label 1 -o open.stl",
    "open mesh": "print open.stl --wall 1.5 -o out.3mf",
    "junk mesh": "print junk.stl --wall 1.5 -o out.3mf",
    "label of a mesh": "print open.stl --label 1 --wall 1.5 -o out.3mf",
    "negative wall": "print labels.nrrd --label 1 --wall -1 -o out.3mf",
    "opening far away": "print labels.nrrd --label 1 --wall 1 --open 500,0,0,1,0,0 -o out.3mf",
    "collinear ostium": "plan laa labels.nrrd --label 1 --ostium 6,9,9/7,9,9/8,9,9 -o out.json",
    "pace far away": "activate labels.nrrd --label 1 --pace 500,0,0 -o out.3mf",
    "model that is none": "activate labels.nrrd --pace 6,9,9 --model junk.model -o out.3mf",
    "NaN trace": "learn nan.csv -o out.model",
    "no time unit": "learn unit.csv -o out.model",
    "no beat": "learn flat.csv -o out.model",
    "junk NetCDF": "learn junk.nc -o out.model",
    "junk model": "forecast junk.model junk.nc -o out.nc",
    "unknown parameter": "learn flat.csv -o out.model --parameters tau_in,speed",
    "odd slab": "simulate slab -o out.nc --size 1",
    "short slab": "simulate slab -o out.nc --size 8 --duration 1",
    "unwritable page": "demo --out junk.nc",
    "unknown option": "demo --out x --fast",
    "negative seed": "simulate slab -o out.nc --seed -1",
    "negative seed of the demo": "demo --out x --seed -1",
    "endless slab": "simulate slab -o out.nc --size 100000",
    "name too long": f"mesh labels.nrrd --label 1 -o {'x' * 300}.stl",
    "no place for files": "mesh labels.nrrd --label 1 -o /proc/out.stl",
    "background": "mesh labels.nrrd --label 0 -o out.stl",
    "one name for two files": "print labels.nrrd --wall 1 -o same.3mf --stl same.3mf",
    "wrong ending": "print labels.nrrd --wall 1 -o out.txt",
    "figure under the forecast's name": "forecast junk.model junk.nc -o g.png --figure g.png",
    "labels of no known kind": "segment labels.nrrd -o out.txt --lower 0.5 --at 9,9,9",
    "raw millivolts": "learn mv.csv --raw -o out.model",
    "negative epochs": "learn flat.csv -o out.model --preset stacom2022 --epochs -3",
    "no such physics": "learn flat.csv -o out.model --physics luo_rudy",
    "no such residual": "learn flat.csv -o out.model --residual transformer",
    "study with one group": "study paper --quick --out new --long flat.csv",
    "study with labels of nothing": "study paper --quick --out new --long-label long",
    "study with one label for both": "study paper --quick --out new --long flat.csv --short nan.csv"
    " --long-label drug --short-label drug",
    "study of recordings that are not there": "study paper --quick --out new --long a --short b",
    "study of two traces": "study paper --quick --out new --long beats.csv --short beats.csv",
    "study in a file": "study paper --quick --out junk.nc",
    "study of no split": "study paper --quick --out new --splits 0",
    "zero rounds": "learn flat.csv -o out.model --rounds 0",
    "zero learning rate": "learn flat.csv -o out.model --preset stacom2022 --learning-rate 0",
}


@pytest.mark.parametrize("command", BROKEN.values(), ids=BROKEN)
def test_one_sentence_and_no_file(folder, monkeypatch, capfd, command):
    monkeypatch.chdir(folder)
    before = _contents(folder)
    assert run(command.split()) == 2
    out, err = capfd.readouterr()
    sentence = err.strip().splitlines()[-1]
    assert sentence.startswith("heartwright: ")
    assert sentence.endswith(".")
    assert "Traceback" not in err
    assert out == ""
    assert _contents(folder) == before


def _contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
