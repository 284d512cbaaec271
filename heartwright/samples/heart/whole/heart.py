"""A whole left heart: one seed, one heart for ever."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heartwright.data import InputError
from heartwright.samples.heart.fields import joined
from heartwright.samples.heart.whole import draw
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.calcium import nodules
from heartwright.samples.heart.whole.chambers import fossa
from heartwright.samples.heart.whole.coronaries import arteries
from heartwright.samples.heart.whole.gaps import Seat
from heartwright.samples.heart.whole.landmarks import Landmarks, landmarks
from heartwright.samples.heart.whole.lobes import MORPHOLOGIES
from heartwright.samples.heart.whole.scan import SampleScan, scanned
from heartwright.samples.heart.whole.tissues import FILLED, Contrast
from heartwright.samples.heart.whole.truth import Truth, measured

_MOST_NODULES = 6


@dataclass(frozen=True, eq=False)
class WholeHeart(Anatomy):
    """An anatomy with its true measures, the points to click, and its CT."""

    @cached_property
    def truth(self) -> Truth:
        """The true measures."""
        return measured(self)

    @cached_property
    def landmarks(self) -> Landmarks:
        """Where a person would click."""
        return landmarks(self)

    def scan(
        self,
        *,
        spacing_mm: float = 0.6,
        noise_hu: float = 15.0,
        motion_mm: float = 0.0,
        contrast: Contrast = FILLED,
        region: str = "whole",
    ) -> SampleScan:
        """Look at the heart by CT.

        Args:
            spacing_mm: edge of the cubic voxels.
            noise_hu: standard deviation of the noise.
            motion_mm: length of the path along which the heart moves to and fro while it is
                scanned; the truth is at its middle.
            contrast: how bright the blood is.
            region: "whole", or the smaller field of view "left atrium" or "aortic root".

        Raises:
            InputError: settings that cannot be, or a region of another name.
        """
        return scanned(
            self,
            spacing_mm=spacing_mm,
            noise_hu=noise_hu,
            motion_mm=motion_mm,
            contrast=contrast,
            region=region,
        )

    def with_valve_gap(self, seat: Seat) -> "WholeHeart":
        """The same heart with another annulus: a round device there leaves the seat's gaps."""
        return self._again(valve_seat=seat, appendage_seat=self.appendage_seat)

    def with_appendage_gap(self, seat: Seat) -> "WholeHeart":
        """The same heart with another neck: a round occluder there leaves the seat's gaps."""
        return self._again(valve_seat=self.valve_seat, appendage_seat=seat)

    def _again(self, *, valve_seat: Seat | None, appendage_seat: Seat | None) -> "WholeHeart":
        return whole_heart(
            self.seed,
            phase=self.phase,
            morphology=self.atrium.morphology,
            valve_seat=valve_seat,
            appendage_seat=appendage_seat,
        )


def whole_heart(
    seed: int,
    *,
    phase: draw.Phase = draw.SYSTOLE,
    morphology: str | None = None,
    valve_seat: Seat | None = None,
    appendage_seat: Seat | None = None,
) -> WholeHeart:
    """Draw a heart: atrium with appendage, ventricle, aortic root, coronary arteries, neighbours.

    Args:
        seed: the same heart for ever; another phase or seat changes only what it must.
        phase: the moment in the heart's cycle.
        morphology: of the appendage, instead of the one that is drawn.
        valve_seat: an annulus with known gaps around a round device, and no calcium.
        appendage_seat: a neck with known gaps around a round device.

    Raises:
        InputError: a seed below 0, or a morphology that nobody described.
    """
    if seed < 0:
        raise InputError(f"the seed {seed} is negative; give 0 or more.")
    if morphology is not None and morphology not in MORPHOLOGIES:
        known = ", ".join(MORPHOLOGIES)
        raise InputError(f"no appendage is called {morphology!r}; choose {known}.")
    streams = [np.random.default_rng([seed, 5, part]) for part in range(6)]
    atrium = draw.left_atrium(streams[0], phase, morphology=morphology, seat=appendage_seat)
    loose = draw.root(streams[1], phase, seat=valve_seat)
    root = draw.placed(loose, atrium, streams[2])
    ventricle = draw.ventricle(streams[3], phase, atrium, root)
    count = 0 if valve_seat else int(streams[4].integers(0, _MOST_NODULES + 1))
    blood = joined(atrium.lumen, ventricle.lumen)
    return WholeHeart(
        seed=seed,
        phase=phase,
        atrium=atrium,
        ventricle=ventricle,
        fossa=fossa(streams[5], atrium),
        arteries=arteries(root, atrium.neck, atrium.mitral, blood),
        nodules=nodules(root, count=count, rng=streams[4]),
        valve_seat=valve_seat,
        appendage_seat=appendage_seat,
    )
