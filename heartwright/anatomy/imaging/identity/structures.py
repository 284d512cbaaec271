"""Names of structures: which of them can be no person's.

A label map keeps the names that it came with, because people ask for its structures by them. A
model goes to printers and to other houses: there a name stays if all its words are anatomy's.
"""

import re

from heartwright.anatomy.imaging.hospital.codes import WORDS

_OURS = "and body fossa label model myocardium part region rest root segment stub threshold to wall"
_ANATOMY = (
    "aneurysm annular annulus anterior appendage arterial brachiocephalic carotid chamber chambers "
    "chordae common cusp cusps defect duct ductus epicardial fat fistula foramen junction lateral "
    "leaflet leaflets main marginal mid muscle muscles noncoronary oblique occluder ostium ovale "
    "papillary patch posterior septal sinotubular sinuses subclavian venous vessel vessels"
)
_KNOWN = WORDS | frozenset(f"{_OURS} {_ANATOMY}".split())
_LONGEST = 4  # digits: more may be a date of birth, or a patient's number


def told_structure(name: str, otherwise: str) -> str:
    """A structure's name, if it holds nothing but words of anatomy and short numbers."""
    words = re.findall(r"[^\W_]+", name.casefold())
    plain = all(word in _KNOWN or (word.isdecimal() and len(word) <= _LONGEST) for word in words)
    return name if words and plain else otherwise
