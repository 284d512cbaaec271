"""What kind of DICOM object a file is."""

from pathlib import Path

from heartwright.anatomy.imaging.headers import is_dicom
from heartwright.anatomy.imaging.image import parsing

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP_SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.7"
ENCAPSULATED_STL = "1.2.840.10008.5.1.4.1.1.104.3"
ENCAPSULATED_OBJ = "1.2.840.10008.5.1.4.1.1.104.4"


def holds_labels(path: Path) -> bool:
    """Whether a file is a DICOM segmentation."""
    return _sop_class(path) in {SEGMENTATION, LABEL_MAP_SEGMENTATION}


def holds_model(path: Path) -> bool:
    """Whether a file is a DICOM object around an STL or OBJ model."""
    return _sop_class(path) in {ENCAPSULATED_STL, ENCAPSULATED_OBJ}


def _sop_class(path: Path) -> str:
    """The kind that the file's first lines name; empty for everything that is no DICOM file."""
    from pydicom.filereader import read_file_meta_info

    if not (path.is_file() and is_dicom(path)):
        return ""
    with parsing(path, "DICOM"):
        return str(read_file_meta_info(path).get("MediaStorageSOPClassUID", ""))
