"""Results that go back to the hospital's archive, tied to the series they were made from."""

from heartwright.anatomy.imaging.hospital.document import Document, Form
from heartwright.anatomy.imaging.hospital.kind import holds_labels, holds_model
from heartwright.anatomy.imaging.hospital.origin import Origin, read_origin
from heartwright.anatomy.imaging.hospital.read_model import read_document
from heartwright.anatomy.imaging.hospital.read_seg import read_seg
from heartwright.anatomy.imaging.hospital.read_sr import Reported, read_sr
from heartwright.anatomy.imaging.hospital.structural_heart import Measured
from heartwright.anatomy.imaging.hospital.write_model import USAGES, write_models
from heartwright.anatomy.imaging.hospital.write_seg import write_seg
from heartwright.anatomy.imaging.hospital.write_sr import Group, write_sr

__all__ = [
    "USAGES",
    "Document",
    "Form",
    "Group",
    "Measured",
    "Origin",
    "Reported",
    "holds_labels",
    "holds_model",
    "read_document",
    "read_origin",
    "read_seg",
    "read_sr",
    "write_models",
    "write_seg",
    "write_sr",
]
