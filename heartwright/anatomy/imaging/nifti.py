"""NIfTI files, which speak RAS: flipped to LPS once on the way in and once on the way out."""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.anatomy.imaging.image import Image, parsing, three_dimensional
from heartwright.data.errors import InputError, OutputError
from heartwright.data.volume import checked_affine

_RAS_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_MM = {"meter": 1000.0, "mm": 1.0, "micron": 0.001, "unknown": 1.0}
_COMMENT = 6  # the standard's code of a plain text extension
_LONGEST_AXIS = np.iinfo(np.int16).max


def read(path: Path) -> Image:
    """Read a NIfTI-1 or -2 image; sform goes before qform, as in nibabel.

    Raises:
        InputError: the file is damaged, is no 3-D image, or does not say where it lies.
        GeometryError: its affine is not usable.
    """
    with parsing(path, "NIfTI"):
        content = _content(path)
        image = _parse(content)
        _demand(content, image.dataobj)
        values, affine = _values(image.dataobj), _affine(image, path)
        names = _names(image.header.extensions)
    return Image(three_dimensional(values, path), checked_affine(affine, str(path)), names)


def encode(image: Image, note: str) -> bytes:
    """The image as a NIfTI-1 file, with the note in a comment; its affine is kept in float32.

    Raises:
        OutputError: an axis is longer than the format can say.
    """
    import nibabel

    if max(image.values.shape) > _LONGEST_AXIS:
        raise OutputError(
            f"NIfTI cannot hold an axis of {max(image.values.shape)} voxels; write .nrrd instead."
        )
    out = nibabel.Nifti1Image(image.values, _RAS_LPS @ image.affine)
    out.header.set_sform(out.affine, code="scanner")
    out.header.set_xyzt_units("mm")
    comment = json.dumps({"names": dict(image.names), "provenance": json.loads(note)})
    out.header.extensions.append(nibabel.nifti1.Nifti1Extension(_COMMENT, comment.encode()))
    return out.to_bytes()


def encode_gzipped(image: Image, note: str) -> bytes:
    """As `encode`, compressed, without the time of compression."""
    return gzip.compress(encode(image, note), compresslevel=6, mtime=0)


def _content(path: Path) -> bytes:
    """The whole file, so that gzip's checksum is tested."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.name.lower().endswith(".gz") else content


def _parse(content: bytes) -> Any:
    import nibabel

    second = any(int.from_bytes(content[:4], order) == 540 for order in ("little", "big"))
    return (nibabel.Nifti2Image if second else nibabel.Nifti1Image).from_bytes(content)


def _demand(content: bytes, proxy: Any) -> None:
    """Stop before memory is taken for voxels that a damaged header only claims."""
    if proxy.offset + math.prod(proxy.shape) * proxy.dtype.itemsize > len(content):
        raise EOFError


def _names(extensions: Any) -> dict[int, str]:
    """Label value to name, from the comment that `encode` writes; none in others' comments."""
    for extension in extensions:
        if extension.get_code() != _COMMENT:
            continue
        try:
            names = json.loads(extension.get_content())["names"]
            return {int(label): str(name) for label, name in names.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return {}


def _values(proxy: Any) -> np.ndarray:
    """Stored numbers where they are not scaled, so that integers stay exact."""
    if (proxy.slope, proxy.inter) == (1, 0):
        return np.asarray(proxy.get_unscaled())
    return np.asarray(proxy.get_scaled(np.float32))


def _affine(image: Any, path: Path) -> Float[np.ndarray, "4 4"]:
    """Index to LPS mm; where a file has no place, nibabel would invent one around its centre."""
    if not (image.header["sform_code"] or image.header["qform_code"]):
        raise InputError(
            f"{path} does not say where it lies in the patient; export it with an sform or a qform."
        )
    unit = _MM[image.header.get_xyzt_units()[0]]
    return np.diag([unit, unit, unit, 1.0]) @ _RAS_LPS @ image.affine
