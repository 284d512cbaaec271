"""Every verb, run in-process on samples: what it prints, what it writes, and that it repeats."""

import json
from pathlib import Path

import numpy as np
import pytest

from heartwright.anatomy.imaging import read_labels, write_labels, write_volume
from heartwright.anatomy.mesh import as_solid
from heartwright.cli.app import run
from heartwright.data import LabelMap, Solid
from heartwright.data.json_file import read_plan
from heartwright.data.model_file import read_fit
from heartwright.data.netcdf import read_forecast, read_traces
from heartwright.printing import read_surface
from heartwright.samples.heart import heart

FITTED = {
    "train_mse",
    "validation_mse",
    "residual_norm",
    "tau_in",
    "tau_out",
    "tau_close",
    "seconds",
}
PRINTED = {
    "watertight",
    "volume_mm3",
    "wall_min_mm",
    "wall_median_mm",
    "bodies",
    "cavities",
    "seconds",
}
OSTIUM = {"d_min_mm", "d_max_mm", "d_mean_mm", "d_perimeter_mm", "d_area_mm"}
DEVICE = {"name", "size_mm", "measure", "compression", "source", "revision"}
TO_RAS = np.array([-1.0, -1.0, 1.0])


def typed(points) -> str:
    """Points as people type them."""
    return "/".join(",".join(f"{x:.5f}" for x in point) for point in np.atleast_2d(points))


@pytest.fixture
def verb(capfd):
    """Run a verb with --json: its one object, which is all of its standard output."""

    def call(*arguments) -> dict:
        capfd.readouterr()
        code = run([str(a) for a in arguments] + ["--json"])
        out, err = capfd.readouterr()
        assert code == 0, err
        assert out.endswith("}\n")
        assert out.count("\n") == 1
        return json.loads(out)

    return call


@pytest.fixture
def refused(capfd):
    """Run what must not run: its sentence."""

    def call(*arguments) -> str:
        capfd.readouterr()
        code = run([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert (code, out) == (2, "")
        return err.strip().splitlines()[-1]

    return call


def quietly(*arguments) -> None:
    """Run a verb for its files."""
    assert run([str(a) for a in arguments]) == 0


# The rhythm

PUBLISHED = ("--preset", "stacom2022", "--epochs")


@pytest.fixture(scope="module")
def rhythm(tmp_path_factory) -> Path:
    """A folder with a slab's traces and a model of them, physics alone (which compiles fast)."""
    folder = tmp_path_factory.mktemp("rhythm")
    slab = folder / "slab.nc"
    quietly("simulate", "slab", "--size", 4, "-o", slab)
    quietly("learn", slab, *PUBLISHED, 1, "--physics-only", "-o", folder / "physics.model")
    return folder


def test_simulate_makes_a_prepared_set(verb, tmp_path):
    slab = ("simulate", "slab", "--size", 4, "--duration", 5, "--stimulus", "centre")
    result = verb(*slab, "--seed", 3, "-o", tmp_path / "slab.nc")
    assert (result["traces"], result["step_ms"]) == (16, 0.1)
    traces = read_traces(tmp_path / "slab.nc")
    assert traces.prepared
    assert traces.clean is not None
    assert traces.lengths.max() * traces.step_ms == pytest.approx(result["longest_ms"])
    assert traces.provenance.seed == 3


@pytest.mark.parametrize(
    "physics_only", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["physics", "hybrid"]
)
def test_learn_tells_its_scores_and_parameters(verb, rhythm, tmp_path, physics_only):
    slab, model = rhythm / "slab.nc", tmp_path / "fitted.model"
    how = (*PUBLISHED, 1, *(("--physics-only",) if physics_only else ()))
    result = verb("learn", slab, "--validate", slab, *how, "-o", model)
    assert result.keys() >= FITTED
    assert (result["residual_norm"] == 0) == physics_only
    assert 0 < result["train_mse"] < 0.05
    assert 0 < result["validation_mse"] < 0.05
    fit = read_fit(model)
    assert (fit.leaves == ()) == physics_only
    assert fit.learned == ("tau_in", "tau_out", "tau_close")
    for name in fit.learned:
        assert fit.parameters[name] == pytest.approx(result[name])
    assert fit.provenance.inputs.keys() == {"input 1"}


def test_an_option_of_the_other_preset_is_refused(refused, rhythm, tmp_path):
    slab, model = rhythm / "slab.nc", tmp_path / "m.model"
    assert "no option of the preset default" in refused("learn", slab, "--epochs", 3, "-o", model)
    how = (*PUBLISHED, 1, "--rounds", 3)
    assert "no option of the preset stacom2022" in refused("learn", slab, *how, "-o", model)


def test_forecast_tells_its_scores_and_draws(verb, rhythm, tmp_path):
    from PIL import Image

    model, slab, figure = rhythm / "physics.model", rhythm / "slab.nc", tmp_path / "forecast.png"
    result = verb("forecast", model, slab, "-o", tmp_path / "forecast.nc", "--figure", figure)
    assert result.keys() >= {"mse", "mse_clean", "residual_norm", "apd90_error_ms"}
    assert result["mse_clean"] < result["mse"] < 0.05
    assert result["residual_budget"] == {}  # physics alone
    assert result["residual_norm"] == 0
    foretold = read_forecast(tmp_path / "forecast.nc")
    assert foretold.scores["mse"] == pytest.approx(result["mse"])
    assert len(foretold.observed) == 16
    with Image.open(figure) as picture:
        picture.load()
        assert picture.format == "PNG"


def test_what_is_there_is_not_overwritten(refused, verb, rhythm, tmp_path):
    path = tmp_path / "slab.nc"
    path.write_bytes(b"mine")
    slab = ("simulate", "slab", "--size", 4, "--duration", 5, "-o", path)
    for arguments in (
        slab,
        ("learn", rhythm / "slab.nc", "-o", path),
        ("forecast", rhythm / "physics.model", rhythm / "slab.nc", "-o", path),
    ):
        assert "exists already" in refused(*arguments)
        assert path.read_bytes() == b"mine"
    verb(*slab, "--force")
    assert len(read_traces(path)) == 16


@pytest.mark.slow
def test_real_recordings_are_learned_and_foretold(verb, shared_data, tmp_path):
    folder = shared_data / "recordings" / "hipsc-optical" / "baseline-IV"
    wells = [folder / f"Well{n}.csv.gz" for n in (1, 2, 3)]
    model = tmp_path / "wells.model"
    learned = verb("learn", *wells, "--time-unit", "s", "--rounds", 4, "-o", model)
    assert learned.keys() >= FITTED
    assert learned["validation_mse"] is None
    assert learned["residual_norm"] >= 0  # four rounds on three wells may not earn a residual
    assert read_fit(model).provenance.inputs.keys() == {"input 1", "input 2", "input 3"}
    foretold = verb("forecast", model, *wells, "--time-unit", "s", "-o", tmp_path / "forecast.nc")
    assert foretold["mse_clean"] is None
    assert foretold["mse"] < 0.1
    assert foretold["apd90_error_ms"] is None or foretold["apd90_error_ms"] < 200


# The shape, on the sample heart


@pytest.fixture(scope="module")
def sample():
    return heart(spacing_mm=1.5)


@pytest.fixture(scope="module")
def scan(sample, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.nrrd"
    write_volume(sample.scan, path)
    return path


@pytest.fixture(scope="module")
def labels(sample, scan) -> Path:
    sites, path = sample.sites, scan.with_name("labels.nrrd")
    seeds = ("--at", typed(sites.seeds))
    quietly("segment", scan, "--lower", sites.lower_hu, *seeds, "-o", path)
    return path


@pytest.fixture(scope="module")
def opened(sample) -> list[str]:
    """--open for each pulmonary vein."""
    planes = sample.sites.openings.values()
    places = [typed(np.concatenate([plane.point, plane.normal])) for plane in planes]
    return [word for place in places for word in ("--open", place)]


def test_segment_finds_the_atrium_and_nothing_else(verb, sample, scan, tmp_path):
    sites, path = sample.sites, tmp_path / "labels.nrrd"
    result = verb(
        *("segment", scan, "--lower", sites.lower_hu, "--at", typed(sites.seeds)),
        *("--box", typed(sites.box), "-o", path),
    )
    assert result["volume_mm3"] == pytest.approx(sample.truth.volume_mm3, rel=0.03)
    assert result["voxels"] == (read_labels(path).values > 0).sum()
    assert result["warnings"] == []


def test_named_points_part_the_appendage_from_the_atrium(verb, sample, scan, tmp_path):
    """Its true plane is known: behind it lies the appendage, and nothing else that is near."""
    sites, path = sample.sites, tmp_path / "parts.nrrd"
    centre = sites.ostium.mean(axis=0)
    outward = np.cross(sites.ostium[1] - sites.ostium[0], sites.ostium[2] - sites.ostium[0])
    outward *= np.sign(outward @ centre) / np.linalg.norm(outward)
    result = verb(
        *("segment", scan, "-o", path, "--at", f"left atrium={typed(sites.seeds)}"),
        *("--at", f"appendage={typed(centre + 8 * outward)}"),
    )
    labels = read_labels(path)
    assert list(labels.names.values()) == list(result["structures_mm3"])
    assert result["lower"] == pytest.approx(sites.lower_hu, abs=20)
    place = labels.grid.to_lps(np.argwhere(labels.values == 2))
    assert (((place - centre) @ outward) > -3).mean() > 0.99
    assert result["structures_mm3"]["appendage"] > 5000


@pytest.mark.parametrize("edges", ["labels", "scan"])
def test_mesh_is_closed_and_keeps_the_volume(verb, sample, labels, tmp_path, edges):
    path = tmp_path / "atrium.stl"
    finer = ("--scan", labels.with_name("scan.nrrd")) if edges == "scan" else ()
    result = verb("mesh", labels, *finer, "-o", path)
    surface = read_surface(path)
    solid = Solid(surface.vertices, surface.faces)
    assert len(solid.faces) == result["triangles"]
    assert solid.volume_mm3 == pytest.approx(result["volume_mm3"], rel=1e-5)
    assert solid.volume_mm3 == pytest.approx(sample.truth.volume_mm3, rel=0.01)


def test_plan_measures_and_proposes_alike_in_both_frames(
    verb, monkeypatch, sample, labels, tmp_path
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    lps, ras = tmp_path / "lps.json", tmp_path / "ras.json"
    rim = sample.sites.ostium
    result = verb("plan", "laa", labels, "--label", 1, "--ostium", typed(rim), "-o", lps)
    assert result["ostium"].keys() == OSTIUM
    for name, true in vars(sample.truth.ostium).items():
        assert result["ostium"][name] == pytest.approx(true, abs=0.5)
    assert result["depth_mm"] == pytest.approx(sample.truth.depth_mm, abs=0.5)
    assert result["devices"]
    assert all(device.keys() >= DEVICE for device in result["devices"])
    stored = read_plan(lps)
    assert stored.depth_mm == result["depth_mm"]
    assert stored.provenance.inputs.keys() == {"input 1"}

    flipped = ("--ostium", typed(rim * TO_RAS), "--frame", "ras")
    verb("plan", "laa", labels, "--label", 1, *flipped, "-o", ras)
    assert ras.read_bytes() == lps.read_bytes()


@pytest.mark.slow
def test_the_sample_heart_is_printed_with_its_veins_open(verb, opened, labels, tmp_path):
    path, stl = tmp_path / "heart.3mf", tmp_path / "heart.stl"
    result = verb("print", labels, "--wall", 1.5, *opened, "-o", path, "--stl", stl)
    assert result.keys() >= PRINTED
    assert result["watertight"]
    assert (result["bodies"], result["cavities"], result["warnings"]) == (1, 0, [])
    assert result["wall_median_mm"] == pytest.approx(1.5, abs=0.05)
    assert result["wall_min_mm"] > 1.4
    for file in (path, stl):
        assert as_solid(read_surface(file)).volume_mm3 == pytest.approx(
            result["volume_mm3"], rel=1e-4
        )


@pytest.mark.slow
def test_the_sample_heart_beats(verb, sample, labels, tmp_path):
    pace = ("--pace", typed(sample.sites.pacing))
    result = verb("activate", labels, "--wall", 2, *pace, "-o", tmp_path / "activation.3mf")
    assert result["reached"] == 1
    assert 60 < result["last_activation_ms"] < 180


# Walls, on a small vessel: a capsule whose ends can be opened

ENDS = ("--open", "-9,0,0,-1,0,0", "--open", "9,0,0,1,0,0")


@pytest.fixture(scope="module")
def vessel(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("vessel") / "vessel.nrrd"
    x, y, z = np.meshgrid(*[np.arange(n) - (n - 1) / 2 for n in (35, 21, 21)], indexing="ij")
    inside = np.maximum(np.abs(x) - 7, 0) ** 2 + y**2 + z**2 < 6**2
    affine = np.eye(4)
    affine[:3, 3] = (-17, -10, -10)
    write_labels(LabelMap(inside.astype(np.uint8), affine, {1: "vessel"}), path)
    return path


def test_print_opens_checks_and_writes_the_same_bytes_again(verb, monkeypatch, vessel, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path, stl = tmp_path / "vessel.3mf", tmp_path / "vessel.stl"
    command = ("print", vessel, "--wall", 1.5, *ENDS, "-o", path, "--stl", stl)
    result = verb(*command)
    assert result.keys() >= PRINTED
    assert result["watertight"]
    assert (result["bodies"], result["cavities"], result["warnings"]) == (1, 0, [])
    assert result["wall_median_mm"] == pytest.approx(1.5, abs=0.05)
    for file in (path, stl):
        body = as_solid(read_surface(file))
        assert body.volume_mm3 == pytest.approx(result["volume_mm3"], rel=1e-4)

    before = path.read_bytes(), stl.read_bytes()
    again = verb(*command, "--force")
    assert (path.read_bytes(), stl.read_bytes()) == before
    assert again | {"seconds": 0} == result | {"seconds": 0}


def test_print_without_openings_warns_of_the_trapped_cavity(vessel, tmp_path, capfd):
    assert run(["print", str(vessel), "--wall", "1.5", "-o", str(tmp_path / "closed.3mf")]) == 0
    out, err = capfd.readouterr()
    assert "closed void" in err
    assert "--open" in err
    assert "cavities" in out


def test_print_and_activate_keep_what_is_there(refused, vessel, tmp_path):
    for name in ("there.3mf", "there.stl"):
        (tmp_path / name).write_bytes(b"mine")
    there, stl, new = tmp_path / "there.3mf", tmp_path / "there.stl", tmp_path / "new.3mf"
    for arguments in (
        ("print", vessel, "--wall", 1.5, "-o", there),
        ("print", vessel, "--wall", 1.5, "-o", new, "--stl", stl),
        ("activate", vessel, "--pace", "0,0,6", "-o", there),
        ("mesh", vessel, "-o", stl),
    ):
        assert "exists already" in refused(*arguments)
    assert {path.name for path in tmp_path.iterdir()} == {"there.3mf", "there.stl"}
    assert there.read_bytes() == stl.read_bytes() == b"mine"


@pytest.mark.slow
def test_activate_paints_the_way_along_the_vessel_with_and_without_a_fit(
    verb, rhythm, vessel, tmp_path
):
    command = ("activate", vessel, "--wall", 1.6, *ENDS, "--pace", "-9,0,6")
    plain = verb(*command, "-o", tmp_path / "plain.ply")
    assert plain["reached"] == 1
    assert 15 < plain["last_activation_ms"] < 45  # 18 mm along, half of 43 mm around
    assert "residual" in plain["note"]
    assert b"activation_ms" in (tmp_path / "plain.ply").read_bytes()[:1000]

    fitted = verb(*command, "--model", rhythm / "physics.model", "-o", tmp_path / "fitted.3mf")
    assert fitted["velocity_mm_per_ms"] == plain["velocity_mm_per_ms"]
    assert fitted["diffusivity_mm2_per_ms"] != plain["diffusivity_mm2_per_ms"]
    assert fitted["last_activation_ms"] == pytest.approx(plain["last_activation_ms"], rel=0.05)
    assert len(read_surface(tmp_path / "fitted.3mf").faces) > 1000
