"""Laws that every technology and every material keeps."""

import itertools

import pytest

from heartwright.data import InputError
from heartwright.printing.technologies import (
    TECHNOLOGIES,
    FilamentProcess,
    chosen,
    doubts,
    figures,
    technology,
)

every = pytest.mark.parametrize("member", TECHNOLOGIES.values(), ids=TECHNOLOGIES)
MATERIALS = [(t, m) for t in TECHNOLOGIES.values() for m in t.materials]


@every
def test_each_figure_is_a_number_with_a_source(member):
    found = list(
        itertools.chain(figures(member), *(figures(material) for material in member.materials))
    )
    assert len(found) >= 8
    for name, figure in found:
        assert figure.value >= 0, name
        assert figure.source, name


@every
def test_what_no_document_says_is_never_verified(member):
    for name, figure in figures(member):
        assert not (figure.verified and "general knowledge" in figure.source), name


@every
def test_layers_are_finer_than_features_and_walls_fit_the_printer(member):
    assert member.layer_mm.value < member.feature_min_mm.value
    assert member.wall_min_mm.value < min(member.printer.build_mm)
    assert member.tolerance_mm.value < 1  # the working practice for hearts (Leng 2017)
    if isinstance(member.process, FilamentProcess):
        assert member.wall_min_mm.value >= 2 * member.process.nozzle_mm.value


@pytest.mark.parametrize("pair", MATERIALS, ids=lambda pair: pair[1].name)
def test_materials_have_plausible_measures(pair):
    _, material = pair
    assert 0.9 < material.density_g_ml.value < 1.4
    assert 0.01 < material.price_ml.value < 1
    assert material.shore is None or 20 <= material.shore.value <= 100
    assert material.shore_scale in "AD"


@every
def test_the_first_material_is_the_default_and_an_unknown_one_is_told(member):
    assert chosen([member.name], []) == [(member, member.materials[0])]
    last = member.materials[-1]
    assert chosen([member.name], [last.name]) == [(member, last)]
    with pytest.raises(InputError, match=f"choose {member.materials[0].name}"):
        chosen([member.name], ["jelly"])


def test_each_technology_takes_the_material_that_it_has():
    pairs = chosen(["sla", "fdm", "sla"], ["pla", "tough"])
    assert [(t.name, m.name) for t, m in pairs] == [("sla", "tough"), ("fdm", "pla")]


def test_an_unknown_technology_names_the_known_ones():
    assert technology("SLA").name == "sla"
    with pytest.raises(InputError, match="choose sla, fdm, sls, jetting"):
        technology("clay")


@pytest.mark.parametrize("pair", MATERIALS, ids=lambda pair: pair[1].name)
def test_unverified_figures_are_named(pair):
    names = doubts(*pair)
    assert "wall_min_mm" in names
    assert ("printer" in names) == (not pair[0].printer.verified)
