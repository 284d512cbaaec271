"""Enhanced multi-frame objects: the same ramp in LPS mm, out of functional groups."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    EnhancedCTImageStorage,
    EnhancedMRImageStorage,
    EnhancedUSVolumeStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    LegacyConvertedEnhancedCTImageStorage,
    RLELossless,
    XRay3DAngiographicImageStorage,
    generate_uid,
)

from heartwright.anatomy.imaging import read_volume, survey
from heartwright.data import HeartwrightError

SLOPE, INTERCEPT = 0.01, -200.0
START = np.array([-3.0, 4.0, 50.0])
SPACING = (0.8, 0.7, 2.0)
COLUMNS, ROWS, SLICES = 8, 7, 5
COSINES = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


def ramp(points: np.ndarray) -> np.ndarray:
    """Grey values at LPS points."""
    return points @ (1.3, -0.7, 2.1) + 20.0


def item(**tags: object) -> Dataset:
    """One item of a sequence."""
    dataset = Dataset()
    dataset.update(tags)
    return dataset


@dataclass(frozen=True)
class Plane:
    """One frame to be made: its slice, its phase, and further functional groups."""

    slice: int
    phase: int = 0
    groups: tuple[tuple[str, Dataset], ...] = ()
    aside: float = 0.0  # mm along the columns

    @property
    def position(self) -> np.ndarray:
        """Where its first pixel lies."""
        return START + np.array([0, self.aside, self.slice * SPACING[2]])

    @property
    def values(self) -> np.ndarray:
        """Grey values, [row, column]; the phase is added."""
        j, i = np.indices((ROWS, COLUMNS))
        points = self.position + np.stack([i * SPACING[0], j * SPACING[1], 0 * i], axis=-1)
        return ramp(points) + self.phase


def patient(plane: Plane) -> dict[str, list[Dataset]]:
    """Its place in the patient."""
    place = [float(f"{x:.9g}") for x in plane.position]
    return {
        "PlanePositionSequence": [item(ImagePositionPatient=place)],
        "PlaneOrientationSequence": [item(ImageOrientationPatient=COSINES)],
    }


def probe(plane: Plane) -> dict[str, list[Dataset]]:
    """Its place in an ultrasound volume's own frame."""
    return {
        "PlanePositionVolumeSequence": [item(ImagePositionVolume=plane.position.tolist())],
        "PlaneOrientationVolumeSequence": [item(ImageOrientationVolume=COSINES)],
    }


def write(
    path: Path,
    planes: list[Plane],
    *,
    kind: str = EnhancedCTImageStorage,
    place: Callable[[Plane], dict[str, list[Dataset]]] = patient,
    shared: tuple[str, ...] = ("PlaneOrientationSequence",),
    change: Callable[[Dataset], None] = lambda dataset: None,
    syntax: str = ExplicitVRLittleEndian,
) -> None:
    """One object with a frame for each plane."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = kind
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=[path.name])
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.SeriesInstanceUID, dataset.SeriesNumber = "1.2.826.0.1.3680043.8.498.5", 6
    dataset.Modality = {EnhancedMRImageStorage: "MR", EnhancedUSVolumeStorage: "US"}.get(kind, "CT")
    dataset.NumberOfFrames = len(planes)
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 0
    dataset.SharedFunctionalGroupsSequence = [_shared(planes[0], place, shared)]
    dataset.PerFrameFunctionalGroupsSequence = [
        item(**{k: v for k, v in place(p).items() if k not in shared}, **_own(p)) for p in planes
    ]
    order = ">u2" if syntax == ExplicitVRBigEndian else "<u2"
    stored = np.stack([np.rint((plane.values - INTERCEPT) / SLOPE) for plane in planes])
    dataset.PixelData = stored.astype(order).tobytes()
    dataset["PixelData"].VR = "OW"
    change(dataset)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)


def _own(plane: Plane) -> dict[str, list[Dataset]]:
    return {name: [group] for name, group in plane.groups}


def _shared(plane: Plane, place: Callable, names: tuple[str, ...]) -> Dataset:
    groups = item(**{name: value for name, value in place(plane).items() if name in names})
    groups.PixelMeasuresSequence = [item(PixelSpacing=[SPACING[1], SPACING[0]], SliceThickness=9)]
    values = item(RescaleSlope=SLOPE, RescaleIntercept=INTERCEPT, RescaleType="HU")
    groups.PixelValueTransformationSequence = [values]
    return groups


def check(path: Path, *, phase: int = 0, series: str | None = None) -> None:
    """Every voxel is the ramp's."""
    volume = read_volume(path, series=series)
    grid = volume.grid
    assert grid.shape == (COLUMNS, ROWS, SLICES)
    points = grid.to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    np.testing.assert_allclose(volume.values, ramp(points) + phase, atol=SLOPE)
    np.testing.assert_allclose(grid.affine[:3, :3], np.diag(SPACING), atol=1e-9)
    np.testing.assert_allclose(grid.affine[:3, 3], START)


def stack(phase: int = 0, **groups: Dataset) -> list[Plane]:
    """Planes of one phase, each with these functional groups."""
    return [Plane(n, phase, tuple(groups.items())) for n in range(SLICES)]


def _rescale_by_frame(dataset: Dataset) -> None:
    """Twice the slope and half the numbers in every other frame."""
    del dataset.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence
    stored = np.frombuffer(dataset.PixelData, "<u2").reshape(SLICES, -1).copy()
    for number, own in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        twice = 1 + number % 2
        stored[number] //= twice
        values = item(RescaleSlope=twice * SLOPE, RescaleIntercept=INTERCEPT)
        own.PixelValueTransformationSequence = [values]
    dataset.PixelData = stored.tobytes()


ORDERED = {
    "CT": {},
    "MR": {"kind": EnhancedMRImageStorage},
    "rotational angiography": {"kind": XRay3DAngiographicImageStorage},
    "converted CT": {"kind": LegacyConvertedEnhancedCTImageStorage},
    "echo in the patient": {"kind": EnhancedUSVolumeStorage},
    "echo in its own frame": {"kind": EnhancedUSVolumeStorage, "place": probe, "shared": ()},
    "nothing shared": {"shared": ()},
    "run-length": {"change": lambda d: d.compress(RLELossless)},
    "big-endian": {"syntax": ExplicitVRBigEndian},
}


@pytest.mark.parametrize("options", ORDERED.values(), ids=ORDERED.keys())
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (3, 0, 4, 2, 1)], ids=["in order", "shuffled"])
def test_a_single_stack(options, order, tmp_path):
    planes = stack()
    write(tmp_path / "a.dcm", [planes[n] for n in order], **options)
    check(tmp_path)
    check(tmp_path / "a.dcm")  # one file is a whole volume


def test_each_frame_has_its_own_rescaling(tmp_path):
    write(tmp_path / "a.dcm", stack(), change=_rescale_by_frame)
    volume = read_volume(tmp_path)
    points = volume.grid.to_lps(np.moveaxis(np.indices(volume.grid.shape), 0, -1))
    np.testing.assert_allclose(volume.values, ramp(points), atol=2 * SLOPE)


def _cardiac(**tags: object) -> dict[str, Dataset]:
    return {"CardiacSynchronizationSequence": item(**tags)}


PHASES: dict[str, tuple[Callable[[int], dict[str, Dataset]], tuple[str, str]]] = {
    "percentage": (
        lambda p: _cardiac(NominalPercentageOfCardiacPhase=40.0 + 35 * p),
        ("6@40%", "6@75%"),
    ),
    "delay": (
        lambda p: _cardiac(NominalCardiacTriggerDelayTime=30.0 + 300 * p),
        ("6@30ms", "6@330ms"),
    ),
    "index in time": (
        lambda p: {"FrameContentSequence": item(TemporalPositionIndex=p + 1, StackID="1")},
        ("6@t1", "6@t2"),
    ),
    "offset in time": (
        lambda p: {"TemporalPositionSequence": item(TemporalPositionTimeOffset=0.5 * p)},
        ("6@0s", "6@0.5s"),
    ),
    "stack": (
        lambda p: {"FrameContentSequence": item(StackID=str(p + 1))},
        ("6@stack1", "6@stack2"),
    ),
    "echo": (
        lambda p: {"MREchoSequence": item(EffectiveEchoTime=2.0 + p)},
        ("6@echo2ms", "6@echo3ms"),
    ),
    "diffusion": (
        lambda p: {"MRDiffusionSequence": item(DiffusionBValue=500.0 * p)},
        ("6@b0", "6@b500"),
    ),
    "kind of data": (
        lambda p: {"ImageDataTypeSequence": item(DataType=["TISSUE_INTENSITY", "FLOW_POWER"][p])},
        ("6@TISSUE_INTENSITY", "6@FLOW_POWER"),
    ),
}


@pytest.mark.parametrize("together", [True, False], ids=["in one file", "a file each"])
@pytest.mark.parametrize(("say", "names"), PHASES.values(), ids=PHASES.keys())
def test_phases_are_told_apart(say, names, together, tmp_path):
    phases = [stack(p, **say(p)) for p in (0, 1)]
    if together:
        frames = [plane for pair in zip(*phases, strict=True) for plane in pair]
        write(tmp_path / "a.dcm", frames, kind=EnhancedMRImageStorage)
    else:
        for number, phase in enumerate(phases):
            write(tmp_path / f"{number}.dcm", phase, kind=EnhancedMRImageStorage)
    with pytest.raises(HeartwrightError, match="choose one with --series: 6@"):
        read_volume(tmp_path)
    for phase, name in enumerate(names):
        check(tmp_path, phase=phase, series=name)


def test_a_tilted_stack_is_straightened(tmp_path):
    write(tmp_path / "a.dcm", [Plane(n, aside=0.9 * n) for n in range(SLICES)])
    volume = read_volume(tmp_path)
    inside = volume.values > -2048
    points = volume.grid.to_lps(np.argwhere(inside))
    np.testing.assert_allclose(volume.values[inside], ramp(points), atol=1.1 * SLOPE)
    told = volume.provenance.parameters["geometry"]
    assert told["tilt_degrees"] == pytest.approx(np.degrees(np.arctan2(0.9, 2)))


def _cut(dataset: Dataset) -> None:
    dataset.PerFrameFunctionalGroupsSequence = dataset.PerFrameFunctionalGroupsSequence[:-1]


def _more(dataset: Dataset) -> None:
    dataset.NumberOfFrames = 2_000_000_000


def _placeless(dataset: Dataset) -> None:
    del dataset.PerFrameFunctionalGroupsSequence[2].PlanePositionSequence


def _no_groups(dataset: Dataset) -> None:
    del dataset.PerFrameFunctionalGroupsSequence


def _short(dataset: Dataset) -> None:
    dataset.PixelData = dataset.PixelData[:-200]


def _no_spacing(dataset: Dataset) -> None:
    del dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence


REFUSED = {
    "a group is missing": (_cut, "not a complete DICOM"),
    "frames that are not there": (_more, "not a complete DICOM"),
    "a frame without a place": (_placeless, r"\(frame 3\) lacks ImagePositionPatient"),
    "no groups": (_no_groups, "multi-frame object whose frames say nothing of their place"),
    "voxels cut": (_short, "not a complete DICOM"),
    "no spacing": (_no_spacing, r"\(frame 1\) lacks PixelSpacing"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_one_sentence(change, message, tmp_path):
    write(tmp_path / "a.dcm", stack(), change=change)
    with pytest.raises(HeartwrightError, match=message) as caught:
        read_volume(tmp_path)
    assert str(caught.value).endswith(".")


def test_gaps_and_repeats_are_refused(tmp_path):
    write(tmp_path / "gap" / "a.dcm", [Plane(n) for n in (0, 1, 2, 4, 5, 6)])
    with pytest.raises(HeartwrightError, match="misses 1 slice"):
        read_volume(tmp_path / "gap")
    write(tmp_path / "twice" / "a.dcm", [*stack(), Plane(2)])
    with pytest.raises(HeartwrightError, match="1 of 6 slices repeat"):
        read_volume(tmp_path / "twice")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_wrong_bytes(tmp_path, data):
    path = tmp_path / "a.dcm"
    write(path, stack(**_cardiac(NominalPercentageOfCardiacPhase=40.0)))
    content = bytearray(path.read_bytes())
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1)):
        content[place] = byte
    path.write_bytes(content[: data.draw(st.sampled_from([None, len(content) // 2, -1]))])
    found = survey(path)
    sentences = (*found.unreadable, *(one.problem for one in found.findings if one.problem))
    assert all(s.endswith(".") and "\n" not in s for s in sentences)
