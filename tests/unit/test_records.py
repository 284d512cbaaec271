"""Records keep their promises, and survive their files."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import (
    Candidate,
    Case,
    Diameters,
    Fit,
    Forecast,
    GeometryError,
    InputError,
    LabelMap,
    OutputError,
    Plan,
    Provenance,
    Solid,
    TraceSet,
    Volume,
)
from heartwright.data.files import atomic, existing, sha256, writable, write_text
from heartwright.data.json_file import read_case, read_plan, write_json
from heartwright.data.model_file import read_fit, write_fit
from heartwright.data.netcdf import read_forecast, read_traces, write_forecast, write_traces
from heartwright.data.provenance import token

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=float)
CUBE_FACES = np.array(
    [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]
)  # fmt: skip


PARAMETERS = {"tau_in": 0.3, "tau_out": 6.0, "tau_open": 120.0, "tau_close": 150.0, "v_gate": 0.13}


def traces(clean: bool = True) -> TraceSet:
    values = np.random.default_rng(0).random((3, 40)).astype(np.float32)
    lengths = np.array([40, 30, 20])
    values[np.arange(40) >= lengths[:, None]] = np.nan
    return TraceSet(
        values=values,
        step_ms=0.1,
        lengths=lengths,
        names=("a", "b", "c"),
        prepared=True,
        clean=values * 0.9 if clean else None,
        notes="made up",
        provenance=Provenance.of(parameters={"x": 1}, seed=3),
    )


@given(st.floats(-1e4, 1e4), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_volume_of_a_cube_wherever_it_lies(offset, edge):
    solid = Solid(CUBE * edge + offset, CUBE_FACES)
    assert solid.volume_mm3 == pytest.approx(edge**3, rel=1e-6)
    assert solid.area_mm2 == pytest.approx(6 * edge**2, rel=1e-6)


@pytest.mark.parametrize(
    ("vertices", "faces", "word"),
    [
        (CUBE, CUBE_FACES[1:], "not closed"),
        (CUBE, CUBE_FACES[:, ::-1], "inside out"),
        (CUBE, np.vstack([CUBE_FACES[:1, ::-1], CUBE_FACES[1:]]), "not closed"),
        (CUBE, CUBE_FACES[:0], "no triangles"),
        (CUBE * np.nan, CUBE_FACES, "not numbers"),
    ],
)
def test_a_solid_refuses_what_bounds_no_body(vertices, faces, word):
    with pytest.raises(GeometryError, match=word):
        Solid(vertices, faces)


def test_index_and_lps_are_inverse_on_a_left_handed_grid():
    affine = np.array([[-0.5, 0, 0, 10], [0, 0, 2, -7], [0, 0.7, 0, 3], [0, 0, 0, 1.0]])
    grid = Volume(np.zeros((3, 4, 5)), affine).grid
    points = np.random.default_rng(1).normal(size=(6, 3)) * 50
    np.testing.assert_allclose(grid.to_lps(grid.to_index(points)), points, atol=1e-10)
    assert grid.voxel_mm3 == pytest.approx(0.5 * 0.7 * 2)
    np.testing.assert_allclose(grid.spacing, [0.5, 0.7, 2])


def test_an_empty_label_names_those_that_are_there():
    labels = LabelMap(np.array([[[0, 2, 5]]]), np.eye(4))
    with pytest.raises(InputError, match="this map has 2, 5"):
        labels.mask(3)


def test_the_background_is_no_structure():
    with pytest.raises(InputError, match="label 0 is the background"):
        LabelMap(np.array([[[0, 2, 5]]]), np.eye(4)).mask(0)


@pytest.mark.parametrize("step", [0.0, -0.1, float("nan"), float("inf")])
def test_a_clock_that_does_not_tick_is_refused(step):
    with pytest.raises(InputError, match="cannot have a step of"):
        TraceSet(np.ones((1, 9)), step, np.array([9]), ("t",))


@pytest.mark.parametrize("clean", [True, False])
@given(which=st.lists(st.integers(0, 2), max_size=4))
@settings(max_examples=25, deadline=None)
def test_taken_traces_are_as_wide_as_the_longest_of_them(clean, which):
    whole = traces(clean)
    some = whole.take(np.array(which, dtype=int))
    widest = max(whole.lengths[which], default=0)
    assert some.names == tuple(whole.names[n] for n in which)
    np.testing.assert_array_equal(some.lengths, whole.lengths[which])
    np.testing.assert_array_equal(some.values, whole.values[which, :widest])
    assert (some.clean is None) != clean
    if some.clean is not None:
        np.testing.assert_array_equal(some.clean, whole.clean[which, :widest])


def test_what_was_not_measured_is_a_gap_and_infinities_are_refused():
    values = np.ones((1, 9))
    values[0, 4] = np.nan
    holed = TraceSet(values, 1.0, np.array([8]), ("t",))
    assert np.flatnonzero(~holed.measured[0]).tolist() == [4, 8]
    assert np.flatnonzero(~holed.there[0]).tolist() == [8]
    with pytest.raises(InputError, match="trace t has 1 measured samples"):
        TraceSet(np.where(np.arange(9) == 3, 1.0, np.nan)[None], 1.0, np.array([9]), ("t",))
    values[0, 4] = np.inf
    with pytest.raises(InputError, match="trace t has infinite values"):
        TraceSet(values, 1.0, np.array([9]), ("t",))


def test_gaps_survive_their_file(tmp_path):
    whole = traces()
    values = whole.values.copy()
    values[0, 3:5] = np.nan
    before = replace(whole, values=values)
    write_traces(before, tmp_path / "t.nc")
    after = read_traces(tmp_path / "t.nc")
    np.testing.assert_array_equal(after.values, before.values)
    np.testing.assert_array_equal(after.measured, before.measured)


@pytest.mark.parametrize("clean", [True, False])
def test_traces_survive_their_file(tmp_path, clean):
    before = traces(clean)
    write_traces(before, tmp_path / "t.nc")
    after = read_traces(tmp_path / "t.nc")
    np.testing.assert_array_equal(after.values, before.values)
    np.testing.assert_array_equal(after.lengths, before.lengths)
    assert (after.clean is None) == (before.clean is None)
    kept = ("names", "step_ms", "unit", "prepared", "notes", "provenance")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)


def test_the_same_traces_make_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one.nc", "two.nc"):
        write_traces(traces(), tmp_path / name)
    assert (tmp_path / "one.nc").read_bytes() == (tmp_path / "two.nc").read_bytes()


def test_a_forecast_survives_its_file(tmp_path):
    observed = traces()
    part = np.linspace(0, 1, 120).reshape(3, 40)
    before = Forecast(
        observed=observed,
        prediction=part,
        physics=part / 2,
        residual=part / 3,
        physics_alone=part / 4,
        mean_trace=part[0],
        scores={"mse": 0.5, "apd90_error_ms": None},
        budget={"dv/dt": {"rest": {"mean_square": 1e-9, "over_physics": None}}},
    )
    write_forecast(before, tmp_path / "f.nc")
    after = read_forecast(tmp_path / "f.nc")
    assert after.scores == before.scores
    assert after.budget == before.budget
    for name in ("prediction", "physics", "residual", "physics_alone", "mean_trace"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    assert read_traces(tmp_path / "f.nc").names == observed.names


def test_a_fit_survives_its_file(tmp_path):
    before = Fit(
        parameters=PARAMETERS,
        learned=("tau_in",),
        leaves=(np.arange(6.0).reshape(2, 3), np.zeros(2, dtype=np.float32)),
        mean_trace=np.linspace(0, 1, 5),
        step_ms=0.1,
        header={"history": {"lambda": [1.0, 2.0]}},
    )
    write_fit(before, tmp_path / "m.model")
    after = read_fit(tmp_path / "m.model")
    assert (after.parameters, after.learned, after.header) == (
        before.parameters,
        before.learned,
        before.header,
    )
    for kept, given_leaf in zip(after.leaves, before.leaves, strict=True):
        np.testing.assert_array_equal(kept, given_leaf)
        assert kept.dtype == given_leaf.dtype


def test_a_plan_and_a_case_survive_their_files(tmp_path):
    device = Candidate("X", 20, "widest", "mm", 17, 0.15, 0.18, "table", "1", "2026-11-22", False)
    plan = Plan("site", Diameters(1, 2, 1.5, 1.6, 1.4), 10, (device,), ("mind this",))
    write_json(plan, tmp_path / "p.json")
    assert read_plan(tmp_path / "p.json") == plan

    case = Case("P1", "1.2.3", {"1.2.4": np.eye(4)}, {"scan": "ct.nrrd"})
    write_json(case, tmp_path / "c.json")
    after = read_case(tmp_path / "c.json")
    assert (after.pseudonym, after.belongings) == ("P1", {"scan": "ct.nrrd"})
    np.testing.assert_array_equal(after.transforms["1.2.4"], np.eye(4))


READERS = {"nc": read_traces, "model": read_fit, "json": read_plan}


@pytest.mark.parametrize("ending", READERS)
@given(junk=st.binary(max_size=200))
@settings(max_examples=25, deadline=None)
def test_junk_is_refused_in_a_sentence(tmp_path_factory, ending, junk):
    path = tmp_path_factory.mktemp("junk") / f"file.{ending}"
    path.write_bytes(junk)
    with pytest.raises(InputError, match="file"):
        READERS[ending](path)


@pytest.mark.parametrize("ending", READERS)
@given(cut=st.floats(0, 0.999))
@settings(max_examples=15, deadline=None)
def test_a_cut_file_is_refused_in_a_sentence(tmp_path_factory, ending, cut):
    path = tmp_path_factory.mktemp("cut") / f"file.{ending}"
    _write_valid(path)
    whole = path.read_bytes().rstrip()
    path.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(InputError, match="file"):
        READERS[ending](path)


def _write_valid(path):
    if path.suffix == ".nc":
        write_traces(traces(), path)
    elif path.suffix == ".model":
        write_fit(_fit(PARAMETERS), path)
    else:
        write_json(Plan("s", Diameters(1, 2, 1.5, 1.6, 1.4), 10, ()), path)


def _fit(parameters):
    return Fit(parameters, (), (np.zeros(3),), np.zeros(4), 0.1)


WRONG_VALUES = (float("nan"), float("inf"), -1, True, "1", None, [1.0], 10**400)


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        list(PARAMETERS),
        *(PARAMETERS | {"tau_out": value} for value in WRONG_VALUES),
    ],
)
def test_a_fit_with_unusable_parameters_is_refused(tmp_path, parameters):
    path = tmp_path / "m.model"
    write_fit(_fit(PARAMETERS), path)
    line, arrays = path.read_bytes().split(b"\n", 1)
    header = json.dumps(json.loads(line) | {"parameters": parameters}).encode()
    path.write_bytes(header + b"\n" + arrays)
    with pytest.raises(InputError, match="no fitted model of heartwright"):
        read_fit(path)


def test_nothing_is_overwritten_without_force(tmp_path):
    path = tmp_path / "t.nc"
    write_traces(traces(), path)
    with pytest.raises(OutputError, match="exists already"):
        write_traces(traces(), path)
    write_traces(traces(), path, force=True)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "old.txt"
    path.write_text("kept")

    def write_half() -> None:
        with atomic(path, force=True) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named():
    with pytest.raises(OutputError, match="does not exist; make it first"):
        writable(Path("no-such-folder/file.txt"))


def test_provenance_leaves_time_out_of_comparisons(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    early = Provenance.of(parameters={"a": 1})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert early == Provenance.of(parameters={"a": 1})
    assert Provenance.from_json(early.to_json()) == early
    assert json.loads(early.to_json())["created"] == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("epoch", ["abc", "", "1.5", "1" + "0" * 30])
def test_a_date_that_is_no_time_is_refused(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match=f"SOURCE_DATE_EPOCH={epoch} is no time"):
        Provenance.of()


def test_inputs_are_known_by_what_they_hold_and_not_by_their_names(tmp_path, monkeypatch):
    names = ("doe/x.csv", "doe/john.csv", "doe/x.csv")
    (tmp_path / "doe").mkdir()
    for name in names:
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    found = Provenance.of(map(Path, names))
    assert found.inputs == {"input 1": sha256(Path(names[0])), "input 2": sha256(Path(names[1]))}
    assert not any(word in found.to_json() for word in ("doe", "john", "x.csv"))


def test_a_token_is_equal_where_its_identifier_is():
    assert token("1.2.3") == token("1.2.3") != token("1.2.4")
    assert "1.2.3" not in token("1.2.3")
    assert token("") == ""


@pytest.mark.parametrize("name", ["n" * 246 + ".stl", "n." + "x" * 253, "ü" * 125 + ".stl"])
def test_any_name_that_the_system_takes_is_written(tmp_path, name):
    with atomic(tmp_path / name) as temporary:
        assert len(os.fsencode(temporary.name)) <= 255
        assert temporary.name.endswith(name[-4:])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_the_system_does_not_take_is_refused(tmp_path):
    path = tmp_path / ("n" * 300)
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        existing(path)
    with pytest.raises(OutputError, match="cannot be written: File name too long"):
        writable(path)


def test_a_closed_folder_is_refused(tmp_path, monkeypatch):
    def closed(self, **_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        existing(tmp_path / "file.txt")
    with pytest.raises(OutputError, match="cannot be written: Permission denied"):
        writable(tmp_path / "file.txt")


def test_a_folder_that_takes_no_files_is_refused(tmp_path, monkeypatch):
    def refuse(**_):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr("tempfile.mkstemp", refuse)  # as the system's own folders (/proc) do
    with pytest.raises(OutputError, match="could not be written"):
        write_text(tmp_path / "x.stl", "")


def _interrupted(path, *, force):
    """Write, while somebody else puts a file at the same place."""
    with atomic(path, force=force) as temporary:
        temporary.write_text("ours")
        path.write_text("theirs")


def test_a_file_that_appears_meanwhile_is_kept_without_force(tmp_path):
    path = tmp_path / "x.txt"
    with pytest.raises(OutputError, match="exists already"):
        _interrupted(path, force=False)
    assert path.read_text() == "theirs"
    _interrupted(path, force=True)
    assert path.read_text() == "ours"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_is_written_to(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    write_text(tmp_path / "x.txt", "ours")
    assert (tmp_path / "x.txt").read_text() == "ours"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.txt"]
