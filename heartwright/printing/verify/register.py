"""A rescan laid onto its model: principal axes, then the closest points' planes, trimmed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from heartwright.data import GeometryError
from heartwright.printing.verify.oriented import Oriented, Target, moved

_ALIKE = 0.85  # ratio of principal moments from which two axes may be taken for each other
_KEPT = 0.9  # of the pairs, the nearest: the rest are bulges and dirt
_STILL_MM = 3e-4  # a step that moves no point farther ends the search
_LOST_MM = 1.5  # median distance beyond which nothing was recognised


class _Stage(NamedTuple):
    """How carefully placements are refined, and how many go on."""

    measured: int  # points of the rescan
    model: int  # points of the model
    rounds: int
    survivors: int


_STAGES = (_Stage(300, 3000, 6, 8), _Stage(600, 6000, 15, 2), _Stage(6000, 250_000, 50, 1))


@dataclass(frozen=True, eq=False)
class Pose:
    """A rigid motion: a point goes to `turn @ point + shift`, mm."""

    turn: Float[np.ndarray, "3 3"]
    shift: Float[np.ndarray, "3"]

    @property
    def matrix(self) -> Float[np.ndarray, "4 4"]:
        """The motion as a matrix for column vectors (x, y, z, 1)."""
        return np.block([[self.turn, self.shift[:, None]], [np.zeros(3), np.ones(1)]])

    def after(self, first: "Pose") -> "Pose":
        """The motion that does `first`, then this one."""
        return Pose(self.turn @ first.turn, self.turn @ first.shift + self.shift)

    def of(self, cloud: Oriented) -> Oriented:
        """A cloud, moved."""
        return moved(cloud, self.turn, self.shift)


def registered(rescan: Oriented, target: Target) -> Pose:
    """The rigid motion that lays a rescan onto its model; no scale, no reflection.

    Starts are the principal axes with every proper choice of signs, and where two principal
    moments are alike every turn of the cube and of the icosahedron besides. Each is refined by
    distances to planes (Chen & Medioni 1992, doi:10.1016/0262-8856(92)90066-C), the farthest pairs
    left out (Chetverikov et al. 2005, doi:10.1016/j.imavis.2004.05.007); the best wins.

    Raises:
        GeometryError: no placement brings the rescan near the model.
    """
    poses = list(_starts(rescan, target.cloud))
    for stage in _STAGES:
        cloud, goal = rescan.some(stage.measured), target.thinned(stage.model)
        poses = [_refined(pose, cloud, goal, stage.rounds) for pose in poses]
        poses = sorted(poses, key=partial(_misfit, cloud=cloud, target=goal))[: stage.survivors]
    _refuse_lost(poses[0], cloud, goal)
    return poses[0]


def _starts(rescan: Oriented, cloud: Oriented) -> Iterator[Pose]:
    here, axes, moments = _principal(rescan)
    there, goal, goals = _principal(cloud)
    alike = any((m[:-1] > _ALIKE * m[1:]).any() for m in (moments, goals))
    groups = ("O", "I") if alike else ("D2",)
    for group in groups:
        for turn in Rotation.create_group(group).as_matrix():
            whole = goal @ turn @ axes.T
            yield Pose(whole, there - whole @ here)


def _principal(cloud: Oriented) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre, right-handed axes as columns, and moments in rising order, weighted by area."""
    shares = cloud.areas / cloud.areas.sum()
    centre = shares @ cloud.points
    offset = cloud.points - centre
    moments, axes = np.linalg.eigh(np.einsum("n,ni,nj->ij", shares, offset, offset))
    axes[:, 2] *= np.sign(np.linalg.det(axes))
    return centre, axes, moments


def _refined(pose: Pose, cloud: Oriented, target: Target, rounds: int) -> Pose:
    for _ in range(rounds):
        at = pose.of(cloud)
        step, reach = _step(at, target)
        pose = step.after(pose)
        if reach < _STILL_MM:
            break
    return pose


def _step(at: Oriented, target: Target) -> tuple[Pose, float]:
    """The small motion that best closes the kept gaps, and how far it moves a point."""
    foot = target.feet(at)
    base, normals = target.cloud.points[foot], target.cloud.normals[foot]
    gap = np.einsum("ij,ij->i", at.points - base, normals)
    apart = np.linalg.norm(at.points - base, axis=1)
    near = apart <= np.quantile(apart, _KEPT)
    centre = at.points[near].mean(axis=0)
    arm = at.points[near] - centre
    size = float(np.sqrt((arm**2).sum(axis=1).mean())) or 1.0
    rows = np.hstack([np.cross(arm, normals[near]) / size, normals[near]])
    motion, *_ = np.linalg.lstsq(rows, -gap[near], rcond=1e-6)
    turn = Rotation.from_rotvec(motion[:3] / size).as_matrix()
    shift = centre + motion[3:] - turn @ centre
    return Pose(turn, shift), float(np.linalg.norm(motion[:3]) + np.linalg.norm(motion[3:]))


def _apart(pose: Pose, cloud: Oriented, target: Target) -> Float[np.ndarray, "_"]:
    at = pose.of(cloud)
    foot = target.feet(at)
    offset = at.points - target.cloud.points[foot]
    turned = at.normals - target.cloud.normals[foot]
    return np.sqrt((offset**2).sum(axis=1) + (turned**2).sum(axis=1))


def _misfit(pose: Pose, cloud: Oriented, target: Target) -> float:
    """Mean distance in place and direction of the pairs that are kept."""
    apart = np.sort(_apart(pose, cloud, target))
    return float(apart[: int(_KEPT * len(apart))].mean())


def _refuse_lost(pose: Pose, cloud: Oriented, target: Target) -> None:
    at = pose.of(cloud)
    foot = target.feet(at)
    median = float(np.median(np.linalg.norm(at.points - target.cloud.points[foot], axis=1)))
    if not median <= _LOST_MM:
        raise GeometryError(
            f"the rescan cannot be laid onto the model (they stay {median:.1f} mm apart): check "
            f"that both are the same part, in millimetres, whole and not mirrored."
        )
