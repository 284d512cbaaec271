"""The paper's Figures 1, 3 and 4 and Table 1, and what stands beside them, as one page."""

from pathlib import Path
from time import perf_counter
from typing import Any

from heartwright.data import InputError
from heartwright.data.files import write_text
from heartwright.studies.folder import claimed
from heartwright.studies.paper.comparators import comparators
from heartwright.studies.paper.fits import Fits, Stage
from heartwright.studies.paper.groups import compared, simulated_groups
from heartwright.studies.paper.page import drawn_page
from heartwright.studies.paper.readings import readings
from heartwright.studies.paper.record import Study, write_record
from heartwright.studies.paper.recorded import Recordings, horizon, recorded_groups
from heartwright.studies.paper.recovery import recoveries
from heartwright.studies.paper.scale import FULL, QUICK, Scale
from heartwright.studies.paper.slabs import simulated
from heartwright.studies.paper.tissue_time import tissue_times

__all__ = ["FULL", "QUICK", "SPLITS", "Recordings", "Scale", "study_paper"]

SPLITS = 3


def study_paper(
    out: Path,
    *,
    recordings: Recordings | None = None,
    scale: Scale = FULL,
    splits: int = SPLITS,
    seed: int = 0,
    force: bool = False,
    stage: Stage,
) -> dict[str, Any]:
    """Run the whole study and write `index.html`, `study.json` and `fits/` to the folder `out`.

    A study that was stopped and is run again with the same settings and data goes on from the fits
    that it has; so does one that is run again with `force`, to draw the page anew.

    Raises:
        InputError: recordings that cannot be used, or no split.
        OutputError: the folder cannot be made, or what would be written is there already.
    """
    start = perf_counter()
    if splits < 1:
        raise InputError(f"{splits} splits cannot be made; ask for at least 1.")
    groups = None if recordings is None else recorded_groups(recordings)
    claimed(out, "index.html", "study.json", force=force)
    fits = Fits(claimed(out / "fits"), stage, force)

    slabs = simulated(scale, seed=seed, stage=stage)
    every = readings(slabs, fits, scale, seed=seed)
    study = Study(
        scale=scale,
        seed=seed,
        slabs=slabs,
        readings=every,
        simulated=compared(
            "simulated", simulated_groups(scale, seed=seed), fits, scale, splits=splits, seed=seed
        ),
        recorded=groups
        and compared(
            "recorded",
            groups,
            fits,
            scale,
            horizon_ms=horizon(groups),
            splits=splits,
            seed=seed,
        ),
        recordings=recordings,
        comparators=comparators(slabs, every, fits, scale, seed=seed),
        tissue=tissue_times(slabs, stage=stage),
        recovered=recoveries(scale, seed=seed, stage=stage),
    )
    with stage("Drawing the page"):
        html = drawn_page(study)
    write_record(study, out / "study.json", force=force)
    write_text(out / "index.html", html, force=force)
    return {
        "page": str(out / "index.html"),
        "record": str(out / "study.json"),
        "seconds": perf_counter() - start,
    }
