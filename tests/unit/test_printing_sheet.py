"""The sheet: sums of what is known, and nothing made up for what is not."""

import json

import pytest

from heartwright.data import InputError
from heartwright.printing.estimate import Slicing
from heartwright.printing.sheet import Effort, sheet
from heartwright.printing.technologies import TECHNOLOGIES

SLA = TECHNOLOGIES["sla"]
SLICED = Slicing("test", seconds=7200, material_ml=(6.0, 4.0), layers=100, supports=True)


def made(**given: float):
    return sheet(SLICED, SLA, SLA.materials[0], Effort(**given))


def test_all_that_is_known_adds_up():
    found = made(
        segmentation_min=9,
        modelling_min=3,
        queue_h=1,
        finish_h=0.5,
        labour_eur_h=50,
        machine_eur_h=4,
    )
    assert found.digital_min == pytest.approx(12)
    assert found.finished_h == pytest.approx(0.2 + 1 + 2 + 0.5)
    assert found.labour_eur == pytest.approx(50 * 0.7)
    assert found.machine_eur == pytest.approx(8)
    assert found.known_eur == pytest.approx(35 + 8 + 10 * SLA.materials[0].price_ml.value)
    assert found.summary()["missing"] == []


def test_what_nobody_said_is_missing_and_makes_no_total():
    found = made(segmentation_min=9)
    assert (found.digital_min, found.finished_h) == (None, None)
    assert (found.labour_eur, found.machine_eur) == (None, None)
    assert found.summary()["missing"] == ["modelling_h", "queue_h", "labour_eur", "machine_eur"]
    assert found.finish_h == SLA.finish_h.value


def test_like_stands_beside_like():
    summary = json.loads(json.dumps(made(segmentation_min=9, modelling_min=3).summary()))
    assert (summary["digital_min"], summary["review_digital_min"]) == (pytest.approx(12), 15)
    assert summary["finished_h"] is None
    assert summary["review_finished_h"] == [24, 48]


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_impossible_efforts_are_refused(value: float):
    with pytest.raises(InputError, match=r"queue_h of .* is not possible"):
        Effort(queue_h=value)
