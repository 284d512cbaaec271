"""Fenton–Karma against an independent integration, for every set of the paper's Table I."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from heartwright.electro.cells import FentonKarma
from heartwright.electro.measures import apd, restitution
from heartwright.samples.pacing import paced

COLUMNS = [
    *("tau_d", "tau_r", "tau_si", "tau_0", "tau_v_plus", "tau_v1_minus", "tau_v2_minus"),
    *("tau_w_plus", "tau_w_minus", "u_c", "u_v"),
]
TABLE = {  # and u_csi = 0.85, k = 10 in all of them
    "BR": (1 / 4, 33.33, 29, 12.5, 3.33, 1250, 19.6, 870, 41, 0.13, 0.04),
    "MBR": (1 / 4, 50, 45, 8.3, 3.33, 1000, 19.2, 667, 11, 0.13, 0.055),
    "MLR-I": (1 / 5.8, 130, 127, 12.5, 10, 18.2, 18.2, 1020, 80, 0.13, 0),
    "GP": (1 / 8.7, 25, 22, 12.5, 10, 333, 40, 1000, 65, 0.13, 0.025),
}
APD90 = {"BR": 267.7, "MBR": 161.6, "MLR-I": 244.8, "GP": 209.6}  # ms, by `independent`
PULSE = 0.2  # 1/ms for 1 ms
pytestmark = pytest.mark.usefixtures("float64")


def ours(name: str, onsets_ms: tuple[float, ...] = (0.0,), dt_ms: float = 0.01) -> np.ndarray:
    cell = FentonKarma(**dict(zip(COLUMNS, map(float, TABLE[name]), strict=True)))
    return paced(
        cell,
        [list(onsets_ms)],
        duration_ms=600.0,
        amplitude=PULSE,
        pulse_ms=1.0,
        dt_ms=dt_ms,
        sample_ms=0.1,
    )


def independent(name: str, onsets_ms: tuple[float, ...] = (0.0,)) -> np.ndarray:
    """The paper's equations; an adaptive method finds the switches by shortening its steps."""
    p = dict(zip(COLUMNS, TABLE[name], strict=True))

    def rates(t: float, y: np.ndarray, current: float) -> list[float]:
        u, v, w = y
        on, up = float(u >= p["u_c"]), float(u >= p["u_v"])
        fast = -v * on * (1 - u) * (u - p["u_c"]) / p["tau_d"]
        outward = u * (1 - on) / p["tau_0"] + on / p["tau_r"]
        slow = -w / (2 * p["tau_si"]) * (1 + np.tanh(10 * (u - 0.85)))
        opens = up * p["tau_v1_minus"] + (1 - up) * p["tau_v2_minus"]
        dv = (1 - on) * (1 - v) / opens - on * v / p["tau_v_plus"]
        dw = (1 - on) * (1 - w) / p["tau_w_minus"] - on * w / p["tau_w_plus"]
        return [current - fast - outward - slow, dv, dw]

    clock = np.linspace(0, 600, 6001)
    out, y = np.zeros(6001), np.array([0.0, 1.0, 1.0])
    edges = sorted({0.0, 600.0} | {edge for onset in onsets_ms for edge in (onset, onset + 1)})
    for begin, end in pairwise(edges):
        inside = (clock >= begin) & (clock <= end)
        piece = solve_ivp(
            rates,
            (begin, end),
            y,
            t_eval=clock[inside],
            args=(PULSE if begin in onsets_ms else 0.0,),
            rtol=1e-9,
            atol=1e-11,
            max_step=1.0,
        )
        out[inside], y = piece.y[0], piece.y[:, -1]
    return out[None]


@pytest.mark.parametrize("name", TABLE)
def test_a_beat_is_that_of_an_independent_integration_with_first_order(name):
    exact = independent(name)
    coarse, fine = (np.sqrt(np.mean((ours(name, dt_ms=dt) - exact) ** 2)) for dt in (0.02, 0.01))
    assert fine < 1e-3
    assert coarse / fine == pytest.approx(2, abs=0.1)
    assert apd(ours(name), 0.1)[0] == pytest.approx(APD90[name], abs=0.15)


def test_the_default_is_the_set_that_keeps_within_one():
    cell = FentonKarma()
    assert tuple(getattr(cell, name) for name in COLUMNS) == pytest.approx(TABLE["MLR-I"])
    assert (cell.u_csi, cell.k) == (0.85, 10.0)
    assert {name: ours(name).max() < 1.0 for name in TABLE} == {
        "BR": False,
        "MBR": False,
        "MLR-I": True,
        "GP": False,
    }


def test_a_second_beat_is_shorter_and_that_of_the_independent_integration():
    """What the gates' recovery, which one beat does not show, makes of the second."""
    onsets = (0.0, 300.0)
    beats = np.array([onsets])
    first, second = (restitution(v("MLR-I", onsets), 0.1, beats) for v in (ours, independent))
    np.testing.assert_allclose(first, second, atol=0.1)
    assert second[1][0] < APD90["MLR-I"] - 30
