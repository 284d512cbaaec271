"""One frame of an X-ray angiogram: its camera, and its picture.

Angles: PS3.3 C.8.7.5.1.2; their increments for each frame: C.8.7.5.1.3 (one value a step, or one
offset a frame). The table's "longitudinal" increments point to the patient's left and its "lateral"
ones to the head, because DICOM speaks of an operator who faces the table's side (C.8.7.4.1.2 and
.3). Which way a vertical increment points is not said, so it is refused. The table's place when a
run begins is not in an XA image at all: between two runs it must not have been moved.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from heartwright.anatomy.imaging.angiography.camera import Camera
from heartwright.anatomy.imaging.angiography.trace import Trace
from heartwright.anatomy.imaging.headers import Frame, numbers, read_headers
from heartwright.anatomy.imaging.image import parsing
from heartwright.anatomy.imaging.pixels import voxels
from heartwright.data.errors import GeometryError, InputError
from heartwright.data.files import existing

if TYPE_CHECKING:
    from pydicom import Dataset

_SQUARE = 0.01  # relative difference of a pixel's edges
_STILL_MM = 0.5  # vertical motion of the table that is none
_DISTANCES_MM = (100.0, 3000.0)
_TOWARDS = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "H": (2, 1), "F": (2, -1)}


@dataclass(frozen=True, eq=False)
class View:
    """One frame: where it was seen from, and how its pixels lie on the detector."""

    camera: Camera
    frame: Frame
    pixel_mm: float  # on the detector
    shown_mm: float  # what viewers take a pixel for (PixelSpacing, where there is one)
    inverted: bool  # great values are dark

    @property
    def centre(self) -> Float[np.ndarray, "2"]:
        """The central ray's column and row."""
        rows, columns = (float(self.frame.place[name][0]) for name in ("Rows", "Columns"))
        return np.array([(columns - 1) / 2, (rows - 1) / 2])

    def picture(self) -> Float[np.ndarray, "row column"]:
        """Grey values, small where contrast agent darkens the picture.

        Raises:
            InputError: the pixels are damaged or coloured.
        """
        grey = voxels([self.frame])[:, :, 0].T.astype(np.float64)
        return -grey if self.inverted else grey

    def on_detector(self, trace: Trace) -> Trace:
        """A trace in columns and rows (from 0, at pixels' centres) as mm about the central ray."""
        return trace.scaled(self.pixel_mm, self.centre)


def read_view(path: Path, *, number: int | None = None) -> View:
    """Read the geometry of one frame (counted from 1) of an XA image.

    Raises:
        InputError: it is no such image, or has several frames and none is named.
        GeometryError: its geometry is not in it, or is of a kind that is not read.
    """
    header, frame = _header(existing(path))
    index = _index(path, int(header.get("NumberOfFrames") or 1), number)
    several = int(header.get("NumberOfFrames") or 1) > 1
    spacing = _spacing(header, path)
    camera = _camera(header, path, index)
    _refuse_turned(header, camera, path)
    shown = numbers(header.get("PixelSpacing"))
    return View(
        camera,
        replace(frame, index=index if several else None),
        pixel_mm=spacing,
        shown_mm=float(shown[0]) if len(shown) and shown[0] > 0 else spacing,
        inverted=header.get("PhotometricInterpretation") == "MONOCHROME1",
    )


def _header(path: Path) -> tuple["Dataset", Frame]:
    import pydicom

    frames, broken = read_headers([path] if path.is_file() else [])
    if broken:
        raise broken[0]
    if len(frames) != 1 or frames[0].source.modality != "XA" or "Rows" in frames[0].missing():
        raise InputError(f"{path} is no X-ray angiogram; name one DICOM file of modality XA.")
    with parsing(path, "DICOM"):
        return pydicom.dcmread(path, stop_before_pixels=True), frames[0]


def _index(path: Path, count: int, number: int | None) -> int:
    if number is None and count > 1:
        raise InputError(f"{path} has {count} frames; choose one of them with --frame-number.")
    if number is not None and not 1 <= number <= count:
        raise InputError(f"{path} has frames 1 to {count}, not {number}; choose another.")
    return (number or 1) - 1


def _spacing(header: "Dataset", path: Path) -> float:
    spacing = _values(header, "ImagerPixelSpacing", path)
    if len(spacing) != 2 or not spacing.min() > 0:
        raise _lacking(path, "ImagerPixelSpacing")
    if abs(spacing[0] / spacing[1] - 1) > _SQUARE:
        raise GeometryError(f"{path}: its pixels are not square; export it without resampling.")
    return float(spacing.mean())


def _camera(header: "Dataset", path: Path, index: int) -> Camera:
    detector = _distance(header, "DistanceSourceToDetector", path)
    isocentre = _distance(header, "DistanceSourceToPatient", path)
    if isocentre >= detector:
        raise GeometryError(
            f"{path}: its source is nearer to the detector ({detector:g} mm) than to the patient "
            f"({isocentre:g} mm); export the original image."
        )
    primary, secondary = (
        float(_first(header, f"Positioner{which}Angle", path))
        + _moved(header, f"Positioner{which}AngleIncrement", path, index)
        for which in ("Primary", "Secondary")
    )
    camera = Camera.from_angles(
        primary, secondary, source_to_detector_mm=detector, source_to_isocentre_mm=isocentre
    )
    return camera.moved(Rotation.identity(), _table(header, path, index))


def _table(header: "Dataset", path: Path, index: int) -> Float[np.ndarray, "3"]:
    """How far the table has carried the patient since the run's first frame, LPS mm."""
    left, up, head = (
        _moved(header, f"Table{which}Increment", path, index)
        for which in ("Longitudinal", "Vertical", "Lateral")
    )
    if abs(up) > _STILL_MM:
        raise GeometryError(
            f"{path}: its table had moved vertically by frame {index + 1}, and DICOM does not say "
            f"which way; choose a frame before that."
        )
    return np.array([left, 0.0, head])


def _moved(header: "Dataset", name: str, path: Path, index: int) -> float:
    offsets = _values(header, name, path)
    if len(offsets) == 0:
        return 0.0
    if len(offsets) == 1:
        return float(offsets[0]) * index
    if index >= len(offsets):
        raise _lacking(path, f"{name} of frame {index + 1}")
    return float(offsets[index])


def _distance(header: "Dataset", name: str, path: Path) -> float:
    value = float(_first(header, name, path))
    least, most = _DISTANCES_MM
    if not least <= value <= most:
        raise GeometryError(f"{path}: {name} cannot be {value:g} mm; export the original image.")
    return value


def _first(header: "Dataset", name: str, path: Path) -> float:
    values = _values(header, name, path)
    if len(values) == 0:
        raise _lacking(path, name)
    return float(values[0])


def _values(header: "Dataset", name: str, path: Path) -> Float[np.ndarray, "number"]:
    with parsing(path, "DICOM"):
        values = numbers(header.get(name))
    if not np.isfinite(values).all():
        raise _lacking(path, name)
    return values


def _lacking(path: Path, name: str) -> GeometryError:
    return GeometryError(
        f"{path} does not say its {name}, so it cannot be placed in space; export the original "
        f"image of the angiography system."
    )


def _refuse_turned(header: "Dataset", camera: Camera, path: Path) -> None:
    """Stop where the picture is not as a viewer at the detector sees it."""
    turned = float(header.get("FieldOfViewRotation") or 0) % 360 != 0
    flipped = str(header.get("FieldOfViewHorizontalFlip") or "NO") != "NO"
    said = header.get("PatientOrientation") or []
    against = any(
        axis @ _direction(str(letters)) < 0
        for axis, letters in zip(camera.axes, said, strict=False)
    )
    if turned or flipped or against:
        raise GeometryError(
            f"{path}: its picture was turned or mirrored after it was taken; export it as the "
            f"detector saw it."
        )


def _direction(letters: str) -> Float[np.ndarray, "3"]:
    """A direction from PatientOrientation's letters, the first of which weighs most."""
    direction = np.zeros(3)
    for weight, letter in zip((4.0, 2.0, 1.0), letters.upper(), strict=False):
        axis, sign = _TOWARDS.get(letter, (0, 0))
        direction[axis] += sign * weight
    return direction
