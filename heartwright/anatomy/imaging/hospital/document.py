"""A model as the bytes of a mesh file, with what a viewer should know of it."""

from dataclasses import dataclass
from typing import Literal

Form = Literal["stl", "obj"]
RGB = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Document:
    """A mesh file inside a DICOM object."""

    content: bytes
    form: Form
    name: str = ""
    mm: float = 1.0  # millimetres in one unit of its coordinates, which are LPS
    colour: RGB | None = None  # sRGB
    opacity: float = 1.0
