"""The print report: contours on the scan, a page, and the same on paper."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from heartwright.data import GeometryError, InputError, LabelMap, Provenance, Solid, Volume
from heartwright.flows.report.error_budget import budget_section
from heartwright.printing import Part, write_3mf
from heartwright.printing.budget import Budget, Editing, Uncertainty, read_budget
from heartwright.printing.files import read_provenance
from heartwright.report.figures import PLANES, levels_figure
from heartwright.report.figures.levels import LEVELS
from heartwright.report.page import Cell, Figure, Number, Section, Table, page
from heartwright.report.print_pages import print_pages

CENTRE = np.array([10.0, -20.0, 30.0])
RED, BLUE = np.array([255, 93, 79]), np.array([79, 195, 255])


@pytest.fixture(scope="module")
def ball() -> Solid:
    mesh = trimesh.creation.icosphere(subdivisions=3, radius=15.0)
    return Solid(np.array(mesh.vertices) + CENTRE, np.array(mesh.faces), name="ball")


@pytest.fixture(scope="module")
def scan() -> Volume:
    affine = np.diag([1.5, 1.5, 2.0, 1.0])
    affine[:3, 3] = CENTRE - [30, 30, 30]
    return Volume(np.full((40, 40, 30), 40, np.int16), affine, modality="CT")


def marked(png: bytes, colour: np.ndarray) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.abs(np.asarray(image.convert("RGB")).astype(int) - colour).max(axis=2) < 40


def test_every_level_shows_the_contour_and_the_labels(ball, scan):
    index = np.stack(np.meshgrid(*map(np.arange, scan.grid.shape), indexing="ij"), axis=-1)
    inside = np.linalg.norm(scan.grid.to_lps(index.astype(float)) - CENTRE, axis=-1) < 14
    labels = LabelMap(inside.astype(np.uint8), scan.affine)
    picture = levels_figure(scan, ball, PLANES[0], labels=labels)
    for colour in (RED, BLUE):
        panels = np.array_split(marked(picture, colour)[:-80], LEVELS, axis=1)
        assert all(panel.sum() > 100 for panel in panels)


def test_the_contour_is_as_wide_as_the_sphere_is_there(ball, scan):
    """A sphere of 15 mm: at a quarter of its height its section's radius is √(15² − 3.75²)."""
    picture = levels_figure(scan, ball, PLANES[0])
    widths = []
    for panel in np.array_split(marked(picture, RED)[:-80], LEVELS, axis=1):
        columns = np.flatnonzero(panel.any(axis=0))
        widths.append(np.ptp(columns))
    radii = np.sqrt(15**2 - np.array([11.25, 3.75, 3.75, 11.25]) ** 2)
    np.testing.assert_allclose(widths / np.max(widths), radii / radii.max(), atol=0.03)


def test_a_model_of_another_scan_is_refused(ball, scan):
    elsewhere = Solid(ball.vertices + 300, ball.faces, name="ball")
    with pytest.raises(GeometryError, match="ball lies beside the scan"):
        levels_figure(scan, elsewhere, PLANES[1])


def picture(form: str = "image/png") -> Figure:
    stream = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 30, 30, 255)).save(stream, format="PNG")
    return Figure(stream.getvalue(), form, "A caption.", "A red field.")


def test_paper_takes_all_that_a_page_has():
    section = Section(
        "A part",
        "Words.\n\n" + "More words. " * 60,
        figures=[picture()] * 9,
        numbers=[Number("volume", 12.3, "mL", "measured"), Number("certificate", "valid")],
        tables=[Table("Costs", ("", "sla"), [("printing (h)", [Cell(1.5, "estimated")])])],
    )
    provenance = Provenance(inputs={"input 1": "ab" * 32}, created="2026-01-01T00:00:00+00:00")
    pdf = print_pages("Title", [section], lead="Lead.", provenance=provenance)
    assert pdf.startswith(b"%PDF")
    assert b"D:20260101000000" in pdf
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2
    assert print_pages("Title", [section], lead="Lead.", provenance=provenance) == pdf


def test_paper_takes_no_films():
    with pytest.raises(InputError, match="carries PNG only"):
        print_pages("Title", [Section("A part", "", figures=[picture("image/webp")])])


def test_a_model_says_how_it_was_made(tmp_path, ball):
    made = Provenance(inputs={"input 1": "ab" * 32}, parameters={"wall_mm": 2.0, "openings": ["x"]})
    solid = Solid(ball.vertices, ball.faces, "wall", made)
    write_3mf([Part(solid, "wall")], tmp_path / "model.3mf")
    assert read_provenance(tmp_path / "model.3mf") == {"wall": made}
    (tmp_path / "other.3mf").write_bytes(b"no package")
    assert read_provenance(tmp_path / "other.3mf") == {}


def budgeted(path: Path, model: Path, **changed: object) -> Path:
    """A budget's file of a model: 0.06, 1.96 × 0.1 and 0.1 mm."""
    found = Budget(
        editing=Editing(mean_mm=0.03, p95_mm=0.06, bias_mm=-0.01, cut_off=0.1),
        segmentation=Uncertainty(sd_mm=0.1, noise=12.0, no_contrast=0.0),
        technology="sla",
        printer_mm=0.1,
        printer_source="a source",
        printer_verified=False,
    )
    made = json.loads(Provenance.of([model]).to_json())
    path.write_text(json.dumps(found.summary() | {"provenance": made} | changed))
    return path


def test_a_budget_is_shown_with_its_terms_and_sums(tmp_path, ball):
    model = tmp_path / "model.3mf"
    write_3mf([Part(ball, "wall")], model)
    section, warnings = budget_section(budgeted(tmp_path / "budget.json", model), model)
    assert warnings == []
    values = {name: cell.value for name, (cell,) in section.tables[0].rows}
    assert values == pytest.approx(
        {
            "digital editing": 0.06,
            "segmentation": 0.196,
            "printer": 0.1,
            "sum, if independent": (0.06**2 + 0.196**2 + 0.1**2) ** 0.5,
            "sum, if all one way": 0.356,
        }
    )
    html, pdf = page("A title", [section]), print_pages("A title", [section])
    for words in ("95 % of the print should lie within 0.23 mm", "0.196", "0.356", "unverified"):
        assert words in html
    assert pdf.startswith(b"%PDF")


def test_a_budget_without_a_scan_says_that_segmentation_is_not_known(tmp_path, ball):
    model, other = tmp_path / "model.3mf", tmp_path / "other.3mf"
    write_3mf([Part(ball, "wall")], model)
    write_3mf([Part(ball, "another")], other)
    path = budgeted(tmp_path / "budget.json", other, segmentation=None)
    section, warnings = budget_section(path, model)
    assert dict(section.tables[0].rows)["segmentation"][0].value is None
    assert "another file" in warnings[0]
    assert warnings[0] in section.text


@pytest.mark.parametrize(
    "changed",
    [{"editing": {}}, {"printer_mm": None}, {"printer_mm": float("nan")}, {"technology": "clay"}],
)
def test_what_is_no_budget_is_refused(tmp_path, ball, changed):
    model = tmp_path / "model.3mf"
    write_3mf([Part(ball, "wall")], model)
    with pytest.raises(InputError, match=r"no error budget|no technology"):
        read_budget(budgeted(tmp_path / "budget.json", model, **changed))
    for text in ("[1]", "{}", "no json"):
        (tmp_path / "other.json").write_text(text)
        with pytest.raises(InputError, match="no error budget"):
            read_budget(tmp_path / "other.json")


@pytest.mark.slow
def test_the_verb_writes_a_page_and_a_pdf(tmp_path, patient_series, capsys):
    from heartwright.cli.app import run

    mesh = trimesh.creation.icosphere(subdivisions=3, radius=9.0)
    solid = Solid(
        np.array(mesh.vertices) + np.array([10, 22, 130]), np.array(mesh.faces), name="wall"
    )
    write_3mf([Part(solid, "wall")], tmp_path / "Müller.3mf")
    page, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    arguments = [tmp_path / "Müller.3mf", "--scan", patient_series(), "-o", page, "--pdf", pdf]
    budget = budgeted(tmp_path / "budget.json", tmp_path / "Müller.3mf")
    arguments += ["--technology", "jetting", "--budget", budget]
    assert run(["report", *map(str, arguments)]) == 0
    html = page.read_text()
    for words in (
        "On the scan",
        "Axial slices",
        "SHA-256",
        "Research use only",
        "printing (h)",
        "Error budget",
    ):
        assert words in html
    assert "Müller" not in html  # neither the patient's name nor the file's
    assert pdf.read_bytes().startswith(b"%PDF")
    assert run(["report", *map(str, arguments)]) == 2
    assert "exists already" in capsys.readouterr().err
