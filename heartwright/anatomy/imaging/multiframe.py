"""Enhanced multi-frame objects: CT, MR, X-Ray 3D Angiographic and Enhanced US Volume.

Each plane's place stands in functional groups, shared by all frames or one for each (DICOM PS3.3
C.7.6.16). An ultrasound volume may lie in its own frame instead of the patient's (C.8.24.2).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from heartwright.anatomy.imaging.clues import clues
from heartwright.anatomy.imaging.headers import Frame, Source, numbers

if TYPE_CHECKING:
    from pydicom import Dataset

_GROUPS = {  # tag → the functional groups that may hold it
    "ImagePositionPatient": ("PlanePositionSequence",),
    "ImagePositionVolume": ("PlanePositionVolumeSequence",),
    "ImageOrientationPatient": ("PlaneOrientationSequence",),
    "ImageOrientationVolume": ("PlaneOrientationVolumeSequence",),
    "PixelSpacing": ("PixelMeasuresSequence",),
    "RescaleSlope": ("PixelValueTransformationSequence",),
    "RescaleIntercept": ("PixelValueTransformationSequence",),
    "NominalPercentageOfCardiacPhase": ("CardiacSynchronizationSequence",),
    "NominalCardiacTriggerDelayTime": ("CardiacSynchronizationSequence",),
    "StackID": ("FrameContentSequence",),
    "TemporalPositionIndex": ("FrameContentSequence",),
    "TemporalPositionTimeOffset": ("TemporalPositionSequence",),
    "EffectiveEchoTime": ("MREchoSequence",),
    "DiffusionBValue": ("MRDiffusionSequence",),
    "DataType": ("ImageDataTypeSequence",),
    "FrameType": (
        "CTImageFrameTypeSequence",
        "MRImageFrameTypeSequence",
        "XRay3DFrameTypeSequence",
    ),
    "ConvolutionKernel": ("CTReconstructionSequence",),
}
_PLACE = {
    "ImagePositionPatient": ("ImagePositionPatient", "ImagePositionVolume"),
    "ImageOrientationPatient": ("ImageOrientationPatient", "ImageOrientationVolume"),
    "PixelSpacing": ("PixelSpacing",),
}


def planes(header: "Dataset", source: Source, text: Callable[[Any], str]) -> list[Frame]:
    """The frames of one enhanced object.

    Raises:
        EOFError: it has fewer, or more, groups than frames.
    """
    groups = header.PerFrameFunctionalGroupsSequence
    if len(groups) != int(header.NumberOfFrames):
        raise EOFError
    shared = (header.get("SharedFunctionalGroupsSequence") or [None])[0]
    source = replace(source, cine=False)
    size = {name: numbers(header.get(name)) for name in ("Rows", "Columns")}
    return [
        _frame(_lookup(own, shared), source, index, size, text) for index, own in enumerate(groups)
    ]


def _lookup(own: "Dataset", shared: "Dataset | None") -> Callable[[str], Any]:
    """A tag's value, from the frame's own group or else from the shared one."""

    def get(tag: str) -> Any:
        for groups in (own, shared):
            for name in _GROUPS.get(tag, ()):
                items = groups.get(name) if groups is not None else None
                if items and (value := items[0].get(tag)) is not None:
                    return value
        return None

    return get


def _frame(
    get: Callable[[str], Any], source: Source, index: int, size: dict, text: Callable[[Any], str]
) -> Frame:
    place = {name: numbers(_first(get, tags)) for name, tags in _PLACE.items()}
    slope, intercept = get("RescaleSlope"), get("RescaleIntercept")
    rescale = (1.0 if slope is None else float(slope), float(intercept or 0))
    return Frame(source, index, place | size, clues(get, text), rescale)


def _first(get: Callable[[str], Any], tags: tuple[str, ...]) -> Any:
    return next((value for tag in tags if (value := get(tag)) is not None), None)
