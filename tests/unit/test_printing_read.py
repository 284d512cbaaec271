"""Reading meshes: every format, any frame and unit, and broken files refused in one sentence."""

import contextlib
import io
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from vtkmodules.vtkCommonCore import vtkStringArray
from vtkmodules.vtkFiltersSources import vtkCubeSource, vtkSphereSource
from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

from heartwright.data import HeartwrightError, InputError, Solid, Surface
from heartwright.printing import Part, read_surface, write_3mf, write_ply, write_stl

BALL = trimesh.creation.icosphere(1, 20)


def vtp(mode: str = "binary", space: str = "", source: object = None) -> bytes:
    """A VTP file, as VTK writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.vtp"
        source = source or vtkSphereSource(radius=20)
        source.Update()
        data = source.GetOutput()
        if space:
            note = vtkStringArray()
            note.SetName("SPACE")
            note.InsertNextValue(space)
            data.GetFieldData().AddArray(note)
        writer = vtkXMLPolyDataWriter()
        writer.SetInputData(data)
        writer.SetFileName(str(path))
        getattr(writer, f"SetDataModeTo{mode.capitalize()}")()
        writer.Write()
        return path.read_bytes()


def ours(ending: str) -> bytes:
    """A file that heartwright wrote."""
    solid = Solid(np.array(BALL.vertices), np.array(BALL.faces), "ball")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        if ending == ".3mf":
            write_3mf([Part(solid, "ball")], path)
        else:
            {".ply": write_ply, ".stl": write_stl}[ending](solid, path)
        return path.read_bytes()


def exported(kind: str) -> bytes:
    data = BALL.export(file_type=kind)
    return data.encode() if isinstance(data, str) else data


FILES = {
    "binary.stl": ours(".stl"),
    "ascii.stl": exported("stl_ascii"),
    "shouted.stl": exported("stl_ascii").upper(),
    "binary.ply": ours(".ply"),
    "ascii.ply": BALL.export(file_type="ply", encoding="ascii"),
    "plain.obj": exported("obj"),
    "binary.vtp": vtp("binary"),
    "ascii.vtp": vtp("ascii"),
    "appended.vtp": vtp("appended"),
    "model.3mf": ours(".3mf"),
}


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_format_reads_as_a_closed_ball(name: str, tmp_path: Path):
    path = written(tmp_path, name, FILES[name])
    surface = read_surface(path)
    assert surface.name == ""  # a file's name may be a patient's
    assert surface.provenance.inputs.keys() == {"input 1"}
    volume = Solid(surface.vertices, surface.faces).volume_mm3
    assert volume == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.2)


def test_endings_are_known_in_any_case(tmp_path: Path):
    assert len(read_surface(written(tmp_path, "A.STL", FILES["binary.stl"])).faces) == 80


@pytest.mark.parametrize("name", ["binary.stl", "binary.ply", "plain.obj"])
def test_ras_headers_turn_x_and_y_around(name: str, tmp_path: Path):
    lps = FILES[name]
    if name == "plain.obj":
        lps = b"# 3D Slicer output. SPACE=LPS\n" + lps
    shifted = read_surface(written(tmp_path, name, lps))
    turned = read_surface(written(tmp_path, f"ras_{name}", lps.replace(b"SPACE=LPS", b"SPACE=RAS")))
    np.testing.assert_array_equal(turned.vertices, shifted.vertices * [-1, -1, 1])
    assert Solid(turned.vertices, turned.faces).volume_mm3 > 0


def test_ras_in_a_vtp_is_honoured_as_3d_slicer_notes_it(tmp_path: Path):
    source = vtkSphereSource(radius=20, center=(30, 20, 10))
    source.Update()
    path = written(tmp_path, "a.vtp", vtp(space="RAS", source=source))
    middle = read_surface(path).vertices.mean(axis=0)
    assert middle == pytest.approx([-30, -20, 10], abs=0.5)


def test_polygons_are_split_into_triangles(tmp_path: Path):
    cube = vtkCubeSource(x_length=20, y_length=20, z_length=20)
    surface = read_surface(written(tmp_path, "cube.vtp", vtp(source=cube)))
    assert Solid(surface.vertices, surface.faces).volume_mm3 == pytest.approx(8000)


def test_several_objects_become_one_surface(tmp_path: Path):
    shift = np.array([50, 0, 0])
    lines = "\n".join(
        f"o part{n}\n"
        + "\n".join(f"v {x} {y} {z}" for x, y, z in BALL.vertices + shift * n)
        + "\n"
        + "\n".join("f " + " ".join(str(i + 1 + 42 * n) for i in face) for face in BALL.faces)
        for n in range(2)
    )
    surface = read_surface(written(tmp_path, "two.obj", lines.encode()))
    assert Solid(surface.vertices, surface.faces).volume_mm3 == pytest.approx(2 * BALL.volume)


def test_a_closed_topology_is_kept_where_walls_touch(tmp_path: Path):
    boxes = [trimesh.creation.box((10, 10, 10)).apply_translation((x, x, 0)) for x in (0, 10)]
    both = trimesh.util.concatenate(boxes)
    solid = Solid(np.array(both.vertices), np.array(both.faces))
    write_ply(solid, tmp_path / "boxes.ply")
    back = read_surface(tmp_path / "boxes.ply")
    np.testing.assert_array_equal(back.faces, solid.faces)


def test_vertices_that_no_triangle_uses_are_left_out(tmp_path: Path):
    data = FILES["plain.obj"] + b"\nv 5000 5000 5000\n"
    assert np.abs(read_surface(written(tmp_path, "a.obj", data)).vertices).max() <= 20.001


@pytest.mark.parametrize(
    ("radius", "unit", "factor"),
    [(0.03, "metres", "1000"), (1.2, "inches", "25.4"), (30000.0, "micrometres", "0.001")],
)
def test_sizes_that_are_not_millimetres_name_the_likely_unit(
    radius: float, unit: str, factor: str, tmp_path: Path
):
    mesh = trimesh.creation.icosphere(1, radius)
    path = written(tmp_path, "a.stl", mesh.export(file_type="stl"))
    with pytest.raises(InputError, match=rf"probably in {unit}: .*scale it by {factor} first"):
        read_surface(path)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.stl", b"", "cut short"),
        ("empty.ply", b"", "cut short"),
        ("empty.obj", b"", "no triangles|cut short"),
        ("empty.vtp", b"", "cut short"),
        ("empty.3mf", b"", "broken"),
        ("half.stl", FILES["binary.stl"][:-10], "promises 80 triangles but holds 79"),
        ("half_ascii.stl", FILES["ascii.stl"][:-300], "no end"),
        ("half.ply", FILES["binary.ply"][:-10], "cut short"),
        ("half.vtp", FILES["binary.vtp"][:-100], "cut short"),
        ("half.3mf", FILES["model.3mf"][:-100], "broken"),
        ("none.stl", b"heartwright".ljust(80) + bytes(4), "no triangles"),
        ("points.obj", b"v 0 0 0\nv 9 0 0\nv 0 9 0\n", "no triangles|cut short"),
        ("wrong.obj", b"v 0 0 0\nv 9 0 0\nv 0 9 0\nf 1 2 9\n", "not there|cut short"),
        (
            "nan.stl",
            re.sub(rb"vertex \S+", b"vertex nan", FILES["ascii.stl"], count=1),
            "not numbers",
        ),
        ("heart.gltf", b"{}", "known are .3mf, .obj, .ply, .stl, .vtp"),
    ],
)
def test_broken_files_are_refused_in_one_sentence(
    name: str, data: bytes, says: str, tmp_path: Path
):
    path = written(tmp_path, name, data)
    with pytest.raises(InputError, match=says) as refusal:
        read_surface(path)
    message = str(refusal.value)
    assert message.startswith(str(path))
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        read_surface(tmp_path / "nothing.stl")


def test_a_folder_is_no_mesh(tmp_path: Path):
    (tmp_path / "a.stl").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_surface(tmp_path / "a.stl")


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """A file after bytes were overwritten, inserted or lost."""
    broken = bytearray(data)
    head = min(len(data), 2000)  # half of the damage goes where the structure is
    where = st.one_of(st.integers(0, head - 1), st.integers(0, len(data) - 1))
    what = st.one_of(st.integers(0, 255), st.sampled_from(b'0189-.e" <'))
    for place, byte in draw(st.lists(st.tuples(where, what), max_size=12)):
        broken[place] = byte
    for place in draw(st.lists(where, max_size=2)):
        broken[place:place] = draw(st.sampled_from([b"99999999", b"-1", b"\0\0", b"nan", b"1e300"]))
    return bytes(broken[: draw(st.one_of(st.just(len(broken)), st.integers(0, len(broken))))])


def zipped_again(archive: bytes, damage: st.DataObject) -> bytes:
    """A 3MF whose model is damaged inside an intact archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, damage.draw(damaged(data)) if name.endswith(".model") else data)
    return out.getvalue()


@pytest.mark.parametrize("name", [*FILES, "inside.3mf"])
@settings(max_examples=40, deadline=None)
@given(damage=st.data())
def test_damaged_files_never_end_in_a_traceback(name: str, damage: st.DataObject):
    if name == "inside.3mf":
        data = zipped_again(FILES["model.3mf"], damage)
    else:
        data = damage.draw(damaged(FILES[name]))
    with TemporaryDirectory() as folder:
        surface = read_or_refuse(written(Path(folder), name, data))
    if surface is not None:
        assert np.isfinite(surface.vertices).all()
        assert surface.faces.max() < len(surface.vertices)


def read_or_refuse(path: Path) -> Surface | None:
    """The surface, or None where it was refused as it should be."""
    with contextlib.suppress(HeartwrightError):
        return read_surface(path)
    return None


@pytest.mark.parametrize("name", ["lh_template.vtp", "mmwhs_template.vtp"])
def test_real_templates_are_refused_because_they_have_no_unit(name: str, shared_data: Path):
    with pytest.raises(InputError, match="which no heart model is"):
        read_surface(shared_data / "surfaces" / "heart-templates" / name)


def test_a_real_left_atrium_is_read(shared_data: Path):
    folder = shared_data / "surfaces" / "left-atrium-lgpl"
    surface = read_surface(folder / "data_output_example_mesh_autolabels.vtp")
    assert len(surface.faces) == 39996
    assert np.ptp(surface.vertices, axis=0) == pytest.approx([101.2, 44.8, 68.7], abs=0.1)


def test_a_device_saved_by_3d_slicer_is_read(shared_data: Path):
    surface = read_surface(shared_data / "devices" / "slicerheart" / "G4XT_wing.stl")
    assert np.ptp(surface.vertices, axis=0) == pytest.approx([4, 2, 14], abs=1e-4)


@pytest.mark.parametrize("name", ["binary.vtp", "ascii.vtp", "model.3mf", "binary.ply"])
def test_libraries_stay_silent_about_broken_files(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    assert read_or_refuse(written(tmp_path, name, FILES[name][:-200])) is None
    assert capfd.readouterr() == ("", "")
