"""A corpus of awkward series: each read right, voxel by voxel, or refused in one sentence.

The truth is a linear ramp in LPS mm, which every correct resampling keeps exactly.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from pydicom import uid as known
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from heartwright.anatomy.imaging import read_volume
from heartwright.data import HeartwrightError

SLOPE, INTERCEPT = 0.01, -200.0
PAD = -2048
UID = "1.2.826.0.1.3680043.8.498.77"


def ramp(points: np.ndarray) -> np.ndarray:
    """Grey values at LPS points."""
    return points @ (1.3, -0.7, 2.1) + 20.0


@dataclass(frozen=True)
class Made:
    """A series made to order; the values are always the ramp's."""

    axes: np.ndarray = field(default_factory=lambda: np.eye(3))  # columns: row, column, normal
    heights: tuple[float, ...] = (0, 2, 4, 6, 8, 10)
    aside: Callable[[float], tuple[float, float]] = lambda height: (0.0, 0.0)  # mm
    size: tuple[int, int] = (8, 7)  # columns, rows
    spacing: tuple[float, float] = (0.8, 0.7)  # between columns, between rows, mm
    change: Callable[[int, Dataset], None] = lambda number, dataset: None
    name: Callable[[int], str] = lambda number: f"i{number:03d}.dcm"
    syntax: str = known.ExplicitVRLittleEndian
    uid: str = UID
    shift: float = 0.0  # grey values, to tell phases apart
    stored: str = "u2"

    def position(self, height: float) -> np.ndarray:
        """Where the first pixel of a slice lies."""
        return np.array([-3.0, 4.0, 50.0]) + self.axes @ (*self.aside(height), height)

    def plane(self, height: float) -> np.ndarray:
        """Grey values of a slice, [row, column]."""
        j, i = np.indices(self.size[::-1])
        index = np.stack([i * self.spacing[0], j * self.spacing[1]], axis=-1)
        return ramp(index @ self.axes[:, :2].T + self.position(height)) + self.shift

    def write(self, folder: Path) -> None:
        for number, height in enumerate(self.heights):
            dataset = self._tags(number)
            dataset.ImagePositionPatient = [float(f"{x:.9g}") for x in self.position(height)]
            values = np.rint((self.plane(height) - dataset.RescaleIntercept) / SLOPE)
            big = "<" if self.syntax != known.ExplicitVRBigEndian else ">"
            dataset.PixelData = values.astype(f"{big}{self.stored}").tobytes()
            dataset["PixelData"].VR = "OW"
            self.change(number, dataset)
            path = folder / self.name(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            dataset.save_as(path, enforce_file_format=True)

    def _tags(self, number: int) -> Dataset:
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = self.syntax
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = known.CTImageStorage
        own = known.generate_uid(entropy_srcs=[self.uid, str(number), str(self.shift)])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = own
        dataset.Modality, dataset.SeriesInstanceUID, dataset.SeriesNumber = "CT", self.uid, 4
        dataset.ImageOrientationPatient = [f"{x:.9f}" for x in self.axes[:, :2].T.ravel()]
        dataset.PixelSpacing = [self.spacing[1], self.spacing[0]]
        dataset.Columns, dataset.Rows = self.size
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        signed = self.stored[0] == "i"
        bits = 8 * int(self.stored[1])
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
        dataset.PixelRepresentation = int(signed)
        dataset.RescaleSlope, dataset.RescaleIntercept = SLOPE, 0 if signed else INTERCEPT
        return dataset


def turned(*angles: float) -> np.ndarray:
    """A rotation about x, y and z, degrees."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_euler("xyz", angles, degrees=True).as_matrix()


def tilt(rows: float, columns: float = 0.0) -> Callable[[float], tuple[float, float]]:
    """Slices displaced along the columns' and the rows' direction, as a tilted gantry does."""
    return lambda h: (h * np.tan(np.radians(columns)), h * np.tan(np.radians(rows)))


def tags(only: int | None = None, **values: object) -> Callable[[int, Dataset], None]:
    """Set tags in one slice, or in all."""

    def change(number: int, dataset: Dataset) -> None:
        if only in {None, number}:
            dataset.update(values)

    return change


def without(tag: str, only: int | None = None) -> Callable[[int, Dataset], None]:
    """Remove a tag from one slice, or from all."""

    def change(number: int, dataset: Dataset) -> None:
        if only in {None, number}:
            delattr(dataset, tag)

    return change


def check(folder: Path, made: Made, series: str | None = None) -> dict:
    """Every voxel is the ramp's where its slice has it, and padding elsewhere; gives the audit."""
    volume = read_volume(folder, series=series)
    grid = volume.grid
    points = grid.to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    expected = ramp(points) + made.shift
    inside = _inside(points, made)
    assert inside.any(axis=(0, 1)).all()
    np.testing.assert_allclose(volume.values[inside], expected[inside], atol=1.1 * SLOPE)
    assert (volume.values[~inside] == PAD).all()
    axes = grid.affine[:3, :3] / grid.spacing
    np.testing.assert_allclose(axes, made.axes, atol=1e-4)
    np.testing.assert_allclose(grid.spacing[:2], made.spacing, rtol=1e-6)
    return volume.provenance.parameters["geometry"]


def _inside(points: np.ndarray, made: Made) -> np.ndarray:
    """Which points lie between pixels of both slices around them."""
    local = (points - made.position(made.heights[0])) @ made.axes
    heights = np.sort(made.heights) - made.heights[0]
    above = np.clip(np.searchsorted(heights, local[..., 2] - 1e-5), 0, len(heights) - 1)
    below = np.clip(np.searchsorted(heights, local[..., 2] + 1e-5) - 1, 0, len(heights) - 1)
    start = np.array([made.aside(h) for h in np.sort(made.heights)]) - made.aside(made.heights[0])
    limits = np.array(made.spacing) * (np.array(made.size) - 1)
    inside = np.ones(points.shape[:-1], dtype=bool)
    for neighbour in (above, below):
        there = local[..., :2] - start[neighbour]
        inside &= ((there > -1e-5) & (there < limits + 1e-5)).all(axis=-1)
    return inside


UPRIGHT = {
    "plain": Made(),
    "reversed": Made(heights=(10, 8, 6, 4, 2, 0)),
    "shuffled names": Made(name=lambda n: f"{(n * 5 + 3) % 7}.dcm"),
    "no endings": Made(name=lambda n: f"IM{n}"),
    "scattered in subfolders": Made(name=lambda n: f"{n % 3}/deep/{n}"),
    "coronal": Made(axes=turned(-90, 0, 0)),
    "sagittal": Made(axes=turned(0, 90, 90)),
    "feet first": Made(axes=turned(180, 0, 0)),
    "prone": Made(axes=turned(0, 0, 180)),
    "oblique": Made(axes=turned(25, -40, 10)),
    "odd size": Made(size=(5, 11)),
    "one column": Made(size=(1, 9)),
    "two slices": Made(heights=(0, 5)),
    "tiny spacing": Made(spacing=(0.02, 0.02), heights=(0, 0.02, 0.04, 0.06)),
    "thick": Made(heights=(0, 10, 20, 30)),
    "rounded positions": Made(heights=(0, 2.004, 3.996, 6.003, 8, 10)),
    "thickness lies": Made(change=tags(SliceThickness=5, SpacingBetweenSlices=-1)),
    "location lies": Made(change=lambda n, d: d.update({"SliceLocation": -7 * n})),
    "tilt tag lies": Made(change=tags(GantryDetectorTilt=30)),
    "names lie": Made(change=lambda n, d: d.update({"InstanceNumber": 99 - n})),
    "trigger time by slice": Made(change=lambda n, d: d.update({"TriggerTime": 31.0 * n})),
    "acquired slice by slice": Made(change=lambda n, d: d.update({"AcquisitionTime": f"10150{n}"})),
    "big-endian": Made(syntax=known.ExplicitVRBigEndian),
    "implicit": Made(syntax=known.ImplicitVRLittleEndian),
    "deflated": Made(syntax=known.DeflatedExplicitVRLittleEndian),
    "signed": Made(stored="i2"),
    "32 bits": Made(stored="u4"),
    "run-length": Made(change=lambda n, d: d.compress(known.RLELossless)),
}
TILTED = {
    **{f"tilt {angle}°": Made(aside=tilt(angle)) for angle in (-30, -20, -12, -1, 0.5, 5, 15, 25)},
    "tilt across": Made(aside=tilt(0, 10)),
    "tilt both ways": Made(aside=tilt(-8, 6)),
    "tilt, reversed": Made(aside=tilt(15), heights=(10, 8, 6, 4, 2, 0)),
    "tilt, oblique": Made(aside=tilt(-15), axes=turned(25, -40, 10)),
    "tilt, two slices": Made(aside=tilt(20), heights=(0, 2.5)),
    "uneven by 0.3 mm": Made(heights=(0, 2, 4.3, 6, 8, 10)),
    "growing gaps": Made(heights=(0, 1, 2.1, 3.3, 4.6, 6.0, 7.4)),
    "two spacings": Made(heights=(0, 1, 2, 3, 4, 7, 10, 13, 16)),
    "aside by 1 mm": Made(aside=lambda h: (1.0 * (h == 6), 0.0)),
    "uneven and tilted": Made(heights=(0, 2, 4.3, 6, 8, 10), aside=tilt(9)),
}


@pytest.mark.parametrize("made", UPRIGHT.values(), ids=UPRIGHT.keys())
def test_read_as_it_is(made, tmp_path):
    made.write(tmp_path)
    assert not check(tmp_path, made)["resampled"]


@pytest.mark.parametrize("made", TILTED.values(), ids=TILTED.keys())
def test_straightened_and_said(made, tmp_path):
    made.write(tmp_path)
    told = check(tmp_path, made)
    assert told["resampled"]
    heights = np.sort(made.heights)
    places = np.array([made.position(height) for height in heights])
    even = np.linspace(places[0], places[-1], len(places))
    assert told["max_deviation_mm"] == pytest.approx(np.abs(places - even).max(), rel=0.5, abs=1e-3)
    axis = (places[-1] - places[0]) @ made.axes
    expected = np.degrees(np.arctan2(np.hypot(*axis[:2]), axis[2]))
    assert told["tilt_degrees"] == pytest.approx(expected, abs=1e-3)


PHASES: dict[str, tuple[Callable[[int, int], dict], tuple[str, str]]] = {
    # tags of a slice by phase and slice, and the names of two phases
    "GE": (lambda p, n: {"NominalPercentageOfCardiacPhase": 40 + 35 * p}, ("4@40%", "4@75%")),
    "Siemens": (lambda p, n: {"ScanOptions": f"TP{40 + 35 * p}"}, ("4@TP40", "4@TP75")),
    "trigger time": (lambda p, n: {"TriggerTime": 20.0 + 400 * p}, ("4@20ms", "4@420ms")),
    "trigger time by slice": (lambda p, n: {"TriggerTime": 20 + n + 400.0 * p}, ("4@t1", "4@t2")),
    "position in time": (lambda p, n: {"TemporalPositionIdentifier": p + 1}, ("4@t1", "4@t2")),
    "echo": (lambda p, n: {"EchoTime": 2.3 * (p + 1)}, ("4@echo2.3ms", "4@echo4.6ms")),
    "kind": (
        lambda p, n: {"ImageType": ["ORIGINAL", "PRIMARY", "MP"[p]]},
        ("4@ORIGINAL-PRIMARY-M", "4@ORIGINAL-PRIMARY-P"),
    ),
    "kernel": (lambda p, n: {"ConvolutionKernel": ["Bv36", "Qr59"][p]}, ("4@Bv36", "4@Qr59")),
    "clock": (lambda p, n: {"AcquisitionTime": f"10{p}000.{n}"}, ("4@t1", "4@t2")),
    "content's clock": (lambda p, n: {"ContentTime": f"10{p}000"}, ("4@time1", "4@time2")),
}


@pytest.mark.parametrize(("say", "names"), PHASES.values(), ids=PHASES.keys())
def test_phases_are_told_apart(say, names, tmp_path):
    phases = [
        Made(
            heights=(0, 2, 4),
            change=lambda n, d, p=p: d.update(say(p, n)),
            name=lambda n, p=p: f"{n}{p}",
            shift=p,
        )
        for p in (0, 1)
    ]
    for made in phases:
        made.write(tmp_path)
    with pytest.raises(HeartwrightError, match=f"--series: {names[0]} .*{names[1]} "):
        read_volume(tmp_path)
    for name, made in zip(names, phases, strict=True):
        check(tmp_path, made, name)


def test_an_incomplete_phase_leaves_the_others_whole(tmp_path):
    for p in (0, 1, 2):
        change = tags(NominalPercentageOfCardiacPhase=10 * p)
        Made(change=change, name=lambda n, p=p: f"{p}-{n}", shift=p).write(tmp_path)
    (tmp_path / "1-3").unlink()
    check(tmp_path, Made(shift=2), "4@20%")
    with pytest.raises(HeartwrightError, match="part 10% misses 1 slice"):
        read_volume(tmp_path, series="4@10%")


def test_phases_and_echoes_at_once(tmp_path):
    for p in (0, 1):
        for echo in (0, 1):
            change = tags(TemporalPositionIdentifier=p, EchoTime=2.0 + echo)
            name = lambda n, p=p, echo=echo: f"{n}{p}{echo}"  # noqa: E731
            Made(change=change, name=name, shift=2 * p + echo).write(tmp_path)
    check(tmp_path, Made(shift=3), "4@t1,echo3ms")


def _document(number: int, dataset: Dataset) -> None:
    dataset.file_meta.MediaStorageSOPClassUID = known.SecondaryCaptureImageStorage
    dataset.SOPClassUID, dataset.SeriesNumber = known.SecondaryCaptureImageStorage, 99
    del dataset.ImagePositionPatient, dataset.ImageOrientationPatient, dataset.PixelSpacing


def _privates(number: int, dataset: Dataset) -> None:
    block = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(0x10, "OB", bytes(range(256)) * 8)
    inner = Dataset()
    inner.PatientComments = "ä ö 心"
    block.add_new(0x20, "SQ", Sequence([inner]))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = "山田^太郎"


BESIDE: dict[str, Callable[[Path], None]] = {
    "a scout": lambda f: [Made().write(f), Made(heights=(0,), uid=f"{UID}.1").write(f / "1")],
    "a report": lambda f: [Made().write(f), Made(uid="1.2", change=_document).write(f / "1")],
    "a copy of a file": lambda f: [Made().write(f), shutil.copy(f / "i002.dcm", f / "copy")],
    "a copy of everything": lambda f: [Made().write(f / "a"), shutil.copytree(f / "a", f / "b")],
    "notes and pictures": lambda f: [
        Made().write(f),
        (f / "readme.txt").write_text("made on Monday"),
        (f / "picture.png").write_bytes(b"\x89PNG"),
        (f / "empty").write_bytes(b""),
    ],
    "private tags": lambda f: Made(change=_privates).write(f),
    "one UID for all": lambda f: Made(change=tags(SOPInstanceUID="1.2.3")).write(f),
    "no instance UID": lambda f: Made(change=without("SOPInstanceUID")).write(f),
    "no series UID": lambda f: Made(change=without("SeriesInstanceUID")).write(f),
    "no number": lambda f: Made(change=without("SeriesNumber")).write(f),
}


@pytest.mark.parametrize("build", BESIDE.values(), ids=BESIDE.keys())
def test_what_lies_beside_does_not_disturb(build, tmp_path):
    build(tmp_path)
    check(tmp_path, Made())


def test_planes_of_one_series_are_told_apart(tmp_path):
    axial, coronal = Made(), Made(axes=turned(-90, 0, 0), name=lambda n: f"c{n}", shift=3)
    axial.write(tmp_path)
    coronal.write(tmp_path)
    check(tmp_path, axial, "4@axial")
    check(tmp_path, coronal, "4@coronal")


def test_two_series_of_one_number_get_names_of_their_own(tmp_path):
    for n in (0, 1):
        Made(uid=f"{UID}.{n}", shift=n).write(tmp_path / str(n))
    for n in (0, 1):
        check(tmp_path, Made(shift=n), f"4-{n + 1}")
        check(tmp_path, Made(shift=n), f"{UID}.{n}")


def _colour(number: int, dataset: Dataset) -> None:
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
    dataset.PlanarConfiguration = 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelData = bytes(8 * 7 * 3)


def _gone(*numbers: int) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        Made().write(folder)
        for number in numbers:
            (folder / f"i{number:03d}.dcm").unlink()

    return build


def _twice(folder: Path) -> None:
    Made().write(folder)
    Made(heights=(4,), name=lambda n: "again", shift=1).write(folder)


REFUSED: dict[str, tuple[Made | Callable[[Path], None], str]] = {
    "nothing": (lambda f: None, "holds no DICOM images"),
    "one slice": (Made(heights=(0,)), "one slice only|single"),
    "a gap": (_gone(3), "misses 1 slice"),
    "a wide gap": (_gone(2, 3), "misses 2 slices"),
    "two gaps": (_gone(1, 4), "misses 2 slices"),
    "a slice twice": (_twice, "1 of 7 slices repeat"),
    "a film of one slice": (
        Made(heights=(0,) * 5, change=lambda n, d: d.update({"TriggerTime": 40.0 * n})),
        "one slice only",
    ),
    "unnamed phases": (Made(heights=(0, 0, 2, 2, 4, 4)), "3 of 6 slices repeat"),
    "no positions": (Made(change=without("ImagePositionPatient")), "lacks ImagePositionPatient"),
    "no orientation": (Made(change=without("ImageOrientationPatient")), "lacks ImageOrient"),
    "no spacing": (Made(change=without("PixelSpacing")), "lacks PixelSpacing"),
    "a position gone": (Made(change=without("ImagePositionPatient", 5)), r"i005.* lacks ImagePos"),
    "an orientation gone": (Made(change=without("ImageOrientationPatient", 0)), "i000.* lacks"),
    "a spacing gone": (Made(change=without("PixelSpacing", 2)), "i002.* lacks PixelSpacing"),
    "a short position": (Made(change=tags(1, ImagePositionPatient=[1, 2])), "i001.* lacks"),
    "a position far away": (Made(change=tags(1, ImagePositionPatient=[0, 0, 1e9])), "not usable"),
    "rows gone": (Made(change=without("Rows")), "not a complete DICOM"),
    "voxels gone": (Made(change=without("PixelData", 3)), "i003.* not a complete DICOM"),
    "bits gone": (Made(change=without("BitsAllocated", 3)), "i003.* not a complete DICOM"),
    "voxels short": (Made(change=tags(3, PixelData=bytes(20))), "i003.* not a complete DICOM"),
    "no spacing at all": (Made(change=tags(PixelSpacing=[0, 0])), "not usable"),
    "crooked": (Made(change=tags(ImageOrientationPatient=[1, 0, 0, 1, 0, 0])), "perpendicular"),
    "mixed spacings": (Made(change=tags(2, PixelSpacing=[0.7, 0.9])), "different pixel spacing"),
    "mixed sizes": (
        Made(change=tags(2, Rows=4, PixelData=bytes(64))),
        r"4@8x7 \(CT, 5 images\); 4@8x4 \(CT, 1 image\)",
    ),
    "far aside": (Made(aside=lambda h: (30.0 * (h == 6), 0.0)), "wanders sideways"),
    "colour": (Made(change=_colour), "colour image"),
    "a film": (Made(heights=(0,), change=tags(NumberOfFrames=3)), "multi-frame"),
    "only scouts": (
        Made(heights=(0, 1), change=tags(1, ImageOrientationPatient=[1, 0, 0, 0, 0, -1])),
        "choose one with --series: 4@axial .*; 4@coronal",
    ),
    "text": (lambda f: (f / "a.dcm").write_text("hello" * 99), "not a complete DICOM"),
}


@pytest.mark.parametrize(("build", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_one_sentence(build, message, tmp_path):
    (build.write if isinstance(build, Made) else build)(tmp_path)
    with pytest.raises(HeartwrightError, match=message) as caught:
        read_volume(tmp_path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not re.search(r"Traceback|Exception|pydicom|NaN", sentence.replace(str(tmp_path), ""))
