"""Points as people type them, and as 3D Slicer saves them."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwright.cli.console import show
from heartwright.cli.options import Frame, named_points, numbers, one_point, point_list
from heartwright.data import InputError
from heartwright.data.markups import read_markups

coordinate = st.floats(-1e3, 1e3)


@given(st.lists(coordinate, min_size=3, max_size=3))
def test_a_typed_point_is_read_as_typed(point):
    text = ",".join(map(repr, point))
    np.testing.assert_array_equal(one_point(text, "--at", Frame.lps), point)
    np.testing.assert_array_equal(one_point(text, "--at", Frame.ras), np.array(point) * [-1, -1, 1])


@pytest.mark.parametrize("text", ["1,2", "1,2,3,4", "a,b,c", "", "1,2,nan", "1;2;3"])
def test_what_is_no_point_is_refused(text):
    with pytest.raises(InputError, match="--at takes 3 numbers"):
        numbers(text, 3, "--at")


def test_points_are_gathered_by_the_name_before_them():
    found = named_points(["atrium=1,2,3", "4,5,6", "atrium = 7,8,9"], "--at", Frame.ras)
    assert list(found) == ["atrium", ""]
    np.testing.assert_array_equal(found["atrium"], [[-1, -2, 3], [-7, -8, 9]])
    np.testing.assert_array_equal(found[""], [[-4, -5, 6]])


def test_three_points_with_slashes():
    found = point_list("1,2,3/-4,5,6/7,8,-9", 3, "--ostium", Frame.lps)
    np.testing.assert_array_equal(found, [[1, 2, 3], [-4, 5, 6], [7, 8, -9]])
    with pytest.raises(InputError, match="takes 3 points"):
        point_list("1,2,3/4,5,6", 3, "--ostium", Frame.lps)


def _markups(frame, points):
    controls = [{"position": p, "positionStatus": "defined"} for p in points]
    return json.dumps({"markups": [{"coordinateSystem": frame, "controlPoints": controls}]})


@given(st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=5))
def test_slicers_points_mean_the_same_in_either_frame(tmp_path_factory, points):
    folder = tmp_path_factory.mktemp("markups")
    (folder / "lps.mrk.json").write_text(_markups("LPS", points))
    flipped = [(-x, -y, z) for x, y, z in points]
    (folder / "ras.mrk.json").write_text(_markups("RAS", flipped))
    for name in ("lps.mrk.json", "ras.mrk.json"):
        np.testing.assert_array_equal(read_markups(folder / name), points)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"markups": []}', _markups("XYZ", [[1, 2, 3]])])
def test_broken_markups_are_refused(tmp_path, text):
    path = tmp_path / "points.mrk.json"
    path.write_text(text)
    with pytest.raises(InputError, match="points"):
        read_markups(path)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
POSITION = ANY_JSON | st.lists(st.none() | st.integers() | st.floats(), max_size=4)
CONTROL = ANY_JSON | st.fixed_dictionaries({"position": POSITION})
FRAME = ANY_JSON | st.sampled_from(["LPS", "RAS"])
MARKUP = ANY_JSON | st.fixed_dictionaries(
    {"coordinateSystem": FRAME, "controlPoints": ANY_JSON | st.lists(CONTROL, max_size=3)}
)
MARKUPS = ANY_JSON | st.fixed_dictionaries({"markups": ANY_JSON | st.lists(MARKUP, max_size=3)})


@given(MARKUPS.map(json.dumps) | st.just("[" * 100_000))
def test_any_json_gives_points_or_a_sentence(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("markups") / "points.mrk.json"
    path.write_text(text)
    with suppress(InputError):
        points = read_markups(path)
        assert points.shape[1] == 3
        assert np.isfinite(points).all()


@pytest.mark.parametrize("control", [[1, 2, 3], {"position": 5}, {"position": [[1, 2, 3]] * 2}])
def test_a_point_of_another_shape_is_refused(tmp_path, control):
    markup = {"coordinateSystem": "LPS", "controlPoints": [control, {"position": [1, 2, 3]}]}
    path = tmp_path / "points.mrk.json"
    path.write_text(json.dumps({"markups": [markup]}))
    with pytest.raises(InputError, match="no markups file"):
        read_markups(path)


def test_json_output_has_no_nan(capsys):
    show({"a": float("nan"), "b": [np.float32(1.5), float("inf")], "c": {"d": None}}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [1.5, None], "c": {"d": None}}


def test_tables_show_every_value(capsys):
    show({"a": 1.23456789, "b": {"c": "x"}, "d": [{"e": 2}]}, as_json=False)
    out = capsys.readouterr().out
    assert all(part in out for part in ("1.23457", "b.c", "x", "d[1].e", "2"))
