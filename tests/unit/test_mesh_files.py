"""Mesh files: what is written is read back, and what is broken is refused in one sentence."""

import json
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import lib3mf
import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from manifold3d import Manifold, Mesh64
from scipy.spatial import KDTree

from heartwright.data import (
    GeometryError,
    InputError,
    OutputError,
    Provenance,
    Solid,
    Surface,
)
from heartwright.printing import Part, read_surface, write_3mf, write_ply, write_stl


def _3mf(solid: Solid, path: Path, *, force: bool = False) -> None:
    write_3mf([Part(solid, "wall")], path, force=force)


WRITERS = {".3mf": _3mf, ".ply": write_ply, ".stl": write_stl}


def solid_of(mesh: trimesh.Trimesh | Manifold, name: str = "wall") -> Solid:
    if isinstance(mesh, Manifold):
        out = mesh.to_mesh64()
        return Solid(np.array(out.vert_properties), np.array(out.tri_verts).astype(np.int64), name)
    return Solid(np.array(mesh.vertices), np.array(mesh.faces), name)


def sphere(radius: float = 20.0, subdivisions: int = 2) -> Solid:
    return solid_of(trimesh.creation.icosphere(subdivisions, radius))


def _torus() -> Manifold:
    mesh = trimesh.creation.torus(12, 4, 24, 12)
    return Manifold(Mesh64(mesh.vertices, mesh.faces.astype(np.uint64)))


PIECES = {
    "sphere": Manifold.sphere(15, 24),
    "box": Manifold.cube((18, 22, 9), True),
    "torus": _torus(),
}
places = st.tuples(*[st.floats(-12, 12)] * 3)
far_away = st.tuples(*[st.floats(-1500, 1500)] * 3)


@st.composite
def solids(draw: st.DrawFn) -> Solid:
    """Unions of spheres, boxes and tori, as far from the origin as a scanner's table takes them."""
    drawn = draw(
        st.lists(st.tuples(st.sampled_from(sorted(PIECES)), places), min_size=1, max_size=3)
    )
    union = Manifold()
    for name, place in drawn:
        union = union + PIECES[name].rotate((place[0], place[1], 0)).translate(place)
    return solid_of(union.simplify(0.002).translate(draw(far_away)))


def _split_edge(
    vertices: np.ndarray, faces: np.ndarray, apart: float
) -> tuple[np.ndarray, np.ndarray]:
    """Split an edge at its midpoint, and once more a hair beside it."""
    a, b = faces[0, :2]
    middle = (vertices[a] + vertices[b]) / 2
    beside = middle + apart * (vertices[b] - vertices[a])
    m, n = len(vertices), len(vertices) + 1
    split = []
    for face in faces.tolist():
        if a in face and b in face:
            start = next(k for k in range(3) if {face[k], face[(k + 1) % 3]} == {a, b})
            p, q, tip = (face[(start + k) % 3] for k in range(3))
            chain = [p, m, n, q] if p == a else [p, n, m, q]
            split += [[chain[k], chain[k + 1], tip] for k in range(3)]
        else:
            split.append(face)
    return np.vstack([vertices, middle, beside]), np.array(split)


def meshes(model: lib3mf.Model) -> Iterator[lib3mf.MeshObject]:
    found = model.GetMeshObjects()
    while found.MoveNext():
        yield found.GetCurrentMeshObject()


def corner_colours(model: lib3mf.Model, mesh: lib3mf.MeshObject) -> np.ndarray:
    properties = mesh.GetAllTriangleProperties()
    group = model.GetColorGroupByID(properties[0].ResourceID)
    colour = {n: group.GetColor(n) for n in group.GetAllPropertyIDs()}
    return np.array(
        [
            [[colour[n].Red, colour[n].Green, colour[n].Blue] for n in p.PropertyIDs]
            for p in properties
        ]
    )


def metadata(model: lib3mf.Model) -> dict[str, str]:
    group = model.GetMetaDataGroup()
    notes = [group.GetMetaData(n) for n in range(group.GetMetaDataCount())]
    return {note.GetName(): note.GetValue() for note in notes}


def vtk_ply(path: Path) -> np.ndarray:
    """Vertex colours as VTK, and so ParaView and 3D Slicer, read them."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOPLY import vtkPLYReader

    reader = vtkPLYReader()
    reader.SetFileName(str(path))
    reader.Update()
    return vtk_to_numpy(reader.GetOutput().GetPointData().GetArray("RGB"))


def assert_same_triangles(back: Surface, solid: Solid, within_mm: float) -> None:
    """Every triangle is there once, turned the same way, to rounding."""
    corners = solid.vertices.astype(np.float32).astype(np.float64)[solid.faces]
    area = np.linalg.norm(np.cross(*(corners[:, 1:] - corners[:, :1]).transpose(1, 0, 2)), axis=1)
    assert len(back.faces) == len(corners)
    read = back.vertices[back.faces]
    tree = KDTree(np.concatenate([np.roll(read, n, axis=1).reshape(-1, 9) for n in range(3)]))
    distance, found = tree.query(corners.reshape(-1, 9))
    assert distance.max() <= within_mm
    assert len(np.unique(found[area > 1e-3] % len(read))) == (area > 1e-3).sum()


@pytest.mark.parametrize("ending", WRITERS)
@settings(max_examples=25, deadline=None)
@given(solid=solids())
def test_reading_gives_back_what_was_written(ending: str, solid: Solid):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"heart{ending}"
        WRITERS[ending](solid, path)
        back = read_surface(path)
    ulp = float(np.spacing(np.float32(np.abs(solid.vertices).max())))
    within = 3 * (ulp + 1e-6) if ending == ".3mf" else 0.0  # text with six decimals; else exact
    assert_same_triangles(back, solid, within)
    assert Solid(back.vertices, back.faces).volume_mm3 == pytest.approx(solid.volume_mm3, rel=1e-4)


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_solid_gives_the_same_bytes(ending: str, tmp_path: Path):
    for name in "ab":
        WRITERS[ending](sphere(), tmp_path / f"{name}{ending}")
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize("ending", WRITERS)
def test_nothing_is_overwritten_without_force(ending: str, tmp_path: Path):
    path = tmp_path / f"heart{ending}"
    path.write_text("precious")
    with pytest.raises(OutputError, match="--force"):
        WRITERS[ending](sphere(), path, force=False)
    assert path.read_text() == "precious"
    WRITERS[ending](sphere(), path, force=True)
    assert len(read_surface(path).faces) == len(sphere().faces)


@pytest.mark.parametrize("ending", WRITERS)
def test_a_missing_folder_is_named(ending: str, tmp_path: Path):
    with pytest.raises(OutputError, match="does not exist"):
        WRITERS[ending](sphere(), tmp_path / "nowhere" / f"heart{ending}")


@pytest.mark.parametrize("ending", WRITERS)
def test_a_full_disk_leaves_nothing_behind(ending: str, tmp_path: Path):
    with (
        disk_with_room_for(1000),
        pytest.raises(OutputError, match="could not be written"),
    ):
        WRITERS[ending](sphere(), tmp_path / f"heart{ending}")
    assert list(tmp_path.iterdir()) == []


@contextmanager
def disk_with_room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_stl_header_names_frame_and_unit_and_never_starts_with_solid(tmp_path: Path):
    path = tmp_path / "solid.stl"
    write_stl(solid_of(trimesh.creation.icosphere(1, 20), "solid Vorhof ä"), path)
    header = path.read_bytes()[:80]
    assert header.startswith(b"heartwright SPACE=LPS UNIT=mm solid Vorhof ?")


def test_stl_normals_point_outwards(tmp_path: Path):
    write_stl(sphere(), tmp_path / "ball.stl")
    with (tmp_path / "ball.stl").open("rb") as stream:
        parsed = trimesh.exchange.stl.load_stl_binary(stream)
    centres = parsed["vertices"][parsed["faces"]].mean(axis=1)
    outwards = np.einsum("ij,ij->i", parsed["face_normals"], centres)
    assert outwards == pytest.approx(20, rel=0.05)


def test_vertices_that_float32_cannot_tell_apart_collapse_and_stay_closed(tmp_path: Path):
    whole = trimesh.creation.icosphere(2, 20)
    split = trimesh.Trimesh(*_split_edge(whole.vertices, whole.faces, 1e-7), process=False)
    solid = solid_of(split.apply_translation([-900.0, 40.0, -1300.0]))
    assert len(solid.faces) == len(whole.faces) + 4
    write_stl(solid, tmp_path / "ball.stl")
    back = read_surface(tmp_path / "ball.stl")
    assert len(back.faces) == len(whole.faces) + 2  # a midpoint stays, its double is gone
    assert Solid(back.vertices, back.faces).volume_mm3 == pytest.approx(whole.volume, rel=1e-4)


def test_walls_that_touch_along_an_edge_need_a_format_with_topology(tmp_path: Path):
    boxes = [trimesh.creation.box((10, 10, 10)).apply_translation((x, x, 0)) for x in (0, 10)]
    solid = solid_of(trimesh.util.concatenate(boxes), "two boxes")
    with pytest.raises(GeometryError, match="two boxes has walls that touch along a line"):
        write_stl(solid, tmp_path / "boxes.stl")
    assert list(tmp_path.iterdir()) == []
    _3mf(solid, tmp_path / "boxes.3mf")
    back = read_surface(tmp_path / "boxes.3mf")
    assert Solid(back.vertices, back.faces).volume_mm3 == pytest.approx(2000)


def test_3mf_keeps_names_unit_colours_and_provenance(tmp_path: Path):
    ball = replace(sphere(), provenance=Provenance(parameters={"wall_mm": 1.5}, seed=7))
    shades = np.arange(3 * len(ball.vertices), dtype=np.uint8).reshape(-1, 3)
    write_3mf(
        [Part(ball, "wall & <lumen>", colours=shades), Part(sphere(6), "calcium", (250, 240, 230))],
        tmp_path / "heart.3mf",
    )
    model = lib3mf.get_wrapper().CreateModel()
    model.QueryReader("3mf").ReadFromFile(str(tmp_path / "heart.3mf"))
    wall, calcium = meshes(model)
    assert model.GetUnit() == lib3mf.ModelUnit.MilliMeter
    assert (wall.GetName(), calcium.GetName()) == ("wall & <lumen>", "calcium")
    assert wall.IsManifoldAndOriented()
    assert calcium.IsManifoldAndOriented()
    np.testing.assert_array_equal(corner_colours(model, wall), shades[ball.faces])
    group, material, there = calcium.GetObjectLevelProperty()
    shown = model.GetBaseMaterialGroupByID(group).GetDisplayColor(material)
    assert there
    assert (shown.Red, shown.Green, shown.Blue) == (250, 240, 230)
    notes = metadata(model)
    assert notes["Title"] == "wall & <lumen>, calcium"
    assert notes["Application"].startswith("heartwright ")
    assert "LPS" in notes["Description"]
    origin = json.loads(notes["Provenance"])["wall & <lumen>"]
    assert Provenance.from_json(json.dumps(origin)) == ball.provenance


def test_3mf_of_two_parts_reads_as_one_surface_in_place(tmp_path: Path):
    apart = solid_of(trimesh.creation.icosphere(1, 5).apply_translation((40, 0, 0)))
    write_3mf([Part(sphere(), "a"), Part(apart, "b")], tmp_path / "two.3mf")
    back = read_surface(tmp_path / "two.3mf")
    assert np.ptp(back.vertices, axis=0) == pytest.approx([65, 40, 40], abs=1)
    assert Solid(back.vertices, back.faces).volume_mm3 == pytest.approx(
        sphere().volume_mm3 + apart.volume_mm3, rel=1e-5
    )


def test_3mf_in_inches_is_read_in_millimetres(tmp_path: Path):
    model = lib3mf.get_wrapper().CreateModel()
    model.SetUnit(lib3mf.ModelUnit.Inch)
    inches = sphere(1.0)
    mesh = model.AddMeshObject()
    mesh.SetGeometry(
        [lib3mf.Position(tuple(v)) for v in inches.vertices.tolist()],
        [lib3mf.Triangle(tuple(f)) for f in inches.faces.tolist()],
    )
    model.AddBuildItem(mesh, lib3mf.get_wrapper().GetIdentityTransform())
    model.QueryWriter("3mf").WriteToFile(str(tmp_path / "inch.3mf"))
    assert np.ptp(read_surface(tmp_path / "inch.3mf").vertices, axis=0) == pytest.approx(
        [50.8] * 3, rel=0.01
    )


@pytest.mark.parametrize("name", ["Vorhof ä", "a\x01b", "a\nb", "a\x00b", "", "a\ud800b"])
def test_3mf_holds_any_name_as_far_as_xml_can(name: str, tmp_path: Path):
    write_3mf([Part(sphere(), name), Part(sphere(9), "b")], tmp_path / "heart.3mf")
    with zipfile.ZipFile(tmp_path / "heart.3mf") as package:
        model = ET.fromstring(package.read("3D/3dmodel.model"))
        config = ET.fromstring(package.read("Metadata/Slic3r_PE_model.config"))
    shown = name if name == "Vorhof ä" else "ab" if name else "part"
    named = [node.get("name") for node in model.iter() if node.tag.endswith("}object")]
    assert named[:2] == [shown, "b"]
    assert next(config.iter("metadata")).get("value") == shown


def test_parts_need_one_colour_for_each_vertex():
    with pytest.raises(InputError, match="one colour for each vertex"):
        Part(sphere(), "wall", colours=np.zeros((3, 3), np.uint8))


def test_a_3mf_needs_a_part(tmp_path: Path):
    with pytest.raises(InputError, match="at least one part"):
        write_3mf([], tmp_path / "none.3mf")


def test_ply_keeps_colours_values_and_its_comment(tmp_path: Path):
    ball = sphere()
    shades = np.arange(3 * len(ball.vertices), dtype=np.uint8).reshape(-1, 3)
    times = np.linspace(0, 90, len(ball.vertices))
    times[3] = np.nan
    path = tmp_path / "heart.ply"
    write_ply(ball, path, colours=shades, values=("activation_ms", times))
    assert b"comment heartwright SPACE=LPS UNIT=mm wall\n" in path.read_bytes()[:200]
    vtk_view = vtk_ply(path)
    np.testing.assert_array_equal(vtk_view, shades)
    raw = trimesh.load(path, process=False).metadata["_ply_raw"]["vertex"]["data"]
    np.testing.assert_array_equal(raw["activation_ms"], times.astype(np.float32))


@pytest.mark.parametrize("name", ["activation ms", "zeit_µs", ""])
def test_ply_refuses_names_that_would_break_its_header(name: str, tmp_path: Path):
    with pytest.raises(InputError, match="letters, digits"):
        write_ply(sphere(), tmp_path / "a.ply", values=(name, np.zeros(len(sphere().vertices))))


def test_ply_needs_one_colour_for_each_vertex(tmp_path: Path):
    with pytest.raises(InputError, match="one colour"):
        write_ply(sphere(), tmp_path / "a.ply", colours=np.zeros((3, 3), np.uint8))
