"""`heartwright angiography` from DICOM files to a table and a certified solid."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, XRayAngiographicImageStorage, generate_uid
from scipy.ndimage import gaussian_filter
from scipy.spatial import KDTree

from heartwright.anatomy.imaging.angiography import Camera, read_view
from heartwright.cli.app import run
from heartwright.data import GeometryError, InputError

SIZE, PIXEL = 256, 0.5
WAY = np.linspace(0, 1, 300)
VESSEL = np.column_stack([8 * np.sin(4 * WAY), 15 * WAY - 7, 30 - 60 * WAY])
RADIUS = 2.0
ANGLES = (30.0, 10.0), (-40.0, 0.0)


def camera(primary: float, secondary: float) -> Camera:
    return Camera.from_angles(
        primary, secondary, source_to_detector_mm=1000, source_to_isocentre_mm=700
    )


def pixels(angles: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """A picture of the vessel, and its middle in columns and rows."""
    eye = camera(*angles)
    fine = np.linspace(0, 1, 3000)
    flat = eye.project(VESSEL) / PIXEL + (SIZE - 1) / 2
    flat = np.column_stack([np.interp(fine, WAY, x) for x in flat.T])
    row, column = np.mgrid[:SIZE, :SIZE]
    apart, _ = KDTree(flat).query(np.column_stack([column.ravel(), row.ravel()]))
    half = RADIUS * 1000 / 700 / PIXEL
    depth = 2 * PIXEL * np.sqrt(np.maximum(half**2 - apart**2, 0)).reshape(SIZE, SIZE)
    grey = gaussian_filter(np.exp(-0.08 * depth), 1.0)
    return (2000 * grey).astype(np.uint16), flat


def written(path: Path, angles: tuple[float, float], frames: np.ndarray, **tags: object) -> Path:
    """An XA image, or a run where there are several frames."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = XRayAngiographicImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = Dataset()
    dataset.file_meta = meta
    dataset.SOPClassUID = XRayAngiographicImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.SeriesInstanceUID = generate_uid()
    dataset.Modality = "XA"
    dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle = angles
    dataset.DistanceSourceToDetector, dataset.DistanceSourceToPatient = 1000, 700
    dataset.ImagerPixelSpacing = [PIXEL, PIXEL]
    dataset.Rows, dataset.Columns = frames.shape[-2:]
    if frames.ndim == 3:
        dataset.NumberOfFrames = len(frames)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.PixelData = frames.tobytes()
    for name, value in tags.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


BLANK = np.zeros((8, 8), np.uint16)


@pytest.mark.slow
def test_from_clicks_on_a_run_and_a_still(tmp_path, capsys):
    (one, line_one), (two, line_two) = (pixels(angles) for angles in ANGLES)
    run_of = np.stack([np.full_like(one, 1500), one])
    first = written(tmp_path / "run.dcm", ANGLES[0], run_of)
    second = written(tmp_path / "still.dcm", ANGLES[1], two)
    clicks = []
    for line in (line_one, line_two):
        ends = line[[0, -1]]
        clicks += ["--vessel", "/".join(f"{x:.1f},{y:.1f}" for x, y in ends)]
    table, body = tmp_path / "vessel.csv", tmp_path / "vessel.stl"
    command = ["angiography", first, second, *clicks, "--frame-number", 2, "--frame-number", 1]
    assert run([*map(str, command), "-o", str(table), "--stl", str(body), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    true = np.linalg.norm(np.diff(VESSEL, axis=0), axis=1).sum()
    assert found["length_mm"] == pytest.approx(true, rel=0.02)
    assert found["radius_median_mm"] == pytest.approx(RADIUS, abs=0.1)
    assert found["warnings"] == []
    assert found["solid"]["valid"]
    rows = np.loadtxt(table, delimiter=",", skiprows=1)
    assert KDTree(VESSEL).query(rows[:, 1:4])[0].mean() < 0.3
    assert table.read_text().startswith("branch,x_lps_mm,y_lps_mm,z_lps_mm,radius_mm")


def test_from_tables_of_points_and_widths(tmp_path, capsys):
    files, command = [], ["angiography"]
    for number, angles in enumerate(ANGLES):
        flat = camera(*angles).project(VESSEL) / PIXEL + (8 - 1) / 2
        half = RADIUS * camera(*angles).magnification(VESSEL) / PIXEL
        table = tmp_path / f"{number}.csv"
        np.savetxt(
            table,
            np.column_stack([flat, half]),
            delimiter=",",
            header="column_px,row_px,half_width_px",
            comments="",
        )
        files.append(written(tmp_path / f"{number}.dcm", angles, BLANK))
        command += ["--vessel", str(table)]
    command += [*map(str, files), "-o", str(tmp_path / "v.csv"), "--json"]
    assert run(command) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["radius_median_mm"] == pytest.approx(RADIUS, abs=0.01)
    assert found["reprojection"][0]["isocentre_max_mm"] < 0.02
    (tmp_path / "0.csv").write_text("column_px,row_px,half_width_px\n1,2,3\n1,2,nan\n")
    assert run([*command, "--force"]) == 2
    assert "positive half-width" in capsys.readouterr().err


@pytest.mark.slow
def test_a_markups_file_holds_clicks_in_millimetres(tmp_path, capsys):
    lines, files = [], []
    for number, angles in enumerate(ANGLES):
        grey, line = pixels(angles)
        files.append(written(tmp_path / f"{number}.dcm", angles, grey))
        ends = [[x * PIXEL, y * PIXEL, 0] for x, y in line[[0, 1500, -1]]]
        controls = [{"position": end} for end in ends]
        markups = {"markups": [{"coordinateSystem": "LPS", "controlPoints": controls}]}
        path = tmp_path / f"{number}.mrk.json"
        path.write_text(json.dumps(markups))
        lines += ["--vessel", str(path)]
    command = ["angiography", *map(str, files), *lines, "-o", str(tmp_path / "v.csv"), "--json"]
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["radius_median_mm"] == pytest.approx(2, abs=0.1)


def test_increments_turn_the_gantry_and_move_the_table(tmp_path):
    run_of = np.zeros((5, 8, 8), np.uint16)
    per_step = {"PositionerPrimaryAngleIncrement": 2, "TableLateralIncrement": [0, 1, 2, 3, 4]}
    offsets = {"PositionerPrimaryAngleIncrement": [0, 2, 4, 6, 8], "TableLateralIncrement": 1}
    true = camera(16, 0)
    for name, tags in {"a": per_step, "b": offsets}.items():
        view = read_view(written(tmp_path / name, (10, 0), run_of, **tags), number=4)
        assert view.camera.axes == pytest.approx(true.axes)
        assert view.camera.source == pytest.approx(true.source - [0, 0, 3])


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"DistanceSourceToPatient": None}, "does not say its DistanceSourceToPatient"),
        ({"DistanceSourceToDetector": 1}, "cannot be 1 mm"),
        ({"DistanceSourceToDetector": 600}, "nearer to the detector"),
        ({"ImagerPixelSpacing": None}, "ImagerPixelSpacing"),
        ({"ImagerPixelSpacing": [0.2, 0.4]}, "not square"),
        ({"PositionerPrimaryAngle": ""}, "PositionerPrimaryAngle"),
        ({"FieldOfViewRotation": 90}, "turned or mirrored"),
        ({"FieldOfViewHorizontalFlip": "YES"}, "turned or mirrored"),
        ({"PatientOrientation": ["R", "F"]}, "turned or mirrored"),
        ({"TableVerticalIncrement": [3]}, None),
    ],
)
def test_geometry_that_cannot_be_used_is_refused(tmp_path, tags, said):
    path = written(tmp_path / "x.dcm", (10, 5), BLANK, **tags)
    if said is None:
        read_view(path)  # the first frame's table has not moved
        return
    with pytest.raises(GeometryError, match=said):
        read_view(path)


def test_a_picture_as_its_tags_say_is_taken(tmp_path):
    read_view(written(tmp_path / "x.dcm", (40, 5), BLANK, PatientOrientation=["LP", "F"]))


def test_runs_other_images_and_wrong_frames_are_refused(tmp_path, capsys):
    run_of = written(tmp_path / "run.dcm", (0, 0), np.zeros((5, 8, 8), np.uint16))
    with pytest.raises(InputError, match="choose one of them with --frame-number"):
        read_view(run_of)
    with pytest.raises(InputError, match="frames 1 to 5, not 6"):
        read_view(run_of, number=6)
    with pytest.raises(InputError, match="no X-ray angiogram"):
        read_view(written(tmp_path / "mr.dcm", (0, 0), BLANK, Modality="MR"))
    command = ["angiography", str(run_of), str(run_of), "--vessel", "1,1/5,5", "-o", "v.csv"]
    assert run(command) == 2
    assert "two --vessel" in capsys.readouterr().err
