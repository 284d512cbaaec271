"""Recipes: what is refused, what runs again, and that the same input gives the same bytes."""

import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from heartwright.cli.app import run
from heartwright.cli.verbs import verbs
from heartwright.data import HeartwrightError, InputError, OutputError, Provenance
from heartwright.data.files import write_text
from heartwright.flows.recipe import Verb, foresee_recipe, run_recipe

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "recipes"
# Options of verbs that name files: those that are read, and those that are written.
READ = {
    "after", "against", "before", "budget", "calcium", "centreline", "compensate", "device",
    "field", "fixed", "folder", "join", "labels", "measures", "model", "moving", "own", "photo",
    "plan", "reference", "rescan", "scan", "shape", "traces", "validate", "view1", "view2",
    "virtual", "wall", "without",
}  # fmt: skip
WRITTEN = {"output", "out", "stl", "figure", "pdf", "map", "sheet", "solid"}


class Killed(BaseException):
    """The end of the process, as a step sees it."""


class JoinOptions(BaseModel):
    """What the little verb of these tests takes."""

    model_config = ConfigDict(extra="forbid")
    texts: list[str]
    output: str
    twice: bool = False


class Joiner:
    """A verb that joins texts and files' contents, and may be killed before or after it writes."""

    def __init__(self, killed_at: int | None = None, *, written: bool = False) -> None:
        self.calls: list[str] = []
        self._killed_at, self._written = killed_at, written

    @property
    def verbs(self) -> dict[str, Verb]:
        return {"join": Verb("join", JoinOptions, frozenset({"output"}), self._words, self._call)}

    def _words(self, values) -> list[str]:
        if "refused" in values["texts"]:
            raise InputError("join takes no refusals.")
        return [values["output"], *values["texts"]]

    def _call(self, words) -> dict:
        output, *texts = words
        dies = len(self.calls) == self._killed_at
        if dies and not self._written:
            raise Killed
        inputs = [Path(text) for text in texts if Path(text).exists()]
        body = "".join(path.read_text() for path in inputs)
        write_text(Path(output), f"{Provenance.of(inputs).to_json()}\n{body}{texts}", force=True)
        self.calls.append(Path(output).name)
        if dies:
            raise Killed
        return {"length": len(body)}


CHAIN = {
    "steps": {
        "one": {"join": {"texts": ["source.txt", "a"], "output": "one.txt"}},
        "two": {"join": {"texts": ["$one"], "output": "two.txt"}},
        "aside": {"join": {"texts": ["b"], "output": "aside.txt"}},
        "three": {"join": {"texts": ["$two.output", "$aside.1"], "output": "three.txt"}},
    }
}


def placed(folder: Path, recipe=CHAIN) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "source.txt").write_text("source")
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return path


def made(path: Path, joiner: Joiner, **options) -> dict:
    out = path.parent / "out"
    return run_recipe(path, out, verbs=joiner.verbs, announce=lambda _: None, **options)


def files(folder: Path, *, log: bool = False) -> dict[str, bytes]:
    """Files by name, but for the log, which tells the seconds."""
    found = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
    return {name: content for name, content in found.items() if log or name != "recipe-log.json"}


def timeless(content: bytes) -> bytes:
    """Bytes without the creation time, and without the fingerprints of inputs that carry it."""
    content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", b"TIME", content)
    return re.sub(rb"\b[0-9a-f]{64}\b", b"SHA", content)


# What runs, and what does not


def test_steps_run_once(tmp_path):
    path, joiner = placed(tmp_path), Joiner()
    made(path, joiner)
    assert joiner.calls == ["one.txt", "two.txt", "aside.txt", "three.txt"]
    before = files(tmp_path / "out")
    result = made(path, joiner)
    assert len(joiner.calls) == 4
    assert {line["state"] for line in result["steps"].values()} == {"kept"}
    assert files(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda folder: (folder / "source.txt").write_text("new"), ["one", "two", "three"]),
        (lambda folder: (folder / "out" / "aside.txt").unlink(), ["aside"]),
    ],
    ids=["an input changes", "a file is gone"],
)
def test_only_what_follows_from_a_change_runs_again(tmp_path, change, again):
    path, joiner = placed(tmp_path), Joiner()
    made(path, joiner)
    change(tmp_path)
    joiner.calls.clear()
    made(path, joiner)
    assert joiner.calls == [f"{name}.txt" for name in again]


def test_a_changed_option_runs_its_step_and_those_behind_it(tmp_path):
    joiner = Joiner()
    made(placed(tmp_path), joiner)
    steps = CHAIN["steps"] | {"aside": {"join": {"texts": ["c"], "output": "aside.txt"}}}
    joiner.calls.clear()
    made(placed(tmp_path, {"steps": steps}), joiner)
    assert joiner.calls == ["aside.txt", "three.txt"]


@settings(max_examples=12, deadline=None)
@given(killed_at=st.integers(0, 3), written=st.booleans())
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(tmp_path_factory, killed_at, written):
    broken, whole = (placed(tmp_path_factory.mktemp("run")) for _ in range(2))
    with pytest.raises(Killed):
        made(broken, Joiner(killed_at, written=written))
    rest = Joiner()
    made(broken, rest)
    assert len(rest.calls) == 4 - killed_at  # the killed step itself runs again
    made(whole, Joiner())
    one, other = (files(path.parent / "out") for path in (broken, whole))
    assert {n: timeless(c) for n, c in one.items()} == {n: timeless(c) for n, c in other.items()}
    times = {m for c in one.values() for m in re.findall(rb'"created": "([^"]*)"', c)}
    assert len(times) == 1


def test_the_same_time_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    paths = [placed(tmp_path / name) for name in ("here", "there")]
    for path in paths:
        made(path, Joiner())
    assert files(tmp_path / "here" / "out") == files(tmp_path / "there" / "out")


def test_the_dry_run_says_what_would_run_and_writes_nothing(tmp_path):
    path, joiner = placed(tmp_path), Joiner()
    assert all(s["would_run"] for s in foresee_recipe(path, tmp_path / "out", verbs=joiner.verbs))
    assert not (tmp_path / "out").exists()
    made(path, joiner)
    (tmp_path / "out" / "two.txt").unlink()
    foreseen = foresee_recipe(path, tmp_path / "out", verbs=joiner.verbs)
    assert [s["step"] for s in foreseen if s["would_run"]] == ["two", "three"]


def test_the_log_has_provenance_time_and_memory(tmp_path):
    made(placed(tmp_path), Joiner())
    log = json.loads((tmp_path / "out" / "recipe-log.json").read_text())
    assert len(log["provenance"]["inputs"]) == 2  # the recipe and its source
    step = log["steps"]["two"]
    assert step["command"] == "heartwright two.txt one.txt"
    assert step["from"]["one"] == log["steps"]["one"]["files"]
    assert step["seconds"] >= 0
    assert step["peak_mb"] is None or step["peak_mb"] > 1


# What is in the way


def test_a_file_of_another_origin_is_not_written_over(tmp_path):
    path = placed(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "two.txt").write_text("mine")
    with pytest.raises(OutputError, match="not from this recipe"):
        made(path, Joiner())
    assert (tmp_path / "out" / "two.txt").read_text() == "mine"
    made(path, Joiner(), force=True)
    assert (tmp_path / "out" / "two.txt").read_text() != "mine"


def test_a_file_that_a_person_changed_is_not_written_over(tmp_path):
    path = placed(tmp_path)
    made(path, Joiner())
    (tmp_path / "out" / "one.txt").write_text("edited by hand")
    with pytest.raises(OutputError, match="was changed since"):
        made(path, Joiner())
    assert (tmp_path / "out" / "one.txt").read_text() == "edited by hand"


# What is refused, in one sentence with file, step and key


def with_step(options, verb="join") -> dict:
    return {"steps": {"one": {verb: {"output": "x.txt", "texts": ["a"], **options}}}}


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        ({}, "recipe.yaml, steps: field required"),
        ({"steps": {}}, "recipe.yaml, steps: dictionary should have at least 1 item"),
        ({"steps": {"1x": {}}}, "recipe.yaml, step 1x: string should match"),
        (CHAIN | {"stepz": 1}, "recipe.yaml, stepz: extra inputs are not permitted"),
        ({"steps": {"one": {}}}, "recipe.yaml, step one: give it one verb, not 0."),
        (with_step({}, verb="joim"), "step one: there is no verb 'joim'; did you mean 'join'?"),
        (with_step({"twice": "often"}), "step one, twice: input should be a valid boolean"),
        (with_step({"tex": 1}), "step one, tex: extra inputs are not permitted"),
        (with_step({"texts": ["$two"]}), "step one: no step 'two' comes before this one"),
        (with_step({"texts": ["refused"]}), "step one: join takes no refusals."),
        (with_step({"output": "../x.txt"}), "step one: '../x.txt' is no plain name"),
        (with_step({"output": "/x.txt"}), "step one: '/x.txt' is no plain name"),
        (with_step({"texts": ["."]}), "lies in the input ."),
        (
            {"steps": CHAIN["steps"] | {"z": {"join": {"texts": [], "output": "one.txt"}}}},
            "step z: step one writes one.txt already",
        ),
        (
            {"steps": CHAIN["steps"] | {"z": {"join": {"texts": ["$one.9"], "output": "z"}}}},
            "step z: step one writes no file '9'",
        ),
    ],
)
def test_a_wrong_recipe_is_refused_before_anything_runs(tmp_path, recipe, says):
    joiner = Joiner()
    with pytest.raises(InputError) as refused:
        made(placed(tmp_path, recipe), joiner)
    assert says in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "recipe.yaml"))
    assert joiner.calls == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("steps: [", "it is no YAML in line"),
        ("steps: {a: {join: {}}, a: {join: {}}}", "a is there twice"),
        ("steps: &a [*a]", "aliases are not taken"),
        ("steps: !!python/object:os.system {}", "it is no YAML in line 1"),
        ("\x00", "cannot be read as YAML"),
        ("- 1", "should be a valid dictionary"),
        ("", "should be a valid dictionary"),
        ("[" * 5000, "recipe.yaml"),
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path, text, says):
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(says)):
        made(path, Joiner())


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_recipe_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "recipe.yaml"
    path.write_bytes(content)
    with pytest.raises(HeartwrightError):
        made(path, Joiner())


def test_a_broken_log_is_refused(tmp_path):
    path = placed(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "recipe-log.json").write_text("[]")
    with pytest.raises(InputError, match="no log of a recipe"):
        made(path, Joiner())


# The command line's verbs as steps


def test_every_option_of_a_verb_that_names_a_file_is_known_as_read_or_written():
    for verb in verbs().values():
        for field in verb.options.model_fields.values():
            if "Path" in str(field.annotation):
                assert (field.alias in READ) != (field.alias in WRITTEN), (verb.name, field.alias)
                assert (field.alias in verb.written) == (field.alias in WRITTEN), verb.name


def test_texts_take_points_as_numbers_and_names_as_keys():
    options = verbs()["segment"].options.model_validate(
        {"scan": "a", "output": "b", "at": {"aorta": [1, 2, 3], "open": [[1, 2, 3], [4, 5, 6]]}}
    )
    values = options.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert values["at"] == ["aorta=1,2,3", "open=1,2,3", "open=4,5,6"]
    words = verbs()["cut"].words({"model": "m", "output": ["a", "b"], "box": "1,2,3/4,5,6"})
    assert words == ["cut", "m", "--output", "a", "b", "--box=1,2,3/4,5,6"]


@pytest.mark.parametrize("name", ["left-atrium", "aortic-root"])
def test_the_examples_are_right(name, tmp_path, capsys):
    recipe = RECIPES / f"{name}.yaml"
    assert run(["run", str(recipe), "--out", str(tmp_path / "out"), "--dry-run", "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert all(step["would_run"] for step in steps)
    assert not (tmp_path / "out").exists()


def test_a_verb_runs_as_a_step_and_a_bad_option_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scan = {"simulate ct": {"spacing": 2.0, "output": "scan.nrrd"}}
    Path("r.yaml").write_text(yaml.safe_dump({"steps": {"scan": scan}}))
    assert run(["run", "r.yaml", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["steps"]["scan"]["files"] == ["scan.nrrd"]
    assert Path("r/scan.nrrd").stat().st_size > 1000
    assert run(["run", "r.yaml"]) == 0
    assert "kept" in capsys.readouterr().out
    scan["simulate ct"]["seed"] = -1
    Path("r.yaml").write_text(yaml.safe_dump({"steps": {"scan": scan}}))
    assert run(["run", "r.yaml"]) == 2
    assert "r.yaml, step scan: Invalid value for '--seed'" in capsys.readouterr().err


# The real thing


def masked(path: Path) -> bytes:
    """What a file says, without its time; packages are opened."""
    if path.suffix != ".3mf":
        return timeless(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        return b"".join(timeless(package.read(name)) for name in sorted(package.namelist()))


@pytest.fixture
def root(tmp_path) -> Path:
    """The example of the aortic root, coarser and without slicing, which writes its own time."""
    recipe = yaml.safe_load((RECIPES / "aortic-root.yaml").read_text())
    recipe["steps"]["scan"]["simulate ct"]["spacing"] = 1.5
    del recipe["steps"]["fdm"]
    path = tmp_path / "root.yaml"
    path.write_text(yaml.safe_dump(recipe, sort_keys=False))
    return path


@pytest.mark.slow
def test_two_runs_differ_in_nothing_but_their_time(root, tmp_path):
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        assert run(["run", str(root), "--out", str(folder)]) == 0
    names = [p.name for p in sorted(folders[0].iterdir()) if p.name != "recipe-log.json"]
    assert len(names) == 5
    for name in names:
        assert masked(folders[0] / name) == masked(folders[1] / name), name


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_process_is_gone_on_with(root, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    program = "import sys; from heartwright.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "run", str(root), "--out", str(broken)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while not (broken / "blood.nrrd").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not (broken / "root.3mf").exists()
    for folder in (broken, whole):
        assert run(["run", str(root), "--out", str(folder)]) == 0
    assert {n: c for n, c in files(broken).items() if n[0] != "."} == files(whole)
