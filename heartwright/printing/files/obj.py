"""OBJ: vertices and triangles as text, with topology."""

import io

import numpy as np

from heartwright.data.surface import Solid


def encode_obj(solid: Solid) -> bytes:
    """OBJ text in LPS mm, with digits enough to give every float64 coordinate back exactly."""
    stream = io.BytesIO()
    stream.write(f"# heartwright SPACE=LPS UNIT=mm {' '.join(solid.name.split())}\n".encode())
    np.savetxt(stream, solid.vertices, fmt="v %.17g %.17g %.17g")
    np.savetxt(stream, solid.faces + 1, fmt="f %d %d %d")
    return stream.getvalue()
