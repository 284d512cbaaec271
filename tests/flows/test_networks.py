"""Networks are asked for where they are missing, run as programs, and their labels get names."""

import json
import stat
import sys

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels, write_volume
from heartwright.anatomy.segment.networks import TASKS
from heartwright.data import ExternalToolError, InputError, Volume
from heartwright.flows.network_labels import network_labels

# Writes a label map on the scan's voxels: `label` where the scan is brighter than 200.
PAINT = """
import sys
import nibabel
import numpy as np
scan, out, label = sys.argv[1:4]
image = nibabel.load(scan)
values = np.where(np.asarray(image.dataobj) > 200, int(label), 5).astype(np.uint8)
nibabel.save(nibabel.Nifti1Image(values, image.affine), out)
"""


@pytest.fixture
def scan(tmp_path):
    values = np.zeros((8, 7, 6), np.int16)
    values[2:5, 2:5, 2:5] = 400
    affine = np.diag([1.0, 1.5, 2.0, 1.0])
    write_volume(Volume(values, affine), tmp_path / "scan.nrrd")
    return tmp_path / "scan.nrrd"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program on the PATH, alone."""

    def put(script: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        (tmp_path / "paint.py").write_text(PAINT)
        file = folder / "TotalSegmentator"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))

    return put


def test_totalsegmentator_runs_and_its_labels_get_names(scan, program, tmp_path):
    program(
        f'[ "$1 $3 $5 $6 $7" = "-i -o --ml --task total" ] && '
        f'{sys.executable} {tmp_path / "paint.py"} "$2" "$4" 61'
    )
    result = network_labels(scan, tmp_path / "out.nrrd", network="total")
    labels = read_labels(tmp_path / "out.nrrd")
    assert labels.names == {61: "appendage"}  # 5, the liver, is left out
    assert (labels.values == 61).sum() == 27
    np.testing.assert_allclose(labels.grid.spacing, [1.0, 1.5, 2.0])
    assert result["structures_mm3"] == {"appendage": pytest.approx(81.0)}


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo loading >&2; echo no licence for this task >&2; exit 1", "no licence for this task"),
        ("exit 3", "TotalSegmentator failed: exit code 3"),
        ("exit 0", "TotalSegmentator wrote no label map"),
    ],
)
def test_what_the_program_complains_of_is_passed_on(scan, program, tmp_path, script, says):
    program(script)
    with pytest.raises(ExternalToolError, match=says):
        network_labels(scan, tmp_path / "out.nrrd", network="heart-chambers")
    assert not (tmp_path / "out.nrrd").exists()


def test_what_is_missing_is_said(scan, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExternalToolError, match="TotalSegmentator is not installed; `pip install"):
        network_labels(scan, tmp_path / "out.nrrd", network="total")
    with pytest.raises(InputError, match="'brain' is no network: name total, heart-chambers"):
        network_labels(scan, tmp_path / "out.nrrd", network="brain")


@pytest.fixture
def bundle(tmp_path):
    configs = tmp_path / "bundle" / "configs"
    configs.mkdir(parents=True)
    channels = {"0": "background", "1": "left atrium", "2": "aorta"}
    meta = {"network_data_format": {"outputs": {"pred": {"channel_def": channels}}}}
    (configs / "metadata.json").write_text(json.dumps(meta))
    (configs / "inference.json").write_text("{}")
    return tmp_path / "bundle"


def test_a_bundle_needs_monai(scan, bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("heartwright.flows.network_labels.find_spec", lambda _: None)
    with pytest.raises(ExternalToolError, match="MONAI is not installed"):
        network_labels(scan, tmp_path / "out.nrrd", network=str(bundle))


@pytest.mark.slow
def test_a_bundle_runs_and_its_metadata_names_the_labels(scan, bundle, tmp_path, monkeypatch):
    package = tmp_path / "site" / "monai" / "bundle"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (tmp_path / "paint.py").write_text(PAINT)
    (package / "__main__.py").write_text(
        "import ast, pathlib, subprocess, sys\n"
        "assert sys.argv[1] == 'run'\n"
        "told = dict(zip(sys.argv[2::2], sys.argv[3::2]))\n"
        "assert pathlib.Path(told['--config_file']).name == 'inference.json'\n"
        "(scan,) = ast.literal_eval(told['--datalist'])\n"
        "out = pathlib.Path(told['--output_dir']) / 'scan'\n"
        "out.mkdir(parents=True)\n"
        f"paint = {str(tmp_path / 'paint.py')!r}\n"
        "found = out / 'scan_trans.nii.gz'\n"
        "subprocess.run([sys.executable, paint, scan, found, '2'], check=True)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    network_labels(scan, tmp_path / "out.nrrd", network=str(bundle))
    assert read_labels(tmp_path / "out.nrrd").names == {2: "aorta"}


def test_a_bundle_without_names_is_refused(scan, bundle, tmp_path):
    (bundle / "configs" / "metadata.json").write_text("{}")
    with pytest.raises(InputError, match="does not say what the network's labels are"):
        network_labels(scan, tmp_path / "out.nrrd", network=str(bundle))


def test_the_tables_hold_the_atrium_s_neighbours():
    assert TASKS["total"].labels[61] == "appendage"
    assert set(TASKS["heart-chambers"].labels) == set(range(1, 8))
