"""Parts of several materials share no place and lose none."""

import numpy as np
import pytest
from manifold3d import Manifold

from heartwright.data import GeometryError, Solid
from heartwright.printing.parts import carved


def solid(shape: Manifold, name: str) -> Solid:
    mesh = shape.to_mesh64()
    vertices = np.array(mesh.vert_properties)[:, :3].copy()
    return Solid(vertices, np.asarray(mesh.tri_verts).astype(np.int64), name)


WALL = solid(Manifold.cylinder(30, 12, 12, 96) - Manifold.cylinder(30, 10, 10, 96), "wall")
CALCIUM = solid(Manifold.sphere(2, 48).translate((11, 0, 15)), "calcium")


def test_the_wall_gives_way_and_the_union_stays_the_same():
    wall, calcium = carved([WALL, CALCIUM])
    assert calcium.volume_mm3 == pytest.approx(CALCIUM.volume_mm3, rel=1e-3)
    shared = WALL.volume_mm3 - wall.volume_mm3
    assert 0.6 * CALCIUM.volume_mm3 < shared < CALCIUM.volume_mm3
    assert (wall.name, calcium.name) == ("wall", "calcium")


def test_parts_that_do_not_meet_stay_as_they_are():
    far = solid(Manifold.sphere(2, 48).translate((40, 0, 0)), "device")
    assert carved([WALL, far])[0].volume_mm3 == pytest.approx(WALL.volume_mm3, rel=1e-3)


def test_a_part_inside_another_is_told():
    with pytest.raises(GeometryError, match="calcium lies wholly inside another part"):
        carved([CALCIUM, solid(Manifold.cube((60, 60, 60), center=True), "block")])
