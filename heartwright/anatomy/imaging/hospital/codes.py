"""SNOMED CT codes of the heart's structures, as DICOM's context groups list them (PS3.16)."""

import re
from dataclasses import dataclass

ANATOMY = ("91723000", "Anatomical Structure")
TISSUE = ("85756007", "Tissue")
ABNORMAL = ("49755003", "Morphologically Abnormal Structure")
SUBSTANCE = ("91720002", "Body Substance")
OBJECT = ("260787004", "Physical object")


@dataclass(frozen=True)
class Property:
    """What a segment is: SNOMED CT codes with their meanings."""

    category: tuple[str, str]
    code: str
    meaning: str


# Any of the words' orders is the same name; the first name is the one we would write.
_STRUCTURES: dict[tuple[str, ...], Property] = {
    ("heart", "whole heart"): Property(ANATOMY, "80891009", "Heart"),
    ("left atrium", "LA"): Property(ANATOMY, "82471001", "Left atrium"),
    ("left atrial appendage", "left auricle", "left appendage", "LAA"): Property(
        ANATOMY, "33626005", "Left auricular appendage"
    ),
    ("right atrium", "RA"): Property(ANATOMY, "73829009", "Right atrium"),
    ("right atrial appendage", "right auricle", "right appendage", "RAA"): Property(
        ANATOMY, "68300000", "Right auricular appendage"
    ),
    ("left ventricle", "LV"): Property(ANATOMY, "87878005", "Left ventricle"),
    ("right ventricle", "RV"): Property(ANATOMY, "53085002", "Right ventricle"),
    ("left ventricular myocardium", "left ventricle myocardium", "LV myocardium"): Property(
        ANATOMY, "49848007", "Myocardium of left ventricle"
    ),
    ("left ventricular outflow tract", "LVOT"): Property(
        ANATOMY, "13418002", "Left ventricle outflow tract"
    ),
    ("right ventricular outflow tract", "RVOT"): Property(
        ANATOMY, "44627009", "Right ventricle outflow tract"
    ),
    ("interatrial septum", "atrial septum"): Property(ANATOMY, "58095006", "Interatrial septum"),
    ("interventricular septum", "ventricular septum"): Property(
        ANATOMY, "589001", "Interventricular septum"
    ),
    ("aorta",): Property(ANATOMY, "15825003", "Aorta"),
    ("aortic root",): Property(ANATOMY, "8128003", "Aortic root"),
    ("ascending aorta",): Property(ANATOMY, "54247002", "Ascending aorta"),
    ("aortic arch",): Property(ANATOMY, "57034009", "Aortic arch"),
    ("descending aorta",): Property(ANATOMY, "281130003", "Descending aorta"),
    ("aortic valve",): Property(ANATOMY, "34202007", "Aortic Valve"),
    ("mitral valve",): Property(ANATOMY, "91134007", "Mitral Valve"),
    ("tricuspid valve",): Property(ANATOMY, "46030003", "Tricuspid valve"),
    ("pulmonary valve",): Property(ANATOMY, "39057004", "Pulmonary valve"),
    ("pulmonary artery", "PA"): Property(ANATOMY, "81040000", "Pulmonary artery"),
    ("pulmonary trunk",): Property(ANATOMY, "45341000", "Pulmonary trunk"),
    ("pulmonary vein", "pulmonary veins", "PV"): Property(ANATOMY, "122972007", "Pulmonary vein"),
    ("left superior pulmonary vein", "left upper pulmonary vein", "LSPV", "LUPV"): Property(
        ANATOMY, "43863001", "Left superior pulmonary vein"
    ),
    ("left inferior pulmonary vein", "left lower pulmonary vein", "LIPV", "LLPV"): Property(
        ANATOMY, "51249003", "Left inferior pulmonary vein"
    ),
    ("right superior pulmonary vein", "right upper pulmonary vein", "RSPV", "RUPV"): Property(
        ANATOMY, "8629005", "Right superior pulmonary vein"
    ),
    ("right inferior pulmonary vein", "right lower pulmonary vein", "RIPV", "RLPV"): Property(
        ANATOMY, "113273001", "Right inferior pulmonary vein"
    ),
    ("superior vena cava", "SVC"): Property(ANATOMY, "48345005", "Superior vena cava"),
    ("inferior vena cava", "IVC"): Property(ANATOMY, "64131007", "Inferior vena cava"),
    ("coronary artery", "coronary arteries"): Property(ANATOMY, "41801008", "Coronary artery"),
    ("left anterior descending artery", "LAD"): Property(
        ANATOMY, "59438005", "Left anterior descending coronary artery"
    ),
    ("circumflex artery", "left circumflex artery", "LCX"): Property(
        ANATOMY, "57396003", "Circumflex Coronary Artery"
    ),
    ("coronary sinus",): Property(ANATOMY, "90219004", "Coronary sinus"),
    ("pericardium",): Property(ANATOMY, "76848001", "Pericardium"),
    ("blood", "blood pool", "whole blood pool"): Property(SUBSTANCE, "87612001", "Blood"),
    ("thrombus", "clot"): Property(ABNORMAL, "396339007", "Thrombus"),
    ("calcium", "calcification", "calcifications", "aortic calcium"): Property(
        ABNORMAL, "237897009", "Vascular calcification"
    ),
    ("prosthetic valve", "valve prosthesis"): Property(
        OBJECT, "25510005", "Cardiac valve prosthesis"
    ),
    ("stent",): Property(OBJECT, "65818007", "Stent"),
}
_UNKNOWN = Property(TISSUE, *TISSUE)  # what 3D Slicer says of a segment that nobody described
_IDLE = {"heart", "the", "of", "structure", "lumen", "cavity"}  # words that tell nothing apart


def property_of(name: str) -> Property:
    """What the structure of this name is; plain "Tissue" where the name is not known.

    Words may come in any order and with underscores (`heart_atrium_left` is the left atrium).
    """
    return _BY_WORDS.get(_words(name), _UNKNOWN)


def _words(name: str) -> frozenset[str]:
    found = frozenset(re.findall(r"[^\W_]+", name.casefold()))
    return found - _IDLE or found


_BY_WORDS = {_words(name): what for names, what in _STRUCTURES.items() for name in names}
WORDS = _IDLE.union(*_BY_WORDS)  # of all these names, in lower case
