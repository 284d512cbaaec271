"""Figures: every record can be drawn, twice alike, and shows what it should."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import trimesh
from PIL import Image

from heartwright.data import (
    Candidate,
    Diameters,
    Fit,
    Forecast,
    InputError,
    LabelMap,
    Solid,
    SurfaceField,
    TraceSet,
    Volume,
)
from heartwright.report import figures
from heartwright.report.figures.frame import named
from heartwright.report.figures.ostium import greatest, in_plane, least
from heartwright.report.figures.planes import PLANES, section

CENTRE = np.array([10.0, -20.0, 30.0])
OSTIUM = Diameters(16.0, 22.0, 19.0, 19.1, 18.9)


@pytest.fixture(scope="module")
def ball() -> Solid:
    mesh = trimesh.creation.icosphere(subdivisions=3, radius=15.0)
    return Solid(np.array(mesh.vertices) + CENTRE, np.array(mesh.faces), name="ball")


@pytest.fixture(scope="module")
def activation(ball) -> SurfaceField:
    values = 2.0 * (ball.vertices[:, 0] - ball.vertices[:, 0].min())
    values[:3] = np.nan
    return SurfaceField(ball, values, "activation time", "ms")


@pytest.fixture
def scan() -> Volume:
    values = np.random.default_rng(0).normal(0, 20, (40, 40, 30)).astype(np.float32)
    affine = np.diag([-1.5, 1.5, 2.0, 1.0])
    affine[:3, 3] = CENTRE - [-30, 30, 30]
    return Volume(values, affine, modality="CT")


def traces(*, clean: bool) -> TraceSet:
    times = np.arange(300.0)
    truth = np.exp(-(((times - 60) / np.array([[70.0], [80.0], [90.0], [160.0]])) ** 2))
    noisy = truth + 0.05 * np.random.default_rng(1).standard_normal(truth.shape)
    noisy[0, 280:] = np.nan
    lengths = np.array([280, 300, 300, 300])
    return TraceSet(noisy, 1.0, lengths, ("a", "b", "c", "d"), clean=truth if clean else None)


def forecast(*, clean: bool) -> Forecast:
    observed = traces(clean=clean)
    guess = np.nan_to_num(observed.values) * np.array([[0.9], [0.8], [0.7], [0.1]])
    return Forecast(observed, guess, 1.2 * guess, -0.2 * guess, 0.5 * guess, guess[1])


def fit(**history: object) -> Fit:
    return Fit({"tau_in": 0.3}, ("tau_in",), (), np.zeros(5), 1.0, {"history": history})


def loop() -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    return np.stack([11 * np.cos(angle), np.zeros(60), 8 * np.sin(angle)], axis=1) + CENTRE


def candidate(size: float) -> Candidate:
    return Candidate(
        "WATCHMAN FLX",
        size,
        "largest",
        "mm",
        22.0,
        1 - 22 / size,
        size / 22 - 1,
        "s",
        "r",
        "d",
        False,
    )


def image(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGBA"))


LINES = {
    "forecast": lambda: figures.forecast_figure(forecast(clean=True)),
    "forecast of two, no truth": lambda: figures.forecast_figure(
        forecast(clean=False), traces=[0, 2]
    ),
    "learning": lambda: figures.learning_figure(
        fit(trajectory=[1.0, 0.01], residual=[0.0, 1e-3], loss=[1, 2])
    ),
    "traces": lambda: figures.traces_figure(traces(clean=True)),
    "measured traces": lambda: figures.traces_figure(traces(clean=False)),
    "parts": lambda: figures.parts_figure(
        {"(a) truth": forecast(clean=True), "(b) none": forecast(clean=False)}
    ),
    "parts in two rows": lambda: figures.parts_figure(dict.fromkeys("abcd", forecast(clean=True))),
    "typical": lambda: figures.typical_figure(traces(clean=True), 0),
    "ostium": lambda: figures.ostium_figure(loop(), OSTIUM, [candidate(27), candidate(31)]),
    "ostium that nothing fits": lambda: figures.ostium_figure(loop(), OSTIUM, []),
}


@pytest.mark.parametrize("draw", LINES.values(), ids=LINES)
def test_line_figures_are_svg_and_the_same_each_time(draw):
    first = draw()
    assert ET.fromstring(first).tag.endswith("svg")
    assert first == draw()
    assert b"<dc:date>" not in first


def test_the_median_trace_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "heartwright.report.figures.rhythm._foretold", lambda axes, _, n: shown.append(n)
    )
    figures.forecast_figure(forecast(clean=True))
    assert shown == [1]  # errors grow with the index; the lower of the two middle ones


def test_the_paper_s_figure_shows_the_median_trace(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "heartwright.report.figures.paper._ground_truth", lambda axes, _, n: shown.append(n)
    )
    figures.parts_figure({"a": forecast(clean=True)})
    assert shown == [1]


def test_a_film_of_slabs_shows_each_moment_of_each():
    rise = np.linspace(0, 1, 5)[:, None, None] * np.ones((5, 4, 4))
    movies, times = {"one": rise, "other": 1 - rise}, np.arange(5.0)
    data = figures.slabs_film(movies, times)
    with Image.open(io.BytesIO(data)) as film:
        assert film.n_frames == 5
        film.seek(4)
        last = np.asarray(film.convert("RGB")).astype(int)
    still = image(figures.slabs_picture(movies, times, 4))
    assert last.shape[:2] == still.shape[:2]
    high, low = last[220, 190], last[220, 530]  # inside the panels
    assert np.abs(high - (253, 231, 37)).max() < 12  # viridis' ends
    assert np.abs(low - (68, 1, 84)).max() < 12


def test_a_fit_without_history_says_so():
    with pytest.raises(InputError, match="no training history"):
        figures.learning_figure(fit())


def test_thickness_needs_a_thickness(ball):
    wall = SurfaceField(ball, np.full(len(ball.vertices), np.nan), "wall thickness", "mm")
    with pytest.raises(InputError, match="measure the wall"):
        figures.thickness_figure(wall)


def test_thickness_is_drawn_where_all_is_one_value(ball):
    wall = SurfaceField(ball, np.full(len(ball.vertices), 1.5), "wall thickness", "mm")
    assert figures.thickness_figure(wall, target=1.5) == figures.thickness_figure(wall, target=1.5)


def test_calipers_of_an_ellipse_are_its_axes():
    outline = in_plane(loop())
    assert np.linalg.norm(np.diff(greatest(outline), axis=0)) == pytest.approx(22, rel=1e-3)
    assert np.linalg.norm(np.diff(least(outline), axis=0)) == pytest.approx(16, rel=3e-3)


def test_least_caliper_of_a_rectangle_is_its_short_side():
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    corners = np.array([[0, 0], [9, 0], [9, 4], [0, 4.0]]) @ turn.T
    assert np.linalg.norm(np.diff(least(corners), axis=0)) == pytest.approx(4)


def test_a_section_of_the_ball_is_its_circle(ball):
    segments = section(ball, PLANES[0], CENTRE[2] + 9.0)
    away = np.linalg.norm(segments - CENTRE[:2], axis=-1)
    np.testing.assert_allclose(away, 12.0, rtol=0.01)


def test_slices_show_the_outline_and_are_the_same_each_time(scan, ball):
    with_ball = figures.slice_figure(scan, ball, point=CENTRE)
    red = _reddish(image(with_ball))
    assert red.sum() > 300
    assert with_ball == figures.slice_figure(scan, ball, point=CENTRE)


def test_slices_take_labels_too(scan):
    index = np.indices(scan.values.shape).reshape(3, -1).T
    inside = np.linalg.norm(scan.grid.to_lps(index) - CENTRE, axis=1) < 15
    labels = LabelMap(inside.reshape(scan.values.shape).astype(np.uint8), scan.affine)
    assert _reddish(image(figures.slice_figure(scan, labels, point=CENTRE))).sum() > 300


@pytest.fixture
def small(monkeypatch):
    """Pictures of a size that is cast in no time."""
    monkeypatch.setattr("heartwright.report.figures.solids.WIDTH", 270)
    monkeypatch.setattr("heartwright.report.figures.solids.HEIGHT", 210)
    monkeypatch.setattr("heartwright.report.figures.moving._SIZE", (175, 140))


@pytest.mark.usefixtures("small")
def test_solid_and_map_have_one_frame(ball, activation):
    plain, painted = figures.solid_figure(ball), figures.field_figure(activation, isolines=10.0)
    assert image(plain).shape == image(painted).shape
    assert image(plain)[0, 0, 3] == 0
    assert painted == figures.field_figure(activation, isolines=10.0)


@pytest.mark.usefixtures("small")
def test_the_film_ends_with_the_whole_map(ball, activation):
    data = figures.animation(ball, activation)
    assert len(data) < 2_000_000
    with Image.open(io.BytesIO(data)) as film:
        assert film.n_frames == 40
        first = np.asarray(film.convert("RGB")).astype(int)
        film.seek(39)
        last = np.asarray(film.convert("RGB")).astype(int)
    middle = np.s_[67:73, 120:125]  # late on the patient's left
    assert first[middle][..., 0].mean() > first[middle][..., 2].mean()  # tissue is red
    assert last[middle][..., 2].mean() > last[middle][..., 0].mean()  # late is blue


def test_a_film_needs_an_activation_of_this_solid(ball, activation):
    other = trimesh.creation.box(extents=[1, 1, 1])
    with pytest.raises(InputError, match="another solid"):
        figures.animation(Solid(np.array(other.vertices), np.array(other.faces)), activation)
    nothing = SurfaceField(ball, np.full(len(ball.vertices), np.nan), "activation time", "ms")
    with pytest.raises(InputError, match="pacing site"):
        figures.animation(ball, nothing)


def _reddish(pixels: np.ndarray) -> np.ndarray:
    red, green, blue = (pixels[..., n].astype(int) for n in range(3))
    return (red > 180) & (green < 130) & (blue < 130)


def test_a_forecast_is_drawn_on_white_where_no_svg_is_shown():
    pixels = image(figures.forecast_figure(forecast(clean=True), form="png"))
    assert (pixels[0, 0] == 255).all()


@pytest.mark.usefixtures("small")
def test_a_collage_is_as_wide_as_its_rows(ball):
    one, wide = (
        figures.solid_figure(ball),
        figures.forecast_figure(forecast(clean=True), form="png"),
    )
    pixels = image(figures.collage([[one, one], [wide]]))
    assert pixels.shape[1] == 1800
    assert (pixels[..., 3] == 255).all()


def test_a_map_is_named_for_people(ball):
    field = SurfaceField(ball, np.zeros(len(ball.vertices)), "activation_ms", "ms")
    assert named(field) == "activation (ms)"
