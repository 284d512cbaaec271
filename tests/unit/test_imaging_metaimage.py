"""MetaImage files, as SimpleITK writes them and as damaged or hostile ones come."""

import os

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from heartwright.anatomy.imaging import read_labels, read_volume
from heartwright.data import HeartwrightError


@pytest.fixture
def image():
    """4 × 3 × 5 voxels, turned about z, written column by column."""
    values = np.arange(60, dtype=np.int16).reshape(5, 3, 4)
    made = sitk.GetImageFromArray(values)
    made.SetSpacing((0.5, 0.6, 0.7))
    made.SetDirection((0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1))
    made.SetOrigin((-3, 4, 50))
    return made


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
@pytest.mark.parametrize("ending", [".mha", ".mhd"])
def test_place_and_values_are_those_of_simpleitk(ending, compressed, image, tmp_path):
    path = tmp_path / f"a{ending}"
    sitk.WriteImage(image, str(path), useCompression=compressed)
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.values, sitk.GetArrayFromImage(image).T)
    for index in ((0, 0, 0), (3, 2, 4), (1, 0, 2)):
        place = volume.grid.to_lps(np.array(index))
        np.testing.assert_allclose(place, image.TransformIndexToPhysicalPoint(index), atol=1e-12)
    assert read_labels(path).values.max() == 59


def _written(path, *lines: str) -> None:
    fields = {
        "ObjectType": "Image",
        "NDims": "3",
        "BinaryData": "True",
        "Offset": "0 0 0",
        "ElementSpacing": "1 1 1",
        "DimSize": "2 2 2",
        "ElementType": "MET_UCHAR",
    } | dict(line.split(" = ") for line in lines)
    fields["ElementDataFile"] = fields.pop("ElementDataFile", "LOCAL")
    text = "".join(f"{key} = {value}\n" for key, value in fields.items())
    path.write_bytes(text.encode() + bytes(8))


HOSTILE = {
    "enormous": ("DimSize = 100000 100000 100000", "not a complete MetaImage"),
    "enormous, compressed": ("CompressedData = True|DimSize = 9999 9999 999", "not a complete"),
    "words": ("DimSize = many more still", "not a complete MetaImage"),
    "other type": ("ElementType = MET_STRING", "not a complete MetaImage"),
    "elsewhere": ("ElementDataFile = /etc/hostname", "no file beside it"),
    "above": ("ElementDataFile = ../a.raw", "no file beside it"),
    "gone": ("ElementDataFile = a.raw", "no file beside it"),
    "a list": ("ElementDataFile = LIST", "no file beside it"),
    "flat": ("ElementSpacing = 0 1 1", "not usable|not a complete"),
    "a plane": ("NDims = 2|DimSize = 2 2|Offset = 0 0|ElementSpacing = 1 1", "no 3-D image"),
    "a sequence": (
        "NDims = 4|DimSize = 2 2 1 2|Offset = 0 0 0 0|ElementSpacing = 1 1 1 1",
        "sequence of images",
    ),
    "colour": ("DimSize = 2 1 1|ElementNumberOfChannels = 3", "one plain number a voxel"),
}


@pytest.mark.parametrize(("lines", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers(lines, message, tmp_path):
    path = tmp_path / "a.mha"
    _written(path, *lines.split("|"))
    with pytest.raises(HeartwrightError, match=message) as caught:
        read_volume(path)
    assert str(caught.value).endswith(".")


def test_a_place_is_needed(tmp_path):
    path = tmp_path / "a.mha"
    _written(path)
    assert read_volume(path).values.shape == (2, 2, 2)
    path.write_bytes(path.read_bytes().replace(b"Offset = 0 0 0\n", b""))
    with pytest.raises(HeartwrightError, match="does not say where it lies"):
        read_volume(path)


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8, 0.99])
def test_cut_files(share, compressed, image, tmp_path):
    path = tmp_path / "a.mha"
    sitk.WriteImage(image, str(path), useCompression=compressed)
    os.truncate(path, int(share * path.stat().st_size))
    with pytest.raises(HeartwrightError, match="not a complete MetaImage"):
        read_volume(path)
