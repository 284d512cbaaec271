"""Coating cores, moulds, pieces and decimation: everything closed, fitting and measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from heartwright.anatomy.mesh import (
    Joints,
    MouldSizes,
    Opening,
    certify,
    coated_core,
    decimated,
    fitting_pieces,
    mould,
    parting_plane,
    release,
)
from heartwright.anatomy.mesh.decimate import surface_distance
from heartwright.anatomy.mesh.kernel import to_manifold
from heartwright.data import GeometryError, InputError, Solid

UP = np.array([0.0, 0.0, 1.0])


def solid_of(mesh) -> Solid:
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), "model")


def ball(radius: float = 8.0) -> Solid:
    import trimesh

    return solid_of(trimesh.creation.icosphere(subdivisions=3, radius=radius))


def block(*size: float) -> Solid:
    import trimesh

    return solid_of(trimesh.creation.box(extents=size))


def flask() -> Solid:
    """A ball of radius 8 mm with a neck of radius 3 mm, which ends 16 mm above its centre."""
    import trimesh

    neck = trimesh.creation.cylinder(3.0, segment=[[0, 0, 0], [0, 0, 16]], sections=48)
    return solid_of(
        trimesh.boolean.union([trimesh.creation.icosphere(subdivisions=3, radius=8.0), neck])
    )


def volume_in_common(one: Solid, other: Solid) -> float:
    return float((to_manifold(one) ^ to_manifold(other)).volume())


def test_a_cone_leaves_by_its_base_and_a_flask_must_stretch():
    import trimesh

    at = Opening(np.array([0.0, 0.0, 0.5]), -UP)
    cone = release(solid_of(trimesh.creation.cone(6.0, 12.0, sections=48)), at)
    assert cone.straight
    assert cone.stretch == 1.0
    found = release(flask(), Opening(np.array([0.0, 0.0, 14.0]), UP))
    assert not found.straight
    assert found.widest_mm == pytest.approx(16, abs=1)
    assert found.narrowest_mm == pytest.approx(6, abs=1)
    assert found.stretch == pytest.approx(16 / 6, rel=0.15)
    beside_neck = 4 / 3 * np.pi * (8**2 - 3**2) ** 1.5  # the ball without the cylinder under it
    assert found.undercut_ml * 1000 == pytest.approx(beside_neck, rel=0.03)
    with pytest.raises(GeometryError, match="nothing can leave"):
        release(flask(), Opening(np.array([0.0, 0.0, -30.0]), UP))


@pytest.mark.slow
@pytest.mark.parametrize("inwards", [True, False])
def test_core_and_coat_fill_the_shape_that_was_asked_for(inwards):
    shape = flask()
    made = coated_core(shape, 1.0, openings=[Opening(np.array([0, 0, 13.0]), UP)], inwards=inwards)
    assert certify(made.core).valid
    assert certify(made.coat.solid).valid
    assert certify(made.coat.solid).cavities == 0
    assert volume_in_common(made.core, made.coat.solid) < 1e-3
    if inwards:
        assert np.linalg.norm(made.core.vertices[made.core.vertices[:, 2] < 0], axis=1).max() < 7.05
    else:
        assert made.core.volume_mm3 == pytest.approx(shape.volume_mm3, rel=1e-6)
    (out,) = made.releases
    assert out.stretch == pytest.approx(7 / 2 if inwards else 8 / 3, rel=0.25)


def test_the_halves_of_a_mould_close_round_the_cast():
    cast = ball()
    made = mould(cast, Opening(np.zeros(3), UP))
    for half in (made.upper, made.lower):
        certificate = certify(half)
        assert certificate.valid
        assert (certificate.bodies, certificate.cavities) == (1, 0)
        assert volume_in_common(half, cast) < 1e-3
    assert volume_in_common(made.upper, made.lower) < 1e-3
    assert made.lower.bounds[1, 2] == pytest.approx(4)  # pins, half the margin high
    assert made.upper.bounds[1, 2] == pytest.approx(16)
    assert made.pour[2] == pytest.approx(8, abs=0.5)
    assert len(made.vents) == 0
    assert all(out.straight for out in made.releases)


def test_every_bump_of_a_cast_gets_a_vent():
    """Three pins on a plate, one of them the highest: the pour channel's; the others vent."""
    import trimesh

    pins = [
        trimesh.creation.cylinder(2.0, segment=[[x, 0, 0], [x, 0, top]], sections=32)
        for x, top in ((-12, 10.0), (0, 14.0), (12, 8.0))
    ]
    plate = trimesh.creation.box(bounds=[(-16, -5, -3), (16, 5, 3)])
    cast = solid_of(trimesh.boolean.union([plate, *pins]))
    made = mould(cast, Opening(np.zeros(3), UP), sizes=MouldSizes(vent_mm=1.5))
    assert made.pour[0] == pytest.approx(0, abs=2)
    assert sorted(made.vents[:, 0]) == pytest.approx([-12, 12], abs=2)
    assert certify(made.upper).valid
    assert certify(made.lower).valid


@pytest.mark.slow
@given(turn=st.integers(0, 10**6))
@settings(max_examples=4)
def test_a_ring_is_parted_across_its_axis_however_it_lies(turn):
    import trimesh

    ring = trimesh.creation.torus(15, 5, major_sections=48, minor_sections=24)
    place = Rotation.random(rng=np.random.default_rng(turn)).as_matrix()
    plane = parting_plane(Solid(ring.vertices @ place.T, np.array(ring.faces), "ring"))
    assert abs(plane.normal @ place[:, 2]) > np.cos(np.radians(8))
    assert abs(plane.point @ plane.normal) < 1.5  # a voxel


def test_moulds_that_cannot_be_are_refused():
    with pytest.raises(GeometryError, match="misses"):
        mould(ball(), Opening(30 * UP, UP))
    for wrong in ({"margin_mm": 1.0}, {"pour_mm": 0.0}, {"clearance_mm": 3.0}):
        with pytest.raises(InputError, match="not possible"):
            MouldSizes(**wrong)


@pytest.mark.slow
@settings(max_examples=5)
@given(
    size=st.tuples(*[st.floats(20, 150)] * 3),
    room=st.tuples(*[st.floats(45, 90)] * 3),
    pegged=st.booleans(),
)
def test_pieces_fit_the_build_volume_and_add_up(size, room, pegged):
    joints = Joints(1, 3.0, 4.0) if pegged else None
    whole = block(*size)
    pieces = fitting_pieces(whole, np.array(room), joints=joints)
    for piece in pieces:
        assert (np.sort(np.ptp(piece.bounds, axis=0)) <= np.sort(room)).all()
        assert certify(piece).valid
    if not pegged:
        assert sum(p.volume_mm3 for p in pieces) == pytest.approx(whole.volume_mm3, rel=1e-6)


def test_a_build_volume_that_is_too_small_is_refused():
    with pytest.raises(InputError, match="too small for the joints"):
        fitting_pieces(block(30, 30, 30), np.array([5.0, 5.0, 5.0]), joints=Joints(1, 3.0, 5.0))
    with pytest.raises(GeometryError, match="pieces"):
        fitting_pieces(block(200, 200, 200), np.array([20.0, 20.0, 20.0]))
    with pytest.raises(GeometryError, match="room for 0"):
        fitting_pieces(block(2, 2, 90), np.array([50.0, 50.0, 50.0]), joints=Joints(1, 3.0, 4.0))


def wavy() -> Solid:
    import trimesh

    mesh = trimesh.creation.icosphere(subdivisions=4, radius=15)
    vertices = np.array(mesh.vertices)
    bumps = 1 + 0.12 * np.sin(vertices[:, :1] / 3) * np.cos(vertices[:, 1:2] / 4)
    return Solid(vertices * bumps, np.array(mesh.faces), "wavy")


def test_the_distance_of_two_balls_is_that_of_their_radii():
    one = ball()
    other = Solid(one.vertices * 1.05, one.faces)
    assert surface_distance(one, other) == pytest.approx(0.4, abs=0.01)


def test_a_bump_on_one_surface_is_seen_from_both_sides():
    one = ball()
    vertices = one.vertices.copy()
    vertices[5] *= 1.2
    other = Solid(vertices, one.faces)
    assert surface_distance(one, other) == surface_distance(other, one)
    assert surface_distance(one, other) == pytest.approx(1.6, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.03, 0.1])
def test_decimation_stays_within_its_error(error):
    from heartwright.anatomy.mesh import distance

    solid = wavy()
    found = decimated(solid, error)
    assert certify(found.solid).valid
    assert len(found.solid.faces) < 0.8 * len(solid.faces)
    assert found.error_mm <= error
    rng = np.random.default_rng(0)
    share = rng.dirichlet((1, 1, 1), len(found.solid.faces))
    points = np.einsum("fn,fni->fi", share, found.solid.vertices[found.solid.faces])
    assert distance(points, solid).max() <= error
    assert distance(solid.vertices, found.solid).max() <= error


def test_an_error_without_sense_is_refused():
    with pytest.raises(InputError, match="not possible"):
        decimated(ball(), 0.0)
