"""Several pictures as one."""

import io
from collections.abc import Sequence

from PIL import Image

_WIDTH = 1800  # pixels
_GAP = 24


def collage(rows: Sequence[Sequence[bytes]]) -> bytes:
    """Rows of pictures under each other on white, each row as wide as the whole (PNG).

    Args:
        rows: PNG or WebP pictures; the pictures of a row become equally high.
    """
    strips = [_strip([_opened(data) for data in row]) for row in rows]
    height = sum(strip.height for strip in strips) + _GAP * (len(strips) + 1)
    whole = Image.new("RGB", (_WIDTH, height), "white")
    top = _GAP
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height + _GAP
    stream = io.BytesIO()
    whole.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA")


def _strip(images: Sequence[Image.Image]) -> Image.Image:
    """Pictures side by side, equally high, over the whole width."""
    room = _WIDTH - _GAP * (len(images) + 1)
    height = round(room / sum(image.width / image.height for image in images))
    strip = Image.new("RGB", (_WIDTH, height), "white")
    left = _GAP
    for image in images:
        fitting = image.resize((round(height * image.width / image.height), height), _SMOOTH)
        strip.paste(fitting, (left, 0), fitting)
        left += fitting.width + _GAP
    return strip


_SMOOTH = Image.Resampling.LANCZOS
