"""The review's figures: each verdict follows from its inputs, and the documents say the same."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from heartwright.cli.app import run
from heartwright.studies.claims import study_claims
from heartwright.studies.claims.checks import Outcome, Percentage, Same
from heartwright.studies.claims.claim import Claim, Finding, Verdict, judged
from heartwright.studies.claims.register import CLAIMS

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "claims.md"
# As recomputed by hand in the project's notes on the review, section 6.
EXPECTED = {
    "95 % (21/22): print and inserted device agree": ("reproduces", "Wilson 78.2 to 99.2"),
    "55 %: TOE and inserted device agree": ("reproduces", "Wilson 34.7 to 73.1"),
    "77 %: CT and inserted device agree": ("reproduces", "Wilson 56.6 to 89.9"),
    "95 % of the table's n = 29": ("consistent only if", "no count of 29"),
    "the print agrees more often than TOE (no p)": ("reproduces", "p = 0.012"),
    "the print agrees more often than CT (no p)": ("not shown", "p = 0.219"),
    "compression in print and patient: r = 0.622, p = 0.003": ("consistent only if n = 21", "0.83"),
    "561.4 ± 25.3 vs 651.6 ± 32.1 mGy, p < 0.05": ("reproduces", "−13.8 %"),
    "no leak of 21 with the print, three mild ones without (no p)": ("not shown", "p = 0.232"),
    "100 %: print and selected device agree (n = 8)": ("reproduces", "63.1 to 100.0"),
    "90 %: first device right, 3D-CT": ("consistent only if n = 10", "9/10"),
    "27 %: single device used, controls": ("consistent only if n = 11", "3/11 = 27.3"),
    "92 vs 27 %, p < 0.05": ("reproduces", "Fisher p = 0.003"),
    "1.3 ± 0.7 vs 2.5 ± 1.2 devices, p < 0.05": ("reproduces", "p = 0.011"),
    "55 ± 17 vs 73 ± 24 min, p < 0.05": ("consistent only if n = 12 + 12", "p = 0.054"),
    "area 0.88 (0.77 to 0.99) for the mismatch": ("reproduces", "0.76 to 1.00"),
    "leaks 5 vs 27 %, p < 0.01": ("does not reproduce", "Fisher p = 0.052"),
    "off-axis position 5 vs 25 %, p < 0.01": ("does not reproduce", "χ² p = 0.043"),
    "1.05 ± 0.21 vs 1.20 ± 0.52 prostheses, p = 0.04": ("does not reproduce", "Welch p = 0.086"),
    "threefold decrease, 1978 vs 7921 mGy·cm²": ("does not reproduce", "= 4.0"),
    "leak found in 6 of 9, excluded in 5 of 7 (n = 16)": ("reproduces", "odds ratio 5.00"),
    "the print tells who leaks (no p)": ("not shown", "Fisher p = 0.315"),
    "r = 0.78 (Amplatzer) vs 0.32 (WATCHMAN)": ("cannot be recomputed: the patients' sizes", ""),
}


@pytest.fixture(scope="module")
def told() -> dict:
    return study_claims()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        folder = tmp_path_factory.mktemp("claims") / "out"
        study_claims(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("reported", EXPECTED)
def test_what_was_found_by_hand_is_found(reported, told):
    (claim,) = [claim for claim in told["claims"] if claim["reported"] == reported]
    verdict, number = EXPECTED[reported]
    assert claim["words"].startswith(verdict)
    assert number in judged(next(c for c in CLAIMS if c.reported == reported)).recomputed


def test_a_verdict_follows_from_its_inputs():
    claim = Claim("study", "text", "95 %", Percentage("95", 22, 21))
    assert judged(claim).verdict is Verdict.reproduces
    for check, verdict in (
        (Percentage("96", 22, 21), Verdict.fails),
        (Percentage("95", 21), Verdict.reproduces),
        (Percentage("90", 12), Verdict.only_if),
        (Percentage("1", 12), Verdict.fails),
        (Same((("text", 22), ("table", 29))), Verdict.fails),
    ):
        assert judged(replace(claim, check=check)).verdict is verdict


def test_the_rule_is_all_some_or_none():
    claim = Claim("study", "text", "more often", Same(()))
    good, bad = Outcome("", True), Outcome("", False)
    assert Finding(claim, {"a": good, "b": good}).verdict is Verdict.reproduces
    assert Finding(claim, {"a": good, "b": bad}).words == "consistent only if a"
    assert Finding(claim, {"a": bad}).verdict is Verdict.fails
    assert Finding(replace(claim, stated=False), {"a": bad}).verdict is Verdict.not_shown
    assert Finding(claim, {}).verdict is Verdict.unknown


@pytest.mark.slow
def test_the_documents_hold_what_the_code_finds(made):
    """After a change: `heartwright study claims --out X`, and copy X/claims.md here."""
    assert DOCUMENT.read_text(encoding="utf-8") == (made / "claims.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_is_whole_and_the_same_each_time(made, tmp_path, monkeypatch):
    text = (made / "index.html").read_text(encoding="utf-8")
    assert text.count("data:image/svg+xml") == 1
    for words in ("Research use only", "cut short", "mitral", "cannot be recomputed"):
        assert words in text
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    study_claims(tmp_path / "again")
    for name in ("index.html", "claims.json", "claims.md"):
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes()


@pytest.mark.slow
def test_the_verb_prints_and_keeps_what_is_there(made, capfd):
    assert run(["study", "claims", "--json"]) == 0
    said = capfd.readouterr()
    result = json.loads(said.out)
    assert sum(result["verdicts"].values()) == len(result["claims"]) == len(CLAIMS)
    assert "cut short" in result["cut_short"]
    assert {"reported", "where", "inputs", "recomputed", "verdict"} <= result["claims"][0].keys()
    assert "Research use only" in said.err
    assert run(["study", "claims"]) == 0
    assert "does not reproduce" in capfd.readouterr().out
    assert run(["study", "claims", "--out", str(made)]) == 2
    assert "exists already" in capfd.readouterr().err
