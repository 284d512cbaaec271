"""The parts of a whole left heart, each as a field, LPS mm; what is negative is inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from heartwright.samples.heart.fields import Field, joined
from heartwright.samples.heart.whole.atrium import LeftAtrium
from heartwright.samples.heart.whole.calcium import Nodule, calcium
from heartwright.samples.heart.whole.chambers import (
    DESCENDING_AORTA,
    Disc,
    Ventricle,
    right_atrium,
    right_ventricle,
)
from heartwright.samples.heart.whole.coronaries import Arteries
from heartwright.samples.heart.whole.draw import Phase
from heartwright.samples.heart.whole.gaps import Seat
from heartwright.samples.heart.whole.root import Root


@dataclass(frozen=True, eq=False)
class Anatomy:
    """What one seed draws."""

    seed: int
    phase: Phase
    atrium: LeftAtrium
    ventricle: Ventricle
    fossa: Disc  # the normal points into the left atrium
    arteries: Arteries
    nodules: tuple[Nodule, ...]
    valve_seat: Seat | None = None
    appendage_seat: Seat | None = None

    @property
    def root(self) -> Root:
        """The aortic root."""
        return self.ventricle.root

    @cached_property
    def bodies(self) -> Mapping[str, Field]:
        """Every part by its name; where parts overlap, the later one is what is there."""
        behind = right_atrium(self.atrium, self.ventricle, self.fossa)
        return {
            "left ventricular myocardium": self.ventricle.muscle,
            "right ventricle": right_ventricle(self.ventricle, behind),
            "right atrium": behind,
            "left heart": self.ventricle.lumen,
            "left atrium": self.atrium.lumen,
            "descending aorta": DESCENDING_AORTA,
            "coronary artery": joined(self.arteries.left_main, self.arteries.right),
            "circumflex artery": self.arteries.circumflex,
            **({"calcium": calcium(self.nodules)} if self.nodules else {}),
        }
