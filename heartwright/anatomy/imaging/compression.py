"""What must be true of a compressed frame before it is handed to GDCM.

GDCM ends the whole process where a JPEG 2000 or JPEG-LS stream claims more bits than its header
allows, so that is looked at first.
"""

from typing import TYPE_CHECKING

from heartwright.data.errors import InputError

if TYPE_CHECKING:
    from pydicom import Dataset

_JPEG_LS_FRAME = b"\xff\xf7"  # SOF55: marker, length (2 bytes), then the precision
_LONGEST_HEADER = 1 << 16


def refuse_unknown(dataset: "Dataset", name: str) -> None:
    """Only what pydicom and GDCM can decode.

    Raises:
        InputError: the file is compressed in another way.
    """
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import JPEGExtended12Bit

    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        known = get_decoder(syntax).is_available
    except NotImplementedError:
        known = False
    if not known or (syntax == JPEGExtended12Bit and dataset.BitsStored > 8):
        raise InputError(
            f"{name} is compressed as {syntax.name}, which is not read; export it uncompressed."
        )


def check_precision(dataset: "Dataset", index: int) -> None:
    """Stop where a stream's bits do not fit the header's.

    Raises:
        ValueError: they do not.
    """
    from pydicom.encaps import get_frame
    from pydicom.uid import JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes

    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax not in JPEG2000TransferSyntaxes + JPEGLSTransferSyntaxes:
        return
    count = int(dataset.get("NumberOfFrames") or 1)
    stream = get_frame(dataset.PixelData, index, number_of_frames=count)
    is_ls = syntax in JPEGLSTransferSyntaxes
    bits = _bits_ls(stream) if is_ls else _bits_2000(stream)
    if not 0 < bits <= dataset.BitsAllocated:
        raise ValueError


def _bits_2000(stream: bytes) -> int:
    from pydicom.pixels.utils import get_j2k_parameters

    return int(get_j2k_parameters(stream).get("precision", 0))


def _bits_ls(stream: bytes) -> int:
    return stream[stream.index(_JPEG_LS_FRAME, 0, _LONGEST_HEADER) + 4]
