"""Hinges: the halves turn round their pin without ever meeting, and nothing enters the lumen."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from manifold3d import Manifold

from heartwright.anatomy.mesh import Hinge, Joints, certify, cut_plane
from heartwright.anatomy.mesh.kernel import to_manifold, to_solid
from heartwright.data import GeometryError, InputError, Provenance, Solid

Vector = Float[np.ndarray, "3"]

UP = np.array([0.0, 0.0, 1.0])
HINGE = Hinge(knuckles=5, length_mm=15.0)
ANGLES = (0, 3, 30, 75, 120, 150, 180)
NOTHING_MM3 = 2e-3  # what rounding a file's vertices by 0.2 µm may make two faces overlap by


@dataclass(frozen=True, eq=False)
class Opened:
    """Two halves and the pin's line, found from the knuckles that reach below the cut."""

    front: Manifold
    back: Manifold
    centre: Vector
    frame: Float[np.ndarray, "3 3"]  # rows: away from the model, along the pin, up

    def turned(self, degrees: float) -> Manifold:
        """The front half, opened: its upper side goes outwards."""
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        local = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
        turn = self.frame.T @ local @ self.frame
        return self.front.transform(np.column_stack([turn, self.centre - turn @ self.centre]))

    def rod(self, diameter: float, low: float, high: float) -> Manifold:
        """A bar round the pin's line, from one place along it to another."""
        upright = Manifold.cylinder(high - low, diameter / 2, diameter / 2, 64)
        away, along, up = self.frame
        axes = np.column_stack([away, -up, along])
        return upright.transform(np.column_stack([axes, self.centre + low * along]))


def opened(model: Manifold, point: Vector, normal: Vector, parts: tuple[Solid, Solid]) -> Opened:
    front, back = (to_manifold(part) for part in parts)
    up = normal / np.linalg.norm(normal)
    below = parts[0].vertices[(parts[0].vertices - point) @ up < -0.1]
    flat = below - np.outer((below - point) @ up, up)
    along = np.linalg.svd(flat - flat.mean(axis=0))[2][0]
    away = np.cross(along, up)
    middle = [np.mean([(flat @ axis).min(), (flat @ axis).max()]) for axis in (away, along)]
    centre = middle[0] * away + middle[1] * along + (point @ up) * up
    if (centre - solid(model).vertices.mean(axis=0)) @ away < 0:
        away, along = -away, -along
    return Opened(front, back, centre, np.array([away, along, up]))


def solid(model: Manifold) -> Solid:
    return to_solid(model, "model", Provenance())


def check(model: Manifold, lumen: Manifold, point: Vector, normal: Vector, hinge: Hinge) -> None:
    parts = cut_plane(solid(model), point, normal, hinge=hinge)
    for part, bare in zip(parts, cut_plane(solid(model), point, normal), strict=True):
        certificate = certify(part)
        assert certificate.valid
        assert (certificate.bodies, certificate.cavities) == (certify(bare).bodies, 0)
    found = opened(model, point, normal, parts)
    for degrees in ANGLES:
        assert (found.turned(degrees) ^ found.back).volume() < NOTHING_MM3
    for half in (found.front, found.back):
        assert abs((half ^ lumen).volume()) < NOTHING_MM3
    check_knuckles(found, hinge)


def check_knuckles(found: Opened, hinge: Hinge) -> None:
    """A pin goes through, a wider one does not, and the halves take turns along it."""
    half, pin = hinge.length_mm / 2, found.rod(hinge.pin_mm, -50, 50)
    wide = found.rod(hinge.pin_mm + 2.1 * hinge.clearance_mm, -50, 50)
    assert (found.front ^ pin).volume() == 0
    assert (found.back ^ pin).volume() == 0
    assert (found.front ^ wide).volume() > 0.1
    pitch = hinge.width_mm + hinge.clearance_mm
    for number in range(hinge.knuckles):
        low = -half + number * pitch
        own = found.rod(2 * hinge.radius_mm - 0.1, low, low + hinge.width_mm)
        front, back = ((each ^ own).volume() for each in (found.front, found.back))
        bore = hinge.bore_mm / hinge.radius_mm
        filled, empty = (back, front) if number % 2 else (front, back)
        assert filled == pytest.approx((1 - bore**2) * own.volume(), rel=0.1)
        assert empty < NOTHING_MM3


def block() -> Manifold:
    return Manifold.cube((40, 30, 20), center=True)


def shell(axes: tuple[float, float, float], wall: float) -> tuple[Manifold, Manifold]:
    """A hollow ellipsoid and its lumen."""
    inner = tuple(axis - wall for axis in axes)
    ball = Manifold.sphere(1, 96)
    return ball.scale(axes) - ball.scale(inner), ball.scale(inner)


def tube(wall: float) -> tuple[Manifold, Manifold]:
    lumen = Manifold.cylinder(44, 12 - wall, 12 - wall, 96).translate((0, 0, -2))
    return Manifold.cylinder(40, 12, 12, 96) - lumen, lumen


def vessels() -> tuple[Manifold, Manifold]:
    """A hollow ball that two vessels leave, open at their ends: one flush with the cut, one not."""
    outer, inner = shell((22, 20, 18), 1.5)
    for x, y in ((1.0, 0.0), (0.3, 1.0)):
        angle = float(np.degrees(np.arctan2(y, x)))
        arm = [Manifold.cylinder(30, r, r, 64).rotate((0, 90, angle)) for r in (7, 5.5)]
        outer, inner = outer + arm[0], inner + arm[1]
    return outer - inner, inner


FAMILY = {
    "ball": (lambda: shell((20, 20, 20), 2.0), np.zeros(3), UP),
    "ball cut askew above its middle": (
        lambda: shell((20, 20, 20), 1.5),
        np.array([0.0, 0.0, 4.0]),
        np.array([0.1, 0.3, 1.0]),
    ),
    "tube cut across": (lambda: tube(1.5), np.array([0.0, 0.0, 21.0]), UP),
    "tube cut lengthwise": (lambda: tube(1.0), np.zeros(3), np.array([0.3, 1.0, 0.0])),
    "ball with vessels": (vessels, np.array([0.0, 0.0, 1.0]), UP),
}


def test_a_block_opens_like_a_book():
    nowhere = Manifold.cube((1, 1, 1)).translate((100, 0, 0))
    check(block(), nowhere, np.zeros(3), UP, Hinge(3, 12.0, pin_mm=1.5, clearance_mm=0.2))


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILY)
def test_halves_turn_without_meeting(name: str):
    made, point, normal = FAMILY[name]
    model, lumen = made()
    check(model, lumen, point, normal, HINGE)


@pytest.mark.slow
@settings(max_examples=8)
@given(
    axes=st.tuples(*[st.floats(14, 26)] * 3),
    wall=st.floats(0.9, 3),
    tilt=st.floats(-0.4, 0.4),
    pin=st.floats(1, 3),
)
def test_hollow_bodies_turn_without_meeting(axes, wall: float, tilt: float, pin: float):
    model, lumen = shell(axes, wall)
    check(model, lumen, np.zeros(3), np.array([tilt, -tilt / 2, 1.0]), Hinge(5, 14.0, pin))


def test_the_hinge_stands_on_the_side_that_was_asked_for():
    hinge = Hinge(3, 12.0, side=np.array([-5.0, 0.0, 3.0]))
    front, back = cut_plane(solid(block()), np.zeros(3), UP, hinge=hinge)
    for part in (front, back):
        low, high = part.bounds
        beyond = -20 - 2 * hinge.radius_mm - hinge.clearance_mm
        assert low[0] == pytest.approx(beyond, abs=0.01)
        assert (high[0], low[1], high[1]) == pytest.approx((20, -15, 15), abs=0.01)


def test_magnets_may_hold_it_closed():
    magnets = Joints(2, 4.0, 2.0, magnets=True)
    plain = cut_plane(solid(block()), np.zeros(3), UP, hinge=HINGE)
    holed = cut_plane(solid(block()), np.zeros(3), UP, joints=magnets, hinge=HINGE)
    hole = np.pi * (2 + magnets.clearance_mm) ** 2 * (2 + magnets.clearance_mm)
    for without, part in zip(plain, holed, strict=True):
        assert certify(part).valid
        assert without.volume_mm3 - part.volume_mm3 == pytest.approx(2 * hole, rel=0.01)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"knuckles": 4}, "3, 5, 7"),
        ({"knuckles": 1}, "3, 5, 7"),
        ({"knuckles": 11}, "less than 1.5 mm wide"),
        ({"length_mm": float("nan")}, "less than"),
        ({"length_mm": float("inf")}, "less than"),
        ({"pin_mm": 0.1}, "pin of 0.1 mm"),
        ({"pin_mm": float("nan")}, "pin of nan mm"),
        ({"clearance_mm": 0.0}, "does not turn"),
    ],
)
def test_impossible_hinges_are_refused(made: dict, words: str):
    with pytest.raises(InputError, match=words):
        Hinge(**{"knuckles": 5, "length_mm": 15.0} | made)


def test_where_there_is_no_room_it_is_said():
    cup = solid(Manifold.cylinder(20, 8, 16, 64))  # cut at its foot, far inside of its mouth
    with pytest.raises(GeometryError, match=r"within 8 mm .*nearest is .* mm away"):
        cut_plane(cup, np.array([0.0, 0.0, 2.0]), UP, hinge=Hinge(3, 8.0))
    with pytest.raises(GeometryError, match="choose a shorter hinge"):
        cut_plane(solid(block()), np.zeros(3), UP, hinge=Hinge(5, 60.0))
    with pytest.raises(GeometryError, match="that side"):
        cut_plane(solid(block()), np.zeros(3), UP, hinge=Hinge(5, 35.0, side=np.eye(3)[0]))
    with pytest.raises(InputError, match="along the plane's normal"):
        cut_plane(solid(block()), np.zeros(3), UP, hinge=Hinge(3, 9.0, side=2 * UP))
    with pytest.raises(InputError, match="pegs would keep"):
        cut_plane(solid(block()), np.zeros(3), UP, joints=Joints(1, 3.0, 3.0), hinge=HINGE)


def test_a_wall_thinner_than_a_leaf_can_hold_is_refused():
    thin = solid(tube(0.4)[0])
    with pytest.raises(GeometryError, match=r"0\.6 mm or more"):
        cut_plane(thin, np.zeros(3), np.eye(3)[0], hinge=HINGE)
