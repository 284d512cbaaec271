"""Walls that match a tissue's compliance."""

import json

import pytest

from heartwright.cli.app import run
from heartwright.data import InputError
from heartwright.printing.compliance import MPA_PER_MMHG, matches, thickness_for


def test_the_tube_gives_way_as_asked():
    """Back from the thickness: ΔA / A for 1 mmHg by Δr / r = ΔP r / (E t), to first order."""
    wall = thickness_for(3e-3, radius_mm=12.0, modulus_mpa=1.5)
    strain = MPA_PER_MMHG * 12.0 / (1.5 * wall)
    assert (1 + strain) ** 2 - 1 == pytest.approx(3e-3, rel=2e-3)


def test_measured_tubes_follow_the_law_roughly():
    """Biglino 2013: TangoPlus of 0.6 mm has 6.5e-3 /mmHg, of 1.5 mm 3.0e-3: 2.17 for 2.5."""
    thin, thick = (thickness_for(d, radius_mm=10.0, modulus_mpa=0.5) for d in (6.5e-3, 3.0e-3))
    assert thick / thin == pytest.approx(1.5 / 0.6, rel=0.15)


def test_stiff_materials_need_walls_that_cannot_be_printed():
    found = {one.material: one for one in matches(3e-3, radius_mm=12.0)}
    assert not found["vero"].printable
    assert found["elastic-50a"].thickness_mm == pytest.approx(0.671, abs=0.005)
    assert found["elastic-50a"].thin
    assert not found["elastic-50a"].modulus_mpa.verified


def test_the_verb_lists_materials_with_their_sources(capsys):
    assert run(["compliance", "--distensibility", "3e-3", "--radius", "12", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["materials"]
    assert all(row["modulus_source"] for row in rows)
    assert run(["compliance", "--distensibility", "0", "--radius", "12"]) == 2
    with pytest.raises(InputError, match="positive"):
        matches(1e-3, radius_mm=float("nan"))
