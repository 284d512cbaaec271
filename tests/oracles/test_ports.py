"""Ports: sizes as drawn, lumen open through them, everything certified."""

import numpy as np
import pytest

from heartwright.anatomy.mesh import Kind, Opening, certify, inside, port
from heartwright.anatomy.mesh.connectors import LUER_DEPTH_MM, LUER_MOUTH_MM, connector, turned
from heartwright.data import GeometryError, InputError, Solid

INNER, OUTER, LENGTH = 5.0, 6.5, 30.0
TUBES = [Kind.barb, Kind.luer, Kind.hose, Kind.flange]
BORES = {Kind.barb: 6.0, Kind.luer: 3.0, Kind.hose: 8.0, Kind.flange: 10.0}


@pytest.fixture(scope="module")
def tube() -> Solid:
    """An open walled vessel along z, from -15 to 15 mm."""
    import trimesh

    mesh = trimesh.creation.annulus(INNER, OUTER, LENGTH, sections=96)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), "vessel")


def tilted(direction: tuple[float, float, float]) -> np.ndarray:
    from heartwright.anatomy.mesh.section import plane_frame

    return plane_frame(np.array(direction, dtype=float)).T


def handles(solid: Solid) -> int:
    """Genus of one closed body, from Euler's number."""
    edges = len(solid.faces) * 3 // 2
    return 1 - (len(np.unique(solid.faces)) - edges + len(solid.faces)) // 2


def along_the_bore(solid: Solid, radius: float, start: float, end: float) -> np.ndarray:
    """Whether points on lines parallel to the bore's axis lie in the model's material."""
    z = np.arange(start, end, 0.25)
    rays = [(radius * np.cos(a), radius * np.sin(a)) for a in np.arange(0, 6.28, np.pi / 4)]
    return np.array([inside(solid, np.column_stack([np.full((len(z), 2), r), z])) for r in rays])


@pytest.mark.parametrize("kind", TUBES)
@pytest.mark.parametrize("end", [15.0, pytest.param(10.0, marks=pytest.mark.slow)])
def test_the_lumen_is_open_through_every_port(tube, kind, end):
    bore = BORES[kind]
    at = Opening(np.array([1.0, -2.0, end]), np.array([0.0, 0.0, 1.0]))
    ported = port(tube, at, kind=kind, bore_mm=bore)
    certificate = certify(ported)
    assert certificate.valid
    assert (certificate.bodies, certificate.cavities) == (1, 0)
    assert handles(ported) == 1
    top = ported.bounds[1, 2]
    length = connector(kind, bore_mm=bore, wall_mm=1.5).length_mm
    assert top == pytest.approx(end + max(2, INNER - bore / 2) + length, abs=0.01)
    assert not along_the_bore(ported, bore / 2 - 0.1, -16, top + 1).any()
    walled = along_the_bore(ported, bore / 2 + 0.9, end + 0.5 + INNER, top - 1.5)
    assert walled.all() or kind is Kind.luer
    below = ported.vertices[:, 2] < end - 1.01
    assert np.hypot(*ported.vertices[below, :2].T).max() == pytest.approx(OUTER, abs=0.01)


def test_a_luer_cone_has_the_quoted_size():
    fitting = connector(Kind.luer, bore_mm=3.0, wall_mm=1.2)
    (r0, z0), (r1, z1) = fitting.channel[-2:]
    assert 2 * r1 == LUER_MOUTH_MM
    assert 2 * (r1 - r0) / LUER_DEPTH_MM == pytest.approx(0.06)
    assert z1 - z0 == pytest.approx(LUER_DEPTH_MM, abs=0.02)
    assert 4.270 <= LUER_MOUTH_MM <= 4.315


def test_a_turned_profile_has_the_volume_of_its_cylinder():
    body = turned(np.array([[3.0, 0.0], [3.0, 10.0]]), below_mm=2.0, above_mm=1.0)
    assert body.volume() == pytest.approx(np.pi * 9 * 13, rel=1e-3)


@pytest.mark.parametrize("direction", [(1, 2, 3), (-1, 0.2, 0), (0, 0, -1)])
def test_ports_follow_the_vessel_wherever_it_points(tube, direction):
    turn = tilted(direction)
    moved = Solid(tube.vertices @ turn.T + [100, -50, 20], tube.faces)
    skew = turn @ np.array([0.1, 0.15, 1.0])  # typed by hand, 10° off the vessel
    at = Opening(turn @ np.array([0, 0, 12.0]) + [100, -50, 20], skew)
    ported = port(moved, at, kind=Kind.barb, bore_mm=6.0)
    assert certify(ported).valid
    back = Solid((ported.vertices - [100, -50, 20]) @ turn, ported.faces)
    assert not along_the_bore(back, 2.5, -16, 40).any()


def test_a_port_on_both_ends_keeps_one_channel(tube):
    ends = [np.array([0.0, 0.0, end]) for end in (15.0, -15.0)]
    tube = port(tube, *(Opening(end, end) for end in ends), kind=Kind.hose, bore_mm=8.0)
    assert certify(tube).valid
    assert handles(tube) == 1
    assert not along_the_bore(tube, 3.9, -50, 50).any()


@pytest.mark.parametrize(
    ("heights", "reason"),
    [((15.0, 5.0), "cut away"), ((15.0, 14.6), "another part"), ((5.0, 15.0), "no open vessel")],
)
def test_two_ports_on_one_vessel_are_refused(tube, heights, reason):
    places = [Opening(np.array([0.0, 0.0, z]), np.array([0.0, 0.0, 1.0])) for z in heights]
    with pytest.raises(GeometryError, match=reason):
        port(tube, *places, kind=Kind.hose, bore_mm=8.0)


def test_a_peg_stands_on_the_wall_and_opens_nothing(tube):
    at = Opening(np.array([OUTER, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    ported = port(tube, at, kind=Kind.peg, bore_mm=3.0)
    assert certify(ported).valid
    assert ported.bounds[1, 0] == pytest.approx(OUTER + 6.0)
    added = np.pi * 1.5**2 * 6 - np.pi * (1.5**2 - 0.9**2) * 0.6 / 2  # chamfer, roughly
    assert ported.volume_mm3 - tube.volume_mm3 == pytest.approx(added, rel=0.05)
    assert handles(ported) == 1


@pytest.mark.parametrize(
    ("point", "kind", "reason"),
    [
        ((30, 0, 0), Kind.barb, "no open vessel"),
        ((0, 0, 25), Kind.barb, "no open vessel"),
        ((0, 0, -10), Kind.barb, "most of the model"),
        ((30, 0, 0), Kind.peg, "in the air"),
    ],
)
def test_places_without_a_vessel_are_refused(tube, point, kind, reason):
    at = Opening(np.array(point, dtype=float), np.array([0.0, 0.0, 1.0]))
    with pytest.raises(GeometryError, match=reason):
        port(tube, at, kind=kind, bore_mm=6.0)


@pytest.mark.parametrize(
    ("kind", "bore"), [(Kind.barb, 0.0), (Kind.luer, 5.0), (Kind.hose, np.nan)]
)
def test_impossible_bores_are_refused(tube, kind, bore):
    at = Opening(np.array([0.0, 0.0, 15.0]), np.array([0.0, 0.0, 1.0]))
    with pytest.raises(InputError, match="bore"):
        port(tube, at, kind=kind, bore_mm=bore)


def test_a_port_into_a_neighbour_is_refused(tube):
    shelf = Solid(tube.vertices + np.array([0, 0, 35]), tube.faces)
    both = Solid(
        np.vstack([tube.vertices, shelf.vertices]),
        np.concatenate([tube.faces, shelf.faces + len(tube.vertices)]),
    )
    at = Opening(np.array([0.0, 0.0, 15.0]), np.array([0.0, 0.0, 1.0]))
    with pytest.raises(GeometryError, match="another part"):
        port(both, at, kind=Kind.flange, bore_mm=10.0)
