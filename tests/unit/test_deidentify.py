"""De-identification by PS3.15's basic profile: what goes, what stays, and what is refused."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag

from heartwright.anatomy.imaging import read_volume
from heartwright.anatomy.imaging.identity import Key, deidentify_folder
from heartwright.anatomy.imaging.identity.moments import shifted
from heartwright.anatomy.imaging.identity.profile import profile, terms
from heartwright.cli.app import run
from heartwright.data import HeartwrightError, InputError

KEY = Key(b"a secret of the project")
PERSON = {
    "PatientName": "Doe^Jane",
    "PatientID": "4711",
    "PatientBirthDate": "19700203",
    "PatientSex": "F",
    "StudyInstanceUID": "1.2.3",
    "FrameOfReferenceUID": "1.2.5",
    "StudyDate": "20240229",
    "AcquisitionDateTime": "20240229101112.5+0100",
    "AcquisitionTime": "101112.5",
    "SeriesDescription": "Jane's heart",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "DOE"],
    "ConvolutionKernel": "B30f",
    "Manufacturer": "SIEMENS",
    "ManufacturerModelName": "Scanner of Ward 3",
    "ReferencedImageSequence": [],
}


@pytest.fixture
def series(tmp_path, write_series, ramp):
    """Write a person's series, changed by `change`; gives its folder."""

    def write(change=lambda number, dataset: None, **options) -> Path:
        def both(number: int, dataset: Dataset) -> None:
            dataset.update(PERSON)
            change(number, dataset)

        write_series(tmp_path / "in", ramp, change=both, **options)
        return tmp_path / "in"

    return write


@pytest.fixture
def cleaned(tmp_path, series):
    """Write a series, de-identify it; gives the new files' datasets."""

    def clean(change=lambda number, dataset: None, **options) -> list[Dataset]:
        deidentify_folder(series(change), tmp_path / "out", KEY, **options)
        return [dcmread(file) for file in sorted((tmp_path / "out").rglob("*.dcm"))]

    return clean


def test_the_table_is_the_standard_s():
    """Counts of Table E.1-1 of 2024e, and rows that anybody can look up."""
    actions = profile().actions
    assert (len(actions), len(profile().moments)) == (617, 165)
    assert all(dictionary_has_tag(tag) for tag in actions)
    named = {keyword_for_tag(tag): action for tag, action in actions.items()}
    rows = "PatientName Z, PatientID D, StudyInstanceUID U, PatientAge X, AccessionNumber Z"
    assert rows == ", ".join(
        f"{row.split()[0]} {named[row.split()[0]]}" for row in rows.split(", ")
    )
    assert {dictionary_VR(t) for t, action in actions.items() if action == "U"} == {"UI", "SQ"}
    assert named["ReferencedImageSequence"] == "U"  # "X/Z/U*": kept, with other UIDs
    assert not {"PixelSpacing", "ImagePositionPatient", "Modality"} & named.keys()


def test_terms_are_codes_and_no_names():
    assert all(re.fullmatch(r"[A-Z0-9_ ]{1,16}", code) for code in terms().codes)
    assert terms().allow("ImageType", "CS", "AXIAL")
    assert not terms().allow("ImageType", "LO", "AXIAL")
    assert not terms().allow("ImageType", "CS", "DOE")


def test_the_person_goes_and_the_image_stays(cleaned):
    one, *others = cleaned()
    assert one.PatientName == one.PatientID == KEY.token("patient", "4711")
    assert [one[name].value for name in ("PatientBirthDate", "PatientSex", "StudyDate")] == [""] * 3
    assert "SeriesDescription" not in one
    assert one.AcquisitionDateTime == "19000101000000"
    assert one.ImageType == ["ORIGINAL", "PRIMARY", "AXIAL", KEY.token("term", "DOE")]
    assert (one.ConvolutionKernel, one.Manufacturer) == ("B30f", "SIEMENS")
    assert one.ManufacturerModelName == KEY.token("term", "Scanner of Ward 3")
    assert (one.StudyInstanceUID, one.FrameOfReferenceUID) == (KEY.uid("1.2.3"), KEY.uid("1.2.5"))
    assert len({other.SeriesInstanceUID for other in (one, *others)}) == 1
    assert len({other.SOPInstanceUID for other in (one, *others)}) == 6
    assert (one.PixelSpacing, one.Rows, one.RescaleIntercept) == ([0.7, 0.8], 4, -1024)


def test_it_says_what_was_done(cleaned):
    one = cleaned()[0]
    assert (one.PatientIdentityRemoved, one.LongitudinalTemporalInformationModified) == (
        "YES",
        "REMOVED",
    )
    assert one.DeidentificationMethod[1] == "DICOM PS3.15 2024e Annex E"
    assert [item.CodeValue for item in one.DeidentificationMethodCodeSequence] == ["113100"]


def test_dates_are_moved_together(cleaned):
    one = cleaned(shift=True)[0]
    days = KEY.days("4711")
    assert one.StudyDate == shifted("20240229", "DA", days) != "20240229"
    assert one.AcquisitionDateTime == f"{one.StudyDate}101112.5+0100"
    assert one.AcquisitionTime == "101112.5"
    assert one.PatientBirthDate == ""
    codes = [item.CodeValue for item in one.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113107"]


@pytest.mark.parametrize(
    ("text", "kind", "moved"),
    [
        ("20240301", "DA", "20240229"),
        ("20240101", "DA", "20231231"),
        ("20240301235959.5-0800", "DT", "20240229235959.5-0800"),
        ("101112.5", "TM", "101112.5"),
        ("202403", "DT", ""),
        ("20240230", "DA", ""),
        ("20240301Doe", "DA", ""),
        ("20240301Doe", "DT", ""),
        ("10:Doe", "TM", ""),
        ("00010101", "DA", ""),
        ("", "DA", ""),
    ],
)
def test_a_date_moves_by_days(text, kind, moved):
    assert shifted(text, kind, 1) == moved


def test_the_volume_is_the_same(series, tmp_path):
    folder = series()
    deidentify_folder(folder, tmp_path / "out", KEY)
    before, after = read_volume(folder), read_volume(tmp_path / "out")
    np.testing.assert_array_equal(after.values, before.values)
    np.testing.assert_array_equal(after.affine, before.affine)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.2"])
def test_other_byte_orders_stay_readable(syntax, series, tmp_path):
    folder = series(syntax=syntax)
    deidentify_folder(folder, tmp_path / "out", KEY)
    np.testing.assert_array_equal(read_volume(tmp_path / "out").values, read_volume(folder).values)


def test_a_comment_inside_a_compressed_stream_goes(series, tmp_path):
    folder = series()
    for file in folder.iterdir():
        dataset = dcmread(file)
        dataset.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
        dataset.PixelData += b"\xfe\xff\x00\xe0\x04\x00\x00\x00DOE^"
        dataset.save_as(file)
    deidentify_folder(folder, tmp_path / "out", KEY)
    np.testing.assert_array_equal(read_volume(tmp_path / "out").values, read_volume(folder).values)
    assert not any(b"DOE^" in file.read_bytes() for file in (tmp_path / "out").rglob("*.dcm"))


def test_phases_stay_apart_without_their_names(series, tmp_path, write_series, ramp):
    folder = series(lambda n, d: d.update({"ConvolutionKernel": "Jane's"}))

    def other(number: int, dataset: Dataset) -> None:
        dataset.update(PERSON | {"ConvolutionKernel": "Doe's", "SOPInstanceUID": f"1.2.9.{number}"})

    write_series(folder / "b", ramp + 1, change=other)
    deidentify_folder(folder, tmp_path / "out", KEY)
    found = {read_volume(tmp_path / "out", series=f"1@{KEY.token('term', kernel)}").values[0, 0, 0]
             for kernel in ("Jane's", "Doe's")}  # fmt: skip
    assert found == {-1024, -1023}


def test_one_key_gives_one_name_and_no_other_key_does(series, tmp_path):
    folder = series()
    first, again, other = (
        deidentify_folder(folder, tmp_path / name, key)
        for name, key in (("a", KEY), ("b", KEY), ("c", Key.random()))
    )
    assert first.patients == again.patients != other.patients
    files = [sorted((tmp_path / name).rglob("*.dcm")) for name in "ab"]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
    assert repr(KEY) == "Key()"


def test_sequences_are_gone_through(cleaned):
    def change(number: int, dataset: Dataset) -> None:
        inner, outer = Dataset(), Dataset()
        inner.ReferencedSOPInstanceUID, inner.PatientName = "1.2.7", "Doe"
        outer.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        outer.ReferencedImageSequence = [inner]
        dataset.ReferencedImageSequence = [outer]
        dataset.RequestAttributesSequence = [inner]  # "X"

    one = cleaned(change)[0]
    (outer,) = one.ReferencedImageSequence
    (inner,) = outer.ReferencedImageSequence
    assert outer.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    assert inner.ReferencedSOPInstanceUID == KEY.uid("1.2.7")
    assert inner.PatientName == ""
    assert "RequestAttributesSequence" not in one


def test_letters_that_pose_as_numbers_go(cleaned):
    def change(number: int, dataset: Dataset) -> None:
        dataset.add_new(0x00081090, "FD", float(np.frombuffer(b"DOE^JANE")[0]))

    assert "ManufacturerModelName" not in cleaned(change)[0]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"BurnedInAnnotation": "YES"}, "text is burned into its picture"),
        ({0x60000102: 12}, "an overlay in spare bits"),
    ],
)
def test_pictures_with_text_are_refused(values, says, series, tmp_path, capsys):
    def change(number: int, dataset: Dataset) -> None:
        for tag, value in values.items():
            if isinstance(tag, int):
                dataset.add_new(tag, "US", value)
            else:
                setattr(dataset, tag, value)

    out = tmp_path / "out"
    assert run(["deidentify", str(series(change)), "-o", str(out)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert says in said
    assert said.endswith(".")
    assert not out.exists()


def test_images_without_uids_of_their_own_get_some(cleaned):
    def change(number: int, dataset: Dataset) -> None:
        dataset.SOPInstanceUID = dataset.SOPClassUID = dataset.SeriesInstanceUID = ""

    uids = {one.SOPInstanceUID for one in cleaned(change)}
    assert len(uids) == 6
    assert all(uid.startswith("2.25.") for uid in uids)


def test_what_is_odd_is_written_or_refused_in_a_sentence(series, tmp_path):
    odd = [
        {"Modality": ["CT", "US"]},
        {"SeriesInstanceUID": ["1.2", "1.3"]},
        {"SeriesInstanceUID": None, "PatientID": None, "PatientName": None},
        {"SOPInstanceUID": None},
        {"NumberOfFrames": 2**31 - 1},
        {"PatientID": ["4711", "4712"]},
    ]
    folder = series(lambda n, d: d.update(odd[n]))
    tally = deidentify_folder(folder, tmp_path / "out", KEY)
    assert tally.series.total() + len(tally.refused) == 6
    assert all(sentence.endswith(".") for sentence in tally.refused)


def test_a_stream_that_claims_endless_frames(series, tmp_path):
    def change(number: int, dataset: Dataset) -> None:
        dataset.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
        dataset.NumberOfFrames = 2**31 - 1

    with pytest.raises(InputError, match="not a complete DICOM file"):
        deidentify_folder(series(change), tmp_path / "out", KEY)


def test_one_bad_file_does_not_hide_the_others(series, tmp_path, capsys):
    folder = series(lambda n, d: d.update({"BurnedInAnnotation": "YES"} if n == 2 else {}))
    (folder / "notes.txt").write_text("Jane")
    cut = next(folder.glob("*004.dcm"))
    cut.write_bytes(cut.read_bytes()[:400])
    assert run(["deidentify", str(folder), "-o", str(tmp_path / "out"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["images"], result["left_out"], len(result["refused"])) == (4, 1, 2)


def test_pictures_that_may_show_a_name_are_named(series, tmp_path, capsys):
    folder = series(lambda n, d: d.update({"Modality": "US"}))
    assert run(["deidentify", str(folder), "-o", str(tmp_path / "out"), "--json"]) == 0
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert "6 of the images" in warning


def test_what_is_there_is_not_written_over(series, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    assert run(["deidentify", str(series()), "-o", str(out)]) == 0
    assert run(["deidentify", str(tmp_path / "in"), "-o", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"short", b"  \n", bytes(1 << 17)])
def test_a_key_that_is_none(content, tmp_path):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match="holds no key"):
        Key.read(tmp_path / "key")
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(HeartwrightError):
            Key.read(path)


def test_days_and_uids_are_possible():
    uids = {KEY.uid(str(n)) for n in range(200)}
    assert len(uids) == 200
    assert all(re.fullmatch(r"2\.25\.[1-9]\d{0,38}", uid) and len(uid) <= 64 for uid in uids)
    assert all(1 <= KEY.days(str(n)) <= 3650 for n in range(200))


def test_dcmtk_reads_what_is_written(series, tmp_path):
    if not shutil.which("dcmdump"):
        pytest.skip("dcmtk (dcmdump) is not on this machine")
    deidentify_folder(series(), tmp_path / "out", KEY, shift=True)
    file = next((tmp_path / "out").rglob("*.dcm"))
    for command in (["dcmftest"], ["dcmdump", "--print-all", "+L"]):
        done = subprocess.run([*command, file], capture_output=True, text=True, check=True)
        assert not done.stderr
    assert "(0012,0062) CS [YES]" in done.stdout
    assert f"(0010,0010) PN [{KEY.token('patient', '4711')}]" in done.stdout
    assert not re.search("doe|jane|4711|202402", done.stdout, re.IGNORECASE)


@pytest.mark.slow
def test_a_real_series_reads_the_same_without_its_patient(shared_data, tmp_path):
    """20 slices, JPEG 2000, without UIDs of their own."""
    folder = shared_data / "scans" / "dicom-abdomen-20-slices"
    tally = deidentify_folder(folder, tmp_path / "out", KEY, shift=True)
    assert (tally.series.total(), tally.refused) == (20, [])
    before, after = read_volume(folder), read_volume(tmp_path / "out")
    np.testing.assert_array_equal(after.values, before.values)
    np.testing.assert_array_equal(after.affine, before.affine)
