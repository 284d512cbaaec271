"""3MF: named parts with unit, topology, colours and where they come from (lib3mf)."""

import hashlib
import io
import itertools
import json
import uuid
from collections.abc import Iterator, Sequence
from ctypes import string_at
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.sax.saxutils import quoteattr

import lib3mf
import numpy as np
from jaxtyping import UInt8

from heartwright.data.errors import GeometryError, InputError
from heartwright.data.files import atomic, writable
from heartwright.data.plan import RESEARCH_ONLY
from heartwright.data.provenance import Provenance
from heartwright.data.surface import Faces, Solid
from heartwright.printing.files.triangles import Triangles

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255
Colours = UInt8[np.ndarray, "vertex 3"]

_OURS = "urn:heartwright:3mf"  # XML namespace of our metadata
_SLICER_CONFIG = "/Metadata/Slic3r_PE_model.config"
_SLICER_RELATION = "http://schemas.slic3r.org/3mf/2017/06"
_MM = {
    "MicroMeter": 0.001,
    "MilliMeter": 1.0,
    "CentiMeter": 10.0,
    "Inch": 25.4,
    "Foot": 304.8,
    "Meter": 1000.0,
}


@dataclass(frozen=True, eq=False)
class Part:
    """One named body of a print, with one colour or one colour a vertex."""

    solid: Solid
    name: str
    colour: Colour | None = None
    colours: Colours | None = None

    def __post_init__(self) -> None:
        if self.colours is not None and len(self.colours) != len(self.solid.vertices):
            raise InputError(
                f"part {self.name} has {len(self.solid.vertices)} vertices but "
                f"{len(self.colours)} colours; give one colour for each vertex."
            )


def write_3mf(parts: Sequence[Part], path: Path, *, force: bool = False) -> None:
    """Write named parts in LPS mm, with colours and provenance; same parts, same bytes.

    Part colours are base materials, vertex colours a colour group. Where there are several parts,
    PrusaSlicer's own table beside the model gives each its extruder, in their order.

    Raises:
        InputError: no part is given.
        GeometryError: lib3mf finds a part not manifold.
        OutputError: the path cannot be written, or exists and `force` is not given.
    """
    if not parts:
        raise InputError(f"{path}: nothing to write; give at least one part.")
    writable(path, force=force)
    model = lib3mf.get_wrapper().CreateModel()
    model.SetUnit(lib3mf.ModelUnit.MilliMeter)
    _describe(model, parts)
    meshes = [_add_mesh(model, part) for part in parts]
    _paint(model, parts, meshes)
    _build(model, meshes, _uuids(parts))
    if len(parts) > 1:
        _attach_extruders(model, parts, meshes)
    package = _packed(model)
    with atomic(path, force=force) as temporary:
        temporary.write_bytes(package)


def read_3mf(path: Path) -> Triangles:
    """Triangles of everything on the build plate, in mm whatever the file's unit.

    Raises:
        InputError: lib3mf cannot read the file.
    """
    model = lib3mf.get_wrapper().CreateModel()
    try:
        model.QueryReader("3mf").ReadFromFile(str(path))
        merged = model.MergeToModel()  # components and transforms resolved
    except lib3mf.ELib3MFException as error:
        raise InputError(f"it is broken or no 3MF file ({error})") from error
    found = _meshes(merged)
    offsets = np.cumsum([0, *(len(mesh.vertices) for mesh in found)])
    vertices = np.concatenate([np.empty((0, 3)), *(mesh.vertices for mesh in found)])
    faces = [mesh.faces + offset for mesh, offset in zip(found, offsets, strict=False)]
    unit = lib3mf.ModelUnit(model.GetUnit()).name
    return Triangles(vertices * _MM[unit], np.concatenate([np.empty((0, 3), int), *faces]))


def read_provenance(path: Path) -> dict[str, Provenance]:
    """Where each part of a 3MF of ours comes from; nothing for the files of others."""
    model = lib3mf.get_wrapper().CreateModel()
    try:
        model.QueryReader("3mf").ReadFromFile(str(path))
        noted = model.GetMetaDataGroup().GetMetaDataByKey(_OURS, "Provenance").GetValue()
        return {
            name: Provenance.from_json(json.dumps(said)) for name, said in json.loads(noted).items()
        }
    except (lib3mf.ELib3MFException, ValueError, TypeError, AttributeError):
        return {}


def _meshes(model: lib3mf.Model) -> list[Triangles]:
    found = []
    objects = model.GetMeshObjects()
    while objects.MoveNext():
        mesh = objects.GetCurrentMeshObject()
        positions, indices = mesh.GetVertices(), mesh.GetTriangleIndices()
        vertices = np.frombuffer((lib3mf.Position * len(positions))(*positions), np.float32)
        faces = np.frombuffer((lib3mf.Triangle * len(indices))(*indices), np.uint32)
        found.append(Triangles(vertices.reshape(-1, 3), faces.reshape(-1, 3).astype(np.int64)))
    return found


def _describe(model: lib3mf.Model, parts: Sequence[Part]) -> None:
    group = model.GetMetaDataGroup()
    provenance = {
        _displayed(part.name): json.loads(part.solid.provenance.to_json()) for part in parts
    }
    for namespace, name, value in (
        ("", "Title", ", ".join(provenance)),
        ("", "Application", f"heartwright {version('heartwright')}"),
        ("", "Description", f"Coordinates are LPS, in millimetres. {RESEARCH_ONLY}"),
        (_OURS, "Provenance", json.dumps(provenance, sort_keys=True)),
    ):
        group.AddMetaData(namespace, name, value, "xs:string", True)


def _displayed(name: str) -> str:
    """A part's name without the characters that XML cannot hold."""
    return "".join(character for character in name if character.isprintable()) or "part"


def _add_mesh(model: lib3mf.Model, part: Part) -> lib3mf.MeshObject:
    vertices = np.array(part.solid.vertices, np.float32, order="C")
    faces = np.array(part.solid.faces, np.uint32, order="C")
    mesh = model.AddMeshObject()
    mesh.SetName(_displayed(part.name))
    mesh.SetGeometry(
        (lib3mf.Position * len(vertices)).from_buffer(vertices),
        (lib3mf.Triangle * len(faces)).from_buffer(faces),
    )
    if not mesh.IsManifoldAndOriented():
        raise GeometryError(f"part {part.name} is not manifold; repair it before it is printed.")
    return mesh


def _paint(model: lib3mf.Model, parts: Sequence[Part], meshes: Sequence[lib3mf.MeshObject]) -> None:
    """A base material for each part with a colour, and one group for all vertex colours."""
    materials = colours = None
    for part, mesh in zip(parts, meshes, strict=True):
        if part.colours is not None:
            colours = colours or model.AddColorGroup()
            _paint_vertices(mesh, colours, part.solid.faces, part.colours)
        elif part.colour is not None:
            materials = materials or model.AddBaseMaterialGroup()
            material = materials.AddMaterial(_displayed(part.name), _rgba(part.colour))
            mesh.SetObjectLevelProperty(materials.GetResourceID(), material)


def _paint_vertices(
    mesh: lib3mf.MeshObject, group: lib3mf.ColorGroup, faces: Faces, colours: Colours
) -> None:
    palette, which = np.unique(colours, axis=0, return_inverse=True)
    added = np.array([group.AddColor(_rgba(colour)) for colour in palette.tolist()], np.uint32)
    properties = np.empty((len(faces), 4), np.uint32)  # TriangleProperties: group, then 3 colours
    properties[:, 0] = group.GetResourceID()
    properties[:, 1:] = added[which.ravel()[faces]]
    mesh.SetAllTriangleProperties((lib3mf.TriangleProperties * len(faces)).from_buffer(properties))
    mesh.SetObjectLevelProperty(group.GetResourceID(), int(added[0]))


def _rgba(colour: Sequence[int]) -> lib3mf.Color:
    return lib3mf.Color(*colour, 255)


def _build(model: lib3mf.Model, meshes: Sequence[lib3mf.MeshObject], names: Iterator[str]) -> None:
    """Put the parts on the plate as one assembly, so that they keep their places to each other.

    lib3mf draws UUIDs at random; `names` replaces them all.
    """
    unmoved = lib3mf.get_wrapper().GetIdentityTransform()
    assembly = model.AddComponentsObject()
    for mesh in meshes:
        mesh.SetUUID(next(names))
        assembly.AddComponent(mesh, unmoved).SetUUID(next(names))
    assembly.SetUUID(next(names))
    model.AddBuildItem(assembly, unmoved).SetUUID(next(names))
    model.SetBuildUUID(next(names))


def _uuids(parts: Sequence[Part]) -> Iterator[str]:
    """UUIDs that follow from the parts' names and shapes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(_displayed(part.name).encode())
        digest.update(np.ascontiguousarray(part.solid.vertices).tobytes())
        digest.update(np.ascontiguousarray(part.solid.faces).tobytes())
    root = uuid.uuid5(uuid.NAMESPACE_URL, digest.hexdigest())
    return (str(uuid.uuid5(root, str(number))) for number in itertools.count())


def _packed(model: lib3mf.Model) -> bytes:
    """The file's bytes. lib3mf does not write the disk itself: when that is full, it aborts."""
    stream = io.BytesIO()
    write = lib3mf.WriteCallback(lambda data, size, _: stream.write(string_at(data, size)))
    seek = lib3mf.SeekCallback(lambda place, _: stream.seek(place))
    model.QueryWriter("3mf").WriteToCallback(write, seek, None)
    return stream.getvalue()


def _attach_extruders(
    model: lib3mf.Model, parts: Sequence[Part], meshes: Sequence[lib3mf.MeshObject]
) -> None:
    """PrusaSlicer ignores the standard's materials (its issue 4503), so it gets its own table.

    An object that the table names has only the volumes that the table lists.
    """
    objects = [
        f' <object id="{mesh.GetResourceID()}" instances_count="1">\n'
        f'  <metadata type="object" key="name" value={quoteattr(mesh.GetName())}/>\n'
        f'  <volume firstid="0" lastid="{len(part.solid.faces) - 1}">\n'
        f'   <metadata type="volume" key="name" value={quoteattr(mesh.GetName())}/>\n'
        f'   <metadata type="volume" key="extruder" value="{extruder}"/>\n'
        f"  </volume>\n"
        f" </object>\n"
        for extruder, (part, mesh) in enumerate(zip(parts, meshes, strict=True), start=1)
    ]
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<config>\n{"".join(objects)}</config>\n'
    model.AddCustomContentType("config", "text/xml")
    model.AddAttachment(_SLICER_CONFIG, _SLICER_RELATION).ReadFromBuffer(text.encode())
