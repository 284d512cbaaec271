"""Excitation on the printed anatomy: a wall becomes tissue, a paced spot becomes a map."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import cKDTree

from heartwright.anatomy.mesh import voxelise
from heartwright.data import (
    ConvergenceError,
    GeometryError,
    Grid,
    InputError,
    Progress,
    Provenance,
    Solid,
    SurfaceField,
    silent,
)
from heartwright.electro.cells import MitchellSchaeffer
from heartwright.electro.tissue import Stimulus, Tissue, simulate
from heartwright.twin.conduction import LEVEL, PULSE_MS, tuned_step, whole

Point = Float[np.ndarray, "3"]

# Our choice: the paper's Mitchell–Schaeffer with a shorter τ_close, so that the action potential
# lasts about 200 ms, as in human atria, instead of 285 ms.
ATRIAL = MitchellSchaeffer(tau_close=100.0)

NO_RESIDUAL = (
    "Only the physical parameters of a fit run here: a residual learned on single or slab traces "
    "already contains the current of their neighbours and would count it twice in coupled tissue."
)

DT_MS = 0.05
PACED_RADIUS_MM = 3.0
FARTHEST_PACE_MM = 10.0


def activate(
    wall: Solid,
    pace: Point,
    *,
    cell: MitchellSchaeffer = ATRIAL,
    velocity: float = 0.8,
    spacing_mm: float = 0.8,
    progress: Progress = silent,
) -> SurfaceField:
    """Activation times on a wall's surface when the tissue near `pace` (LPS mm) is stimulated.

    The wall is filled with a grid of `spacing_mm`; the monodomain equation runs in it, isotropic,
    without flux through its surfaces, at a conduction velocity of `velocity` mm/ms (human atria:
    about 0.6–1.2). Times are ms from the stimulus, NaN where the wave does not arrive.

    Raises:
        InputError: the pacing point is too far from the wall.
        GeometryError: the wall is too thin for the grid to hold together.
        ConvergenceError: the cell conducts no wave at that velocity.
    """
    mask, affine = voxelise(wall, spacing_mm)
    centres = Grid(mask.shape, affine).to_lps(np.argwhere(mask))
    _check_grid(wall, centres, spacing_mm)
    paced = np.zeros_like(mask)
    away = _from_start(centres, pace)
    paced[mask] = away <= PACED_RADIUS_MM

    longest = min(DT_MS, 0.8 * spacing_mm**2 / (6 * 4 * velocity**2))  # D ≤ 4 c² in most cells
    diffusivity, step = tuned_step(
        cell, velocity=velocity, spacing_mm=spacing_mm, longest_ms=longest
    )
    tissue = Tissue(mask, spacing_mm, diffusivity)
    times = [way / velocity for way in _ways(wall)]
    activation = _excited(cell, tissue, paced, times, dt_ms=step, progress=progress)
    _check_wave(activation, away)
    return SurfaceField(
        solid=wall,
        values=painted(centres, activation, wall.vertices, reach_mm=2 * spacing_mm),
        name="activation_ms",
        unit="ms",
        provenance=Provenance.of(
            parameters={
                "cell": _parameters(cell),
                "velocity_mm_per_ms": velocity,
                "diffusivity_mm2_per_ms": diffusivity,
                "spacing_mm": spacing_mm,
                "dt_ms": step,
                "nodes": len(centres),
                "pace_lps_mm": pace.tolist(),
                "residual": NO_RESIDUAL,
            }
        ),
    )


def _excited(
    cell: MitchellSchaeffer,
    tissue: Tissue,
    paced: Bool[np.ndarray, "i j k"],
    times: Sequence[float],
    *,
    dt_ms: float,
    progress: Progress,
) -> Float[np.ndarray, "node"]:
    """Activation times; a run that ends before every node is reached is made again, longer."""
    pulse = Stimulus(paced, amplitude=1.0, start_ms=0.0, duration_ms=whole(PULSE_MS, dt_ms))
    activation = np.full(tissue.nodes, np.nan)
    for duration in times:
        if np.isnan(activation).any():
            activation = simulate(
                cell,
                tissue,
                [pulse],
                duration_ms=whole(duration, dt_ms),
                dt_ms=dt_ms,
                activation_level=LEVEL,
                progress=progress,
            ).activation
    return activation


def painted(
    centres: Float[np.ndarray, "node 3"],
    values: Float[np.ndarray, "node"],
    vertices: Float[np.ndarray, "vertex 3"],
    *,
    reach_mm: float,
) -> Float[np.ndarray, "vertex"]:
    """Node values at vertices, weighted by inverse squared distance to the eight nearest nodes.

    NaN where no node with a value lies within `reach_mm`.
    """
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(vertices), np.nan)
    tree = cKDTree(centres[known])
    far, index = tree.query(vertices, k=min(8, tree.n), distance_upper_bound=reach_mm)
    far, index = far.reshape(len(vertices), -1), index.reshape(len(vertices), -1)
    weight = np.where(np.isfinite(far), 1 / (far**2 + 1e-6), 0.0)
    found = np.append(values[known], 0.0)[index]  # a missing neighbour has the index n
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return (weight * found).sum(axis=1) / np.where(total > 0, total, np.nan)


def _from_start(centres: Float[np.ndarray, "node 3"], pace: Point) -> Float[np.ndarray, "node"]:
    """Distances from the node nearest to the pacing point, mm."""
    far = np.linalg.norm(centres - pace, axis=1)
    if not far.min() <= FARTHEST_PACE_MM:
        raise InputError(
            f"the pacing point {', '.join(f'{x:g}' for x in pace)} lies {far.min():.0f} mm from "
            f"the wall; give a point within {FARTHEST_PACE_MM:g} mm of it (LPS mm)."
        )
    return np.asarray(np.linalg.norm(centres - centres[far.argmin()], axis=1))


def _check_wave(activation: Float[np.ndarray, "node"], away: Float[np.ndarray, "node"]) -> None:
    """A pulse without a wave spreads a little way by diffusion alone."""
    reached = np.isfinite(activation)
    if not reached.all() and away[reached].max(initial=0.0) < 2 * PACED_RADIUS_MM:
        raise ConvergenceError(
            "the wave dies out around the pacing point: the cell is not excitable enough; "
            "fit the model again or leave it out."
        )


def _check_grid(wall: Solid, centres: np.ndarray, spacing_mm: float) -> None:
    filled = len(centres) * spacing_mm**3 / wall.volume_mm3
    if not 0.8 < filled < 1.25:
        raise GeometryError(
            f"a grid of {spacing_mm:g} mm holds {filled:.0%} of the wall's volume; "
            f"the wall is too thin for it, so give a thicker --wall."
        )


def _ways(wall: Solid) -> tuple[float, float]:
    """How far a wave goes, mm: usually its box's diagonal; at most half the ellipse around the box
    and half again.
    """
    diagonal = float(np.linalg.norm(np.diff(wall.bounds, axis=0)))
    return diagonal, 1.5 * np.pi / 2 * diagonal


def _parameters(cell: MitchellSchaeffer) -> dict[str, float]:
    names = ("tau_in", "tau_out", "tau_open", "tau_close", "v_gate")
    return {name: float(getattr(cell, name)) for name in names}
