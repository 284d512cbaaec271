"""Recordings from CSV files."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from heartwright.data import InputError
from heartwright.electro.signals import read_csv

ROWS = [(0.1 * n, np.sin(n)) for n in range(30)]


def text(rows=ROWS, header=""):
    return header + "".join(",".join(f"{cell:.6g}" for cell in row) + "\n" for row in rows)


def write(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def test_a_plain_file_without_header_needs_the_unit_of_time(tmp_path):
    file = write(tmp_path / "well.csv", text())
    traces = read_csv([file], time_unit="ms")
    assert traces.step_ms == 0.1
    assert traces.names == ("well",)
    assert (traces.unit, traces.prepared) == ("a.u.", False)
    np.testing.assert_allclose(traces.values[0], np.sin(np.arange(30)), atol=1e-5)
    with pytest.raises(InputError, match="--time-unit"):
        read_csv([file])


@pytest.mark.parametrize(
    ("cell", "step_ms"),
    [("Time (s)", 100.0), ("time_ms", 0.1), ("t [ms]", 0.1), ("seconds", 100.0), ("t/ms", 0.1)],
)
def test_the_header_says_the_unit_of_time(tmp_path, cell, step_ms):
    file = write(tmp_path / "a.csv", text(header=f"{cell},V\n"))
    assert read_csv([file]).step_ms == pytest.approx(step_ms)


def test_a_header_that_contradicts_the_option_is_refused(tmp_path):
    file = write(tmp_path / "a.csv", text(header="Time (s),V (mV)\n"))
    assert read_csv([file], time_unit="s").unit == "mV"
    with pytest.raises(InputError, match="time in s but --time-unit says ms"):
        read_csv([file], time_unit="ms")


def test_columns_that_are_no_voltages_are_left_out_and_noted(tmp_path):
    rows = [(t, v, 2 * v, -v) for t, v in ROWS]
    header = "time_ms,Voltage (V),Current (pA/pF),Membrane (V)\n"
    traces = read_csv([write(tmp_path / "a.csv", text(rows, header))])
    assert traces.names == ("a:Voltage (V)", "a:Membrane (V)")
    assert traces.unit == "mV"
    assert "Current (pA/pF)" in traces.notes


def test_a_folder_is_read_in_natural_order_and_gzip_is_seen_through(tmp_path):
    for n in (10, 2, 1):
        (tmp_path / f"Well{n}.csv.gz").write_bytes(gzip.compress(text().encode()))
    (tmp_path / "readme.txt").write_text("no recording")
    assert read_csv([tmp_path], time_unit="s").names == ("Well1", "Well2", "Well10")


def test_files_with_different_steps_and_lengths_share_the_finest_clock(tmp_path):
    fine = write(tmp_path / "fine.csv", text([(0.1 * n, n) for n in range(101)]))
    coarse = write(tmp_path / "coarse.csv", text([(0.25 * n, n) for n in range(21)]))
    traces = read_csv([fine, coarse], time_unit="ms")
    assert traces.step_ms == 0.1
    assert traces.lengths.tolist() == [101, 51]
    np.testing.assert_allclose(traces.values[0], np.arange(101), atol=1e-6)
    np.testing.assert_allclose(traces.values[1, :51], 0.4 * np.arange(51), atol=1e-6)
    assert np.isnan(traces.values[1, 51:]).all()


def test_a_coarse_file_costs_a_fine_one_nothing_of_its_upstroke(tmp_path):
    upstroke = [(0.1 * n, 100.0 * (n > 503)) for n in range(1001)]
    fine = write(tmp_path / "fine.csv", text(upstroke))
    coarse = write(tmp_path / "coarse.csv", text([(5.0 * n, n) for n in range(21)]))
    alone, beside = (read_csv(files, time_unit="ms") for files in ([fine], [fine, coarse]))
    np.testing.assert_allclose(beside.values[0], alone.values[0], atol=1e-6)


def test_the_same_name_twice_is_told_apart(tmp_path):
    file = write(tmp_path / "a.csv", text())
    assert read_csv([file, file], time_unit="ms").names == ("a", "a (2)")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        (text(ROWS[:5]), "at least 20"),
        (text(ROWS[:25]) + "2.6,oops\n", 'line 26: "2.6,oops"'),
        (text(ROWS[:25]) + "2.6,1,1\n", "line 26: 3 columns"),
        (text(ROWS[:25]) + "2.6,inf\n", "sample 26 is infinite"),
        (text(ROWS[:25]) + "nan,1\n", "sample 26 is infinite or has no time"),
        (text(ROWS[:25]) + ",1\n", 'line 26: ",1"'),
        (text(ROWS[:25]) + "2.6\n", "line 26: 1 columns"),
        (text([(t, np.nan) for t, _ in ROWS]), "column 2 holds 0 measured samples"),
        (text(ROWS[:19]) + "2.6,\n", "column 2 holds 19 measured samples"),
        (text(ROWS[::-1]), "time does not increase"),
        (text([(t,) for t, _ in ROWS]), "single column"),
        (text(header="time_ms,Current (A)\n"), "none of its columns is a voltage"),
        (text(header="time_ms,a,b\n"), "names 3 columns"),
    ],
)
def test_broken_files_end_in_one_sentence(tmp_path, content, sentence):
    with pytest.raises(InputError, match=None) as caught:
        read_csv([write(tmp_path / "bad.csv", content)], time_unit="ms")
    assert sentence in str(caught.value)
    assert "bad.csv" in str(caught.value)


@pytest.mark.parametrize("cell", ["", " ", "nan", "NaN"])
def test_an_empty_cell_of_a_value_is_a_gap(tmp_path, cell):
    rows = text([(t, v, 2 * v) for t, v in ROWS]).splitlines()
    rows[7] = f"{rows[7].split(',')[0]},{cell},5"
    rows[-1] = f"{rows[-1].split(',')[0]},1,{cell}"
    for lines in (rows, rows[7:]):  # in the middle, and in the first line
        file = write(tmp_path / "holed.csv", "\n".join(lines))
        traces = read_csv([file], time_unit="ms")
        assert np.isnan(traces.values[0]).sum() == np.isnan(traces.values[1]).sum() == 1
        assert np.isnan(traces.values[0, len(lines) - 23])
        assert np.isnan(traces.values[1, -1])
        assert traces.values[1, len(lines) - 23] == pytest.approx(5)


def test_a_gap_stays_one_on_a_finer_clock_and_what_is_between_measured_samples_does_not(tmp_path):
    fine = write(tmp_path / "fine.csv", text([(0.1 * n, n) for n in range(241)]))
    lines = [f"{n},{'' if n in {7, 12, 13} else n}" for n in range(25)]
    coarse = write(tmp_path / "coarse.csv", "\n".join(lines))
    values = read_csv([fine, coarse], time_unit="ms").values[1]
    gaps = np.isnan(values)
    assert gaps[66:75].all()
    assert gaps[116:135].all()
    assert gaps.sum() == 9 + 19
    np.testing.assert_allclose(values[~gaps], 0.1 * np.arange(241)[~gaps], atol=1e-6)


def test_what_is_no_csv_is_refused(tmp_path):
    broken = tmp_path / "cut.csv.gz"
    broken.write_bytes(gzip.compress(text().encode())[:-20])
    binary = tmp_path / "movie.csv"
    binary.write_bytes(bytes(range(256)))
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (broken, binary, empty, tmp_path / "missing.csv"):
        with pytest.raises(InputError, match=path.name):
            read_csv([path], time_unit="ms")
    with pytest.raises(InputError, match="no recordings"):
        read_csv([], time_unit="ms")


def test_volts_become_millivolts(tmp_path):
    volts = write(tmp_path / "a.csv", text(header="time_ms,Vm (V)\n"))
    millivolts = [(t, 1000 * v) for t, v in ROWS]
    other = write(tmp_path / "b.csv", text(millivolts, header="time_ms,Vm (mV)\n"))
    traces = read_csv([volts, other])
    assert traces.unit == "mV"
    np.testing.assert_allclose(traces.values[0], traces.values[1], atol=1e-2)


def test_known_and_unknown_units_do_not_mix(tmp_path):
    known = write(tmp_path / "a.csv", text(header="time_ms,Vm (V)\n"))
    unknown = write(tmp_path / "b.csv", text(header="time_ms,fluorescence\n"))
    with pytest.raises(InputError, match="different units"):
        read_csv([known, unknown])
