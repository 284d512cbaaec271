"""On which side a point lies: signs of determinants that rounding cannot turn.

Floating point first; where its error bound cannot tell the sign, whole numbers of any length.
After Shewchuk 1997, "Adaptive precision floating-point arithmetic" (doi:10.1007/PL00009321).
Coordinates are to be zero or larger than 1e-100, so that no product of three vanishes.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int8, Shaped

Corners = Float[np.ndarray, "case 3"]
Flat = Float[np.ndarray, "case 2"]
Signs = Int8[np.ndarray, "case"]
_Rows = Shaped[np.ndarray, "case axis"]  # floats, or whole numbers as objects
_Determinant = Callable[..., Shaped[np.ndarray, "case"]]

_ERROR_3D = 8 * 2.0**-53 * (1 + 1e-12)  # of the sum of the terms' sizes, Shewchuk's 7 + 56 ε
_ERROR_2D = 4 * 2.0**-53 * (1 + 1e-12)


def orient3d(a: Corners, b: Corners, c: Corners, d: Corners) -> Signs:
    """Sign of the volume of tetrahedra: 1 where d sees the triangle abc clockwise, 0 in plane."""
    return _sign(_volume, (a, b, c, d), _ERROR_3D)


def orient2d(a: Flat, b: Flat, c: Flat) -> Signs:
    """Sign of the area of triangles in the plane: 1 where abc runs anticlockwise, 0 in line."""
    return _sign(_area, (a, b, c), _ERROR_2D)


def _sign(determinant: _Determinant, points: tuple[_Rows, ...], error: float) -> Signs:
    sides = [p - points[-1] for p in points[:-1]]
    value, bound = determinant(*sides), determinant(*map(np.abs, sides), plus=True) * error
    signs = np.sign(value).astype(np.int8)
    doubtful = np.flatnonzero((np.abs(value) <= bound) & (bound > 0))
    if len(doubtful):
        whole = _whole(np.stack([p[doubtful] for p in points]))
        exact = determinant(*(whole[:-1] - whole[-1]))
        signs[doubtful] = np.sign(exact).astype(np.int8)
    return signs


def _volume(a: _Rows, b: _Rows, c: _Rows, *, plus: bool = False) -> Shaped[np.ndarray, "case"]:
    """Determinant of three rows; with `plus`, of the same terms all added (the permanent)."""
    turn = 1 if plus else -1
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = a.T, b.T, c.T
    return (
        ax * (by * cz + turn * bz * cy)
        + ay * (bz * cx + turn * bx * cz)
        + az * (bx * cy + turn * by * cx)
    )


def _area(a: _Rows, b: _Rows, *, plus: bool = False) -> Shaped[np.ndarray, "case"]:
    turn = 1 if plus else -1
    (ax, ay), (bx, by) = a.T, b.T
    return ax * by + turn * ay * bx


def _whole(points: Float[np.ndarray, "point case axis"]) -> Shaped[np.ndarray, "point case axis"]:
    """Doubles as whole numbers of one common power of two, exactly."""
    mantissa, exponent = np.frexp(points.astype(np.float64))
    whole = np.ldexp(mantissa, 53).astype(np.int64).astype(object)
    lowest = exponent[points != 0].min(initial=2000)
    shift = np.where(points != 0, exponent - lowest, 0)
    return whole << shift.astype(object)
