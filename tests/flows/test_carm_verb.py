"""`heartwright carm` and `heartwright devices` from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.cli.app import run
from heartwright.data import RESEARCH_ONLY
from heartwright.planning.devices import FAMILIES

CUSPS = {
    "--lcc": (36.79, -199.311, 1416.193),
    "--rcc": (32.25, -218.025, 1404.997),
    "--ncc": (26.103, -199.937, 1391.409),
}


def typed(point) -> str:
    return ",".join(map(str, point))


def words(flip=(1, 1, 1), **others) -> list[str]:
    cusps = CUSPS | others
    return [
        word
        for option, at in cusps.items()
        for word in (option, typed(np.multiply(at, flip[: len(at)])))
    ]


def answer(capfd, *line: str) -> dict:
    assert run(["carm", *line, "--json"]) == 0
    said = capfd.readouterr()
    assert RESEARCH_ONLY in " ".join(said.err.split())
    return json.loads(said.out)


def refusal(capfd, *line: str) -> str:
    assert run(["carm", *line, "--json"]) == 2
    said = capfd.readouterr()
    assert not said.out
    assert said.err.count("\n") == 1
    return said.err


def markups(path: Path, *points, frame: str = "LPS") -> str:
    controls = [{"position": list(point)} for point in points]
    path.write_text(
        json.dumps({"markups": [{"coordinateSystem": frame, "controlPoints": controls}]})
    )
    return str(path)


def test_the_documented_case_in_the_agreed_words(capfd):
    found = answer(capfd, *words())
    assert found["three_cusp"]["lao_deg"] == pytest.approx(2.50, abs=0.005)
    assert found["three_cusp"]["cra_deg"] == pytest.approx(3.72, abs=0.005)
    assert found["rl_overlap"]["lao_deg"] < 0 > found["rl_overlap"]["cra_deg"]
    assert found["rn_overlap"]["lao_deg"] > 0 < found["rn_overlap"]["cra_deg"]
    assert found["disclaimer"] == RESEARCH_ONLY
    assert found["warnings"] == []
    assert all(found[view]["spread_deg"] > 0 for view in ("three_cusp", "rl_overlap"))
    curve = found["s_curves"]["annulus"]
    assert len(curve["lao_deg"]) == len(curve["cra_deg"]) == 19


def test_typed_ras_points_and_markups_files_of_either_frame_give_the_same_views(capfd, tmp_path):
    expected = answer(capfd, *words())["three_cusp"]
    assert answer(capfd, *words((-1, -1, 1)), "--frame", "ras")["three_cusp"] == expected
    files = [
        word
        for option, at in CUSPS.items()
        for word in (
            option,
            markups(tmp_path / f"{option}.mrk.json", np.multiply(at, (-1, -1, 1)), frame="RAS"),
        )
    ]
    assert answer(capfd, *files)["three_cusp"] == expected


def test_planes_give_s_curves_and_the_view_where_they_cross(capfd):
    found = answer(capfd, "-7,0,0,0,0,2", "0,0,0,-1,0,0")
    assert set(found["s_curves"]) == {"plane 1", "plane 2"}
    assert (found["double_s"]["lao_deg"], found["double_s"]["cra_deg"]) == (0, 0)
    assert "three_cusp" not in found


def test_a_plane_beside_the_cusps_is_their_double_s_view(capfd):
    found = answer(capfd, *words(), "0,0,0,0.1,0.2,1")
    assert {"three_cusp", "double_s"} <= found.keys()
    assert "three_cusp to double_s" in found["beam_turns_deg"]


def test_each_view_tells_how_much_it_shortens_a_segment(capfd):
    along = np.subtract(CUSPS["--rcc"], CUSPS["--lcc"])
    found = answer(capfd, *words(), "--segment", f"0,0,0/{typed(along)}")
    assert found["rl_overlap"]["foreshortening"] == pytest.approx(1)
    assert 0 <= found["three_cusp"]["foreshortening"] < 1


def test_swapped_names_and_views_out_of_reach_are_told(capfd):
    swapped = {"--lcc": CUSPS["--ncc"], "--ncc": CUSPS["--lcc"]}
    (told,) = answer(capfd, *words(**swapped))["warnings"]
    assert "wrong way round" in told
    upright = answer(capfd, "0,0,0,1,0,0", "0,0,0,0,1,0.2")
    assert not upright["double_s"]["reachable"]
    assert "CRA 79°" in upright["warnings"][0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "give --lcc, --rcc and --ncc"),
        (["--lcc", "1,2,3"], "give --rcc and --ncc too"),
        (["1,2,3"], "PLANE takes 6 numbers"),
        (["--lc", "1,2,3"], "PLANE takes 6 numbers with commas between them, not '--lc'"),
        (["1,2,3,0,0,0"], "normal that has a length"),
        (["1,2,3,0,0,1", "1,2,3,0,1,0", "1,2,3,1,1,0"], "one or two PLANEs"),
        (["1,2,3,0,0,1", "1,2,3,0,0,-3"], "parallel"),
        (words(**{"--rcc": CUSPS["--lcc"]}), "coincide or lie on one line"),
        (words(**{"--rcc": (1, 2)}), "--rcc takes 3 numbers"),
        ([*words(), "--segment", "1,2,3/1,2,3"], "a segment needs two different points"),
        (["--lcc", "gone.mrk.json", *words()[2:]], "gone.mrk.json"),
    ],
)
def test_what_is_not_usable_is_answered_with_one_sentence(capfd, line, said):
    assert said in refusal(capfd, *line)


def test_the_catalogue_is_printed_with_what_is_unverified(capfd):
    assert run(["devices", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["disclaimer"] == RESEARCH_ONLY
    assert found["families"].keys() == FAMILIES.keys()
    assert found["families"]["SAPIEN 3"]["rows"]["26"]["most"] == 546
    assert "29 mm" in " ".join(found["families"]["SAPIEN 3"]["notes"])


def test_own_devices_are_listed_or_refused(capfd, tmp_path):
    own = tmp_path / "own.yaml"
    page = (Path(__file__).resolve().parents[2] / "docs/reference/devices.md").read_text()
    own.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert run(["devices", "--own", str(own), "--json"]) == 0
    assert "My occluder" in json.loads(capfd.readouterr().out)["families"]
    own.write_text("families: {SAPIEN 3: 3}", encoding="utf-8")
    assert run(["devices", "--own", str(own)]) == 2
    assert "family SAPIEN 3" in capfd.readouterr().err
