"""Triangles without area leave a closed surface, which stays where it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwright.anatomy.mesh import certify
from heartwright.anatomy.mesh.crossings import flat_triangles
from heartwright.anatomy.mesh.flat import without_flat
from heartwright.data import Solid


def flattened(solid: Solid, edges: list[tuple[int, int]]) -> Solid:
    """Put a corner on the middle of each edge for the triangle on one side only."""
    vertices, faces = solid.vertices.tolist(), solid.faces.tolist()
    for number, corner in edges:
        triangle = faces[number]
        c, a, e = (triangle[(corner + n) % 3] for n in range(3))
        b = len(vertices)
        vertices.append(np.mean([vertices[a], vertices[c]], axis=0).tolist())
        faces[number] = [c, b, e]
        faces += [[b, a, e], [c, a, b]]
    return Solid(np.array(vertices), np.array(faces), "model")


def ball() -> Solid:
    import trimesh

    mesh = trimesh.creation.icosphere(subdivisions=2, radius=8.0)
    corners = np.round(mesh.vertices * 64) / 64  # so that middles of edges are exact
    return Solid(corners, np.array(mesh.faces), "ball")


@given(edges=st.lists(st.tuples(st.integers(0, 319), st.integers(0, 2)), min_size=1, max_size=6))
@settings(max_examples=15)
def test_flat_triangles_are_flipped_away_and_nothing_moves(edges):
    solid = flattened(ball(), edges)
    assert len(flat_triangles(solid.vertices, solid.faces)) >= 1
    mended = Solid(solid.vertices, without_flat(solid.vertices, solid.faces), "ball")
    assert certify(mended).valid
    assert mended.volume_mm3 == pytest.approx(ball().volume_mm3, rel=1e-12)


def test_a_sound_surface_is_left_as_it_is():
    solid = ball()
    np.testing.assert_array_equal(without_flat(solid.vertices, solid.faces), solid.faces)
