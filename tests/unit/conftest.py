"""What the unit tests of the shape strand share: DICOM series made to order."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest


def _write_series(
    folder: Path,
    values: np.ndarray,  # [i, j, k], stored numbers
    *,
    positions: np.ndarray | None = None,  # [k, 3]
    change: Callable = lambda number, dataset: None,
    uid: str = "1.2.826.0.1.3680043.8.498.1",
    syntax: str = "1.2.840.10008.1.2.1",
    prefix: str = "slice",
) -> list[Path]:
    """One CT file a slice: 0.8 mm between columns, 0.7 between rows, 2 mm between slices."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, generate_uid

    folder.mkdir(parents=True, exist_ok=True)
    if positions is None:
        positions = np.array([-10.0, 5.0, 100.0]) + np.outer(np.arange(values.shape[2]), (0, 0, 2))
    paths = []
    for number, position in enumerate(positions):
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
        dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[uid, str(number)])
        dataset.SOPClassUID = CTImageStorage
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
        dataset.Modality = "CT"
        dataset.SeriesInstanceUID = uid
        dataset.SeriesNumber = int(uid[-1])
        dataset.SeriesDescription = f"test {uid[-1]}"
        dataset.SliceThickness = 3.0  # says something else than the positions
        dataset.ImagePositionPatient = [float(x) for x in position]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing = [0.7, 0.8]
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        _put_pixels(dataset, values[:, :, number].T)
        change(number, dataset)
        paths.append(folder / f"{prefix}{number:03d}.dcm")
        dataset.save_as(paths[-1], enforce_file_format=True)
    return paths


def _put_pixels(dataset, plane: np.ndarray) -> None:
    dataset.Rows, dataset.Columns = plane.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    big = dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.2"
    dataset.PixelData = plane.astype(">u2" if big else "<u2").tobytes()
    dataset["PixelData"].VR = "OW"


@pytest.fixture
def write_series():
    """Write a DICOM series into a folder; gives its files in the order of their positions."""
    return _write_series


@pytest.fixture
def ramp():
    """Stored numbers that differ in every voxel, with 5 columns, 4 rows and 6 slices."""
    return np.arange(5 * 4 * 6).reshape(5, 4, 6, order="F") * 17


@pytest.fixture
def patient_series(tmp_path):
    """Write a CT of a patient, 40 × 35 × 60 mm from LPS (−10, 5, 100) on; gives its folder."""

    def write(name: str = "ct", *, change: Callable = lambda number, dataset: None) -> Path:
        def identified(number, dataset):
            dataset.SpecificCharacterSet = "ISO_IR 100"
            dataset.PatientName, dataset.PatientID = "Müller^Jörg", "4711"
            dataset.PatientBirthDate, dataset.PatientSex = "19500101", "M"
            dataset.StudyInstanceUID, dataset.FrameOfReferenceUID = "1.2.3", "1.2.3.4"
            dataset.StudyDate, dataset.AccessionNumber = "20260101", "A1"
            dataset.add_new(0x00091001, "LO", "Müller private")
            change(number, dataset)

        values = np.full((50, 50, 12), 1000)
        values[10:40, 10:40, 3:9] = 1400
        positions = np.array([-10.0, 5.0, 100.0]) + np.outer(np.arange(12), (0, 0, 5))
        _write_series(tmp_path / name, values, positions=positions, change=identified)
        return tmp_path / name

    return write
