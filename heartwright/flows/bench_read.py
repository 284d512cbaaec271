"""CT pair with beads, or photograph of the light test → measured beside virtual."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from heartwright.data import RESEARCH_ONLY, InputError, Plane
from heartwright.data.files import existing
from heartwright.flows.bench_site import rounded

_SAME_AXIS_DEG = 10.0  # the virtual test's axis may differ from the plane's by so much
_STRAIN_SOURCE = "beads on a printed root, CT before and after: JACC CVI 2017;10:719–731"
_LIGHT_SOURCE = "light through a printed root: doi:10.1016/j.jcmg.2015.04.026"

Values = Float[np.ndarray, "arc"]


def read_beads(
    before: Path,
    after: Path,
    *,
    plane: Plane,
    count: int,
    diameter_mm: float,
    virtual: Path | None = None,
) -> dict[str, Any]:
    """Strain between beads, from CT scans of the model before and after deployment.

    Raises:
        InputError: a file cannot be used.
        GeometryError: beads are missing, merged or matched in more than one way.
    """
    from heartwright.anatomy.imaging import read_volume
    from heartwright.anatomy.mesh.sockets import FEWEST, MOST
    from heartwright.bench import read

    if not (FEWEST <= count <= MOST and 0 < diameter_mm < np.inf):
        raise InputError(f"--beads takes {FEWEST} to {MOST}, and --diameter a size above 0 mm.")
    foretold = None if virtual is None else _virtual(virtual, "arc_strain", axis=plane.normal)
    scans = [read_volume(path) for path in (before, after)]
    found = [read.find_beads(scan, count=count, diameter_mm=diameter_mm) for scan in scans]
    first = read.numbered(found[0].middles, plane, count=count)
    pair = read.matched(first, found[1].middles, plane, count=count)
    strain = pair.strain()
    voxels = [float(scan.grid.spacing.max()) for scan in scans]
    beside = None if foretold is None else read.by_angle(foretold, pair.angles)
    return {
        "beads": count,
        "bead_angle_deg": np.rad2deg(pair.angles).round(2).tolist(),
        "arc_strain": strain.arcs.round(4).tolist(),
        "arc_strain_uncertainty": read.strain_uncertainty(pair, (voxels[0], voxels[1]))
        .round(4)
        .tolist(),
        "mean_strain": strain.mean,
        "unevenness": strain.unevenness,
        "greatest_local_bulge": float(strain.local_bulge.max()),
        "greatest_radial_bulge_mm": float(strain.radial_bulge_mm.max()),
        "pose_turn_deg": pair.turn_deg,
        "residual_mm": pair.residual_mm,
        "by_marker": pair.by_marker,
        "other_bright_bodies": [len(each.others) for each in found],
        **_beside(strain.arcs, beside),
        "uncertainty": "one standard error, from the beads' middles alone (a tenth of a voxel "
        "each); the scanner's scale, the resin's warmth and glue are not in it",
        "warnings": [],
        "sources": [_STRAIN_SOURCE],
        "disclaimer": RESEARCH_ONLY,
    }


def read_photograph(
    photo: Path,
    *,
    rim: Float[np.ndarray, "point 2"] | None,
    zero: Float[np.ndarray, "2"],
    without: Path | None = None,
    virtual: Path | None = None,
) -> dict[str, Any]:
    """Light by 30° sector, from a photograph of the light test.

    Raises:
        InputError: a file cannot be used, or there is neither a rim nor a photograph without the
            device, in which it is found.
        GeometryError: no rim is found, or the photograph cuts the annulus off.
    """
    from heartwright.bench import read

    if rim is None and without is None:
        raise InputError(
            "give the annulus' outline with --rim (5 points), or --without to find it."
        )
    foretold = None if virtual is None else _virtual(virtual, "sector_share")
    picture = read.read_light(photo)
    free = None if without is None else read.read_light(without)
    if rim is not None:
        outline = read.rim_from_points(rim)
    else:
        assert free is not None
        outline = read.rim_of_disc(free)
    found = read.light_by_sector(picture, outline, zero=zero, without=free)
    short, long = outline.semi_axes_px
    return {
        "transmitted_share": found.share,
        "sector_share": rounded(found.sector_share),
        "sector_uncertainty": rounded(found.sector_uncertainty),
        "rim_centre_px": rounded(outline.centre),
        "rim_px": [round(2 * long, 1), round(2 * short, 1)],
        "rim_residual_px": outline.residual_px,
        **_beside(found.sector_share, foretold),
        "uncertainty": "half the change when the rim moves in and out by its error, at least a "
        "pixel; the camera's curve and perspective, and a rim that is not round, are not in it",
        "warnings": list(found.warnings),
        "sources": [_LIGHT_SOURCE],
        "disclaimer": RESEARCH_ONLY,
    }


def _beside(measured: Values, virtual: Values | None) -> dict[str, Any]:
    from heartwright.bench.read import beside

    if virtual is None:
        return {}
    both = beside(measured, virtual)
    return {
        "virtual": both.virtual.round(4).tolist(),
        "difference": both.difference.round(4).tolist(),
        "mean_difference": float(both.difference.mean()),
        "correlation": both.correlation,
        "n": both.n,
    }


def _virtual(path: Path, key: str, *, axis: Float[np.ndarray, "3"] | None = None) -> Values:
    """The values of a virtual test's file, whose axis must be the plane's."""
    try:
        stored = json.loads(existing(path).read_text(encoding="utf-8"))
        values = np.array(stored[key], dtype=np.float64)
        theirs = np.array(stored["provenance"]["parameters"]["axis"], dtype=np.float64)
    except (OSError, ValueError, KeyError, TypeError) as error:
        verb = {"arc_strain": "strain", "sector_share": "light"}[key]
        raise InputError(
            f"{path} is no result of `heartwright bench {verb}`; give the file it wrote."
        ) from error
    if values.shape != (12,) or theirs.shape != (3,) or not np.isfinite(values).all():
        raise InputError(f"{path}: its values are not 12 numbers; make it again.")
    if axis is not None:
        turn = np.rad2deg(np.arccos(np.clip(theirs @ axis / np.linalg.norm(theirs), -1, 1)))
        if not turn <= _SAME_AXIS_DEG:
            raise InputError(
                f"{path} was made along an axis {turn:.0f}° from --plane's; give the same one."
            )
    return values
