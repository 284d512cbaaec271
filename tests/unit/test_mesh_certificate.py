"""The certificate against meshes that were broken on purpose, and against linear programming."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.spatial import KDTree

from heartwright.anatomy.mesh import certify
from heartwright.anatomy.mesh.boxes import overlapping
from heartwright.anatomy.mesh.crossings import flat_triangles, self_intersections
from heartwright.anatomy.mesh.predicates import orient3d
from heartwright.data import Surface

seeds = st.integers(0, 10**6)
few = settings(max_examples=10, phases=[Phase.generate])  # a broken mesh shrinks for minutes


def ball(radius: float = 5.0, at: tuple[float, float, float] = (0, 0, 0)) -> Surface:
    import trimesh

    mesh = trimesh.creation.icosphere(subdivisions=2, radius=radius)
    return Surface(np.array(mesh.vertices) + at, np.array(mesh.faces))


def together(*parts: Surface) -> Surface:
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    faces = [part.faces + n for part, n in zip(parts, starts, strict=False)]
    return Surface(np.concatenate([part.vertices for part in parts]), np.concatenate(faces))


def inside_out(surface: Surface) -> Surface:
    return Surface(surface.vertices, surface.faces[:, ::-1])


def meet(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two triangles have a point in common: a linear programme in their weights."""
    equations = np.zeros((5, 6))
    equations[:3, :3], equations[:3, 3:] = first.T, -second.T
    equations[3, :3] = equations[4, 3:] = 1
    return linprog(np.zeros(6), A_eq=equations, b_eq=[0, 0, 0, 1, 1]).status == 0


@few
@given(seed=seeds, kind=st.sampled_from(["whole", "flat", "real"]))
def test_pairs_of_triangles_meet_where_linear_programming_says_so(seed, kind):
    rng = np.random.default_rng(seed)
    corners = rng.integers(-2, 3, (7, 3, 3)).astype(float)
    if kind == "flat":
        corners[..., 2] = corners[..., 0] - 2 * corners[..., 1]  # all in one sloping plane
    if kind == "real":
        corners = rng.normal(size=corners.shape)
    vertices, faces = corners.reshape(-1, 3), np.arange(21).reshape(-1, 3)
    flat = set(flat_triangles(vertices, faces))
    found = {tuple(sorted(pair)) for pair in self_intersections(vertices, faces).tolist()}
    for a in range(7):
        for b in range(a + 1, 7):
            expected = not {a, b} & flat and meet(corners[a], corners[b])
            assert ((a, b) in found) == expected


@few
@given(seed=seeds)
def test_boxes_overlap_as_each_against_each_says(seed):
    rng = np.random.default_rng(seed)
    low = rng.uniform(0, 10, (rng.integers(1, 60), 3))
    high = low + rng.exponential(1.0, low.shape)
    found = {tuple(sorted(pair)) for pair in overlapping(low, high).tolist()}
    touch = ((low[:, None] <= high) & (low <= high[:, None])).all(axis=2)
    assert found == {(a, b) for a, b in np.argwhere(np.triu(touch, 1)).tolist()}


def test_so_many_boxes_that_threads_share_them_overlap_as_each_against_each_says():
    rng = np.random.default_rng(0)
    low = rng.integers(0, 60, (9000, 3)) / 2  # on a lattice, where medians are tied
    high = low + 0.5
    centres = KDTree((low + high) / 2)
    expected = centres.query_pairs(0.5, p=np.inf)
    found = [tuple(sorted(pair)) for pair in overlapping(low, high).tolist()]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_the_sign_of_a_volume_is_not_lost_to_rounding():
    a, b, c = (np.array([row]) for row in ([0.1, 0.1, 0.1], [1e3, 0.3, 7.0], [-5.0, 1e3, 2.0]))
    middle = (a + b + c) / 3
    above = middle.copy()
    above[0, 2] = np.nextafter(above[0, 2], 1e9)
    below = middle.copy()
    below[0, 2] = np.nextafter(below[0, 2], -1e9)
    here, up, down = (int(orient3d(a, b, c, d)[0]) for d in (middle, above, below))
    assert up != down
    assert up <= here <= down or up >= here >= down
    assert orient3d(b, a, c, above) == -up


def test_a_ball_is_certified():
    certificate = certify(ball())
    assert certificate.valid
    assert (certificate.bodies, certificate.cavities) == (1, 0)


def test_a_hollow_ball_has_a_cavity_and_its_core_is_another_body():
    certificate = certify(together(ball(5), inside_out(ball(4)), ball(2)))
    assert not certificate.misplaced_shells
    assert certificate.valid
    assert (certificate.bodies, certificate.cavities) == (2, 1)


@pytest.mark.parametrize(
    "shells",
    [(inside_out(ball(5)),), (ball(5), ball(4)), (ball(5), inside_out(ball(1, (9, 0, 0))))],
    ids=["inside out", "a body in a body", "a cavity outside"],
)
def test_shells_in_the_wrong_place_are_counted(shells):
    certificate = certify(together(*shells))
    assert certificate.misplaced_shells == 1
    assert not certificate.valid


@few
@given(apart=st.floats(0.2, 12.0))
def test_two_balls_cross_where_their_radii_say_so(apart):
    certificate = certify(together(ball(5), ball(3, (apart, 0.1, 0.05))))
    crossing = 2.2 < apart < 7.8
    clear = apart < 1.8 or apart > 8.05
    assert (certificate.self_intersections > 0) or not crossing
    assert (certificate.self_intersections == 0) or not clear
    assert not certificate.valid or apart > 7.8


@few
@given(vertex=st.integers(0, 161), depth=st.floats(1.3, 3.0))
def test_a_vertex_pushed_out_through_the_other_side_is_found(vertex, depth):
    surface = ball()
    surface.vertices[vertex] *= -depth
    certificate = certify(surface)
    assert certificate.self_intersections > 0
    assert certificate.loose_edges == certificate.pinched_vertices == 0


@few
@given(face=st.integers(0, 319))
def test_holes_flips_and_flat_triangles_are_found(face):
    surface = ball()
    faces = surface.faces
    assert certify(Surface(surface.vertices, np.delete(faces, face, axis=0))).loose_edges > 0
    flipped = faces.copy()
    flipped[face] = flipped[face, ::-1]
    assert certify(Surface(surface.vertices, flipped)).loose_edges > 0
    a, b, _ = faces[face]
    flat = surface.vertices.copy()
    flat[a] = flat[b]
    assert certify(Surface(flat, faces)).flat_triangles >= 2


def test_a_fold_flat_onto_itself_is_found():
    """A tetrahedron's tip mirrored into the plane of its base."""
    vertices = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 0], [1, 1, 0.0]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
    assert len(self_intersections(vertices, faces)) == 3


def test_two_bodies_that_touch_in_one_vertex_are_pinched():
    both = together(ball(5), ball(5, (20, 0, 0)))
    faces = both.faces.copy()
    faces[faces == 162] = 0
    assert certify(Surface(both.vertices, faces)).pinched_vertices == 1
    touching = together(ball(5), ball(5, (20, 0, 0)))
    touching.vertices[162] = touching.vertices[0]
    assert certify(touching).self_intersections > 0
