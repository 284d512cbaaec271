"""Images without their patients: de-identification by DICOM PS3.15, Annex E."""

from heartwright.anatomy.imaging.identity.deidentify import deidentified
from heartwright.anatomy.imaging.identity.folder import Tally, deidentify_folder, write_image
from heartwright.anatomy.imaging.identity.key import Key
from heartwright.anatomy.imaging.identity.picture import may_show_names
from heartwright.anatomy.imaging.identity.structures import told_structure

__all__ = [
    "Key",
    "Tally",
    "deidentified",
    "deidentify_folder",
    "may_show_names",
    "told_structure",
    "write_image",
]
