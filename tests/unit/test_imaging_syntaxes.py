"""Every common transfer syntax gives the same voxels; the files are encoded here."""

import io

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from heartwright.anatomy.imaging import read_volume

PLAIN = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
]
LOSSLESS = {
    JPEG2000Lossless: "JPEG2000Lossless",
    JPEGLSLossless: "JPEGLSLossless",
    JPEGLosslessSV1: "JPEGLosslessProcess14_1",
}


@pytest.fixture
def picture():
    """A smooth ball in noise: 12 bits, 32 × 24 pixels, 3 slices."""
    i, j, k = np.indices((32, 24, 3))
    ball = 1800 * np.exp(-((i - 15) ** 2 + (j - 11) ** 2 + (k - 1) ** 2) / 60)
    return (ball + np.random.default_rng(1).normal(200, 20, ball.shape)).astype(np.uint16)


def _transcode(path, syntax):
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(path))
    assert writer.Write()


@pytest.mark.parametrize("syntax", PLAIN, ids=lambda syntax: syntax.name)
def test_uncompressed(syntax, tmp_path, write_series, picture):
    write_series(tmp_path, picture, syntax=syntax)
    np.testing.assert_array_equal(read_volume(tmp_path).values, picture.astype(int) - 1024)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.name)
def test_lossless(syntax, tmp_path, write_series, picture):
    for path in write_series(tmp_path, picture):
        _transcode(path, LOSSLESS[syntax])
        assert dcmread(path).file_meta.TransferSyntaxUID == syntax
    np.testing.assert_array_equal(read_volume(tmp_path).values, picture.astype(int) - 1024)


def test_run_length(tmp_path, write_series, picture):
    for path in write_series(tmp_path, picture):
        dataset = dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    np.testing.assert_array_equal(read_volume(tmp_path).values, picture.astype(int) - 1024)


@pytest.mark.parametrize(
    ("syntax", "format_"), [(JPEGBaseline8Bit, "JPEG"), (JPEG2000, "JPEG2000")]
)
def test_lossy_stays_close(syntax, format_, tmp_path, write_series, picture):
    """8-bit frames, encoded by Pillow, come back within the loss of the codec."""
    from PIL import Image

    grey = (picture // 16).astype(np.uint8)

    def encode(number, dataset):
        stream = io.BytesIO()
        options = {"quality": 95} if format_ == "JPEG" else {"irreversible": True}
        Image.fromarray(grey[:, :, number].T.copy()).save(stream, format_, **options)
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.PixelData = encapsulate([_codestream(stream.getvalue())])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True

    write_series(tmp_path, picture, change=encode)
    difference = read_volume(tmp_path).values + 1024.0 - grey
    assert np.abs(difference).mean() < 2


def _codestream(data: bytes) -> bytes:
    """JPEG 2000 inside DICOM goes without the boxes of a .jp2 file."""
    start = data.find(b"\xff\x4f\xff\x51")
    return data if start < 0 else data[start:]
