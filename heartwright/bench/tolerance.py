"""The same fit in many walls: the print's tolerance and the segmentation's uncertainty."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter

from heartwright.bench.deploy import deploy, settled, wall_compliance
from heartwright.bench.deployment import Deployment
from heartwright.bench.ring import compliance
from heartwright.bench.rolling import widths
from heartwright.data import InputError, Placement, Solid

_STEP_MM = 1.0  # coarser than one deployment: differences between samples count
_ANGLES = 120
_LARGE_MM = (3.0, 5.0)  # leaks whose probability is told

Maps = Float[np.ndarray, "sample station angle"]


@dataclass(frozen=True)
class Uncertainty:
    """How far the wall may lie from where the mesh has it."""

    print_mm: float = 0.0  # the whole wall in or out: standard deviation, or half-width if uniform
    segmentation_mm: float = 0.0  # waves on it: standard deviation
    wave_mm: float = 5.0  # length over which they are alike
    spread: Literal["normal", "uniform"] = "normal"  # of the whole wall's offset
    samples: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.print_mm, self.segmentation_mm) < 0 or self.wave_mm <= 0 or self.samples < 1:
            raise InputError("tolerances are not below 0, and at least one sample is drawn.")

    def offsets(self, shape: tuple[int, int], *, step_mm: float, turn_mm: float) -> Maps:
        """Outward offsets of the wall, mm."""
        draw = np.random.default_rng(self.seed)
        size = (self.samples, 1, 1)
        if self.spread == "normal":
            whole = draw.normal(0, self.print_mm, size)
        else:
            whole = draw.uniform(-self.print_mm, self.print_mm, size)
        if self.segmentation_mm == 0:
            return np.broadcast_to(whole, (self.samples, *shape)).copy()
        noise = draw.normal(size=(self.samples, *shape))
        wide = (0.0, self.wave_mm / step_mm, self.wave_mm / turn_mm)
        waves = gaussian_filter(noise, wide, mode=("nearest", "nearest", "wrap"))
        offsets: Maps = whole + self.segmentation_mm * waves / waves.std(axis=0)
        return offsets


@dataclass(frozen=True)
class Share:
    """A probability and the standard error of its estimate (Agresti–Coull)."""

    probability: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Spread:
    """What came out in all samples."""

    compression: Float[np.ndarray, "sample"]  # at the shoulder
    width_mm: Float[np.ndarray, "sample"] | None  # of the leak; None cannot be said

    def within(self, low: float, high: float) -> Share:
        """How likely the compression lies in a range."""
        return share((self.compression >= low) & (self.compression <= high))

    def leaks(self) -> dict[str, Share]:
        """How likely the leak is wider than 3 mm, and than 5 mm."""
        if self.width_mm is None:
            return {}
        return {f"above_{limit:g}_mm": share(self.width_mm > limit) for limit in _LARGE_MM}


def share(met: np.ndarray) -> Share:
    """How often something holds."""
    count, hits = len(met), int(met.sum())
    centre = (hits + 2) / (count + 4)
    return Share(hits / count, float(np.sqrt(centre * (1 - centre) / (count + 4))))


def repeated(
    lumen: Solid,
    deployment: Deployment,
    uncertainty: Uncertainty,
    *,
    width_mm: float | None,
) -> Spread:
    """Deploy a device again in walls that are drawn at random around the one it was deployed in.

    The leak of a sample is the bottleneck found for the deployment, changed by as much as the ball
    that rolls on the gap map changes between the two.

    Args:
        lumen: the blood's body.
        deployment: the fit that is repeated.
        uncertainty: of the wall.
        width_mm: the bottleneck of the deployment.
    """
    room = deployment.room
    base = deploy(
        lumen,
        deployment.body,
        Placement(room.origin, room.frame[2]),
        wall=deployment.wall,
        elasticity=deployment.elasticity,
        step_mm=_STEP_MM,
        angles=_ANGLES,
    )
    step = float(np.diff(base.z_mm).mean())
    turn = 2 * np.pi / _ANGLES * float(base.device_mm[base.covered].mean())
    offsets = uncertainty.offsets(base.wall_mm.shape, step_mm=step, turn_mm=turn)
    walls = np.maximum(base.room.wall_mm + offsets, 0.1)
    walls = np.concatenate([base.room.wall_mm[None], walls])
    frame = compliance(base.elasticity, stations=len(base.z_mm), angles=_ANGLES, step_mm=step)
    node = base.body.stiffness_n_per_mm / base.wall_mm.size
    soft = None if base.wall is None else wall_compliance(base.room, base.wall, node)
    device, stretch, _ = settled(base.free_mm, walls, frame, soft)
    gaps = np.maximum(walls + stretch - device, 0)[:, base.covered]
    rolled = widths(gaps, step_mm=step, turn_mm=turn)
    shoulder = 1 - 2 * device[1:, base.shoulder].mean(axis=1) / base.body.size_mm
    leak = None if width_mm is None else np.maximum(rolled[1:] + (width_mm - rolled[0]), 0)
    return Spread(shoulder, leak)
