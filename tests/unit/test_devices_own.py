"""Own devices: what a YAML file may say, and what each fault is answered with."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from heartwright.data import Diameters, InputError
from heartwright.planning.devices import FAMILIES, cautions, fits, read_families, with_own

ROW = {"size": 22, "least": 15.4, "most": 19.8, "source": "book 7", "revision": "B"}
OWN: dict[str, Any] = {
    "site": "left atrial appendage",
    "plane": "ostium",
    "measure": "largest diameter",
    "depth": 0.5,
    "sizes": [
        ROW | {"date": "2026-03-01"},
        ROW | {"size": 26, "least": 18.2, "most": 23.4, "date": "2026-03-01", "verified": True},
    ],
    "outline": [[-0.05, 0, True], [0, 0.5, True], [0.45, 0.45, False]],
    "stiffness_n_per_mm": 2.1,
}


def written(folder: Path, own: dict[str, Any]) -> Path:
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump({"families": {"My occluder": own}}), encoding="utf-8")
    return path


def changed(**values: Any) -> dict[str, Any]:
    return {k: v for k, v in (deepcopy(OWN) | values).items() if v is not None}


def test_an_own_family_is_a_family_like_any_other(tmp_path):
    families = with_own(FAMILIES, read_families(written(tmp_path, OWN)))
    family, ostium = families["My occluder"], Diameters(*[19.0] * 5)
    candidates = fits(family, ostium)
    assert [(c.size_mm, c.verified) for c in candidates] == [(22, False), (26, True)]
    assert candidates[0].compression == pytest.approx(1 - 19 / 22)
    told = cautions(family, candidates, ostium=ostium, depth_mm=12.0)
    assert any("depth of about 13.0 mm; 12.0 mm was measured" in sentence for sentence in told)
    body = family.body(26)
    np.testing.assert_allclose(body.z_mm, [-1.3, 0, 11.7])
    np.testing.assert_allclose(body.r_mm, [0, 13, 11.7])
    assert body.covered.tolist() == [True, True, False]
    assert (body.stiffness_n_per_mm, body.verified) == (2.1, False)


def test_an_area_s_nominal_value_is_the_circle_s_unless_stated(tmp_path):
    rows = [
        ROW | {"size": 20, "least": 200, "most": 250, "nominal": 301, "date": "2026-03-01"},
        ROW | {"size": 24, "least": 250, "most": 330, "date": "2026-03-01"},
    ]
    own = changed(site="aortic valve", plane="annulus", measure="area", sizes=rows)
    (family,) = read_families(written(tmp_path, own)).values()
    assert [size.nominal for size in family.sizes] == [301, pytest.approx(np.pi * 12**2)]


def test_a_family_without_an_outline_has_no_body(tmp_path):
    own = changed(outline=None, stiffness_n_per_mm=None)
    (family,) = read_families(written(tmp_path, own)).values()
    with pytest.raises(InputError, match="no outline"):
        family.body(22)


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (changed(site="mitral valve"), "My occluder, site: input should be"),
        (changed(plane="annulus"), "annulus is no plane of the left atrial appendage"),
        (changed(measure="width"), "measure: input should be"),
        (changed(sizes=[]), "sizes: tuple should have at least 1 item"),
        (changed(sizes=[ROW]), "sizes, 0, date: field required"),
        (changed(sizes=[OWN["sizes"][0] | {"source": " "}]), "sizes, 0, source"),
        (changed(sizes=[OWN["sizes"][0] | {"least": "wide"}]), "sizes, 0, least"),
        (changed(sizes=[OWN["sizes"][0] | {"most": float("nan")}]), "sizes, 0, most"),
        (changed(sizes=[OWN["sizes"][0] | {"least": -1}]), "greater than 0"),
        (changed(sizes=[OWN["sizes"][0] | {"least": 19.9}]), "least must be below most"),
        (changed(sizes=OWN["sizes"][::-1]), "rise together"),
        (changed(sizes=[dict(OWN["sizes"][0]), OWN["sizes"][0]]), "rise together"),
        (changed(colour="red"), "colour: extra inputs are not permitted"),
        (changed(stiffness_n_per_mm=None), "go together"),
        (changed(outline=[[0, 0.5, True]]), "at least 2 items"),
        (changed(outline=[[0, 0.5, True], [0, 0.4, True]]), "z must rise"),
        (changed(outline=[[0, -0.5, True], [1, 0.4, True]]), "must not be negative"),
    ],
)
def test_each_fault_is_one_sentence_that_names_its_place(tmp_path, own, words):
    path = written(tmp_path, own)
    with pytest.raises(InputError) as refused:
        read_families(path)
    sentence = str(refused.value)
    assert sentence.startswith(f"{path}, family My occluder")
    assert words in sentence
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")


@pytest.mark.parametrize("text", ["families: {}", "[]", "", "families: {a: {}", "a: b"])
def test_what_is_no_file_of_devices_is_refused(tmp_path, text):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.yaml"):
        read_families(path)


def test_a_name_of_the_catalogue_is_taken():
    with pytest.raises(InputError, match="watchman flx is in the catalogue already"):
        with_own(FAMILIES, {"watchman flx": FAMILIES["WATCHMAN FLX"]})
