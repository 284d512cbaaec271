"""Files to images and back: DICOM, NIfTI, NRRD and MetaImage, as Volume and LabelMap in LPS mm."""

from heartwright.anatomy.imaging.files import read_labels, read_volume, write_labels, write_volume
from heartwright.anatomy.imaging.geometry import GeometryAudit
from heartwright.anatomy.imaging.survey import Finding, Survey, survey

__all__ = [
    "Finding",
    "GeometryAudit",
    "Survey",
    "read_labels",
    "read_volume",
    "survey",
    "write_labels",
    "write_volume",
]
