"""How well planning measures: random whole hearts, from a rendered scan to the plan.

Each heart is drawn with the truth of every measure, rendered by CT (0.6 mm, blur, noise of 15 to
45 HU, motion of up to 1 mm, an appendage filled to 70 to 100 %), segmented from one seed in each
chamber, meshed and planned: once with the landmarks that a person would click, each 1 mm off (root
mean square), and once with none (keys with the suffix `_automatic`).

  hearts                     drawn; `failed` of each kind ended in a refusal and count as endlessly
                             wrong
  ostium_error_*_mm          the diameters that occluders are sized by: greatest at the ostium, mean
                             in the landing zone 12 mm behind it
  annulus_error_*_mm         the diameters that valves are sized by: of area and of perimeter
  plane_error_deg            median over the planes of ostium and annulus
  coronary_height_error_mm   median over both coronary arteries
  size_agreement             share of family and heart for which a size that fits the true section
                             fits the measured one too, or none fits either
  leak_auc                   a second root of each heart has an annulus that leaves a round valve no
                             gap, or a slot of 0.8 to 4 mm: area under the ROC curve of the
                             bottleneck's width that the bench finds in the segmented root
  leak_width_error_mm        median error of that width over the roots that leak

`--keep FILE` writes every heart down as soon as it is measured, so that a run may be broken off;
lines of other code do not count. The last line is one JSON object.
"""

import argparse
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from _kept_rows import Row, fingerprint, rows

from heartwright.anatomy.mesh import surface_from_labels
from heartwright.anatomy.segment import segment
from heartwright.bench import bottleneck, deploy
from heartwright.data import Diameters, HeartwrightError, LabelMap, Placement, Solid
from heartwright.planning import aortic, laa
from heartwright.planning.devices import AORTIC_VALVE, APPENDAGE, FAMILIES, fits
from heartwright.planning.devices.body import Body
from heartwright.samples.heart.whole import (
    Contrast,
    SampleScan,
    Seat,
    Slot,
    WholeHeart,
    whole_heart,
)
from heartwright.studies.statistics import delong

SPACING_MM, CLICK_MM, LANDING_MM = 0.6, 1.0, 12.0
WAYS = {"": True, "_automatic": False}  # suffix of the keys → whether landmarks are clicked
VALVE_MM = (21.0, 27.0)  # diameters of the round valves that are seated
FRAME_MM = np.linspace(-4.0, 8.0, 25)  # of a valve, along its axis
BOTTLENECK_MM = 0.3  # voxels of its search


def settings(seed: int) -> Row:
    """How a heart is scanned."""
    rng = np.random.default_rng([seed, 11])
    return {
        "spacing_mm": SPACING_MM,
        "noise_hu": float(rng.uniform(15, 45)),
        "motion_mm": float(rng.uniform(0, 1)),
        "contrast": Contrast(appendage=float(rng.uniform(0.7, 1.0))),
    }


def lumen(sample: SampleScan, heart: WholeHeart, chambers: tuple[str, ...]) -> Solid:
    """The blood of some chambers, from one seed in each chamber that the scan shows."""
    points = heart.landmarks
    seeds = {
        "left atrium": points.left_atrium,
        "left ventricle": points.left_ventricle,
        "aorta": points.aorta,
    }
    seen = {name: at[None] for name, at in seeds.items() if holds(sample, at)}
    labels = segment(sample.scan, seeds=seen)
    numbers = [number for number, name in labels.names.items() if name in chambers]
    whole: LabelMap = aortic.joined(labels, numbers) if len(numbers) > 1 else labels
    return surface_from_labels(whole, 1 if len(numbers) > 1 else numbers[0], scan=sample.scan)


def holds(sample: SampleScan, point: np.ndarray) -> bool:
    """Whether a scan shows a point."""
    index = sample.scan.grid.to_index(point)
    return bool(((index > 1) & (index < np.array(sample.scan.grid.shape) - 2)).all())


def appendage(heart: WholeHeart, blood: Solid, *, clicked: bool) -> Row:
    """Errors of one plan of the appendage."""
    truth, points = (
        heart.truth.appendage,
        heart.landmarks.clicked(error_mm=CLICK_MM, seed=heart.seed),
    )
    marks = {"ridge": points.ridge, "circumflex": points.circumflex[None]} if clicked else {}
    known = laa.Known(phase_percent=heart.phase.percent, edge_mm=SPACING_MM / 2, **marks)
    plan = laa.plan(blood, known=known)
    found = {site.name: site for site in plan.appendage.sites}
    true = {"ostium": truth.ostium.diameters}
    true["landing zone"] = truth.landing_zones[LANDING_MM].diameters
    zone = found.get("landing zone")
    return {
        "diameters": [
            abs(found["ostium"].diameters.d_max_mm - true["ostium"].d_max_mm),
            abs(zone.diameters.d_mean_mm - true["landing zone"].d_mean_mm) if zone else math.inf,
        ],
        "plane": angle_deg(np.array(found["ostium"].normal_lps), truth.ostium.plane.normal),
        "sizes": agreement(APPENDAGE, true, {name: site.diameters for name, site in found.items()}),
    }


def root(heart: WholeHeart, blood: Solid, *, clicked: bool) -> Row:
    """Errors of one plan of the aortic root."""
    truth = heart.truth.root
    plan = aortic.plan(blood, request(heart, clicked=clicked))
    true, found = truth.annulus.diameters, plan.annulus
    heights = {"left": truth.left.height_mm, "right": truth.right.height_mm}
    measured = {side: plan.measures.get(f"{side}_coronary_height") for side in heights}
    return {
        "diameters": [
            abs(found.d_area_mm - true.d_area_mm),
            abs(found.d_perimeter_mm - true.d_perimeter_mm),
        ],
        "plane": angle_deg(np.array(plan.annulus_normal_lps), truth.annulus.plane.normal),
        "heights": [
            math.inf if measured[side] is None else abs(measured[side].value - height)
            for side, height in heights.items()
        ],
        "sizes": agreement(AORTIC_VALVE, {"annulus": true}, {"annulus": found}),
    }


def request(heart: WholeHeart, *, clicked: bool) -> aortic.Request:
    """What a person tells of a root."""
    points = heart.landmarks.clicked(error_mm=CLICK_MM, seed=heart.seed)
    right, left, non = points.nadirs
    marks = {
        "nadirs": np.stack([left, right, non]),
        "ostia": {"left": points.left_coronary, "right": points.right_coronary},
    }
    told = {"phase_percent": heart.phase.percent, "boundary_sd_mm": SPACING_MM / 2}
    return aortic.Request(**told, **(marks if clicked else {}))


def leak(heart: WholeHeart, blood: Solid, seat: Seat, *, clicked: bool) -> float:
    """Width of the widest way past a round valve in the annulus, mm."""
    plan = aortic.plan(blood, request(heart, clicked=clicked))
    radius = np.full(len(FRAME_MM), seat.diameter_mm / 2)
    valve = Body("round valve", seat.diameter_mm, FRAME_MM, radius, radius > 0, 50.0, False)
    at = Placement(np.array(plan.annulus_point_lps_mm), np.array(plan.annulus_normal_lps))
    width = bottleneck(blood, deploy(blood, valve, at), voxel_mm=BOTTLENECK_MM).width_mm
    return math.nan if width is None else float(width)


def seat(seed: int) -> Seat:
    """A round annulus; every second one with a slot."""
    rng = np.random.default_rng([seed, 12])
    width = float(rng.uniform(0.8, 4.0))
    slot = Slot(width, 2.5 * width + float(rng.uniform(0, 4)), float(rng.uniform(0, 2 * np.pi)))
    return Seat(float(rng.uniform(*VALVE_MM)), (slot,) if seed % 2 else ())


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    """Between two normals."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def agreement(site: str, true: dict[str, Diameters], found: dict[str, Diameters]) -> list[bool]:
    """For each family whether it gets one of the right sizes."""
    agreed = []
    for family in FAMILIES.values():
        if family.site == site:
            right = {each.size_mm for each in fits(family, true[family.plane])}
            there = found.get(family.plane)
            got = {each.size_mm for each in fits(family, there)} if there else set()
            agreed.append(bool(right & got) or right == got)
    return agreed


def attempted(what: str, work: Any, *given: Any, clicked: bool) -> Any:
    """A result, or the sentence with which it was refused."""
    try:
        return work(*given, clicked=clicked)
    except HeartwrightError as error:
        return {"refused": f"{what}: {error}"}


def measured(seed: int) -> Row:
    """One heart, both ways."""
    heart, how, placed = whole_heart(seed), settings(seed), seat(seed)
    leaking = heart.with_valve_gap(placed)
    atrium = lumen(heart.scan(region="left atrium", **how), heart, ("left atrium",))
    aorta, seated = (
        lumen(each.scan(region="aortic root", **how), each, ("aorta", "left ventricle"))
        for each in (heart, leaking)
    )
    row: Row = {
        "seed": seed,
        "code": code(),
        "width": max((s.width_mm for s in placed.slots), default=0.0),
    }
    for suffix, clicked in WAYS.items():
        row[f"appendage{suffix}"] = attempted(
            "appendage", appendage, heart, atrium, clicked=clicked
        )
        row[f"root{suffix}"] = attempted("root", root, heart, aorta, clicked=clicked)
        row[f"leak{suffix}"] = attempted("leak", leak, leaking, seated, placed, clicked=clicked)
    return row


def code() -> str:
    """A fingerprint of the files that make and measure."""
    folders = ("anatomy", "planning", "bench", "samples/heart")
    return fingerprint(*(f"{folder}/**/*.py" for folder in folders))


def figures(rows: list[Row], suffix: str) -> dict[str, float | None]:
    """The figures of one way over all hearts."""
    laas, roots = ([row[f"{part}{suffix}"] for row in rows] for part in ("appendage", "root"))
    both = [*laas, *roots]
    ostium, annulus = (pooled(each, "diameters", 2) for each in (laas, roots))
    sizes = [agreed for one in both for agreed in one.get("sizes", [False])]
    true = np.array([row["width"] for row in rows])
    width = np.array([finite(row[f"leak{suffix}"]) for row in rows])
    told = {
        "ostium_error_median_mm": np.median(ostium),
        "ostium_error_p95_mm": np.quantile(ostium, 0.95, method="higher"),
        "annulus_error_median_mm": np.median(annulus),
        "annulus_error_p95_mm": np.quantile(annulus, 0.95, method="higher"),
        "plane_error_deg": np.median(pooled(both, "plane", 1)),
        "coronary_height_error_mm": np.median(pooled(roots, "heights", 2)),
        "size_agreement": np.mean(sizes),
        "leak_auc": auc(width, true > 0),
        "leak_width_error_mm": np.median(np.abs(width - true)[true > 0]) if true.any() else None,
        "failed": sum("refused" in one for one in both),
    }
    return {key + suffix: plain(value) for key, value in told.items()}


def pooled(found: list[Row], key: str, each: int) -> np.ndarray:
    """All errors of a kind; a refusal is endlessly wrong."""
    return np.concatenate([np.atleast_1d(one.get(key, [math.inf] * each)) for one in found])


def finite(width: Any) -> float:
    """A width; a refusal or an unknown one counts as none found."""
    return 0.0 if isinstance(width, dict) or math.isnan(width) else width


def auc(width: np.ndarray, leaks: np.ndarray) -> float | None:
    """Area under the ROC curve; none where all leak or none does."""
    return None if leaks.all() or not leaks.any() else delong(width, leaks).value


def plain(value: Any) -> float | None:
    """A number for JSON."""
    return None if value is None or not math.isfinite(value) else float(value)


def main() -> None:
    """Draw, scan, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hearts", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, metavar="FILE")
    asked = parser.parse_args()
    found = []
    for row in rows(
        measured,
        count=asked.hearts,
        jobs=asked.jobs,
        keep=asked.keep,
        counts=lambda row: row["code"] == code(),
    ):
        found.append(row)
        print({key: value for key, value in row.items() if key != "code"}, flush=True)
    found.sort(key=lambda row: row["seed"])  # sums do not depend on who was first
    told = [figures(found, suffix) for suffix in WAYS]
    print(
        json.dumps({"benchmark": "planning_accuracy", "hearts": len(found), **told[0], **told[1]})
    )


if __name__ == "__main__":
    main()
