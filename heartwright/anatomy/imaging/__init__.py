"""Files to images and back: DICOM series, NIfTI and NRRD become Volume and LabelMap in LPS mm."""

from heartwright.anatomy.imaging.files import read_labels, read_volume, write_labels, write_volume
from heartwright.anatomy.imaging.geometry import GeometryAudit

__all__ = ["GeometryAudit", "read_labels", "read_volume", "write_labels", "write_volume"]
