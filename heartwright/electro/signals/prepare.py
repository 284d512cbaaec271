"""Recordings → one beat each, in [0, 1], from its onset."""

from dataclasses import replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, TraceSet
from heartwright.electro.signals.beat import Beat, first_beat
from heartwright.electro.signals.clock import Signal, bridged, resampled, with_gaps

Scale = Literal["plateau", "minmax"]

UPSTROKE_MS = 5.0  # of which at least half must have been measured


def prepare(traces: TraceSet, *, normalise: Scale = "plateau", step_ms: float = 0.1) -> TraceSet:
    """Prepare recordings as APHYN-EP does: first full beat, silent part removed, [0, 1].

    The beat runs from its onset (see `beat.first_beat`) to the next beat's onset or the record's
    end. `plateau` puts the resting level before the upstroke at 0 and the highest value of the
    signal, smoothed over 5 ms, at 1: half of the resting noise then lies below 0 and about half of
    the noise on the crest above 1; nothing is clipped. `minmax` puts the beat's lowest sample at 0
    and its highest at 1, which lifts the resting level of noisy traces (to about 0.12 in 5 % noise,
    next to v_gate). Coarser recordings are interpolated linearly to `step_ms`, finer ones averaged.
    Gaps stay gaps; beats are found with straight lines over them. A prepared set passes unchanged.

    Raises:
        InputError: a trace shows no beat or was not measured in its upstroke, or `step_ms` is not
            positive.
    """
    if traces.prepared:
        return traces
    if not step_ms > 0:
        raise InputError(f"a sampling step of {step_ms} ms cannot be used; give a positive one.")
    beats = [
        _scaled_beat(name, _on_clock(trace[:length], traces.step_ms, step_ms), step_ms, normalise)
        for name, trace, length in zip(traces.names, traces.values, traces.lengths, strict=True)
    ]
    values = np.full((len(beats), max(map(len, beats))), np.nan)
    for row, beat in zip(values, beats, strict=True):
        row[: len(beat)] = beat
    return replace(
        traces,
        values=values,
        step_ms=step_ms,
        lengths=np.array([len(beat) for beat in beats]),
        unit="1",
        prepared=True,
        clean=None,
        scale=normalise,
        notes="; ".join(filter(None, [traces.notes, f"prepared: first beat, {normalise} scale"])),
    )


def _on_clock(signal: Signal, step_ms: float, new_step_ms: float) -> Float[np.ndarray, "_"]:
    return with_gaps(signal, lambda whole: resampled(whole, step_ms, new_step_ms))


def _scaled_beat(
    name: str, signal: Signal, step_ms: float, normalise: Scale
) -> Float[np.ndarray, "beat"]:
    beat = first_beat(bridged(signal), step_ms)
    if beat is None:
        raise InputError(
            f"trace {name} shows no action potential with its upstroke on record; leave it out."
        )
    _check_upstroke(name, signal, beat, step_ms)
    cut = signal[beat.start : beat.stop]
    low, high = (
        (beat.rest, beat.plateau) if normalise == "plateau" else (np.nanmin(cut), np.nanmax(cut))
    )
    return (cut - low) / (high - low)


def _check_upstroke(name: str, signal: Signal, beat: Beat, step_ms: float) -> None:
    """Refuse a beat whose onset nobody saw."""
    begun = signal[beat.start : beat.start + max(2, round(UPSTROKE_MS / step_ms))]
    if np.isnan(begun).mean() > 0.5:
        raise InputError(
            f"trace {name} has a gap where its action potential begins, so that its onset is not "
            f"known; leave it out."
        )
