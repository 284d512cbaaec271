"""Published rules of coronary obstruction and conduction, as data.

Each states its inputs, thresholds, published performance and source. None is ours; a rule that
was not read in its source says so.
"""

from dataclasses import dataclass

from heartwright.planning.aortic.logic import Condition, Either, Every, Term

_SURGICAL = Term("surgical_valve_diameter", ">", 0.0)  # there is one


@dataclass(frozen=True)
class Rule:
    """A condition that its authors found to go with a complication."""

    name: str
    words: str
    condition: Condition
    performance: str
    source: str
    verified: bool


def _obstruction(side: str, artery: str, performance: str) -> Rule:
    return Rule(
        f"{side}_coronary_obstruction",
        f"cusp height above coronary height, and VTC at most 4 mm or leaflet calcium above 600 mm³ "
        f"({artery})",
        Every(
            Term(f"{side}_cusp_height", ">", f"{side}_coronary_height"),
            Either(Term(f"{side}_vtc", "<=", 4.0), Term(f"{side}_cusp_calcium", ">", 600.0)),
        ),
        f"{performance}; n = 60 obstructions against 1381",
        "PMC9991077",
        verified=True,
    )


def _cut_off(name: str, words: str, term: Term) -> Rule:
    return Rule(name, words, term, "AUC 0.71 to 0.85 (single cut-offs)", "SCAI summary", True)


def _classic(side: str) -> tuple[Rule, ...]:
    low = Term(f"{side}_coronary_height", "<", 10.0)
    return (
        Rule(
            f"{side}_coronary_low",
            "coronary height below 10 mm (below 12 mm: intermediate) and sinus below 30 mm",
            Every(low, Term(f"{side}_sinus_width", "<", 30.0)),
            "none read",
            "general knowledge, used in public code",
            verified=False,
        ),
    )


RULES = (
    _obstruction("left", "left coronary", "AUC 0.93, sensitivity 0.93, specificity 0.84"),
    _obstruction("right", "right coronary", "AUC 0.94, sensitivity 0.92, specificity 0.96"),
    _cut_off(
        "left_height_cut_off",
        "left coronary height below 11 mm",
        Term("left_coronary_height", "<", 11.0),
    ),
    _cut_off(
        "right_height_cut_off",
        "right coronary height below 15 mm",
        Term("right_coronary_height", "<", 15.0),
    ),
    _cut_off("left_sinus_cut_off", "left sinus below 31 mm", Term("left_sinus_width", "<", 31.0)),
    _cut_off(
        "right_sinus_cut_off", "right sinus below 29 mm", Term("right_sinus_width", "<", 29.0)
    ),
    _cut_off(
        "residual_sinus",
        "mean sinus less valve diameter below 5 mm",
        Term("residual_sinus", "<", 5.0),
    ),
    *_classic("left"),
    *_classic("right"),
    *(
        Rule(
            f"{side}_valve_in_valve",
            "valve inside a surgical valve: VTC below 4 mm",
            Every(_SURGICAL, Term(f"{side}_vtc", "<", 4.0)),
            "none stated",
            "CJ-24-1003",
            verified=True,
        )
        for side in ("left", "right")
    ),
    Rule(
        "junction_valve_in_valve",
        "valve inside a surgical valve: VTSTJ below 2 mm",
        Every(_SURGICAL, Term("vtstj", "<", 2.0)),
        "none stated",
        "CJ-24-1003",
        verified=True,
    ),
    *(
        Rule(
            f"{side}_leaflet_to_ostium",
            "cusp to ostium distance below 0.7 coronary diameters (simulated leaflet)",
            Term(f"{side}_dlc_over_d", "<", 0.7),
            "sensitivity 1.00, specificity 0.957; height and sinus alone 0.60 and 0.40",
            "Heitkemper 2020, PMC6859205",
            verified=True,
        )
        for side in ("left", "right")
    ),
    Rule(
        "septum_crossed",
        "valve reaches below the membranous septum (implant depth above its length)",
        Term("septal_overlap", ">", 0.0),
        "new conduction disturbance 7.1 % where it does not, 18.8 % below 2.5 mm, 47.1 % from "
        "2.5 mm on",
        "EIJ-D-21-00363",
        verified=True,
    ),
    Rule(
        "septum_crossed_far",
        "valve reaches 2.5 mm or more below the membranous septum",
        Term("septal_overlap", ">=", 2.5),
        "new conduction disturbance 47.1 %",
        "EIJ-D-21-00363",
        verified=True,
    ),
    Rule(
        "deep_implant",
        "implant depth above 7.05 mm or septum less depth (dMSID) below 1.25 mm",
        Either(Term("implant_depth", ">", 7.05), Term("dmsid", "<", 1.25)),
        "odds ratios 11.9 and 8.8 (model with calcium of the landing zone)",
        "openheart (see planning reference)",
        verified=True,
    ),
)
