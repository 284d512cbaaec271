"""The tutorials do what they say: their commands, run in order, as written."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from heartwright.anatomy.imaging import write_volume
from heartwright.cli.app import run
from heartwright.samples.heart import heart

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
FIRST, RHYTHM = (TUTORIALS / f"{name}.md" for name in ("first-heart", "action-potentials"))
PRINTS = [TUTORIALS / f"{name}.md" for name in ("left-atrium", "aortic-root", "coated-core")]


def commands(tutorial: Path) -> list[list[str]]:
    """The `$ heartwright …` lines of the console blocks, as words behind the program's name."""
    text = tutorial.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)
    joined = "".join(blocks).replace("\\\n", " ")
    lines = [line[2:] for line in joined.splitlines() if line.startswith("$ ")]
    return [shlex.split(line)[1:] for line in lines]


def test_the_tutorial_shows_every_verb_of_the_main_job():
    shown = {command[0] for command in commands(FIRST)}
    assert shown >= {"simulate", "learn", "forecast", "segment", "print", "plan", "activate"}


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", [FIRST, RHYTHM], ids=lambda path: path.stem)
def test_every_command_of_the_tutorial_works_in_order(tutorial, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path("demo-out").mkdir()
    write_volume(heart(spacing_mm=1.5).scan, Path("demo-out/scan.nrrd"))
    for command in commands(tutorial):
        assert run(command) == 0, (command, capfd.readouterr().err)
        if "-o" in command:
            assert Path(command[command.index("-o") + 1]).stat().st_size > 0


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prusa-slicer") is None, reason="needs PrusaSlicer")
@pytest.mark.parametrize("tutorial", PRINTS, ids=lambda path: path.stem)
def test_every_recipe_of_a_tutorial_makes_its_prints(tutorial, tmp_path, monkeypatch, capfd):
    shutil.copytree(TUTORIALS / "recipes", tmp_path / "recipes")
    monkeypatch.chdir(tmp_path)
    for command in commands(tutorial):
        assert run(command) == 0, (command, capfd.readouterr().err)
    assert list(tmp_path.glob("*/*.stl"))
