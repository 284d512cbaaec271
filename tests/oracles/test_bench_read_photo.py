"""Photographs of the light test, rendered with known shares by sector."""

import json

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from heartwright.bench.read import light_by_sector, read_light, rim_from_points, rim_of_disc
from heartwright.cli.app import run
from heartwright.data import GeometryError, InputError

SHAPE, CENTRE, RADIUS = (420, 480), np.array([236.0, 205.0]), 110.0
INNER = np.array([0.95, 0.9, 0.97, 1, 1, 0.85, 0.8, 1, 1, 0.92, 1, 0.9])  # device's, by sector
TRUTH = 1 - INNER**2  # (R² − r²) / R²
LEVEL = 0.6


def camera(*, tilt_deg=0.0, perspective=0.0):
    """Pixel → the annulus' plane in rims (y upwards)."""
    rows, columns = np.indices(SHAPE)
    x, y = (columns - CENTRE[0]) / RADIUS, -(rows - CENTRE[1]) / RADIUS
    tilt = np.cos(np.deg2rad(tilt_deg))
    depth = 1 + perspective * np.sin(np.deg2rad(tilt_deg)) * y
    return x * depth, y / tilt * depth


def taken(*, device=True, noise=0.004, blur=1.0, glow=0.0, level=LEVEL, seed=0, **view):
    """Linear light: gaps around a device whose radius differs by sector, in a dark wall."""
    x, y = camera(**view)
    radius, angle = np.hypot(x, y), np.mod(np.arctan2(y, x), 2 * np.pi)
    inner = INNER[np.minimum((angle / (np.pi / 6)).astype(int), 11)] if device else 0.0
    light = level * ((radius <= 1) & (radius > inner))
    light = gaussian_filter(light, blur)
    rows, columns = np.indices(SHAPE) / max(SHAPE)
    light = light + 0.02 + glow * (columns + 0.5 * rows**2)
    return light + np.random.default_rng(seed).normal(0, noise, SHAPE)


def clicked(count=8, *, tilt_deg=0.0, error=0.0):
    turn = 2 * np.pi * np.arange(count) / count + 0.2
    way = np.stack([np.cos(turn), -np.sin(turn) * np.cos(np.deg2rad(tilt_deg))], axis=1)
    return CENTRE + RADIUS * way + np.random.default_rng(1).normal(0, error, way.shape)


ZERO = CENTRE + np.array([RADIUS, 0])


def test_an_upright_photograph():
    free = taken(device=False, seed=1)
    found = light_by_sector(taken(), rim_from_points(clicked()), zero=ZERO, without=free)
    assert found.sector_share == pytest.approx(TRUTH, abs=0.02)
    assert found.share == pytest.approx(TRUTH.mean(), abs=0.01)
    assert not found.warnings


@pytest.mark.parametrize(
    ("tilt", "perspective", "within"), [(15, 0, 0.02), (35, 0, 0.03), (20, 0.1, 0.05)]
)
def test_tilt_glow_and_perspective(tilt, perspective, within):
    view = {"tilt_deg": tilt, "perspective": perspective, "glow": 0.08}
    free = taken(device=False, seed=1, **view)
    found = light_by_sector(taken(**view), rim_of_disc(free), zero=ZERO, without=free)
    assert found.sector_share == pytest.approx(TRUTH, abs=within)


def test_uneven_lighting_cancels_against_the_view_without_the_device():
    fall_off = 1 - 0.4 * np.linspace(0, 1, SHAPE[1])[None]
    free = taken(device=False, seed=1) * fall_off
    found = light_by_sector(taken() * fall_off, rim_of_disc(free), zero=ZERO, without=free)
    assert found.sector_share == pytest.approx(TRUTH, abs=0.02)


def test_one_photograph_alone_takes_the_brightest_for_free_and_says_so():
    rim = rim_from_points(clicked(12, error=1.0))
    found = light_by_sector(taken(glow=0.1), rim, zero=ZERO)
    assert np.abs(found.sector_share - TRUTH).max() < 0.05
    assert "brightest" in found.warnings[0]
    assert (found.sector_uncertainty[TRUTH > 0.1] > 0).all()


def test_a_dark_annulus_lets_no_light_through():
    found = light_by_sector(taken(level=0.0), rim_from_points(clicked()), zero=ZERO)
    assert not found.sector_share.any()
    assert "no light" in found.warnings[1]


def test_angle_zero_turns_the_sectors():
    up = CENTRE - [0, RADIUS]
    found = light_by_sector(taken(), rim_from_points(clicked()), zero=up)
    assert np.corrcoef(found.sector_share, np.roll(TRUTH, -3))[0, 1] > 0.99


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (clicked(4), "at least 5"),
        (np.column_stack([np.arange(6.0), 2 * np.arange(6.0)]), "no ellipse"),
        (CENTRE + (clicked() - CENTRE) / 10, "too small"),
        (clicked(tilt_deg=75), "too much from"),
    ],
)
def test_rims_that_cannot_be(points, says):
    with pytest.raises(InputError, match=says):
        rim_from_points(points)


def test_pictures_that_cannot_be_read():
    rim = rim_from_points(clicked())
    with pytest.raises(InputError, match="same pixels"):
        light_by_sector(taken(), rim, zero=ZERO, without=taken()[1:])
    with pytest.raises(InputError, match="centre"):
        light_by_sector(taken(), rim, zero=CENTRE)
    near_edge = rim_from_points(clicked() - [150, 0])
    with pytest.raises(GeometryError, match="margin"):
        light_by_sector(taken(), near_edge, zero=ZERO)
    with pytest.raises(GeometryError, match="ellipse"):
        rim_of_disc(taken(device=False) * (np.indices(SHAPE)[1] > 200))


def stored(light, path, *, exif=None):
    encoded = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055
    )
    picture = Image.fromarray((np.clip(encoded, 0, 1) * 255).round().astype(np.uint8))
    picture.save(path, **({} if exif is None else {"exif": exif}))
    return path


def test_files_are_linear_and_upright(tmp_path):
    light = np.clip(taken(), 0, 1)
    plain = read_light(stored(light, tmp_path / "a.png"))
    assert np.abs(plain - light).max() < 0.005
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to see it upright
    lying = read_light(stored(np.rot90(light), tmp_path / "a.jpg", exif=exif))
    assert lying.shape == SHAPE
    assert np.abs(lying - light).mean() < 0.02
    deep = tmp_path / "a.tif"
    Image.fromarray((light * 65535).round().astype(np.uint16)).save(deep)
    assert np.abs(read_light(deep) - light).max() < 1e-4
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(InputError, match="no picture"):
        read_light(tmp_path / "b.png")


def test_the_verb_reads_a_photograph_and_leaves_its_notes_behind(tmp_path, capfd):
    exif = Image.Exif()
    exif[0x013B] = "ROSALIND"  # artist
    photo = stored(taken(), tmp_path / "a.jpg", exif=exif)
    free = stored(taken(device=False, seed=1), tmp_path / "b.png")
    foretold = tmp_path / "light.json"
    known = {"sector_share": TRUTH.tolist(), "provenance": {"parameters": {"axis": [0, 0, 1]}}}
    foretold.write_text(json.dumps(known))
    line = ["bench", "read", "--photo", str(photo), "--zero", "346,205", "--json"]
    assert run([*line, "--without", str(free), "--virtual", str(foretold)]) == 0
    text = capfd.readouterr().out
    said = json.loads(text)
    assert said["difference"] == pytest.approx(np.zeros(12), abs=0.03)
    assert said["correlation"] > 0.99
    assert "ROSALIND" not in text
    assert run(line) == 2
    assert "--rim" in capfd.readouterr().err
