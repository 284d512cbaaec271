"""The study, end to end on a tiny slab: its page, its numbers, and how it goes on.

Learning itself is tested elsewhere and takes minutes to compile, so that here every fit is where
learning begins; `test_it_learns_and_goes_on` (slow) learns.
"""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from heartwright.cli.app import run
from heartwright.data import Fit, InputError, OutputError, TraceSet, silent
from heartwright.data.identified import Estimate, Identified
from heartwright.data.model_file import read_fit
from heartwright.electro.hybrid import Published, Settings, learn
from heartwright.electro.hybrid.fitted import described, leaves_of, mean_trace
from heartwright.electro.hybrid.physics import parameters_of
from heartwright.electro.hybrid.pinn import Recovery
from heartwright.electro.hybrid.variables import initial_variables
from heartwright.samples.cells import cells
from heartwright.samples.slab import paced_potential
from heartwright.studies.paper import Recordings, Scale, study_paper
from heartwright.studies.paper.fits import Fits
from heartwright.studies.paper.groups import Group, parted
from heartwright.studies.paper.recorded import horizon, recorded_groups

TINY = Scale(slab=4, epochs=1, rounds=1, known=2, new=2, recovered=1, pinn_epochs=1)
LABELS = ("baseline", "drug, not ischaemia")
TABLES = 9
NUMBER = re.compile(r"^[−\d.,\u202fe+() –]+$")


@contextmanager
def quiet(_title: str) -> Iterator:
    yield silent


class Reader(HTMLParser):
    """Pictures, table cells and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.alts: list[str] = []
        self.captions = 0
        self.cells: list[str] = []
        self.loaded: list[str] = []
        self.words = ""
        self.at = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.at = tag if tag in {"td", "span"} else ""
        self.captions += tag == "caption"
        if tag == "td":
            self.cells.append("")
        if tag == "img":
            self.alts.append(given["alt"])
        self.loaded += [value for name, value in attrs if name in {"src", "srcset"}]

    def handle_data(self, data):
        self.words += data
        if self.at == "td" and self.captions:
            self.cells[-1] += data.strip()


def untrained(traces: TraceSet, *, settings: Published | Settings, **_: object) -> Fit:
    """Where learning begins."""
    bare = isinstance(settings, Settings) and settings.residual == "none"
    settings = settings if isinstance(settings, Published) else Published(physics_only=bare)
    model = initial_variables(settings).model()
    history = {"weight": [1.0], "trajectory": [0.5]}
    return Fit(
        parameters=parameters_of(model.physics),
        learned=settings.learned,
        leaves=leaves_of(model),
        mean_trace=mean_trace(traces),
        step_ms=0.1,
        header={"model": described(model), "history": history},
    )


def recovered(*_: object, **__: object) -> Recovery:
    return Recovery({"tau_in": 0.33, "tau_out": 6.0, "tau_close": 139.0}, (), ())


def identified(*_: object, **__: object) -> Identified:
    values = {"tau_in": 0.3, "tau_out": 6.1, "tau_close": 140.0}
    found = [Estimate(n, None, v, 0.9 * v, 1.1 * v, True) for n, v in values.items()]
    return Identified(tuple(found), np.eye(3), 0.05, 0.0, ())


def write_recordings(folder: Path) -> Recordings:
    """Four beats each, as a camera's tables."""
    for name, tau in (("long", 170.0), ("short", 80.0)):
        made = cells(count=4, tau_close=tau, duration_ms=500.0, seed=1)
        values = np.pad(made.values[:, ::20], ((0, 0), (50, 0)))
        rows = [f"{2 * n},{','.join(f'{v:.4f}' for v in row)}" for n, row in enumerate(values.T)]
        (folder / f"{name}.csv").write_text("time (ms),a,b,c,d\n" + "\n".join(rows))
    return Recordings([folder / "long.csv"], [folder / "short.csv"], LABELS)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, Recordings]:
    """A finished study's folder, and the recordings that it is of."""
    folder = tmp_path_factory.mktemp("study")
    recordings = write_recordings(folder)
    parts = "heartwright.studies.paper"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{parts}.fits.learn", untrained)
        patch.setattr(f"{parts}.recovery.recover", recovered)
        patch.setattr(f"{parts}.recovery.identify", identified)
        patch.setattr(f"{parts}.tissue_time.STEPS_MS", (0.05, 0.1, 0.2))
        patch.setattr(f"{parts}.slabs.QUICK_MS", 6.0)
        patch.setattr(f"{parts}.slabs.SLOW_MS", 100.0)
        patch.setattr(
            f"{parts}.slabs.paced_potential", lambda *a, **k: paced_potential(*a, **k, dt_ms=0.05)
        )
        study_paper(folder / "out", recordings=recordings, scale=TINY, splits=1, stage=quiet)
        with pytest.raises(OutputError, match="exists already"):
            study_paper(folder / "out", scale=TINY, stage=quiet)
    return folder / "out", recordings


@pytest.mark.slow
def test_the_page_has_every_part_with_words_for_its_pictures(study):
    reader = Reader()
    text = (study[0] / "index.html").read_text(encoding="utf-8")
    reader.feed(text)
    assert reader.captions == TABLES
    assert len(reader.alts) == 6
    assert all(len(alt) > 20 for alt in reader.alts)
    assert all(address.startswith("data:") for address in reader.loaded)
    for words in (*LABELS, "Research use only", "re-implementation", "developed on this very slab"):
        assert words in reader.words
    assert "http" not in text
    assert len(text) < 3_000_000


@pytest.mark.slow
def test_every_cell_is_a_number_or_says_that_there_is_none(study):
    reader = Reader()
    reader.feed((study[0] / "index.html").read_text(encoding="utf-8").partition("<details>")[0])
    assert len(reader.cells) > 100
    assert all(NUMBER.match(cell) for cell in reader.cells)
    assert sum(cell == "–" for cell in reader.cells) < 25


@pytest.mark.slow
def test_the_numbers_are_written_too(study):
    told = json.loads((study[0] / "study.json").read_text())
    assert len(told["figure_3"]) == 6
    for row in told["figure_3"]:
        assert math.isfinite(row["mse_clean"])
        assert row["last_weight"] == pytest.approx(6.0)  # 1 + 10 × 0.5
    assert set(told["comparators"]) == {
        "physics only",
        "network only",
        "mean trace",
        "published preset",
        "ours",
    }
    known, recorded = told["table_1_simulated"], told["table_1_recorded"]
    assert (known["groups"], recorded["groups"]) == (["long", "short"], list(LABELS))
    assert known["tau_close_true_ms"] == [140.0, 75.0]
    assert recorded["tau_close_true_ms"] is None
    assert recorded["training_traces"] == [2, 2]
    assert recorded["horizon_ms"] == pytest.approx(1.3 * 330, abs=30)
    assert len(recorded["results"]["baseline"]["ours"]["train_mse"]) == 1
    assert told["tissue"][-1]["mse"] is None  # 0.2 ms is too long for diffusion
    assert 0 < told["tissue"][1]["mse"] < 1e-2
    assert told["recovery"]["PINN"]["errors"]["tau_in"] == pytest.approx(0.1)
    assert len(told["provenance"]["inputs"]) == 2


@pytest.mark.slow
def test_every_fit_is_a_file_that_can_be_read(study):
    files = sorted((study[0] / "fits").iterdir())
    assert len(files) == 6 + 3 + 2 * 2 * 3  # readings, comparators, groups × methods
    assert all(read_fit(file).header["study"]["mark"] for file in files)


def test_a_fit_is_learned_once_and_not_overwritten_by_another(tmp_path, monkeypatch):
    learned = []
    monkeypatch.setattr(
        "heartwright.studies.paper.fits.learn",
        lambda *args, **how: learned.append(how["settings"]) or untrained(*args, **how),
    )
    fits, traces, one, other = (
        Fits(tmp_path, quiet),
        cells(count=2, tau_close=100.0),
        Published(epochs=1),
        Published(epochs=2),
    )
    first = fits.learned("name", traces, one)
    again = fits.learned("name", traces, one)
    assert (again.seconds, again.fit.parameters) == (first.seconds, first.fit.parameters)
    assert learned == [one]
    with pytest.raises(OutputError, match="other traces or settings"):
        fits.learned("name", traces, other)
    with pytest.raises(OutputError, match="other traces or settings"):
        fits.learned("name", cells(count=2, tau_close=101.0), one)
    replace(fits, force=True).learned("name", traces, other)
    assert learned == [one, other]


@pytest.mark.slow
def test_a_fit_that_was_stopped_goes_on_where_it_was(tmp_path):
    traces = cells(count=2, tau_close=75.0, duration_ms=40.0)
    settings = Published(epochs=2, physics_only=True, horizon_ms=25.0)

    @contextmanager
    def stopped(_title: str) -> Iterator:
        def stop(done: int, _total: int) -> None:
            raise KeyboardInterrupt

        yield stop

    with pytest.raises(KeyboardInterrupt):
        Fits(tmp_path, stopped).learned("name", traces, settings)
    (partial,) = tmp_path.iterdir()
    assert partial.name.endswith(".partial")
    found = Fits(tmp_path, quiet).learned("name", traces, settings)
    assert found.went_on
    assert [path.name for path in tmp_path.iterdir()] == ["name.model"]
    whole = learn(traces, settings=settings)
    assert found.fit.parameters == whole.parameters


@pytest.mark.parametrize(
    ("count", "parts"), [(20, (10, 5)), (15, (10, 5)), (10, (7, 3)), (3, (2, 1))]
)
def test_groups_are_parted_as_in_the_paper_or_by_thirds(count, parts):
    assert parted(count, Scale()) == parts


def test_short_action_potentials_have_the_papers_horizon():
    group = Group("short", cells(count=2, tau_close=75.0, noise=0.0))
    assert horizon((group, group)) == 300.0


def test_recordings_that_cannot_be_compared_are_refused(tmp_path):
    good = write_recordings(tmp_path)
    with pytest.raises(InputError, match="both --long and --short"):
        Recordings(good.long, [])
    with pytest.raises(InputError, match="two different ones"):
        Recordings(good.long, good.short, ("drug", "drug"))
    two = tmp_path / "two.csv"
    lines = good.short[0].read_text().splitlines()
    two.write_text("\n".join(line.rsplit(",", 2)[0] for line in lines))
    with pytest.raises(InputError, match="2 traces; at least 3"):
        recorded_groups(Recordings(good.long, [two]))


@pytest.mark.slow
def test_it_learns_and_goes_on(tmp_path, capfd):
    out = tmp_path / "out"
    assert run(["study", "paper", "--quick", "--out", str(out), "--json"]) == 0
    told = json.loads(capfd.readouterr()[0])
    assert told["page"] == str(out / "index.html")
    times = {path: path.stat().st_mtime_ns for path in (out / "fits").iterdir()}
    assert run(["study", "paper", "--quick", "--out", str(out), "--force"]) == 0
    assert times == {path: path.stat().st_mtime_ns for path in (out / "fits").iterdir()}
    (out / "index.html").unlink()
    (out / "study.json").unlink()
    assert run(["study", "paper", "--quick", "--out", str(out), "--seed", "1"]) == 2
    assert "other traces or settings" in capfd.readouterr()[1]
