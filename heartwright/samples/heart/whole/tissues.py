"""What a CT would see of a heart without any blur, and what is where."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from heartwright.data import Grid, InputError
from heartwright.samples.heart import ct
from heartwright.samples.heart.fields import Vector
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.block import Block, near

MUSCLE_HU, RIGHT_HU, THROMBUS_HU = 120.0, 170.0, 60.0
LABELS = {
    1: "left atrium",
    2: "left atrial appendage",
    3: "left ventricle",
    4: "aorta",
    5: "circumflex artery",
    6: "coronary artery",
    7: "calcium",
    8: "left ventricular myocardium",
    9: "right atrium",
    10: "right ventricle",
    11: "descending aorta",
    12: "thrombus",
}
_NUMBERS = {name: number for number, name in LABELS.items()}
_WALLS_MM = {  # where they are not as thick as `ct.WALL_MM`
    "coronary artery": 0.8,
    "circumflex artery": 0.8,
    "right ventricle": 2.0,
    "left ventricular myocardium": 0.0,
}
_BARE = ("calcium",)  # neither wall nor fat around it
_LEVELS_HU = {
    "left ventricular myocardium": MUSCLE_HU,
    "right ventricle": RIGHT_HU,
    "right atrium": RIGHT_HU,
    "calcium": ct.CALCIUM_HU,
}
_FAR_MM = 100.0
_BESIDE_MM = 2.0  # around the lumen, where its partial volume still needs the blood's brightness

Part = tuple[float | Float[np.ndarray, "i j k"], np.uint8 | UInt8[np.ndarray, "i j k"]]


@dataclass(frozen=True)
class Contrast:
    """How bright the blood is, and how far the agent has come."""

    atrium_hu: float = ct.BLOOD_HU
    ventricle_hu: float = 360.0  # and aorta and coronary arteries
    appendage: float = 1.0  # brightness at its deepest point, relative to the atrium's
    thrombus_mm: float = 0.0  # how much of its depth, from the deepest point, is clotted

    def check(self) -> None:
        """Refuse contrast that cannot be.

        Raises:
            InputError: blood hardly brighter than its wall, or a share outside 0 to 1.
        """
        for blood_hu in (self.atrium_hu, self.ventricle_hu):
            ct.check_settings(spacing_mm=1.0, noise_hu=0.0, blood_hu=blood_hu)
        if not 0 <= self.appendage <= 1:
            raise InputError(
                f"an appendage filled to {self.appendage:g} of the atrium cannot be; give 0 to 1."
            )
        if not 0 <= self.thrombus_mm < 30:
            raise InputError(f"a thrombus of {self.thrombus_mm:g} mm cannot be; give 0 to 30.")


FILLED = Contrast()


def composed(
    anatomy: Anatomy, grid: Grid, contrast: Contrast
) -> tuple[Float[np.ndarray, "i j k"], UInt8[np.ndarray, "i j k"]]:
    """Grey values before the scanner's blur, HU, and labels (`LABELS`)."""
    blocks = {
        name: block
        for name, field in anatomy.bodies.items()
        if (block := near(field, grid, reach_mm=ct.FAT_MM + 1)) is not None
    }
    grey, labels = _surroundings(blocks, grid), np.zeros(grid.shape, dtype=np.uint8)
    for name, block in blocks.items():
        level_hu, number = _part(name, block, anatomy, contrast)
        share = _share(block.distance, grid)
        there, inside = grey[block.where], block.distance < 0
        there += share * (np.asarray(level_hu, dtype=np.float32) - there)
        labels[block.where][inside] = np.broadcast_to(number, inside.shape)[inside]
    return grey, labels


def _surroundings(blocks: Mapping[str, Block], grid: Grid) -> Float[np.ndarray, "i j k"]:
    """Lung, and in it the fat and the walls around all bodies."""
    fat, wall = (np.full(grid.shape, _FAR_MM, dtype=np.float32) for _ in range(2))
    for name, block in blocks.items():
        if name in _BARE:
            continue
        edge = np.float32(_WALLS_MM.get(name, ct.WALL_MM))
        np.minimum(fat[block.where], block.distance - np.float32(ct.FAT_MM), out=fat[block.where])
        np.minimum(wall[block.where], block.distance - edge, out=wall[block.where])
    grey = ct.LUNG_HU + np.float32(ct.FAT_HU - ct.LUNG_HU) * _share(fat, grid)
    grey += _share(wall, grid) * (np.float32(ct.WALL_HU) - grey)
    return grey


def _share(distance: Float[np.ndarray, "i j k"], grid: Grid) -> Float[np.ndarray, "i j k"]:
    return ct.share_inside(distance, np.float32(grid.spacing.mean()))


def _part(name: str, block: Block, anatomy: Anatomy, contrast: Contrast) -> Part:
    """Brightness and label of a body; ventricle and aorta meet in the plane of the annulus."""
    if name == "left atrium":
        return _left_atrium(block, anatomy, contrast)
    if name == "left heart":
        ring = anatomy.root.annulus
        above = _heights(block.grid, ring.point, ring.normal) > 0
        number = np.where(above, _NUMBERS["aorta"], _NUMBERS["left ventricle"])
        return contrast.ventricle_hu, number.astype(np.uint8)
    return _LEVELS_HU.get(name, contrast.ventricle_hu), np.uint8(_NUMBERS[name])


def _left_atrium(block: Block, anatomy: Anatomy, contrast: Contrast) -> Part:
    """Behind the ostium it is the appendage, which may be filled in part, or clotted."""
    depth, deepest = _appendage_depth(block, anatomy), anatomy.atrium.deepest_mm
    share = np.clip(depth / np.float32(deepest), 0, 1)
    blood = contrast.atrium_hu * (1 - (1 - contrast.appendage) * share)
    clot = depth > (deepest - contrast.thrombus_mm if contrast.thrombus_mm else np.inf)
    number = np.where(depth > 0, _NUMBERS["left atrial appendage"], _NUMBERS["left atrium"])
    number = np.where(clot, _NUMBERS["thrombus"], number)
    return np.where(clot, np.float32(THROMBUS_HU), blood), number.astype(np.uint8)


def _appendage_depth(block: Block, anatomy: Anatomy) -> Float[np.ndarray, "i j k"]:
    """Depth behind the ostium, mm, in and beside the appendage; not above 0 elsewhere."""
    atrium = anatomy.atrium
    frame = atrium.neck.frame
    depth = _heights(block.grid, frame.origin, frame.axis)
    depth[block.distance > _BESIDE_MM] = 0
    behind = np.argwhere(depth > 0)
    points = block.grid.to_lps(behind).astype(np.float32)
    other = atrium.chamber(points) < atrium.appendage(points)
    depth[tuple(behind[other].T)] = 0
    return depth


def _heights(grid: Grid, point: Vector, normal: Vector) -> Float[np.ndarray, "i j k"]:
    """Height of every voxel above a plane, mm."""
    steps = normal @ grid.affine[:3, :3]
    start = float((grid.affine[:3, 3] - point) @ normal)
    i, j, k = (np.arange(n) * step for n, step in zip(grid.shape, steps, strict=True))
    return (start + i[:, None, None] + j[:, None] + k).astype(np.float32)
