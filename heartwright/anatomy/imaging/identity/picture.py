"""The voxels of a file that is to leave: plain numbers, and nothing drawn into or behind them."""

from typing import TYPE_CHECKING

from heartwright.anatomy.imaging.compression import check_precision, refuse_unknown
from heartwright.data.errors import InputError

if TYPE_CHECKING:
    from pydicom import Dataset

_CAPTURED = "1.2.840.10008.5.1.4.1.1.7"  # secondary capture and its multi-frame kinds
_DRAWN_UPON = {"US", "IVUS", "ES", "XC", "OT", "SC"}  # machines that write names into pictures
_INSIDE = range(0x60000102, 0x60200102, 0x20000)  # overlays' bit positions; 0 is outside
_ITEM = 8  # bytes that head each frame in a compressed stream
VOXELS = ("FloatPixelData", "DoubleFloatPixelData", "PixelData")


def refuse_drawn(dataset: "Dataset", where: str) -> None:
    """Stop where a file says that its picture holds text, or keeps an overlay among its voxels.

    Raises:
        InputError: it does.
    """
    if "YES" in _said(dataset, "BurnedInAnnotation"):
        raise InputError(
            f"{where} says that text is burned into its picture (BurnedInAnnotation is YES), which "
            f"nothing here can remove; leave it out, or black it out first."
        )
    if any(plane in dataset and dataset[plane].value for plane in _INSIDE):
        raise InputError(
            f"{where} keeps an overlay in spare bits of its voxels, which may be text; export it "
            f"again without overlays."
        )


def may_show_names(dataset: "Dataset") -> bool:
    """Whether pictures of this kind often show a name, and this one does not say otherwise."""
    captured = _said(dataset, "SOPClassUID").startswith(_CAPTURED)
    screen = captured or "ConversionType" in dataset or _said(dataset, "Modality") in _DRAWN_UPON
    return screen and _said(dataset, "BurnedInAnnotation") != "NO"


def _said(dataset: "Dataset", keyword: str) -> str:
    return str(dataset.get(keyword) or "").strip().upper()


def lay_bare(dataset: "Dataset", where: str) -> None:
    """Decode the voxels in place, and cut off what follows them.

    Comments inside compressed streams and bytes behind the last voxel go this way.

    Raises:
        InputError: the compression is not read.
        ValueError, EOFError: the voxels are damaged or cut off.
    """
    if not any(voxels in dataset for voxels in VOXELS):
        raise EOFError  # an image always has them: the file ends before
    if "PixelData" not in dataset:
        return
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        _decode(dataset, where)
    _trim(dataset)


def _decode(dataset: "Dataset", where: str) -> None:
    refuse_unknown(dataset, where)
    count = int(dataset.get("NumberOfFrames") or 1)
    if count * _ITEM > len(dataset.PixelData):
        raise EOFError
    for frame in range(count):
        check_precision(dataset, frame)
    dataset.decompress(generate_instance_uid=False)


def _trim(dataset: "Dataset") -> None:
    from pydicom.pixels.utils import get_expected_length

    length = get_expected_length(dataset)
    if len(dataset.PixelData) < length:
        raise EOFError
    voxels = bytes(dataset.PixelData[:length])
    dataset["PixelData"].value = voxels + bytes(length % 2)
