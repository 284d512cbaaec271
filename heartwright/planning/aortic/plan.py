"""Aortic root: annulus, what surrounds it, valve sizes, published risks and C-arm views.

Research use only. The lumen is the blood of outflow tract, sinuses and ascending aorta.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError, Measure, Provenance, RootPlan, Solid
from heartwright.planning.aortic.automatic import find_nadirs
from heartwright.planning.aortic.calcium import Calcium, calcium_measures
from heartwright.planning.aortic.clearance import septum_length
from heartwright.planning.aortic.findings import findings
from heartwright.planning.aortic.measures import Measures, lacking, root_measures, tract_shape
from heartwright.planning.aortic.nadirs import Nadirs
from heartwright.planning.aortic.root import Root, find_root
from heartwright.planning.aortic.sizing import clearances, size_cautions, sized
from heartwright.planning.aortic.spread import Doubt
from heartwright.planning.aortic.views import s_curve, views

Vector = Float[np.ndarray, "3"]

_SYSTOLE_PERCENT = (10.0, 45.0)  # of the RR interval, by general knowledge; peak: 20 to 40
_DEVICES_MM = (10.0, 45.0)
_DEPTHS_MM = (0.0, 20.0)
_ASSUMED_MM = 0.5  # standard deviation of a boundary of which nothing is known: a CT's voxel
_ASSUMED = (
    f"The boundary's standard deviation is not known and was taken as {_ASSUMED_MM:g} mm; say it "
    f"with --uncertainty-mm."
)


@dataclass(frozen=True, eq=False)
class Request:
    """What a person knows of a root beside its lumen. Points are LPS mm."""

    nadirs: Float[np.ndarray, "3 3"] | None = None  # left, right, non; none: they are looked for
    ostia: Mapping[str, Vector] = field(default_factory=dict)  # lower edge by side, left and right
    aorta: Vector | None = None  # any point in the ascending aorta
    septum: Float[np.ndarray, "_ 3"] | None = None  # both ends of its membranous part, or its crest
    implant_depth_mm: float | None = None  # of the valve below the annulus
    device_mm: float | None = None  # diameter for clearances; none: the largest size that fits
    phase_percent: float | None = None  # of the RR interval
    calcium: Calcium | None = None
    known: Mapping[str, Measure] = field(default_factory=dict)  # for rules, see `UNSEEN`
    boundary_sd_mm: float | None = None  # of the wall along its normal; none: assumed
    landmark_sd_mm: float = 1.0

    def __post_init__(self) -> None:
        _check("--phase", self.phase_percent, (0.0, 100.0), "percent of the RR interval")
        _check("--device-mm", self.device_mm, _DEVICES_MM, "mm")
        _check("--depth-mm", self.implant_depth_mm, _DEPTHS_MM, "mm")


def plan(lumen: Solid, request: Request) -> RootPlan:
    """Measure a root, list the valve sizes that fit it, and hold the published rules against it.

    Raises:
        InputError: landmarks off the wall, on the wrong side, collinear, or in the order of
            mirrored anatomy; no root is found where they are looked for.
    """
    boundary = request.boundary_sd_mm
    doubt = Doubt(_ASSUMED_MM if boundary is None else boundary, request.landmark_sd_mm)
    nadirs, naming = _nadirs(lumen, request)
    root = find_root(
        lumen,
        nadirs,
        ostia=request.ostia,
        aorta=request.aorta,
        landmark_sd_mm=request.landmark_sd_mm,
    )
    measures = {
        **root_measures(root, doubt),
        **_calcium(root, request, doubt),
        **_septum(root, request, doubt),
    }
    devices = sized(root, measures)
    largest = max((d.candidate.size_mm for d in devices if d.fits_at_best_estimate), default=None)
    device = request.device_mm or largest
    known = {**measures, **_room(root, measures, device, doubt), **request.known}
    return RootPlan(
        annulus_point_lps_mm=_triple(nadirs.plane.point),
        annulus_normal_lps=_triple(nadirs.plane.normal),
        annulus=root.annulus,
        landmarks=nadirs.landmarks() | {f"{s}_ostium": o for s, o in root.ostia.items()},
        measures=known,
        devices=devices,
        findings=findings(known),
        views=views(root),
        s_curve=s_curve(nadirs),
        tract_shape=tract_shape(measures),
        phase_percent=request.phase_percent,
        warnings=(
            *lumen.provenance.parameters.get("warnings", ()),
            *([_ASSUMED] if boundary is None else []),
            *_about_phase(request.phase_percent),
            *_about_nadirs(nadirs, naming),
            *root.doubts,
            *lacking(measures),
            *size_cautions(devices, root.annulus, measures),
        ),
        provenance=Provenance.of(),
    )


def _nadirs(lumen: Solid, request: Request) -> tuple[Nadirs, str]:
    if request.nadirs is None:
        return find_nadirs(lumen, request.aorta)
    return Nadirs(request.nadirs, request.landmark_sd_mm), ""


def _calcium(root: Root, request: Request, doubt: Doubt) -> Measures:
    if request.calcium is None:
        return {}
    return calcium_measures(
        request.calcium, root.frame, root.cusps, boundary_sd_mm=doubt.boundary_mm
    )


def _septum(root: Root, request: Request, doubt: Doubt) -> Measures:
    """The membranous septum, and how it lies to a valve's lower end."""
    found: Measures = {}
    depth = request.implant_depth_mm
    if request.septum is not None:
        found["septum_length"] = septum_length(root.nadirs, request.septum, doubt)
    if depth is not None:
        found["implant_depth"] = Measure(depth, 0.0, "mm")
    if request.septum is not None and depth is not None:
        length = found["septum_length"]
        found["dmsid"] = Measure(length.value - depth, length.sd, "mm")
        found["septal_overlap"] = Measure(depth - length.value, length.sd, "mm")
    return found


def _room(root: Root, measures: Measures, device_mm: float | None, doubt: Doubt) -> Measures:
    """What a device of this diameter leaves free; nothing where no size fits."""
    if device_mm is None:
        return {}
    axis_sd = root.nadirs.sd_mm / math.sqrt(3)
    sd = {f"{side}_vtc": math.hypot(axis_sd, each.sd_mm) for side, each in root.ostia.items()}
    room = {
        name: Measure(value, sd.get(name, math.hypot(axis_sd, doubt.boundary_mm)), "mm")
        for name, value in clearances(root, device_mm).items()
    }
    sinus = measures.get("sinus_mean_width")
    if sinus is not None:
        room["residual_sinus"] = Measure(sinus.value - device_mm, sinus.sd, "mm")
    return room | {"device_diameter": Measure(device_mm, 0.0, "mm")}


def _about_phase(percent: float | None) -> Iterator[str]:
    least, most = _SYSTOLE_PERCENT
    if percent is None:
        yield (
            "The phase of the scan is not known: sizes are for the annulus in systole; say it with "
            "--phase."
        )
    elif not least <= percent <= most:
        yield (
            f"The scan is at {percent:g} % of the RR interval, which is not systole ({least:g} to "
            f"{most:g} %): in systole, which sizes are for, the annulus is larger."
        )


def _about_nadirs(nadirs: Nadirs, naming: str) -> Iterator[str]:
    if nadirs.automatic:
        yield (
            f"The nadirs were found automatically (standard deviation {nadirs.sd_mm:g} mm along "
            f"each axis): check them. {naming}"
        )


def _check(option: str, value: float | None, span: tuple[float, float], unit: str) -> None:
    least, most = span
    if value is not None and not least <= value <= most:
        raise InputError(f"{option} takes {least:g} to {most:g} {unit}, not {value:g}.")


def _triple(vector: Vector) -> tuple[float, float, float]:
    x, y, z = vector.tolist()
    return x, y, z
