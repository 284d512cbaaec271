"""Plans as pages and as reports for the archive: flags first, and no size without its caution."""

import json
import re

import pytest

from heartwright.anatomy.imaging.hospital.structural_heart import QUANTITIES, UNITS
from heartwright.cli.app import run
from heartwright.data import RESEARCH_ONLY
from heartwright.flows.plan_file import read_any_plan
from heartwright.flows.plan_to_dicom import appendage_groups, root_groups


def tube():
    """An atrium, a ball of 20 mm, with a round appendage of 8 mm (radii)."""
    import trimesh

    from heartwright.data import Solid

    body = trimesh.creation.icosphere(3, 20.0).apply_translation([-24.0, 0, 0])
    neck = trimesh.creation.cylinder(8.0, 40.0, sections=64)
    neck.apply_transform(trimesh.transformations.rotation_matrix(1.5707963, [0, 1, 0]))
    joined = trimesh.boolean.union([body, neck], engine="manifold")
    return Solid(joined.vertices.copy(), joined.faces.copy(), "atrium")


@pytest.fixture(scope="module")
def appendage(tmp_path_factory):
    """A planned appendage: its folder with `shape.stl` and `plan.json`."""
    from heartwright.printing import write_stl

    folder = tmp_path_factory.mktemp("appendage")
    write_stl(tube(), folder / "shape.stl")
    rim = "2,8,0/2,-8,0/2,0,8"
    words = ["plan", "laa", str(folder / "shape.stl"), "--ostium", rim]
    assert run([*words, "-o", str(folder / "plan.json"), "--json"]) == 0
    return folder


@pytest.fixture(scope="module")
def root(root_shape, tmp_path_factory):
    from heartwright.printing import write_stl

    folder = tmp_path_factory.mktemp("root")
    solid, nadirs = root_shape()
    write_stl(solid, folder / "shape.stl")
    points = [
        f"--{name}={','.join(map(str, point))}"
        for name, point in zip(("lcc", "rcc", "ncc"), nadirs.tolist(), strict=True)
    ]
    words = ["plan", "aortic", str(folder / "shape.stl"), *points]
    assert run([*words, "-o", str(folder / "plan.json"), "--json"]) == 0
    return folder


def reported(folder, *more: str) -> str:
    page = folder / "page.html"
    words = ["report", "plan", str(folder / "plan.json"), "--shape", str(folder / "shape.stl")]
    assert run([*words, "-o", str(page), "--force", *more]) == 0
    return page.read_text()


def sections(page: str) -> dict[str, str]:
    """Text of each section by its heading, pictures left out."""
    plain = re.sub(r"data:image/[^\"]*", "", page)
    parts = re.findall(r"<section.*?<h2[^>]*>(.*?)</h2>(.*?)</section>", plain, re.DOTALL)
    return {head: re.sub(r"<[^>]+>", " ", text) for head, text in parts}


@pytest.mark.parametrize("which", ["appendage", "root"])
@pytest.mark.slow
def test_every_size_has_source_uncertainty_and_caution(which, request):
    folder = request.getfixturevalue(which)
    page = reported(folder, "--pdf", str(folder / "page.pdf"))
    found = sections(page)
    stored = json.loads((folder / "plan.json").read_text())
    devices = [each.get("candidate", each) for each in stored["devices"]]
    assert devices
    assert next(iter(found)) == "To beware of"
    for warning in stored["warnings"]:
        assert warning.split("'")[0] in found["To beware of"]
    sizes = found["Sizes"]
    assert RESEARCH_ONLY in sizes
    assert sizes.count("revision: ") >= len(devices)
    assert sizes.count("±") >= len(devices)
    for each in devices:
        assert each["source"].split("'")[0] in sizes
        if not each["verified"]:
            assert "unverified: not read in the manufacturer" in sizes
    assert RESEARCH_ONLY in found["En face and long axis"]
    assert ("C-arm views" in found) == bool(stored.get("views"))  # the tube proposes none
    assert RESEARCH_ONLY in found.get("C-arm views", RESEARCH_ONLY)
    assert page.count(RESEARCH_ONLY) >= 2


@pytest.mark.slow
def test_every_sheet_says_research_only_and_what_plus_minus_is(appendage, monkeypatch):
    """Every sheet of the PDF, so every one with a size on it."""
    from matplotlib.backends.backend_pdf import PdfPages

    sheets: list[list[str]] = []
    save = PdfPages.savefig

    def saved(self, figure, **more):
        sheets.append([text.get_text() for text in figure.texts])
        return save(self, figure, **more)

    monkeypatch.setattr(PdfPages, "savefig", saved)
    reported(appendage, "--pdf", str(appendage / "sheets.pdf"), "--force")
    assert len(sheets) > 1
    for texts in sheets:
        assert any(RESEARCH_ONLY in text and "±" in text for text in texts)


@pytest.mark.slow
def test_every_measure_of_a_plan_has_a_code_and_a_unit(appendage, root):
    plans = [read_any_plan(folder / "plan.json") for folder in (appendage, root)]
    groups = [*appendage_groups(plans[0]), *root_groups(plans[1])]
    measures = [each for group in groups for each in group.measures]
    assert {each.name for each in measures} <= QUANTITIES.keys()
    assert {each.unit for each in measures} <= UNITS.keys()
    assert {each.name for each in measures} >= plans[1].measures.keys()  # none is left out
    ostium = plans[0].appendage.sites[0].diameters
    told = {each.name: each.value for each in measures}
    assert told["ostium_perimeter"] == pytest.approx(ostium.perimeter_mm)
    proposed = [group for group in groups if group.name.startswith("proposed")]
    assert proposed
    assert all("Source: " in group.remark and "revision: " in group.remark for group in proposed)


@pytest.mark.slow
def test_a_device_is_drawn_in_place_and_becomes_a_part(appendage):
    import zipfile

    device, model = appendage / "device.3mf", appendage / "model.3mf"
    shape = str(appendage / "shape.stl")
    site = json.loads((appendage / "plan.json").read_text())["appendage"]["sites"][0]
    at = ",".join(f"{v:.3f}" for v in (*site["point_lps_mm"], *site["normal_lps"]))
    words = ["bench", "deploy", shape, "--device", "WATCHMAN FLX", "--size", "20", f"--at={at}"]
    assert run([*words, "-o", str(appendage / "fit.json"), "--solid", str(device)]) == 0
    assert "Green: the deployed device." in reported(appendage, "--device", str(device))
    words = ["print", shape, "--wall", "2", "--part", f"device={device}", "-o", str(model)]
    assert run(words) == 0
    written = zipfile.ZipFile(model).read("3D/3dmodel.model").decode()
    assert re.findall(r'<object id="\d+" name="(\w+)"', written) == ["wall", "device"]


@pytest.mark.slow
def test_a_plan_of_another_shape_is_refused(appendage, root, capfd):
    plan, shape = str(appendage / "plan.json"), str(root / "shape.stl")
    out = str(appendage / "other.html")
    assert run(["report", "plan", plan, "--shape", shape, "-o", out]) == 2
    assert "name the shape that the plan was made from" in " ".join(capfd.readouterr().err.split())


def test_a_file_that_is_no_plan_is_refused(tmp_path, capfd):
    for text, words in (("{", "cannot be read as JSON"), ('{"annulus": 1}', "no plan of")):
        (tmp_path / "plan.json").write_text(text)
        line = [
            "report",
            "plan",
            tmp_path / "plan.json",
            "--shape",
            "a.stl",
            "-o",
            tmp_path / "a.html",
        ]
        assert run([str(word) for word in line]) == 2
        assert words in " ".join(capfd.readouterr().err.split())
