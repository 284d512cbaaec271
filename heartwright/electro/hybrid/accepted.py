"""Which traces learning and forecasting accept."""

import numpy as np

from heartwright.data import InputError, TraceSet


def check_beats(traces: TraceSet) -> None:
    """Refuse traces as they were recorded.

    Raises:
        InputError: they are not prepared.
    """
    if not traces.prepared:
        raise InputError(
            "the traces are not prepared (one beat each, scaled to [0, 1], from its onset); "
            "prepare them first, or leave out --raw."
        )


def check_whole(traces: TraceSet) -> None:
    """Refuse traces with gaps, for methods that compare every sample.

    Raises:
        InputError: a sample was not measured.
    """
    broken = (traces.there & ~traces.measured).any(axis=1)
    if broken.any():
        raise InputError(
            f"trace {traces.names[int(broken.argmax())]} has gaps, which only the default preset "
            f"learns from and forecasts; use that preset, or leave the trace out."
        )


def check_alike(traces: TraceSet, *, sample_ms: float, scale: str) -> None:
    """Refuse traces that were prepared otherwise than those that were learned from.

    Raises:
        InputError: they have another clock or another scale.
    """
    if not np.isclose(traces.step_ms, sample_ms, rtol=1e-6):
        raise InputError(
            f"the traces have a sample every {traces.step_ms:g} ms but the fit learned from "
            f"samples every {sample_ms:g} ms; prepare the recordings again with that step."
        )
    if scale and traces.scale and traces.scale != scale:
        raise InputError(
            f"the traces are scaled by {traces.scale} but the fit learned from traces scaled by "
            f"{scale}; prepare the recordings again with that scale."
        )
