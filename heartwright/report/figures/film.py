"""Pictures one after another."""

import io
from collections.abc import Sequence

from PIL import Image


def film(frames: Sequence[Image.Image], *, frame_ms: int, held_ms: int) -> bytes:
    """An animated WebP that runs for ever; its last frame is held."""
    stream = io.BytesIO()
    frames[0].save(
        stream,
        format="WEBP",
        save_all=True,
        append_images=list(frames[1:]),
        duration=[frame_ms] * (len(frames) - 1) + [held_ms],
        loop=0,
        quality=82,
        method=4,
    )
    return stream.getvalue()
