"""MetaImage files (.mha, .mhd), read by SimpleITK, whose space is LPS mm.

The header is looked at first: MetaIO believes whatever it says of sizes and of other files.
"""

import math
import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.image import Image, parsing, three_dimensional
from heartwright.data.errors import InputError
from heartwright.data.volume import checked_affine

_LONGEST_HEADER = 1 << 16  # bytes; real ones are under 1 kB
_LAST = re.compile(rb"^\s*ElementDataFile\s*=[^\n]*", re.MULTILINE)  # voxels begin behind it
_FIELD = re.compile(r"^\s*(\w+)\s*=[ \t]*(.*?)\s*$", re.MULTILINE)
_PLACE = {"offset", "position", "origin"}  # MetaIO's names of one field
_BYTES = {"CHAR": 1, "SHORT": 2, "INT": 4, "LONG": 4, "LONG_LONG": 8, "FLOAT": 4, "DOUBLE": 8}
_DEFLATED = 1032  # the most bytes that one byte of zlib holds


def read(path: Path) -> Image:
    """Read a MetaImage with its voxels inside (.mha) or beside it (.mhd).

    Raises:
        InputError: the file is damaged, is no 3-D image, or does not say where it lies.
        GeometryError: its directions are not usable.
    """
    import SimpleITK

    with parsing(path, "MetaImage"):
        _check(path)
        image = SimpleITK.ReadImage(str(path), imageIO="MetaImageIO")
        if image.GetNumberOfComponentsPerPixel() > 1:
            raise InputError(f"{path} does not hold one plain number a voxel; export grey values.")
        values = three_dimensional(SimpleITK.GetArrayFromImage(image).T, path)
        count = image.GetDimension()
        directions = np.reshape(image.GetDirection(), (count, count)) * image.GetSpacing()
        affine = _affine(directions[:3, :3], np.array(image.GetOrigin()[:3]))
    return Image(values, checked_affine(affine, str(path)))


def _affine(edges: Float[np.ndarray, "3 3"], origin: Float[np.ndarray, "3"]) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = edges, origin
    return affine


def _check(path: Path) -> None:
    """Stop before memory is taken for voxels that are not there."""
    with path.open("rb") as stream:
        start = stream.read(_LONGEST_HEADER)
    end = _LAST.search(start).end()  # type: ignore[union-attr]  # None is caught as damage
    fields = {name.lower(): said for name, said in _FIELD.findall(start[:end].decode("ascii"))}
    if not _PLACE & fields.keys():
        raise InputError(
            f"{path} does not say where it lies in the patient (Offset); save it again from 3D "
            f"Slicer."
        )
    inside = fields["elementdatafile"].upper() == "LOCAL"
    voxels = path if inside else _beside(path, fields["elementdatafile"])
    stored = voxels.stat().st_size - (end + 1 if inside else 0)
    if _claimed(fields) > stored:
        raise EOFError


def _claimed(fields: dict[str, str]) -> float:
    """The least bytes that the file must have for the voxels that its header claims."""
    count = math.prod(int(size) for size in fields["dimsize"].split())
    kind = fields["elementtype"].removeprefix("MET_").removesuffix("_ARRAY").removeprefix("U")
    packed = fields.get("compresseddata", "false").lower() == "true"
    return count * _BYTES[kind] / (_DEFLATED if packed else 1)


def _beside(path: Path, name: str) -> Path:
    """A header may point only at a plain file in its own folder."""
    if Path(name).name != name or not (path.parent / name).is_file():
        raise InputError(
            f"{path} keeps its voxels in {name}, which is no file beside it; put both in one "
            f"folder."
        )
    return path.parent / name
