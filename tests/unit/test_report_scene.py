"""What travels inside the page to be turned there: small, closed, true to the full solid."""

import base64

import numpy as np
import pytest
import trimesh

from heartwright.data import Solid, SurfaceField
from heartwright.report import POSTERIOR
from heartwright.report.page import Figure, Section, page
from heartwright.report.scene import scene, simplified

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90"></svg>'
FAR = np.array([-120.0, 85.0, -640.0])


def solid(mesh: trimesh.Trimesh) -> Solid:
    return Solid(np.array(mesh.vertices) + FAR, np.array(mesh.faces), name="ball")


@pytest.fixture(scope="module")
def activation() -> SurfaceField:
    ball = solid(trimesh.creation.icosphere(subdivisions=4, radius=20.0))
    values = 5.0 + 3.0 * (ball.vertices[:, 2] - ball.vertices[:, 2].min())
    values[np.argmax(ball.vertices[:, 0])] = np.nan
    return SurfaceField(ball, values, "activation time", "ms")


@pytest.fixture(scope="module")
def seen(activation):
    return scene(activation, view=POSTERIOR)


def test_a_small_solid_travels_as_it_is(activation, seen):
    ball = activation.solid
    assert len(seen.faces) == len(ball.faces)
    places = ball.bounds[0] + seen.places / 65535 * seen.size_mm
    corners = places[seen.faces].reshape(-1, 3)
    wanted = ball.vertices[ball.faces].reshape(-1, 3)
    np.testing.assert_allclose(corners, wanted, atol=seen.size_mm / 65535)


def test_times_span_the_limits_and_unreached_tissue_is_marked(activation, seen):
    assert seen.limits == pytest.approx((5.0, 125.0))
    reached = seen.times[seen.times < 65535]
    assert reached.min() == 0
    assert reached.max() == 65000
    assert np.count_nonzero(seen.times == 65535) == 1


def test_normals_of_a_ball_point_outwards(seen):
    normals = (seen.normals[:, :3].astype(float) - 128) / 127
    outwards = seen.places / 65535 - np.array(seen.centre)
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    assert (normals * outwards).sum(axis=1).min() > 0.99
    assert seen.normals[:, 3].min() > 250  # nothing shades a ball


def test_a_box_keeps_its_edges_sharp():
    box = solid(trimesh.creation.box(extents=[10, 10, 10]))
    sharp = scene(SurfaceField(box, np.arange(8.0), "activation time", "ms"))
    assert set(np.abs(sharp.normals[:, :3].astype(int) - 128).max(axis=1)) == {127}


def test_a_large_solid_is_thinned_and_keeps_its_volume(monkeypatch):
    monkeypatch.setattr("heartwright.report.scene._TRIANGLES", 4000)
    full = solid(trimesh.creation.icosphere(subdivisions=5, radius=20.0))
    small = simplified(full)
    assert len(small.faces) <= 4000
    assert small.volume_mm3 == pytest.approx(full.volume_mm3, rel=0.01)
    np.testing.assert_allclose(small.bounds, full.bounds, atol=0.5)


def test_the_page_carries_it_whole(seen):
    figure = Figure(SVG, "image/svg+xml", "Turn me", "a ball", scene=seen)
    html = page("Ball", [Section("Part", "", figures=[figure, figure])])
    assert "http" not in html
    assert html.count("getContext") == 1
    assert html.count(base64.b64encode(seen.times.tobytes()).decode()) == 2
    assert "A line every 10 ms." in html
    assert "getContext" not in page("Ball", [])
