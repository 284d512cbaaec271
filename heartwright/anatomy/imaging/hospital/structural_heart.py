"""Codes of what is measured before a structural-heart procedure (PS3.16 CID 12333 and children).

Values and meanings are those of the standard's edition of 2025, CID 12334 and 12338, read in its
machine-made copy github.com/bvdh/dicom-terminology-in-fhir (version 20250405); the pydicom that we
use ends before these context groups. A quantity has the standard's code where the standard's
definition names the same quantity in the same plane; the phase of the heart that a definition asks
for is the scan's, which the plan flags where it is another. All others have codes of our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Triple = tuple[str, str, str]  # code value, coding scheme designator, meaning

OUR_SCHEME = "99HEARTWRIGHT"
APPENDAGE: Triple = ("33626005", "SCT", "Left auricular appendage")
APPENDAGE_OSTIUM: Triple = ("131120", "DCM", "Ostium of Left Auricular Appendage")
AORTIC_ROOT: Triple = ("8128003", "SCT", "Aortic root")
AORTIC_ANNULUS: Triple = ("77583004", "SCT", "Aortic valve ring")  # CID 12339

UNITS: Mapping[str, Triple] = {  # as plans write them → UCUM
    "mm": ("mm", "UCUM", "mm"),
    "mm²": ("mm2", "UCUM", "mm2"),
    "mm³": ("mm3", "UCUM", "mm3"),
    "°": ("deg", "UCUM", "degrees of plane angle"),
    "1": ("1", "UCUM", "no units"),
}


@dataclass(frozen=True)
class Measured:
    """A quantity of a plan by its name there."""

    name: str  # a key of `QUANTITIES`
    value: float
    unit: str  # a key of `UNITS`
    uncertainty: float | None = None  # ±, in the same unit; None where it was not estimated


_STANDARD: dict[str, Triple] = {
    # CID 12338: the orifice is the plane between ridge and circumflex artery, the landing zone
    # lies 1 to 1.5 cm behind it
    "ostium_greatest_diameter": ("131223", "DCM", "Left atrial appendage major axis"),
    "ostium_least_diameter": ("131224", "DCM", "Left atrial appendage minor axis"),
    "ostium_perimeter": ("131225", "DCM", "Left atrial appendage ostium perimeter"),
    "appendage_depth": ("131221", "DCM", "Left atrial appendage depth"),
    "landing_zone_greatest_diameter": (
        "131222",
        "DCM",
        "Left atrial appendage landing zone major axis",
    ),
    # CID 12334
    "annulus_area": ("C2059685", "UMLS", "Aortic annulus area"),
    "annulus_greatest_diameter": ("131143", "DCM", "Aortic annulus max diameter"),
    "annulus_least_diameter": ("131144", "DCM", "Aortic annulus min diameter"),
    "annulus_perimeter": ("131145", "DCM", "Aortic annulus perimeter"),
    "sinus_mean_width": ("C2059455", "UMLS", "Aortic sinus of valsalva diameter"),
    "junction_height": ("131148", "DCM", "Aortic root height"),
    "junction_diameter": ("131149", "DCM", "Aortic sinotubular junction diameter"),
    "left_coronary_height": ("131166", "DCM", "Left main coronary ostium height"),
    "right_coronary_height": ("131169", "DCM", "Right coronary artery ostium height"),
    # PS3.3 C.8.7.5: positive to the patient's left and to the head
    "lao": ("112011", "DCM", "Positioner Primary Angle"),
    "cra": ("112012", "DCM", "Positioner Secondary Angle"),
}

_OUR_OWN = {  # name → code value (SH: at most 16 characters), meaning
    "ostium_mean_diameter": ("LAA-01", "Mean of least and greatest diameter of the ostium"),
    "ostium_perimeter_diameter": ("LAA-02", "Perimeter of the ostium divided by pi"),
    "ostium_area_diameter": ("LAA-03", "Diameter of the circle of the ostium's area"),
    "ostium_area": ("LAA-04", "Area of the ostium"),
    "landing_zone_least_diameter": ("LAA-11", "Least diameter of the landing zone"),
    "landing_zone_mean_diameter": (
        "LAA-12",
        "Mean of least and greatest diameter of the landing zone",
    ),
    "landing_zone_perimeter_diameter": ("LAA-13", "Perimeter of the landing zone divided by pi"),
    "landing_zone_area_diameter": ("LAA-14", "Diameter of the circle of the landing zone's area"),
    "landing_zone_area": ("LAA-15", "Area of the landing zone"),
    "landing_zone_perimeter": ("LAA-16", "Perimeter of the landing zone"),
    "appendage_volume": ("LAA-20", "Volume of the appendage beyond its ostium"),
    "annulus_area_diameter": ("AOR-01", "Diameter of the circle of the annulus' area"),
    "annulus_perimeter_diameter": ("AOR-02", "Perimeter of the annulus divided by pi"),
    "annulus_eccentricity": ("AOR-03", "1 - least / greatest diameter of the annulus"),
    "aortic_angulation": ("AOR-04", "Angle between annulus and horizontal plane"),
    "left_sinus_width": ("AOR-10", "Width of the left sinus to the opposite commissure"),
    "right_sinus_width": ("AOR-11", "Width of the right sinus to the opposite commissure"),
    "non_sinus_width": ("AOR-12", "Width of the non-coronary sinus to the opposite commissure"),
    "sinus_level": ("AOR-13", "Height of the widest level of the sinuses"),
    "left_sinus_height": ("AOR-14", "Height of the left sinus' upper end"),
    "right_sinus_height": ("AOR-15", "Height of the right sinus' upper end"),
    "non_sinus_height": ("AOR-16", "Height of the non-coronary sinus' upper end"),
    "junction_tilt": ("AOR-20", "Angle between sinotubular junction and annulus"),
    "junction_least_diameter": ("AOR-21", "Least diameter of the sinotubular junction"),
    "junction_greatest_diameter": ("AOR-22", "Greatest diameter of the sinotubular junction"),
    "tract_area": ("AOR-30", "Area of the outflow tract 5 mm below the annulus"),
    "tract_ratio": ("AOR-31", "Area of the outflow tract relative to the annulus"),
    "tract_diameter": ("AOR-32", "Diameter of the circle of the outflow tract's area"),
    "tract_least_diameter": ("AOR-33", "Least diameter of the outflow tract"),
    "tract_greatest_diameter": ("AOR-34", "Greatest diameter of the outflow tract"),
    # the standard's ascending aorta is measured at the right pulmonary artery
    "ascending_diameter": ("AOR-40", "Diameter of the ascending aorta 40 mm on, of its area"),
    "ascending_least_diameter": ("AOR-41", "Least diameter of the ascending aorta 40 mm on"),
    "ascending_greatest_diameter": ("AOR-42", "Greatest diameter of the ascending aorta 40 mm on"),
    "left_vtc": ("AOR-50", "Virtual valve to left coronary ostium"),
    "right_vtc": ("AOR-51", "Virtual valve to right coronary ostium"),
    "vtstj": ("AOR-52", "Virtual valve to sinotubular junction"),
    "residual_sinus": ("AOR-53", "Mean width of the sinuses less the virtual valve"),
    "device_diameter": ("AOR-54", "Diameter of the virtual valve"),
    "septum_length": ("AOR-60", "Length of the membranous septum"),
    "implant_depth": ("AOR-61", "Planned depth of the valve below the annulus"),
    "dmsid": ("AOR-62", "Length of the membranous septum less the planned depth"),
    "septal_overlap": ("AOR-63", "Planned depth less the length of the membranous septum"),
    "left_cusp_calcium": ("AOR-70", "Calcium volume of the left cusp"),
    "right_cusp_calcium": ("AOR-71", "Calcium volume of the right cusp"),
    "non_cusp_calcium": ("AOR-72", "Calcium volume of the non-coronary cusp"),
    "left_tract_calcium": ("AOR-73", "Calcium volume of the outflow tract below the left cusp"),
    "right_tract_calcium": ("AOR-74", "Calcium volume of the outflow tract below the right cusp"),
    "non_tract_calcium": (
        "AOR-75",
        "Calcium volume of the outflow tract below the non-coronary cusp",
    ),
    # a proposal: the standard's device codes are for what was implanted
    "proposed_size": ("DEV-01", "Nominal size of a proposed device"),
    "proposed_compression": ("DEV-02", "Proposed device: 1 - diameter at the site / nominal"),
    "proposed_oversizing": ("DEV-03", "Proposed device: nominal / measured - 1, in its measure"),
}

QUANTITIES: Mapping[str, Triple] = _STANDARD | {
    name: (value, OUR_SCHEME, meaning) for name, (value, meaning) in _OUR_OWN.items()
}
