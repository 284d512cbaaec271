"""The demo, end to end: its files, its page, its numbers, and what it leaves alone."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

import heartwright.planning.laa  # noqa: F401  compiled before the demo threads: CPython gh-106905
from heartwright.cli.app import run
from heartwright.data.json_file import read_plan
from heartwright.flows.demo import FILES
from heartwright.printing import read_surface
from heartwright.samples.heart import heart

pytestmark = pytest.mark.slow

FETCHING = {"src", "xlink:href", "srcset", "poster", "data", "action", "background"}


class References(HTMLParser):
    """What a page links to, and what a browser would load with it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value)
            elif name in FETCHING or name == "href":
                self.loaded.append(value)


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out"


@pytest.fixture(scope="module")
def told(out) -> dict:
    """What the demo prints with --json."""
    from contextlib import redirect_stdout
    from io import StringIO

    with redirect_stdout(StringIO()) as printed:
        assert run(["demo", "--quick", "--out", str(out), "--json"]) == 0
    return json.loads(printed.getvalue())


def test_every_file_is_there_and_nothing_else(told, out):
    assert {path.name for path in out.iterdir()} == set(FILES)
    assert all(path.stat().st_size for path in out.iterdir())
    assert told["files"] == {name: str(out / name) for name in FILES}


def test_it_tells_the_numbers(told):
    assert told.keys() == {"page", "seconds", "rhythm", "shape", "twin", "files"}
    assert told["rhythm"].keys() == {"hybrid", "physics_only", "parameters"}
    assert told["rhythm"]["hybrid"]["mse_clean"] < 0.02
    assert told["shape"]["watertight"]
    assert (told["shape"]["bodies"], told["shape"]["cavities"]) == (1, 0)
    assert told["shape"]["wall_median_mm"] == pytest.approx(2.0, abs=0.05)
    assert told["twin"]["reached"] == 1
    assert 60 < told["twin"]["last_activation_ms"] < 180


def test_the_ostium_is_near_the_samples_truth(told, out):
    truth = heart(spacing_mm=1.5).truth
    plan = read_plan(out / "plan.json")
    for name, true in vars(truth.ostium).items():
        assert vars(plan.ostium)[name] == pytest.approx(true, abs=0.5)
    assert plan.depth_mm == pytest.approx(truth.depth_mm, abs=0.5)


def test_the_print_files_hold_the_same_body(told, out):
    shapes = [read_surface(out / name) for name in ("heart.3mf", "heart.stl", "activation.3mf")]
    assert len({len(shape.faces) for shape in shapes}) == 1


def test_the_page_asks_the_network_for_nothing_and_its_links_lead_to_files(told, out):
    text = (out / "index.html").read_text(encoding="utf-8")
    found = References()
    found.feed(text)
    assert all(address.startswith(("data:", "#")) for address in found.loaded)
    assert "url(http" not in text.replace('"', "").replace("'", "")
    assert "@import" not in text
    beside = [link for link in found.links if not link.startswith("#")]
    assert beside
    assert all((out / link).is_file() for link in beside)
    named = {"slab.nc", "aphyn.model", "forecast.nc", "heart.3mf", "heart.stl"}
    assert named | {"activation.3mf", "plan.json"} <= set(beside)


def test_a_second_run_refuses_and_changes_nothing(told, out, capfd):
    def state():
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.iterdir()}

    before = state()
    assert run(["demo", "--quick", "--out", str(out), "--json"]) == 2
    printed, err = capfd.readouterr()
    assert printed == ""
    assert "exists already" in err
    assert state() == before
