"""The mesh file inside a DICOM Encapsulated STL or OBJ object."""

from pathlib import Path

from heartwright.anatomy.imaging.hospital.document import Document, Form
from heartwright.anatomy.imaging.hospital.kind import ENCAPSULATED_OBJ, ENCAPSULATED_STL
from heartwright.anatomy.imaging.image import parsing
from heartwright.data.errors import InputError

_FORMS: dict[str, Form] = {ENCAPSULATED_STL: "stl", ENCAPSULATED_OBJ: "obj"}
_MM = {"um": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1e3}  # CID 7063


def read_document(path: Path) -> Document:
    """Read the mesh file in a DICOM object, without the byte that pads it to an even length.

    Raises:
        InputError: the file is damaged, holds no model, or measures in an unknown unit.
    """
    import pydicom

    with parsing(path, "DICOM"):
        dataset = pydicom.dcmread(path)
        form = _FORMS.get(dataset.SOPClassUID)
        if form is None:
            raise InputError(
                f"{path} holds no model (it is {dataset.SOPClassUID.name}); name an encapsulated "
                f"STL or OBJ."
            )
        unit = str(dataset.MeasurementUnitsCodeSequence[0].CodeValue)
        if unit not in _MM:
            raise InputError(f"{path} is measured in {unit}, which no model is; export it in mm.")
        content = dataset.EncapsulatedDocument
        length = int(dataset.get("EncapsulatedDocumentLength") or len(content))
        if not content or length > len(content):
            raise EOFError
        return Document(content[:length], form, str(dataset.get("DocumentTitle") or ""), _MM[unit])
