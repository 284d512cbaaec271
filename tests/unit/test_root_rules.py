"""Published rules: their thresholds, what they say when inputs lack, and what they cite."""

import pytest

from heartwright.data import InputError, Measure
from heartwright.planning.aortic import typed_measures
from heartwright.planning.aortic.findings import findings
from heartwright.planning.aortic.logic import Either, Every, Term
from heartwright.planning.aortic.rules import RULES

LOW, HIGH = Term("a", "<", 1.0), Term("b", ">", 1.0)


def known(**values: float) -> dict[str, Measure]:
    return {name: Measure(value, 0.0, "mm") for name, value in values.items()}


def verdict(rule: str, **values: float) -> str:
    return next(f.verdict for f in findings(known(**values)) if f.name == rule)


@pytest.mark.parametrize(
    ("values", "every", "either"),
    [
        ({"a": 0, "b": 2}, True, True),
        ({"a": 0, "b": 0}, False, True),
        ({"a": 2, "b": 0}, False, False),
        ({"a": 0}, None, True),
        ({"a": 2}, False, None),
        ({}, None, None),
    ],
)
def test_what_is_not_known_decides_nothing(values, every, either):
    assert Every(LOW, HIGH).truth(known(**values), spreads=1) is every
    assert Either(LOW, HIGH).truth(known(**values), spreads=1) is either


@pytest.mark.parametrize(
    ("relation", "at", "met"),
    [("<", 1.0, False), ("<=", 1.0, True), (">", 1.0, False), (">=", 1.0, True), ("<", 0.9, True)],
)
def test_thresholds_belong_to_the_side_that_is_written(relation, at, met):
    assert Term("a", relation, 1.0).truth(known(a=at), spreads=1) is met


def test_obstruction_needs_a_long_cusp_and_a_narrow_way_or_calcium():
    """PMC9991077: cusp height > coronary height and (VTC ≤ 4 mm or calcium > 600 mm³)."""
    high = {"left_cusp_height": 14.0, "left_coronary_height": 10.0}
    rule = "left_coronary_obstruction"
    assert verdict(rule, **high, left_vtc=4.0) == "met"
    assert verdict(rule, **high, left_vtc=4.1) == "cannot be said"
    assert verdict(rule, **high, left_vtc=4.1, left_cusp_calcium=600.0) == "not met"
    assert verdict(rule, **high, left_vtc=9.0, left_cusp_calcium=601.0) == "met"
    assert verdict(rule, left_cusp_height=9.0, left_coronary_height=10.0) == "not met"


def test_a_finding_names_what_it_lacks():
    found = next(f for f in findings({}) if f.name == "deep_implant")
    assert (found.verdict, found.lacking) == ("cannot be said", ("implant_depth", "dmsid"))


def test_a_verdict_that_the_uncertainty_could_turn_says_so():
    (found,) = findings(
        {"a": Measure(0.9, 0.2, "mm")}, [RULES[0].__class__("n", "w", LOW, "p", "s", True)]
    )
    assert found.verdict == "met (within its uncertainty)"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_where_it_is_from_and_how_good_it_is(rule):
    assert rule.words
    assert rule.source
    assert rule.performance
    assert rule.verified or "general knowledge" in rule.source


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("text", ["left_cusp_height", "left_cusp_height=x", "height=3", "=3"])
def test_typed_measures_are_those_that_rules_ask_for(text):
    with pytest.raises(InputError, match="--known takes NAME=VALUE"):
        typed_measures([text])
    assert typed_measures(["left_cusp_height=14"])["left_cusp_height"].value == 14
