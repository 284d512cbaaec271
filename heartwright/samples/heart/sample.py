"""The sample heart: scan, labels, truth, and where to click."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from heartwright.data import Diameters, LabelMap, Plane, Provenance, Volume
from heartwright.samples.heart import ct, truth
from heartwright.samples.heart.atrium import AORTA, Atrium, atrium
from heartwright.samples.heart.fields import Vector
from heartwright.samples.heart.grid import Box, around, bounds, sampled, volume_mm3

LABEL = 1
LABEL_NAME = "left atrium"
_MARGIN_MM = 12.0  # of the scan around the lumen
_BOX_MM = 2.0  # of the segmentation's box around the lumen
_TO_ROOF = np.array([[-0.56, -0.16, 0.81]])  # from the centre to beside the right superior vein


@dataclass(frozen=True)
class Truth:
    """What measuring must find, from the implicit function alone."""

    ostium: Diameters
    depth_mm: float  # by the definition of `planning.laa.plan`
    volume_mm3: float  # lumen, with appendage and vein stubs
    volume_error_mm3: float  # difference between two quadratures
    veins: Mapping[str, Diameters]  # where each vein is opened


@dataclass(frozen=True, eq=False)
class Sites:
    """Where a person would click, LPS mm."""

    seeds: Float[np.ndarray, "seed 3"]  # in the blood
    box: Float[np.ndarray, "2 3"]  # lower and upper corner around the atrium
    lower_hu: float  # half level between blood and wall
    ostium: Float[np.ndarray, "3 3"]  # on the rim, in the true plane
    openings: Mapping[str, Plane]  # the pulmonary veins; normals point out
    pacing: Vector  # on the lumen's surface beside the right superior vein
    label: int = LABEL
    label_name: str = LABEL_NAME


@dataclass(frozen=True, eq=False)
class SampleHeart:
    """A synthetic scan with its labels, its true measures and the points to click."""

    scan: Volume
    labels: LabelMap
    truth: Truth
    sites: Sites


def heart(
    *,
    seed: int = 0,
    spacing_mm: float = 0.6,
    noise_hu: float = 15,
    blood_hu: float = ct.BLOOD_HU,
) -> SampleHeart:
    """Draw a left atrium and look at it by CT.

    The descending aorta lies behind the atrium, equally bright but apart from it, so that a
    threshold alone does not segment the atrium; growing from the seed does.

    Args:
        seed: of the anatomy and of the noise; 0 is the demo's.
        spacing_mm: edge of the cubic voxels.
        noise_hu: standard deviation of the noise.
        blood_hu: how bright the contrast agent makes the blood.

    Raises:
        InputError: the voxels are too fine to hold or too coarse for the wall, the noise is
            negative, or the blood hardly brighter than its wall.
    """
    ct.check_settings(spacing_mm=spacing_mm, noise_hu=noise_hu, blood_hu=blood_hu)
    anatomy_rng, noise_rng = (np.random.default_rng([seed, stream]) for stream in (0, 1))
    anatomy = atrium(anatomy_rng)
    box = bounds(anatomy.lumen)
    grid = around(box + _MARGIN_MM * np.array([[-1], [1]]), spacing_mm)
    lumen = sampled(anatomy.lumen, grid)
    blood = np.minimum(lumen, sampled(AORTA, grid))
    grey = ct.render(blood, grid, noise_hu=noise_hu, rng=noise_rng, blood_hu=blood_hu)
    provenance = Provenance.of(
        parameters={"synthetic": True, "spacing_mm": spacing_mm, "noise_hu": noise_hu}, seed=seed
    )
    labels = (lumen < 0).astype(np.uint8) * np.uint8(LABEL)
    return SampleHeart(
        scan=Volume(grey, grid.affine, "CT", provenance),
        labels=LabelMap(labels, grid.affine, {LABEL: LABEL_NAME}, provenance),
        truth=_truth(anatomy, box),
        sites=_sites(anatomy, box, ct.half_level_hu(blood_hu)),
    )


def _truth(anatomy: Atrium, box: Box) -> Truth:
    coarse, fine = (volume_mm3(anatomy.lumen, box, spacing_mm=spacing) for spacing in (1.2, 0.6))
    place = anatomy.ostium
    return Truth(
        ostium=truth.section_measures(anatomy.lumen, place.point, place.normal),
        depth_mm=truth.depth_mm(anatomy.appendage, place.point, place.normal),
        volume_mm3=fine,
        volume_error_mm3=abs(fine - coarse),
        veins={
            name: truth.section_measures(anatomy.lumen, plane.point, plane.normal)
            for name, plane in anatomy.veins.items()
        },
    )


def _sites(anatomy: Atrium, box: Box, lower_hu: float) -> Sites:
    centre = np.zeros((1, 3))
    roof = truth.first_exit(anatomy.lumen, centre, _TO_ROOF, reach_mm=60)
    place = anatomy.ostium
    return Sites(
        seeds=centre,
        box=box + _BOX_MM * np.array([[-1], [1]]),
        lower_hu=lower_hu,
        ostium=truth.rim(anatomy.lumen, place.point, place.normal, rays=3),
        openings=anatomy.veins,
        pacing=(roof * _TO_ROOF)[0],
    )
