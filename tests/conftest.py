"""What tests share."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pydicom import Dataset

# The same examples in every run, and no deadline: CI machines are slow in bursts.
settings.register_profile("heartwright", deadline=None, derandomize=True)
settings.load_profile("heartwright")

WORD = "ZQ{}XQZ"
PLANTED = {  # by representation
    "UI": "1.2.826.0.4711.{}",
    "DA": "19230704",
    "DT": "19230704101112.131415",
    "TM": "101112.131415",
    "AS": "087Y",
    "OB": b"ZQ0XQZ",
    "UN": b"ZQ0XQZ",
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"), WORD),
}
IDENTIFIERS = re.compile(
    rb"ZQ\d+XQZ|1\.2\.826\.0\.4711|19230704|101112\.131415|087Y|(?i:ROSALIND|quuxley)"
)
_PACKED = re.compile(rb"(?<=base64,)[A-Za-z0-9+/=]+")  # pictures in a page
KEPT = {  # what says how an image is read, and cannot be anything
    "Modality",
    "SOPClassUID",
    "PhotometricInterpretation",
    "SpecificCharacterSet",
    "BurnedInAnnotation",
    "ModalityLUTSequence",
    "PixelData",
    "PerFrameFunctionalGroupsSequence",
    "SharedFunctionalGroupsSequence",
}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; tests that need it skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def float64() -> Iterator[None]:
    """Double precision inside one test; everything else runs as users do, in single."""
    import jax

    with jax.enable_x64(True):
        yield


def _attributes() -> Iterator[tuple[int, str]]:
    """Tag and representation of every attribute of the standard but the kept."""
    from pydicom.datadict import DicomDictionary

    for tag, (kinds, _, _, _, keyword) in DicomDictionary.items():
        if tag >> 16 not in {0, 2, 4, 0xFFFE} and keyword not in KEPT:
            yield tag, kinds.split(" or ")[0]


def _plant(dataset: "Dataset", groups: Container[int] = range(1 << 16)) -> int:
    """A marker in every text; in every sequence an item with texts, private ones, and a deeper.

    Gives the number of texts outside of sequences.
    """
    texts = 0
    for number, (tag, kind) in enumerate(_attributes()):
        if tag >> 16 not in groups:
            continue
        if kind == "SQ":
            below = [_item(number)] if number % 50 == 0 else []
            dataset.add_new(tag, kind, [_item(number, *below)])
        elif kind in PLANTED:
            marker = PLANTED[kind]
            dataset.add_new(tag, kind, marker if kind in "OBUN" else marker.format(number))
            texts += 1
    _plant_outside(dataset)
    return texts


def _item(number: int, *below: "Dataset") -> "Dataset":
    from pydicom import Dataset

    item = Dataset()
    item.add_new(0x00080102, "SH", WORD.format(number))
    item.add_new(0x00081155, "UI", PLANTED["UI"].format(number))
    item.add_new(0x00100010, "PN", WORD.format(number))
    item.add_new(0x00110010, "LO", "ZQ1XQZ")
    item.add_new(0x00111001, "LO", "ZQ2XQZ")
    if below:
        item.add_new(0x00081140, "SQ", list(below))
    return item


def _plant_outside(dataset: "Dataset") -> None:
    """Private groups, overlays, curves, and what precedes and follows the dataset."""
    for group in (0x0009, 0x0029, 0x7FE1):
        dataset.private_block(group, "ZQ1XQZ", create=True).add_new(1, "LO", "ZQ3XQZ")
    dataset.add_new(0x60003000, "OW", b"ZQ4XQZ")
    dataset.add_new(0x60000022, "LO", "ZQ5XQZ")
    dataset.add_new(0x50003000, "OW", b"ZQ6XQZ")
    dataset.add_new(0xFFFCFFFC, "OB", b"ZQ7XQZ")
    dataset.preamble = b"ZQ8XQZ".ljust(128)
    dataset.file_meta.SourceApplicationEntityTitle = "ZQ9XQZ"
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.826.0.4711.9"
    dataset.file_meta.PrivateInformation = b"ZQ9XQZ"


def _identifiers(place: Path | bytes) -> set[bytes]:
    """The planted identifiers in bytes, or in a file or folder, whatever they are packed in."""
    found: set[bytes] = set()
    for data in [place] if isinstance(place, bytes) else _written(place):
        for layer in _unpacked(data):
            found |= {match.group() for match in IDENTIFIERS.finditer(layer)}
    return found


def _written(place: Path) -> Iterator[bytes]:
    """Names and bytes of all files."""
    for path in [place] if place.is_file() else place.rglob("*"):
        yield str(path.relative_to(place.parent if place.is_file() else place)).encode()
        if path.is_file():
            yield path.read_bytes()


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield _PACKED.sub(b"", data)
    for inner in _inside(data):
        yield from _unpacked(inner)


def _inside(data: bytes) -> Iterator[bytes]:
    """What a 3MF, a gzipped NIfTI or NRRD, a PDF's streams, and a page's pictures hold."""
    if data[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    for start in (0, data.find(b"\n\n") + 2):
        if data[start : start + 2] == b"\x1f\x8b":
            yield gzip.decompress(data[start:])
    if data[:5] == b"%PDF-":
        for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
            if stream[:1] == b"\x78":
                text = zlib.decompressobj().decompress(stream)
                yield re.sub(rb"\)\s*-?[\d.]+\s*\(", b"", text)  # letters moved closer
    for packed in _PACKED.findall(data):
        yield base64.b64decode(packed)


@pytest.fixture(scope="session")
def plant():
    """Fill a DICOM dataset with identifiers: all its texts, or those of some groups."""
    return _plant


@pytest.fixture(scope="session")
def identifiers():
    """The planted identifiers that bytes, a file or a folder hold."""
    return _identifiers


@pytest.fixture(scope="session")
def root_shape():
    """Build an aortic root by formula; gives its solid and its nadirs (left, right, non), LPS mm.

    The axis is +z with the annulus at 0; the lumen's radius is an ellipse (13.5 × 10.5 mm, turned
    by 0.4 rad) up to 0, then turns into a circle of 12.5 mm at the sinotubular junction, 20 mm
    high; three sinuses of 4 mm bulge in between.
    """
    import numpy as np
    from manifold3d import Manifold, Mesh64

    from heartwright.data import Solid

    angles = np.radians([0.0, 240.0, 120.0])

    def radius(angle, height):
        oval = 13.5 * 10.5 / np.hypot(10.5 * np.cos(angle - 0.4), 13.5 * np.sin(angle - 0.4))
        share = np.clip(height / 20, 0, 1)
        smooth = share * share * (3 - 2 * share)
        aside = (angle + np.pi / 3) % (2 * np.pi / 3) - np.pi / 3
        bulge = 4 * np.cos(1.5 * aside) ** 2 * np.sin(np.pi * share)
        return oval * (1 - smooth) + 12.5 * smooth + bulge

    def tube(low, high):
        heights, turn = np.arange(low, high + 0.1), np.arange(120)
        angle, height = np.meshgrid(turn * np.pi / 60, heights)
        r = radius(angle, height)
        ring = np.stack([r * np.cos(angle), r * np.sin(angle), height], -1).reshape(-1, 3)
        i, j = turn, np.roll(turn, -1)
        rows = 120 * np.arange(len(heights) - 1)[:, None]
        quads = [np.stack([rows + i, rows + j, rows + 120 + j], -1)]
        quads += [np.stack([rows + i, rows + 120 + j, rows + 120 + i], -1)]
        top = 120 * (len(heights) - 1)
        caps = [np.stack([np.full(120, len(ring)), j, i], -1)]
        caps += [np.stack([np.full(120, len(ring) + 1), top + i, top + j], -1)]
        faces = np.concatenate([part.reshape(-1, 3) for part in quads + caps])
        return np.vstack([ring, [[0, 0, low], [0, 0, high]]]), faces

    def stub(angle, height, r):
        lying = Manifold.cylinder(22, r, circular_segments=48).rotate((0, 90, 0))
        return lying.translate((3, 0, height)).rotate((0, 0, np.degrees(angle)))

    def build(*, low=-20.0, high=60.0, stubs=((0.1, 12.0, 2.0), (4.1, 14.0, 1.6)), turn=None):
        """Stubs are (angle, height of the axis, radius); `turn` is a matrix."""
        vertices, faces = tube(low, high)
        body = Manifold(Mesh64(vertices, faces.astype(np.uint64)))
        for each in stubs:
            body += stub(*each)
        mesh = body.to_mesh64()
        turn = np.eye(3) if turn is None else turn
        corners = np.asarray(mesh.vert_properties)[:, :3] @ turn.T
        faces = np.asarray(mesh.tri_verts).astype(int)
        faces = faces if np.linalg.det(turn) > 0 else faces[:, ::-1]
        r = radius(angles, np.zeros(3))
        nadirs = np.stack([r * np.cos(angles), r * np.sin(angles), 0 * r], 1) @ turn.T
        return Solid(corners, faces, "root"), nadirs

    return build
