"""An aortic root drawn at random, and the calcium at its annulus.

The axis is +z, from the outflow tract to the ascending aorta; the annulus is at the origin.
"""

import itertools

import numpy as np

from heartwright.data import LabelMap, Provenance, Volume
from heartwright.samples.heart import ct
from heartwright.samples.heart.fields import Field, half_space, intersection, tube, union
from heartwright.samples.heart.grid import around, bounds, sampled
from heartwright.samples.heart.truth import first_exit

_UP = np.array([0.0, 0.0, 1.0])
_CRUST_MM, _CRUST_HEIGHT_MM = 1.9, 2.0  # radius of the calcium's arc, and how high it lies
_MARGIN_MM = 12.0  # of the scan around the lumen


def aortic_root(rng: np.random.Generator) -> Field:
    """Outflow tract, three sinuses, ascending aorta and two coronary stubs, ends cut flat."""
    annulus = rng.uniform(10.5, 13.5)
    tract = tube(np.array([0.0, 0.0, -22.0]), np.array([0.0, 0.0, 0.0]), radius_mm=annulus)
    aorta = tube(np.zeros(3), 50.0 * _UP, radius_mm=annulus * rng.uniform(1.1, 1.25))
    angles = np.arange(3) * 2 * np.pi / 3 + rng.uniform(0, 2 * np.pi)
    outward = [np.array([np.cos(a), np.sin(a), 0.0]) for a in angles]
    sinuses = [
        tube(0.6 * annulus * d, 0.6 * annulus * d + 9 * _UP, radius_mm=0.75 * annulus)
        for d in outward
    ]
    stubs = [
        tube(annulus * d + 14 * _UP, (annulus + 14) * d + 16 * _UP, radius_mm=rng.uniform(1.6, 2.4))
        for d in outward[:2]
    ]
    whole = union(union(tract, aorta, *sinuses, blend_mm=5.0), *stubs, blend_mm=1.5)
    low, high = half_space(-15 * _UP, -_UP), half_space(38 * _UP, _UP)
    return intersection(whole, low, high, blend_mm=2.0)


def calcified_root(*, seed: int, spacing_mm: float, noise_hu: float) -> tuple[Volume, LabelMap]:
    """A CT of a root with calcium in its wall, and its true labels: 1 the blood, 2 the calcium.

    Raises:
        InputError: the voxels are too fine or too coarse, or the noise is negative.
    """
    ct.check_settings(spacing_mm=spacing_mm, noise_hu=noise_hu)
    draw, noise = (np.random.default_rng([seed, stream]) for stream in (0, 1))
    lumen = aortic_root(draw)
    grid = around(bounds(lumen) + _MARGIN_MM * np.array([[-1], [1]]), spacing_mm)
    blood, crust = sampled(lumen, grid), sampled(annular_calcium(lumen), grid)
    grey = ct.render(blood, grid, noise_hu=noise_hu, rng=noise, calcium=crust)
    values = np.where(crust < 0, 2, blood < 0).astype(np.uint8)
    provenance = Provenance.of(
        parameters={"synthetic": True, "spacing_mm": spacing_mm, "noise_hu": noise_hu}, seed=seed
    )
    return (
        Volume(grey, grid.affine, "CT", provenance),
        LabelMap(values, grid.affine, {1: "aorta", 2: "calcium"}, provenance),
    )


def annular_calcium(lumen: Field) -> Field:
    """A third of a ring along the lumen's surface, half of it in the wall, above the annulus."""
    turns = np.linspace(-np.pi / 3, np.pi / 3, 13)
    rays = np.column_stack([np.cos(turns), np.sin(turns), np.zeros(len(turns))])
    starts = np.tile(_CRUST_HEIGHT_MM * _UP, (len(rays), 1))
    reach = first_exit(lumen, starts, rays, reach_mm=30.0)
    arc = starts + reach[:, None] * rays
    pieces = [tube(a, b, radius_mm=_CRUST_MM) for a, b in itertools.pairwise(arc)]
    return union(*pieces, blend_mm=1.0)
