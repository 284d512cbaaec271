"""Reading gives back what was written, on any grid; formats agree where the voxels lie."""

import gzip
from dataclasses import replace

import nibabel
import nrrd
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from heartwright.anatomy.imaging import read_labels, read_volume, write_labels, write_volume
from heartwright.data import GeometryError, InputError, LabelMap, OutputError, Provenance, Volume

FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ENDINGS = pytest.mark.parametrize("ending", [".nrrd", ".nii", ".nii.gz"])
SHAPES = st.tuples(*[st.integers(1, 6)] * 3)


@st.composite
def affines(draw):
    """Oblique, left-handed and anisotropic grids."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]  # a reflection as often as not
    affine = np.eye(4)
    affine[:3, :3] = turn * random.uniform(0.2, 4, 3)
    affine[:3, 3] = random.uniform(-500, 500, 3)
    return affine


@ENDINGS
@FEW
@given(affine=affines(), data=st.data())
def test_a_volume_comes_back(tmp_path, ending, affine, data):
    kind = data.draw(st.sampled_from([np.int16, np.float32]))
    elements = {} if kind == np.int16 else {"allow_nan": False, "allow_infinity": False}
    values = data.draw(npst.arrays(kind, SHAPES, elements=elements or None))
    if kind == np.float32:
        values[0, 0, 0] = 0.5  # no integers, which would come back as int16
    path = tmp_path / f"v{ending}"
    write_volume(Volume(values, affine), path, force=True)
    volume = read_volume(path)
    assert volume.values.dtype == kind
    np.testing.assert_array_equal(volume.values, values)
    _assert_same_place(volume.affine, affine, ending)


@ENDINGS
@FEW
@given(affine=affines(), data=st.data())
def test_labels_come_back(tmp_path, ending, affine, data):
    values = data.draw(npst.arrays(np.int32, SHAPES, elements=st.integers(0, 65535)))
    path = tmp_path / f"l{ending}"
    write_labels(LabelMap(values, affine), path, force=True)
    labels = read_labels(path)
    np.testing.assert_array_equal(labels.values, values)
    _assert_same_place(labels.affine, affine, ending)


def _assert_same_place(found, affine, ending):
    tolerance = 1e-12 if ending == ".nrrd" else 2e-7  # NIfTI-1 keeps float32
    np.testing.assert_allclose(found, affine, rtol=0, atol=tolerance * np.abs(affine).max())


@pytest.fixture
def labels():
    values = np.zeros((5, 6, 7), dtype=np.uint8)
    values[1:3, 2:4, 3:5] = 2
    affine = np.diag([-0.5, 0.7, 1.25, 1.0])
    affine[:3, 3] = 10, -20, 30
    made = Provenance(parameters={"lower": 300.0}, created="2026-01-01T00:00:00+00:00")
    return LabelMap(values, affine, {2: "left atrium", 5: "Vorhof (größer)"}, made)


@ENDINGS
def test_the_same_input_gives_the_same_bytes(tmp_path, ending, labels):
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    write_labels(labels, first)
    write_labels(replace(labels, values=np.ascontiguousarray(labels.values)), second)
    assert first.read_bytes() == second.read_bytes()


def test_names_come_back_from_nrrd(tmp_path, labels):
    write_labels(labels, tmp_path / "l.seg.nrrd")
    assert read_labels(tmp_path / "l.seg.nrrd").names == labels.names


def test_other_readers_see_the_same_nrrd(tmp_path, labels):
    write_labels(labels, tmp_path / "l.nrrd")
    values, header = nrrd.read(str(tmp_path / "l.nrrd"))
    np.testing.assert_array_equal(values, labels.values)
    assert header["space"] == "left-posterior-superior"
    np.testing.assert_array_equal(header["space directions"], labels.affine[:3, :3].T)
    assert header["Segment0_Name"] == "left atrium"
    assert header["Segment0_LabelValue"] == "2"
    assert '"lower": 300.0' in header["heartwright"]


def test_other_readers_see_the_same_nifti(tmp_path, labels):
    write_labels(labels, tmp_path / "l.nii.gz")
    image = nibabel.load(tmp_path / "l.nii.gz")
    np.testing.assert_array_equal(np.asarray(image.dataobj), labels.values)
    np.testing.assert_allclose(image.affine, np.diag([-1, -1, 1, 1]) @ labels.affine, rtol=1e-6)
    assert image.header.get_xyzt_units()[0] == "mm"
    assert b'"lower": 300.0' in image.header.extensions[0].get_content()


def _nifti(path, values, affine=None, **fields):
    image = nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine)
    for field, value in fields.items():
        image.header[field] = value
    image.to_filename(path)
    return path


def test_nifti_in_metres_is_read_in_millimetres(tmp_path):
    path = _nifti(tmp_path / "v.nii", np.ones((3, 3, 3), np.int16), np.diag([0.002] * 3 + [1]))
    content = bytearray(path.read_bytes())
    content[123] = 1  # xyzt_units: metre
    path.write_bytes(content)
    np.testing.assert_allclose(read_volume(path).grid.spacing, 2.0, rtol=1e-6)


def test_big_endian_and_float_labels_are_exact(tmp_path):
    values = np.arange(27.0).reshape(3, 3, 3)
    _nifti(tmp_path / "f.nii", values.astype(np.float32))
    nibabel.Nifti1Image(
        values.astype(">i2"), np.eye(4), nibabel.Nifti1Header(endianness=">")
    ).to_filename(tmp_path / "b.nii")
    for name in ("f.nii", "b.nii"):
        found = read_labels(tmp_path / name)
        np.testing.assert_array_equal(found.values, values)
        assert found.values.dtype == np.uint8


REFUSED_LABELS = {
    "fractions": (np.full((2, 2, 2), 0.5, np.float32), "fractions"),
    "negative": (np.full((2, 2, 2), -1000, np.int16), "from -1000 to -1000"),
    "not numbers": (np.full((2, 2, 2), np.nan, np.float32), "nan"),
    "too high": (np.full((2, 2, 2), 70000, np.int32), "70000"),
}


@pytest.mark.parametrize(("values", "message"), REFUSED_LABELS.values(), ids=REFUSED_LABELS.keys())
def test_what_is_no_label_map_is_refused(values, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_labels(_nifti(tmp_path / "l.nii", values))


REFUSED_IMAGES = {
    "sequence": (np.zeros((2, 2, 2, 3), np.int16), "one phase"),
    "plane": (np.zeros((2, 2), np.int16), "no 3-D image"),
    "complex": (np.zeros((2, 2, 2), np.complex64), "plain number"),
    "not numbers": (np.full((2, 2, 2), np.inf, np.float32), "not numbers"),
}


@pytest.mark.parametrize(("values", "message"), REFUSED_IMAGES.values(), ids=REFUSED_IMAGES.keys())
def test_what_is_no_scan_is_refused(values, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_volume(_nifti(tmp_path / "v.nii", values))


def test_a_sequence_of_one_is_an_image(tmp_path):
    path = _nifti(tmp_path / "v.nii.gz", np.ones((2, 3, 4, 1), np.int16))
    assert read_volume(path).values.shape == (2, 3, 4)


@pytest.mark.parametrize("affine", [np.full((4, 4), np.nan), np.diag([1.0, 1, 0, 1])])
def test_an_affine_that_places_nothing_is_refused(affine, tmp_path):
    path = _nifti(tmp_path / "v.nii", np.ones((2, 2, 2), np.int16))
    content = bytearray(path.read_bytes())
    content[280:328] = affine[:3].astype("<f4").tobytes()
    content[252:256] = b"\0\0\2\0"  # qform off, sform on
    path.write_bytes(content)
    with pytest.raises(GeometryError, match="voxel-to-space"):
        read_volume(path)


def test_a_nifti_without_a_place_is_refused(tmp_path):
    path = _nifti(tmp_path / "v.nii", np.ones((2, 2, 2), np.int16))
    content = bytearray(path.read_bytes())
    content[252:256] = bytes(4)  # qform and sform off
    path.write_bytes(content)
    with pytest.raises(InputError, match="does not say where it lies in the patient"):
        read_volume(path)


HEADER = """NRRD0004
type: uint8
dimension: 3
space: {space}
sizes: 2 2 2
space directions: (1,0,0) (0,1,0) (0,0,1)
encoding: raw
space origin: (1,2,3)
{more}
"""


@pytest.mark.parametrize(
    ("space", "origin"), [("LPS", (1, 2, 3)), ("RAS", (-1, -2, 3)), ("LAS", (1, -2, 3))]
)
def test_nrrd_spaces_end_in_lps(space, origin, tmp_path):
    path = tmp_path / "v.nrrd"
    path.write_bytes(HEADER.format(space=space, more="").encode() + b"" + bytes(range(8)))
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.affine[:3, 3], origin)
    np.testing.assert_array_equal(volume.values.ravel(order="F"), range(8))


@pytest.mark.parametrize(
    ("space", "more", "message"),
    [
        ("3D-right-handed", "", "does not say where it lies"),
        ("LPS", 'space units: "m" "m" "m"\n', "measured in m"),
        ("LPS", "data file: ../voxels.raw\n", "no file beside it"),
        ("LPS", "data file: missing.raw\n", "no file beside it"),
        ("LPS", "data file: /dev/zero\n", "no file beside it"),
    ],
)
def test_nrrd_that_we_cannot_place_or_find_is_refused(space, more, message, tmp_path):
    path = tmp_path / "v.nhdr"
    path.write_bytes(HEADER.format(space=space, more=more).encode() + bytes(8))
    with pytest.raises(InputError, match=message):
        read_volume(path)


def test_a_header_beside_its_voxels_is_read(tmp_path):
    (tmp_path / "v.nhdr").write_text(HEADER.format(space="LPS", more="data file: v.raw"))
    (tmp_path / "v.raw").write_bytes(bytes(range(8)))
    np.testing.assert_array_equal(
        read_volume(tmp_path / "v.nhdr").values.ravel(order="F"), range(8)
    )


def test_endings_and_existing_files(tmp_path, labels):
    with pytest.raises(OutputError, match=r"\.nrrd"):
        write_labels(labels, tmp_path / "l.mnc")
    write_labels(labels, tmp_path / "l.nrrd")
    with pytest.raises(OutputError, match="exists already"):
        write_labels(labels, tmp_path / "l.nrrd")
    write_labels(labels, tmp_path / "l.nrrd", force=True)
    (tmp_path / "l.mnc").write_bytes(gzip.compress(b"?"))
    with pytest.raises(InputError, match="ending must be"):
        read_labels(tmp_path / "l.mnc")
    with pytest.raises(InputError, match="single image"):
        read_volume(tmp_path / "l.nrrd", series="1")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["l.mnc", "l.nrrd"]
