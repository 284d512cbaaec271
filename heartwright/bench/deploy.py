"""Expand a device in a lumen until its frame and the wall are in balance."""

import numpy as np
from jaxtyping import Bool, Float

from heartwright.bench.contact import contact_forces, yielding
from heartwright.bench.deployment import Deployment
from heartwright.bench.ring import Compliance, Elasticity, compliance
from heartwright.bench.walls import Elastic, Room, room
from heartwright.data import GeometryError, Placement, Solid
from heartwright.planning.devices.body import Body

_STEP_MM = 0.5  # between stations
_ANGLES = 180

Walls = Float[np.ndarray, "sample station angle"]


def deploy(
    lumen: Solid,
    body: Body,
    placement: Placement,
    *,
    wall: Elastic | None = None,
    elasticity: Elasticity | None = None,
    step_mm: float = _STEP_MM,
    angles: int = _ANGLES,
) -> Deployment:
    """Deploy a device where it is placed: contact with the wall, and no penetration.

    The device is a stack of elastic rings; the wall is rigid, or gives way as a thin ring.

    Args:
        lumen: the blood's body.
        body: the free device.
        placement: where its site plane lies, and the way to its distal end.
        wall: None is rigid.
        elasticity: of the frame; unverified values by default.
        step_mm: between stations along the axis.
        angles: around it.

    Raises:
        GeometryError: the axis is outside of the lumen, or nothing that is covered is inside.
        ConvergenceError: the forces did not settle.
    """
    elasticity = elasticity or Elasticity()
    z, free, covered = stations(body, step_mm)
    around, within = room(lumen, placement, z, angles=angles)
    if covered[within].sum() < 2:
        raise GeometryError(
            f"the covered part of {body.name} does not lie inside the lumen; move the placement."
        )
    free, covered = free[within], covered[within]
    step = float(z[1] - z[0])
    frame = compliance(elasticity, stations=len(free), angles=angles, step_mm=step)
    node = body.stiffness_n_per_mm / around.wall_mm.size  # N/mm
    soft = None if wall is None else wall_compliance(around, wall, node)
    device, stretch, force = settled(free, around.wall_mm[None], frame, soft)
    inside_z = z[within]
    return Deployment(
        body=body,
        room=around,
        free_mm=free,
        covered=covered,
        device_mm=device[0],
        stretch_mm=stretch[0],
        force_n=node * force[0],
        elasticity=elasticity,
        wall=wall,
        cut_off_mm=(float(inside_z[0] - z[0]), float(z[-1] - inside_z[-1])),
    )


def settled(
    free_mm: Float[np.ndarray, "station"],
    walls_mm: Walls,
    frame: Compliance,
    soft: Float[np.ndarray, "station angle"] | None,
) -> tuple[Walls, Walls, Walls]:
    """Device radius, wall stretch (mm) and force (units of `contact`) in each of many walls."""
    reach = free_mm[:, None] - walls_mm
    yields = None if soft is None else np.broadcast_to(soft, reach.shape)
    force = contact_forces(reach, frame, wall=yields)
    stretch = np.zeros_like(force) if soft is None else soft * force
    device = np.minimum(free_mm[:, None] - yielding(force, frame), walls_mm + stretch)
    return np.maximum(device, 0), stretch, force


def stations(
    body: Body, step_mm: float
) -> tuple[Float[np.ndarray, "station"], Float[np.ndarray, "station"], Bool[np.ndarray, "station"]]:
    """Even heights along a body, its radius and whether it is covered there.

    The cover is taken as one piece, from its first station to its last: blood that leaves it
    through a bare stretch in between is still on its way.
    """
    count = int(np.ceil(np.ptp(body.z_mm) / step_mm)) + 1
    z = np.linspace(body.z_mm[0], body.z_mm[-1], count)
    cover = body.z_mm[body.covered]
    ends = (cover[0], cover[-1]) if len(cover) else (np.inf, -np.inf)
    return z, np.interp(z, body.z_mm, body.r_mm), (z >= ends[0] - 1e-6) & (z <= ends[1] + 1e-6)


def wall_compliance(around: Room, wall: Elastic, node: float) -> Float[np.ndarray, "station angle"]:
    """Outward stretch of the wall per unit of contact force, in units of the frame's stiffness.

    A thin ring under pressure p widens by p · radius² / (modulus · thickness).
    """
    radius = around.wall_mm
    modulus = wall.moduli_mpa(around.points(radius + wall.thickness_mm / 2))
    height = np.ptp(around.z_mm) / len(around.z_mm)
    area = radius * (2 * np.pi / len(around.angles)) * height
    stretch_mm_per_n: Float[np.ndarray, "station angle"] = (
        radius**2 / (modulus * wall.thickness_mm) / area
    )
    return node * stretch_mm_per_n
