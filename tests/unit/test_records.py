"""Records keep their promises, and survive their files."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.data import (
    Candidate,
    Case,
    Fit,
    Forecast,
    GeometryError,
    InputError,
    LabelMap,
    Ostium,
    OutputError,
    Plan,
    Provenance,
    Solid,
    TraceSet,
    Volume,
)
from heartwright.data.files import atomic, writable
from heartwright.data.json_file import read_case, read_plan, write_json
from heartwright.data.model_file import read_fit, write_fit
from heartwright.data.netcdf import read_forecast, read_traces, write_forecast, write_traces

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=float)
CUBE_FACES = np.array(
    [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]
)  # fmt: skip


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


def test_traces_with_holes_are_refused():
    values = np.ones((1, 9))
    values[0, 4] = np.nan
    with pytest.raises(InputError, match="trace t has values that are not numbers"):
        TraceSet(values, 1.0, np.array([9]), ("t",))


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
    )
    write_forecast(before, tmp_path / "f.nc")
    after = read_forecast(tmp_path / "f.nc")
    assert after.scores == before.scores
    for name in ("prediction", "physics", "residual", "physics_alone", "mean_trace"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    assert read_traces(tmp_path / "f.nc").names == observed.names


def test_a_fit_survives_its_file(tmp_path):
    before = Fit(
        parameters={"tau_in": 0.3},
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
    device = Candidate("X 20", 20, "widest", 17, 0.15, "table", "1", "2026-11-22", False)
    plan = Plan("site", Ostium(1, 2, 1.5, 1.6, 1.4), 10, (device,), ("mind this",))
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
        fit = Fit({}, (), (np.zeros(3),), np.zeros(4), 0.1)
        write_fit(fit, path)
    else:
        write_json(Plan("s", Ostium(1, 2, 1.5, 1.6, 1.4), 10, ()), path)


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
    from pathlib import Path

    with pytest.raises(OutputError, match="does not exist; make it first"):
        writable(Path("no-such-folder/file.txt"))


def test_provenance_leaves_time_out_of_comparisons(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    early = Provenance.of(parameters={"a": 1})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert early == Provenance.of(parameters={"a": 1})
    assert Provenance.from_json(early.to_json()) == early
    assert json.loads(early.to_json())["created"] == "1970-01-01T00:00:00+00:00"
