"""The rules held against a root's measures."""

from collections.abc import Iterable, Mapping

from heartwright.data import Finding, InputError, Measure
from heartwright.planning.aortic.rules import RULES, Rule

UNSEEN = (  # what a lumen does not show: mm; dlc_over_d in coronary diameters
    "left_cusp_height",
    "right_cusp_height",
    "left_dlc_over_d",
    "right_dlc_over_d",
    "surgical_valve_diameter",
)
_MOST = 100.0


def findings(known: Mapping[str, Measure], rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """Each rule's verdict: met, not met, or what it lacks.

    A verdict that one standard deviation of its measures could turn is marked "within its
    uncertainty".
    """
    return tuple(_finding(rule, known) for rule in rules)


def typed_measures(texts: Iterable[str]) -> dict[str, Measure]:
    """Measures that a lumen does not show, from `NAME=VALUE` texts.

    Raises:
        InputError: a text is no such pair, or no rule asks for the name.
    """
    return dict(_typed(text) for text in texts)


def _typed(text: str) -> tuple[str, Measure]:
    name, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if name not in UNSEEN or not 0 <= number < _MOST:
        raise InputError(
            f"--known takes NAME=VALUE with a name out of {', '.join(UNSEEN)} and a number, "
            f"not '{text}'."
        )
    return name, Measure(number, 0.0, "")


def _finding(rule: Rule, known: Mapping[str, Measure]) -> Finding:
    names = rule.condition.names()
    return Finding(
        name=rule.name,
        rule=rule.words,
        verdict=_verdict(rule, known),
        values={name: known[name].value for name in names if name in known},
        lacking=tuple(name for name in names if name not in known),
        performance=rule.performance,
        source=rule.source,
        verified=rule.verified,
    )


def _verdict(rule: Rule, known: Mapping[str, Measure]) -> str:
    truth = rule.condition.truth(known, spreads=0)
    if truth is None:
        return "cannot be said"
    sure = rule.condition.truth(known, spreads=1) is not None
    return ("met" if truth else "not met") + ("" if sure else " (within its uncertainty)")
