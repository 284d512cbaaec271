"""The main job on the packaged samples: a heart made twice, and one page that shows it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Any

from heartwright.data import OutputError, Progress
from heartwright.data.files import writable
from heartwright.flows.demo.page import write_page
from heartwright.flows.demo.rhythm import learn_rhythm
from heartwright.flows.demo.scale import FULL, QUICK
from heartwright.flows.demo.shape import make_shape
from heartwright.flows.demo.twin import excite

__all__ = ["demo"]

Stage = Callable[[str], AbstractContextManager[Progress]]

FILES = (
    "slab.nc",
    "aphyn.model",
    "forecast.nc",
    "scan.nrrd",
    "labels.nrrd",
    "heart.3mf",
    "heart.stl",
    "plan.json",
    "activation.3mf",
    "activation.ply",
    "heart.png",
    "index.html",
)


def demo(out: Path, *, quick: bool, seed: int, force: bool, stage: Stage) -> dict[str, Any]:
    """Learn a rhythm, make a shape, join them, and write the page and its files to `out`.

    `stage(title)` opens a progress bar for each long step. `quick` works on a smaller slab
    with fewer epochs and traces, and on a coarser scan.

    Raises:
        OutputError: the folder cannot be made, or a file is there already (without `force`).
    """
    start = perf_counter()
    folder = _claimed(out, force=force)
    scale = QUICK if quick else FULL

    with ThreadPoolExecutor(1) as aside:  # the strands share nothing until the page
        learning = aside.submit(learn_rhythm, folder, scale, seed=seed, stage=stage)
        shape = make_shape(folder, scale, seed=seed, stage=stage)
        twin = excite(folder, shape, stage=stage)
    rhythm = learning.result()

    with stage("Drawing the page"):
        write_page(folder, rhythm, shape, twin, film=scale.film)
    return {
        "page": str(folder / "index.html"),
        "seconds": perf_counter() - start,
        "rhythm": rhythm.summary(),
        "shape": shape.summary(),
        "twin": twin.summary(),
        "files": {name: str(folder / name) for name in FILES},
    }


def _claimed(out: Path, *, force: bool) -> Path:
    """The folder, made if it is missing, with every file's place free."""
    try:
        out.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made a folder ({error.strerror}); name another."
        ) from error
    for name in FILES:
        writable(out / name, force=force)
    return out
