"""A real series: its segmentation and a model of it go to the archive's formats and back."""

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels
from heartwright.anatomy.imaging.hospital import read_origin, write_seg
from heartwright.flows.to_dicom import to_dicom
from heartwright.printing import read_surface

SERIES = "dicom-abdomen-20-slices"


@pytest.mark.slow
def test_a_real_segmentation_comes_back_voxel_by_voxel(shared_data, tmp_path):
    scans = shared_data / "scans"
    labels = read_labels(scans / f"{SERIES}.seg.nii.gz")
    write_seg(labels, tmp_path / "seg.dcm", read_origin(scans / SERIES))
    back = read_labels(tmp_path / "seg.dcm")

    where = np.argwhere(back.values)
    index = labels.grid.to_index(back.grid.to_lps(where.astype(float)))
    np.testing.assert_allclose(index, np.rint(index), atol=0.01)  # NIfTI keeps places in float32
    there = labels.values[tuple(np.rint(index).astype(int).T)]
    named = {number: int(name.removeprefix("label ")) for number, name in back.names.items()}
    assert (there == np.vectorize(named.get)(back.values[tuple(where.T)])).all()
    assert len(where) == (labels.values > 0).sum()


@pytest.mark.slow
def test_a_real_model_comes_back_vertex_by_vertex(shared_data, tmp_path):
    from heartwright.flows.mesh_labels import mesh_labels

    scans = shared_data / "scans"
    mesh = tmp_path / "organ.stl"
    mesh_labels(scans / f"{SERIES}.seg.nii.gz", mesh, label=52, scan=None)  # the aorta
    found = to_dicom(mesh, tmp_path / "organ.dcm", scan=scans / SERIES)
    assert "StudyInstanceUID" in " ".join(found["warnings"])  # its anonymisation went too far
    before, after = read_surface(mesh), read_surface(tmp_path / "organ.dcm")
    np.testing.assert_array_equal(before.vertices, after.vertices)
    np.testing.assert_array_equal(before.faces, after.faces)
