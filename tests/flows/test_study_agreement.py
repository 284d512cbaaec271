"""A series of one's own: what comes out, what is refused, and what never leaves the table."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heartwright.cli.app import run
from heartwright.data import InputError
from heartwright.studies.agreement import Asked
from heartwright.studies.agreement.agreed import pairs, rivals, scale_of
from heartwright.studies.agreement.foretold import foretold
from heartwright.studies.agreement.table import Series, read_series

ROWS = """patient,used,print,ct,toe,leak,gap,ecc,positive
Rosalind,24,24,24,21,0,0.1,1.2,0
Q-0815,27,27,27,24,1,2.1,1.3,1
1923-07-04,21,21,24,21,0,0.3,1.1,0
D,30,30,30,27,1,1.2,1.15,1
E,33,33,30,30,0,0.9,1.6,1
F,24,24,24,24,0,0.2,1.3,0
G,27,27,30,24,1,1.1,1.4,0
H,27,24,27,27,0,,1.2,0
I,30,30,33,30,0,1.15,1.15,0
J,24,24,27,21,0,0.4,1.05,0
"""
SIZES = "--reference used --method print --method ct --method toe"
OUTCOME = "--outcome leak --method gap --method ecc --method positive"


@pytest.fixture
def table(tmp_path) -> Path:
    (tmp_path / "series.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "series.csv"


def study(table: Path, line: str, out: str = "out") -> int:
    return run(["study", "agreement", str(table), *line.split(), "--out", str(table.parent / out)])


def test_sizes_against_the_device_that_was_used(table, capfd):
    assert study(table, f"{SIZES} --sizes 21,24,27,30,33,35 --json") == 0
    result = json.loads(capfd.readouterr().out)
    first, _, third = result["pairs"]
    assert result["patients"] == 10
    assert result["sizes"] == [21, 24, 27, 30, 33, 35]
    assert first["sized"]["exact"]["value"] == pytest.approx(0.9)
    assert first["measured"]["bland_altman"]["bias"]["value"] == pytest.approx(-0.3)
    assert third["measured"]["bland_altman"]["bias"]["value"] == pytest.approx(-1.8)
    contest = result["mcnemar"][1]
    assert (contest["first"], contest["second"]) == ("print", "toe")
    assert contest["found"]["p"] == pytest.approx(0.125)
    page = (table.parent / "out" / "index.html").read_text(encoding="utf-8")
    assert "Research use only" in page
    assert page.count("data:image/svg+xml") == 3


@pytest.mark.slow
def test_an_outcome_foretold(table, capfd):
    assert study(table, f"{OUTCOME} --json") == 0
    said = capfd.readouterr()
    result = json.loads(said.out)
    assert result["left_out"] == 1
    assert result["pairs"] == []
    told = result["outcome"]
    assert (told["cases"], told["controls"]) == (3, 6)
    assert told["tested"][0]["accuracy"]["sensitivity"]["value"] == pytest.approx(2 / 3)
    assert [one["area"]["value"] for one in told["ranked"]] == pytest.approx([17 / 18, 2 / 3])
    assert told["differences"][0]["difference"]["value"] == pytest.approx(17 / 18 - 2 / 3)
    assert "empty: 1." in said.err
    assert "Only 3 patients with leak" in " ".join(said.err.split())


@pytest.mark.slow
def test_the_same_table_gives_the_same_bytes_and_nothing_else_of_it(table, monkeypatch, capfd):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    line = f"{OUTCOME} --reference used --method print"
    for out in ("first", "second"):
        assert study(table, line, out) == 0
    said = capfd.readouterr()
    for name in ("index.html", "agreement.json"):
        one, other = ((table.parent / out / name).read_bytes() for out in ("first", "second"))
        assert one == other
        assert not re.search(rb"Rosalind|Q-0815|1923-07|toe|patient,|series.csv", one)
    assert not re.search("Rosalind|Q-0815|1923-07|toe", said.out + said.err)
    assert study(table, line, "first") == 2
    assert "exists already" in capfd.readouterr().err


BAD = {
    "no method": ("--reference used", "name a column of values with --method"),
    "one alone": ("--method print", "one method alone shows nothing"),
    "two roles": ("--reference used --method used", "'used' is asked for twice"),
    "missing column": ("--reference used --method mri", "names no column 'mri'"),
    "text": ("--reference used --method patient", "row 2: column 'patient' holds something"),
    "no yes or no": ("--method gap --outcome used", "more than 0 and 1"),
    "size off the scale": ("--reference used --method ct --sizes 21,24,27", "none of the sizes"),
    "one size": ("--reference used --method ct --sizes 21", "at least two different"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_answered_ends_in_a_sentence(case, table, capfd):
    line, sentence = BAD[case]
    assert study(table, line) == 2
    said = capfd.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert "Rosalind" not in said


TABLES = {
    "few": ("a,b\n1,2\n2,3\n3,\n", "2 patients have all"),
    "constant": ("a,b\n1,2\n1,3\n1,4\n", "same value in every patient"),
    "nothing": ("", "no header line"),
    "ragged": ("a,b\n1,2\n1,5,2,5\n", "row 3: 4 cells where the first line has 2"),
    "twice": ("a,b,b\n1,2,3\n", "2 columns 'b'"),
    "infinite": ("a,b\n1,2\n2,inf\n3,4\n", "no number"),
    "quotes": ('a,b\n1,"2\n', "cannot be read as a CSV"),
}


@pytest.mark.parametrize("case", TABLES)
def test_bad_tables_end_in_a_sentence(case, tmp_path):
    text, sentence = TABLES[case]
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(InputError, match=sentence):
        read_series(tmp_path / "t.csv", ("a", "b"))


def test_tables_that_no_program_wrote(tmp_path):
    for content in (b"\xff\xfe\x00a", bytes(range(256))):
        (tmp_path / "t.csv").write_bytes(content)
        with pytest.raises(InputError):
            read_series(tmp_path / "t.csv", ("a", "b"))
    with pytest.raises(InputError, match="no such file"):
        read_series(tmp_path / "none.csv", ("a", "b"))


def test_decimal_commas_between_semicolons(tmp_path):
    (tmp_path / "t.csv").write_text(
        "\ufeffa;b;note\n1,5;2;x\n\n2,5;3,25;y\n3;4;\n", encoding="utf-8"
    )
    found = read_series(tmp_path / "t.csv", ("a", "b"))
    assert found.columns["a"].tolist() == [1.5, 2.5, 3]
    assert found.columns["b"].tolist() == [2, 3.25, 4]


@settings(max_examples=25)
@given(arrays(np.int64, (6, 3), elements=st.integers(0, 3)))
def test_no_table_gives_numbers_that_are_none(values):
    """Whatever varies: finite values, limits around them or none at all, p in [0, 1]."""
    if (np.ptp(values, axis=0) == 0).any():
        return
    outcome = np.array([0.0, 0, 0, 1, 1, 1])
    columns = dict(zip("abc", values.T.astype(np.float64), strict=True)) | {"y": outcome}
    series, asked = Series(columns, 0), Asked("a", ("b", "c"), "y")
    scale = scale_of(series, asked)
    found = (pairs(series, asked, scale), rivals(series, asked), foretold(series, asked))
    numbers = [
        float(n) for n in re.findall(r"[( =](-?[\d.]+(?:e[-+]\d+)?|nan|-?inf)\b", str(found))
    ]
    assert numbers
    assert np.isfinite(numbers).all()
    for value, low, high in re.findall(r"value=(\S+), low=(\S+), high=(\S+?)\)", str(found)):
        if low != "None":
            assert float(low) <= float(value) + 1e-9
            assert float(value) <= float(high) + 1e-9
