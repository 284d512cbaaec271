"""Every verb, fed with files that name the patient wherever they can: none of it comes out.

Names stand in the files, and the files and their folder are called by them. What a person types on
the command line (`--text`, a part's or a structure's name, an output's) is not looked at here.
"""

import shlex
import shutil
from collections.abc import Iterator

import pytest
import typer
from pydicom import Dataset, dcmread

from heartwright.anatomy.imaging import read_labels
from heartwright.cli.app import app, run

OF_NOBODY = {  # verbs that read nothing of a patient
    "ablate": "recordings of cells",
    "compliance": "two numbers",
    "coupon": "nothing",
    "demo": "nothing",
    "devices": "a catalogue",
    "forecast": "recordings of cells",
    "identify": "recordings of cells",
    "learn": "recordings of cells",
    "simulate ct": "nothing",
    "simulate slab": "nothing",
    "study claims": "a published review",
    "study paper": "recordings of cells",
}
ELSEWHERE = {
    "bench read": "test_bench_read_beads.py and test_bench_read_photo.py: takes beads, or a photo",
    "deidentify": "test_no_identifier.py, with every attribute of the standard; and `bare` here",
    "fetch": "test_fetch.py: writes as `deidentify` does, from an archive that must run",
}

AT = "'left atrium'={points}"
FACE = "--plane=-7,0,0,0,0,1"
END = "--open=10,0,0,1,0,0"
ON_BENCH = "{strange} --device 'WATCHMAN FLX' --size 20 --at 6,0,0,1,0,0"
SOFT = "--wall-modulus 1 --wall-thickness 2"
# Verb → command lines; `{name}` is a file of the patient's folder, `{out}` where it writes.
ROWS = {
    "scan": ["scan {ct}"],
    "segment": [
        f"segment {{ct}} --at {AT} -o {{out}}/a.nrrd",
        "segment {nifti} --preset blood-pool --at blood={points} --at open=10,0,0 "
        "-o {out}/a.nii.gz",
        f"segment {{mha}} --at {AT} -o {{out}}/a.nii",
        f"segment {{seg}} --labels --at {AT} -o {{out}}/b.nrrd",
    ],
    "network": ["network {ct} --network total -o {out}/a.nrrd"],
    "labels": ["labels {labels} 'keep-largest=left atrium' smooth=1 --scan {ct} -o {out}/a.nrrd"],
    "register": [
        "register {nrrd} {ct} -o {out}/moved.nrrd",
        "register {nifti} {ct} --labels {seg} --join {labels} -o {out}/joined.nii.gz",
    ],
    "score": ["score {labels} {seg}"],
    "mesh": [
        "mesh {labels} --scan {ct} -o {out}/a.3mf",
        "mesh {strange} --scan {nrrd} -o {out}/a.stl",
        "mesh {seg} -o {out}/a.ply",
    ],
    "decimate": ["decimate {obj} --max-error 0.3 -o {out}/a.3mf"],
    "wall": [
        "wall {strange} --thickness 2 --labels {labels} --at 1=1.5 --map {out}/m.3mf "
        "-o {out}/a.3mf",
        "wall {stl} --thickness 2 --field {vtp} --map {out}/m.ply -o {out}/a.stl",
    ],
    "port": ["port {walled} --at 10,0,0,1,0,0 --kind barb --bore 4 -o {out}/a.3mf"],
    "cut": [
        f"cut {{ply}} {FACE} -o {{out}}/a.stl {{out}}/b.3mf",
        "cut {package} --curve {curve} -o {out}/a.ply {out}/b.ply",
    ],
    "split": ["split {document} -o {out}/a.3mf"],
    "engrave": ["engrave {half} --text 7 --at=-7,0,0,0,0,1 -o {out}/a.3mf"],
    "centreline": ["centreline {strange} --from=-7,0,0 --to {end} -o {out}/a.csv"],
    "angiography": [
        "angiography {view1} {view2} --vessel {table1} --vessel {table2} -o {out}/a.csv "
        "--stl {out}/a.stl"
    ],
    "carm": ["carm --lcc {end} --rcc=9,-18,-9 --ncc=-9,0,-9 --segment 0,0,0/1,2,3"],
    "dicom": [
        "dicom {labels} --scan {bare} -o {out}/a.dcm",
        "dicom {stl} --scan {bare} --part calcium={bit} -o {out}/a.dcm",
        "dicom {document} --scan {bare} --as obj -o {out}/a.dcm",
        "dicom {plan} --scan {bare} -o {out}/a.dcm",
    ],
    "report": [
        "report {package} --scan {ct} --labels {strange} --technology sls --budget {budget} "
        "-o {out}/a.html --pdf {out}/a.pdf"
    ],
    "report plan": [
        "report plan {plan} --shape {strange} --device {bit} -o {out}/a.html --pdf {out}/a.pdf"
    ],
    "print": [
        f"print {{strange}} --wall 2 {END} --part calcium={{bit}} --compensate {{factors}} "
        "-o {out}/a.3mf --stl {out}/a.stl",
        "print {document} --wall 2 -o {out}/a.3mf",
    ],
    "print verify": [
        "print verify {ct} --against {stl} --at=-7,0,0 --centreline {line} --map {out}/m.ply "
        "--figure {out}/f.png -o {out}/a.json"
    ],
    "print budget": ["print budget {stl} --labels {strange} --scan {ct} -o {out}/a.json"],
    "coupon factors": ["coupon factors {sheet} -o {out}/a.json"],
    "coat": [f"coat {{strange}} --thickness 2 {END} -o {{out}}/a.3mf {{out}}/b.stl"],
    "mould": [f"mould {{strange}} {FACE} -o {{out}}/a.3mf {{out}}/b.stl"],
    "slice": [
        "slice {package} --technology fdm -o {out}/a.gcode",
        "slice {bit} --technology sla -o {out}/a.sl1",
    ],
    "run": ["run {recipe} -o {out}/made"],
    "plan laa": ["plan laa {strange} --ostium {rim} -o {out}/a.json"],
    "study agreement": [
        "study agreement {series} --reference used --method print --method ct --outcome leak "
        "--out {out}/made"
    ],
    "bench deploy": [
        f"bench deploy {ON_BENCH} --solid {{out}}/d.3mf --figure {{out}}/f.svg -o {{out}}/a.json",
    ],
    "bench leak": [f"bench leak {ON_BENCH} --voxel 0.4 --samples 20 -o {{out}}/a.json"],
    "bench light": [
        f"bench light {ON_BENCH} --wall {{walled}} --attenuation 0.3 --figure {{out}}/l.png "
        "-o {out}/a.json"
    ],
    "bench strain": [
        f"bench strain {ON_BENCH} {SOFT} --labels {{labels}} --modulus 1=20 -o {{out}}/a.json"
    ],
    "bench sockets": [
        "bench sockets {walled} --plane=4,0,0,1,0,0 --beads 6 --diameter 0.6 -o {out}/a.3mf"
    ],
    "bench sweep": [f"bench sweep {ON_BENCH} --shifts 0,1,1 --ostium {{end}} -o {{out}}/a.json"],
    "plan aortic": [
        "plan aortic {strange} --lcc=-7,-4.75,8.2 --rcc=-7,9.5,0 --ncc=-7,-4.75,-8.2 "
        "--aorta=10,0,0 --calcium {bit} -o {out}/a.json"
    ],
    "activate": ["activate {strange} --pace=-16,0,0 -o {out}/a.3mf"],
}

FILED = {  # by what an archive files an object: the modules of patient and study
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "StudyDescription",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PositionReferenceIndicator",
    "LongitudinalTemporalInformationModified",
    "TimezoneOffsetFromUTC",
    "AcquisitionDateTime",
}


def registered(group, before: str = "") -> Iterator[str]:
    """The names of all verbs."""
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from registered(command, f"{before}{word} ")
        else:
            yield before + word


def test_every_verb_has_its_row():
    known = ROWS.keys() | OF_NOBODY.keys() | ELSEWHERE.keys()
    assert set(registered(typer.main.get_command(app))) == known


@pytest.mark.slow
def test_every_file_tells_who_the_patient_is(patient, identifiers):
    def content(path):
        """Without the names, which all tell."""
        files = [path] if path.is_file() else sorted(path.rglob("*.dcm"))
        return b"".join(file.read_bytes() for file in files)

    silent = {name for name, path in patient.items() if not identifiers(content(path))}
    assert silent == {"bare", "table1", "table2"}


@pytest.mark.slow
@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    "line",
    [pytest.param(line, id=f"{verb} {n}") for verb in ROWS for n, line in enumerate(ROWS[verb])],
)
def test_nothing_of_the_patient_comes_out(line, patient, identifiers, tmp_path, capfd):
    if line.startswith("slice") and shutil.which("prusa-slicer") is None:
        pytest.skip("prusa-slicer is not installed")
    out = tmp_path / "out"
    out.mkdir()
    words = [word.format(out=out, **patient) for word in shlex.split(line)]
    code = run([*words, "--json"])
    said = capfd.readouterr()
    assert code == 0, said.err
    assert not identifiers((said.out + said.err).encode())
    assert not identifiers(out)
    assert any(out.iterdir()) == ("{out}" in line)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["seg", "document"])
def test_only_the_patient_s_own_identity_goes_to_the_archive(which, patient, identifiers, capfd):
    """And the verb says so; no private, nested or technical text of the series goes along."""
    shape = {"seg": "labels", "document": "stl"}[which]
    header = dcmread(next(patient["ct"].iterdir()), stop_before_pixels=True)
    filed = Dataset({one.tag: one for one in header if one.keyword in FILED})
    assert identifiers(patient[which].read_bytes()) <= identifiers(str(filed).encode())
    line = ["dicom", patient[shape], "--scan", patient["ct"], "-o", patient[which], "--force"]
    assert run([str(word) for word in line]) == 0
    assert "carry the patient's identity" in " ".join(capfd.readouterr().err.split())


@pytest.mark.slow
def test_a_label_map_keeps_the_names_of_its_structures(patient, tmp_path):
    """They are what people ask for it by; a model takes only those of anatomy."""
    written = tmp_path / "a.nrrd"
    assert run(["labels", str(patient["strange"]), "smooth=1", "-o", str(written)]) == 0
    assert read_labels(written).names == {1: "heart of ROSALIND"}
