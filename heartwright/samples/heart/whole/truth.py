"""What planning must find: closed forms where the anatomy is one, roots along rays elsewhere.

Roots and Fourier derivatives (`samples.heart.truth`) are good to 1e-3 mm. Nothing here knows of
voxels or triangles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from heartwright.data import Diameters, Placement, Plane
from heartwright.samples.heart.fields import Field, Vector
from heartwright.samples.heart.truth import depth_mm, section_measures
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.calcium import Nodule
from heartwright.samples.heart.whole.chambers import Disc
from heartwright.samples.heart.whole.coronaries import Path
from heartwright.samples.heart.whole.gaps import Gap
from heartwright.samples.heart.whole.root import CUSPS, Coronary, Root

LANDING_MM = (10.0, 12.0)  # behind the ostium; Amulet's landing zone, by two texts
TRACT_MM = 5.0  # below the annulus
ASCENDING_MM = 40.0  # above the annulus


@dataclass(frozen=True, eq=False)
class Section:
    """A cut through a vessel."""

    plane: Plane
    diameters: Diameters


@dataclass(frozen=True, eq=False)
class LobeTruth:
    """One branch of the appendage's tree."""

    parent: int | None  # in the list of lobes; none: it goes on from the neck
    tip: Vector  # on the surface, at the end of its axis
    depth_mm: float  # greatest distance from the ostium's plane
    length_mm: float  # along the axis, from where it branches off to its tip


@dataclass(frozen=True, eq=False)
class AppendageTruth:
    """The appendage and its neighbours."""

    morphology: str
    ostium: Section  # the normal points into the appendage
    landing_zones: Mapping[float, Section]  # mm behind the ostium, parallel to it
    neck: Placement  # centre of the ostium, along the neck
    depth_mm: float  # by the definition of `planning.laa.plan`
    lobes: tuple[LobeTruth, ...]  # the first is the dominant one
    ridge_tip: Vector
    ridge_point: Vector  # on the ostium's rim
    ridge_inside_mm: float  # from the tip to the point, along the neck
    circumflex_point: Vector  # on the artery's axis, in the ostium's plane
    circumflex_path: Path
    gaps: tuple[Gap, ...]  # around a seated device; empty without one


@dataclass(frozen=True, eq=False)
class CoronaryTruth:
    """The ostium of a coronary artery."""

    ostium: Vector  # centre, on the sinus' wall
    lower_edge: Vector
    height_mm: float  # of the lower edge above the annulus
    diameter_mm: float


@dataclass(frozen=True, eq=False)
class SeptumTruth:
    """The membranous septum, below the commissure of right and non-coronary cusp."""

    top: Vector  # on the wall, at the annulus
    bottom: Vector  # on the wall, where the muscle begins
    length_mm: float  # along the root's axis


@dataclass(frozen=True, eq=False)
class RootTruth:
    """The aortic root; normals point into the aorta."""

    annulus: Section
    nadirs: Mapping[str, Vector]  # by cusp: right, left, non
    commissures: Mapping[str, Vector]  # each after its cusp: right (to left), left, non
    outflow_tract: Section  # 5 mm below the annulus
    sinuses: Section  # where the root is widest
    sinus_widths_mm: Mapping[str, float]  # there, from cusp to opposite commissure
    junction: Section  # sinotubular
    junction_height_mm: float
    ascending: Section  # 40 mm above the annulus
    angulation_deg: float  # between the annulus and the horizontal
    left: CoronaryTruth
    right: CoronaryTruth
    septum: SeptumTruth
    calcium_mm3: Mapping[str, float]  # by site: leaflet, annulus, outflow tract
    nodules: tuple[Nodule, ...]
    gaps: tuple[Gap, ...]  # around a seated device; empty without one


@dataclass(frozen=True, eq=False)
class Truth:
    """All true measures of a heart."""

    appendage: AppendageTruth
    root: RootTruth
    mitral: Plane  # the normal points into the ventricle
    fossa: Disc  # the normal points into the left atrium
    aortomitral_deg: float  # between the planes of the two valves

    def summary(self) -> dict[str, object]:
        """The measures that a plan is compared with, as plain values."""
        laa, root = self.appendage, self.root
        sections = {
            "ostium": laa.ostium,
            **{f"landing_zone_{mm:g}_mm": zone for mm, zone in laa.landing_zones.items()},
            "annulus": root.annulus,
            "outflow_tract": root.outflow_tract,
            "sinuses": root.sinuses,
            "junction": root.junction,
            "ascending": root.ascending,
        }
        return {
            **{name: asdict(section.diameters) for name, section in sections.items()},
            "morphology": laa.morphology,
            "depth_mm": laa.depth_mm,
            "lobe_depths_mm": [lobe.depth_mm for lobe in laa.lobes],
            "sinus_widths_mm": dict(root.sinus_widths_mm),
            "left_coronary_mm": root.left.height_mm,
            "right_coronary_mm": root.right.height_mm,
            "membranous_septum_mm": root.septum.length_mm,
            "angulation_deg": root.angulation_deg,
            "calcium_mm3": dict(root.calcium_mm3),
        }


def measured(anatomy: Anatomy) -> Truth:
    """Measure a heart on its own functions."""
    valve = anatomy.atrium.mitral
    return Truth(
        appendage=_appendage(anatomy),
        root=_root(anatomy),
        mitral=valve,
        fossa=anatomy.fossa,
        aortomitral_deg=float(np.degrees(np.arccos(valve.normal @ anatomy.root.frame.axis))),
    )


def cut(lumen: Field, plane: Plane) -> Section:
    """The section of a lumen, which holds the plane's point and is star-shaped around it."""
    return Section(plane, section_measures(lumen, plane.point, plane.normal))


def _appendage(anatomy: Anatomy) -> AppendageTruth:
    atrium, vessels, seat = anatomy.atrium, anatomy.arteries, anatomy.appendage_seat
    frame = atrium.neck.frame
    ostium = Plane(frame.origin, frame.axis)
    landing = {mm: Plane(frame.lifted(mm).origin, frame.axis) for mm in LANDING_MM}
    return AppendageTruth(
        morphology=atrium.morphology,
        ostium=cut(atrium.lumen, ostium),
        landing_zones={mm: cut(atrium.lumen, plane) for mm, plane in landing.items()},
        neck=Placement(frame.origin, frame.axis),
        depth_mm=depth_mm(atrium.appendage, ostium.point, ostium.normal),
        lobes=tuple(
            LobeTruth(lobe.parent, lobe.tip, lobe.depth_mm(frame), lobe.length_mm)
            for lobe in atrium.lobes
        ),
        ridge_tip=atrium.ridge_tip,
        ridge_point=atrium.neck.ridge_point,
        ridge_inside_mm=atrium.ridge_inside_mm,
        circumflex_point=vessels.circumflex_point,
        circumflex_path=vessels.circumflex_path,
        gaps=seat.gaps(frame) if seat else (),
    )


def _root(anatomy: Anatomy) -> RootTruth:
    root, lumen, seat = anatomy.root, anatomy.ventricle.lumen, anatomy.valve_seat
    widest = widest_mm(root)
    upright = float(np.clip(root.frame.axis[2], -1, 1))
    return RootTruth(
        annulus=cut(lumen, root.annulus),
        nadirs={
            cusp: root.wall(angle, 0.0) for cusp, angle in zip(CUSPS, root.nadirs, strict=True)
        },
        commissures={
            cusp: root.wall(angle, root.commissure_mm)
            for cusp, angle in zip(CUSPS, root.commissures, strict=True)
        },
        outflow_tract=cut(lumen, root.plane(-TRACT_MM)),
        sinuses=cut(lumen, root.plane(widest)),
        sinus_widths_mm=_sinus_widths(root, widest),
        junction=cut(lumen, root.plane(root.junction_mm)),
        junction_height_mm=root.junction_mm,
        ascending=cut(lumen, root.plane(ASCENDING_MM)),
        angulation_deg=float(np.degrees(np.arccos(upright))),
        left=_coronary(root, root.left),
        right=_coronary(root, root.right),
        septum=_septum(root),
        calcium_mm3=_calcium(anatomy.nodules),
        nodules=anatomy.nodules,
        gaps=seat.gaps(root.frame) if seat else (),
    )


def widest_mm(root: Root) -> float:
    """The height where the root's section is greatest, mm above the annulus."""
    angles = np.arange(360) * (2 * np.pi / 360)

    def narrowness(height: float) -> float:
        return -float((root.radius(angles, np.full(360, height)) ** 2).sum())

    bounds = (0.0, root.junction_mm)
    return float(minimize_scalar(narrowness, bounds=bounds, method="bounded").x)


def _sinus_widths(root: Root, height_mm: float) -> dict[str, float]:
    opposite = np.roll(root.commissures, -1)  # of right: the one between left and non
    ends = zip(CUSPS, root.nadirs, opposite, strict=True)
    return {
        cusp: float(np.linalg.norm(root.wall(a, height_mm) - root.wall(b, height_mm)))
        for cusp, a, b in ends
    }


def _coronary(root: Root, coronary: Coronary) -> CoronaryTruth:
    return CoronaryTruth(
        ostium=root.ostium(coronary),
        lower_edge=root.lower_edge(coronary),
        height_mm=coronary.height_mm - coronary.radius_mm,
        diameter_mm=2 * coronary.radius_mm,
    )


def _septum(root: Root) -> SeptumTruth:
    top, bottom = (root.wall(root.septum_angle, -mm) for mm in (0.0, root.septum_mm))
    return SeptumTruth(top, bottom, root.septum_mm)


def _calcium(nodules: Sequence[Nodule]) -> dict[str, float]:
    sites = {nodule.site for nodule in nodules}
    return {
        site: sum(nodule.volume_mm3 for nodule in nodules if nodule.site == site)
        for site in sorted(sites)
    }
