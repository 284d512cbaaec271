"""What verbs share: traces and lumens from whatever a person names."""

from dataclasses import replace

import numpy as np
import pytest

from heartwright.anatomy.imaging import write_labels
from heartwright.data import InputError, LabelMap, Solid, TraceSet
from heartwright.data.files import sha256
from heartwright.data.netcdf import write_traces
from heartwright.flows.lumen import read_lumen
from heartwright.flows.recordings import Reading, read_traces
from heartwright.printing import write_stl


def traces(count: int, length: int, *, step_ms: float = 0.1, clean: bool = True) -> TraceSet:
    """Ramps whose last trace ends one sample earlier."""
    values = np.tile(np.linspace(0, 1, length), (count, 1))
    values[-1, -1] = np.nan
    return TraceSet(
        values=values,
        step_ms=step_ms,
        lengths=np.array([length] * (count - 1) + [length - 1]),
        names=tuple(f"t{n}" for n in range(count)),
        prepared=True,
        clean=values if clean else None,
        notes=f"{length} samples",
    )


@pytest.fixture
def stored(tmp_path):
    def store(name: str, record: TraceSet):
        write_traces(record, tmp_path / name)
        return tmp_path / name

    return store


def test_sets_of_different_lengths_become_one(stored):
    paths = [stored("long.nc", traces(2, 9)), stored("short.nc", traces(3, 5))]
    joined = read_traces(paths)
    assert joined.values.shape == (5, 9)
    assert joined.lengths.tolist() == [9, 8, 5, 5, 4]
    np.testing.assert_array_equal(np.isfinite(joined.values), joined.there)
    np.testing.assert_allclose(joined.values[2, :5], np.linspace(0, 1, 5))
    assert joined.notes == "9 samples 5 samples"
    assert joined.provenance.inputs == {
        f"input {n}": sha256(path) for n, path in enumerate(paths, start=1)
    }
    assert joined.provenance.parameters == {"normalise": "plateau"}


def test_the_truth_is_kept_only_if_every_set_has_it(stored):
    known, unknown = stored("a.nc", traces(2, 9)), stored("b.nc", traces(2, 5, clean=False))
    both = read_traces([known, stored("c.nc", traces(2, 5))])
    np.testing.assert_array_equal(both.clean, both.values)
    assert read_traces([known, unknown]).clean is None


def test_sets_on_different_clocks_are_not_joined_as_they_are(stored):
    paths = [stored("a.nc", traces(1, 9)), stored("b.nc", traces(1, 9, step_ms=0.2))]
    with pytest.raises(InputError, match="different sampling steps"):
        read_traces(paths, Reading(raw=True))


def test_raw_values_stay_and_count_as_prepared(stored):
    record = replace(traces(1, 9), prepared=False)
    taken = read_traces([stored("a.nc", record)], Reading(raw=True))
    assert taken.prepared
    np.testing.assert_array_equal(taken.values, record.values)


def test_tables_and_netcdf_are_joined_on_the_prepared_clock(stored, tmp_path):
    time = np.arange(0.0, 500.0)
    beat = np.where((time > 100) & (time < 300), 20.0, -80.0)
    table = "time (ms),cell\n" + "".join(f"{t},{v}\n" for t, v in zip(time, beat, strict=True))
    (tmp_path / "cell.csv").write_text(table)
    joined = read_traces([tmp_path / "cell.csv", stored("a.nc", traces(2, 9))])
    assert joined.step_ms == pytest.approx(0.1)
    assert len(joined) == 3
    assert np.nanmax(joined.values) == pytest.approx(1, abs=0.01)


@pytest.fixture
def cubes(tmp_path):
    """A label map that holds the labels 2 and 5, and one that holds 2 alone."""
    values = np.zeros((24, 24, 24), dtype=np.uint8)
    values[4:11, 6:18, 6:18] = 2
    one = LabelMap(values.copy(), np.eye(4), {2: "atrium"})
    values[13:20, 6:18, 6:18] = 5
    write_labels(one, tmp_path / "one.nrrd")
    write_labels(LabelMap(values, np.eye(4), {2: "atrium", 5: "ventricle"}), tmp_path / "two.nrrd")
    write_labels(LabelMap(values * np.uint8(0), np.eye(4), {}), tmp_path / "none.nrrd")
    return tmp_path


def test_the_only_label_is_chosen(cubes):
    lumen = read_lumen(cubes / "one.nrrd")
    assert lumen.volume_mm3 == pytest.approx(7 * 12 * 12, rel=0.01)
    assert lumen.name == "atrium"


def test_several_labels_ask_for_a_choice(cubes):
    with pytest.raises(InputError, match="holds 2, 5; choose one with --label"):
        read_lumen(cubes / "two.nrrd")
    chosen = read_lumen(cubes / "two.nrrd", label=5)
    assert chosen.name == "ventricle"
    assert chosen.bounds[0, 0] > 11


def test_an_empty_label_map_says_so(cubes):
    with pytest.raises(InputError, match="holds no labels"):
        read_lumen(cubes / "none.nrrd")


@pytest.fixture
def mesh(tmp_path):
    corners = 20.0 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    write_stl(Solid(corners, faces), tmp_path / "solid.stl")
    return tmp_path / "solid.stl"


def test_a_mesh_is_taken_as_it_is(mesh):
    assert read_lumen(mesh).volume_mm3 == pytest.approx(8000 / 6, rel=1e-6)


@pytest.mark.parametrize("option", [{"label": 1}, {"scan": "scan.nrrd"}])
def test_a_mesh_has_no_labels_and_no_scan(mesh, option):
    if "scan" in option:
        option = {"scan": mesh.with_name(option["scan"])}
    with pytest.raises(InputError, match="go with a label map only"):
        read_lumen(mesh, **option)


def test_a_lumen_says_where_it_comes_from(cubes, mesh):
    lumen = read_lumen(cubes / "two.nrrd", label=2)
    assert lumen.provenance.inputs == {"input 1": sha256(cubes / "two.nrrd")}
    assert lumen.provenance.parameters["label"] == 2
    assert read_lumen(mesh).provenance.inputs == {"input 1": sha256(mesh)}
