"""`heartwright scan`: everything in a folder, audited; nothing that identifies the patient."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from heartwright.anatomy.imaging import read_volume, survey, write_volume
from heartwright.cli.app import run
from heartwright.data import HeartwrightError, Volume

SECRETS = (
    "SECRETLASTNAME",
    "Hiddenfirst",
    "PID98765",
    "19570213",
    "ACC445566",
    "Drwho",
    "Saint Mercy",
)


def scan(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What the verb prints."""
    assert run(["scan", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], folder: object) -> dict[str, dict]:
    """The verb's rows by name."""
    found = json.loads(scan(capsys, folder, "--json"))
    return {row["name"]: row for row in found["series"]}


def _identified(number: int, dataset: Dataset) -> None:
    """The patient everywhere: in the tags that are meant for it, in free text, and in private."""
    last, first, own, born, accession, physician, hospital = SECRETS
    dataset.PatientName, dataset.PatientID = f"{last}^{first}", own
    dataset.PatientBirthDate, dataset.AccessionNumber = born, accession
    dataset.ReferringPhysicianName, dataset.InstitutionName = physician, hospital
    dataset.StudyDescription = dataset.ProtocolName = f"{last} follow-up"
    dataset.SeriesDescription = f"CTA for {last.lower()}"
    dataset.PatientComments = dataset.ImageComments = " ".join(SECRETS)
    dataset.ScanOptions = [first.upper(), "TP40"]
    dataset.private_block(0x0029, "MAKER", create=True).add_new(1, "LO", last)


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_no_name_or_number_of_the_patient_is_printed(options, tmp_path, write_series, ramp, capsys):
    write_series(tmp_path / "whole", ramp, change=_identified)
    write_series(tmp_path / "cut", ramp[:, :, ::2], change=_identified, uid="1.2.3.2")
    damaged = write_series(tmp_path / "damaged", ramp, change=_identified, uid="1.2.3.3")
    damaged[2].write_bytes(damaged[2].read_bytes()[:900])
    damaged[3].write_bytes(damaged[3].read_bytes()[:-50])
    scan(capsys, tmp_path, *options)
    assert run(["scan", str(tmp_path), *options]) == 0
    said = "".join(capsys.readouterr()).casefold()
    assert not [secret for secret in SECRETS if secret.casefold() in said]
    assert "withheld" in said


def test_the_choice_of_series_tells_no_name_either(tmp_path, write_series, ramp):
    for number in (1, 2):
        write_series(tmp_path / str(number), ramp, change=_identified, uid=f"1.2.3.{number}")
    with pytest.raises(HeartwrightError, match="choose one") as caught:
        read_volume(tmp_path)
    assert not [s for s in SECRETS if s.casefold() in str(caught.value).casefold()]


def test_a_row_says_how_the_series_lies(tmp_path, write_series, ramp, capsys):
    heights = np.array([0, 2, 4.3, 6, 8, 10])
    write_series(tmp_path, ramp, positions=np.outer(heights, [0, np.tan(np.radians(12)), 1]))
    (row,) = rows(capsys, tmp_path).values()
    assert (row["kind"], row["modality"], row["slices"]) == ("DICOM", "CT", 6)
    assert row["audit"]["tilt_degrees"] == pytest.approx(12)
    assert row["audit"]["max_deviation_mm"] == pytest.approx(0.3 / np.cos(np.radians(12)))
    assert row["resampled"]
    assert row["voxels"] == {"size": [5, 8, 6], "spacing_mm": [0.8, 0.7, 2.0], "plane": "axial"}
    said = scan(capsys, tmp_path)
    assert "tilted by 12.0°" in said
    assert "0.31 mm off" in said


def test_what_cannot_be_read_says_why_and_hides_nothing_else(tmp_path, write_series, ramp, capsys):
    write_series(tmp_path / "good", ramp)
    write_series(tmp_path / "gap", ramp, uid="1.2.3.2")[3].unlink()
    write_series(tmp_path / "scout", ramp[:, :, :1], uid="1.2.3.3")
    cut = write_series(tmp_path / "cut", ramp, uid="1.2.3.4")[2]
    cut.write_bytes(cut.read_bytes()[:200])
    (tmp_path / "broken.nii.gz").write_bytes(b"nothing")
    found = json.loads(scan(capsys, tmp_path, "--json"))
    problems = {row["name"]: row["problem"] for row in found["series"]}
    assert problems["1"] == ""
    assert "misses 1 slice" in problems["2"]
    assert "one slice only" in problems["3"]
    assert "misses 1 slice" in problems["4"]  # the damaged one
    assert "not a complete NIfTI" in problems["broken.nii.gz"]
    assert len(found["unreadable"]) == 1
    gap = next(row for row in found["series"] if row["name"] == "2")
    assert (gap["audit"]["missing"], gap["audit"]["spacing_mm"][2]) == (1, 2.0)


def test_phases_and_copies_are_listed(tmp_path, write_series, ramp, capsys):
    for percent in (40, 75):
        paths = write_series(
            tmp_path / str(percent),
            ramp,
            change=lambda n, d, p=percent: d.update(
                {"NominalPercentageOfCardiacPhase": p, "SOPInstanceUID": f"1.2.{p}.{n}"}
            ),
        )
    (tmp_path / "again.dcm").write_bytes(paths[0].read_bytes())
    found = rows(capsys, tmp_path)
    assert found.keys() == {"1@40%", "1@75%"}
    assert sum(row["copies"] for row in found.values()) == 1
    for name in found:
        assert read_volume(tmp_path, series=name).values.shape == (5, 4, 6)


def test_metal_is_counted(tmp_path, write_series, ramp, capsys):
    bright = ramp.copy()
    bright[1:3, 2, 4] = 4095
    write_series(tmp_path, bright)
    (row,) = rows(capsys, tmp_path).values()
    assert row["saturated_share"] == pytest.approx(2 / 120)
    assert "1.67% of the voxels are saturated" in scan(capsys, tmp_path)


def test_images_that_are_no_dicom(tmp_path, capsys):
    volume = Volume(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.diag([0.5, 0.6, 0.7, 1]))
    for name in ("a.nii.gz", "b.nii", "c.nrrd"):
        write_volume(volume, tmp_path / name)
    found = rows(capsys, tmp_path)
    assert [row["kind"] for row in found.values()] == [".nii.gz", ".nii", ".nrrd"]
    for row in found.values():
        assert row["voxels"]["size"] == [3, 4, 5]
        assert row["voxels"]["spacing_mm"] == pytest.approx([0.5, 0.6, 0.7])
    assert rows(capsys, tmp_path / "a.nii.gz").keys() == {"a.nii.gz"}


def test_an_empty_folder_and_none(tmp_path, capsys):
    for path in (tmp_path, tmp_path / "none"):
        assert run(["scan", str(path)]) == 2
        assert capsys.readouterr().err.strip().count("\n") == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_files_with_shuffled_bytes(tmp_path, write_series, ramp, data):
    """Blocks swapped or cut anywhere: listed with a sentence, never a traceback or a hang."""
    path = data.draw(st.sampled_from(write_series(tmp_path, ramp[:, :, :3])))
    content = path.read_bytes()
    ends = sorted(data.draw(st.lists(st.integers(0, len(content)), min_size=3, max_size=3)))
    a, b, c = (content[: ends[0]], content[ends[0] : ends[1]], content[ends[1] : ends[2]])
    path.write_bytes(a + c + b + content[ends[2] :] * data.draw(st.booleans()))
    found = survey(tmp_path)
    sentences = [finding.problem for finding in found.findings if finding.problem]
    assert all(s.endswith(".") and "\n" not in s for s in (*sentences, *found.unreadable))
