"""Scan → label map, by a network that runs as a program of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from heartwright.data import ExternalToolError, InputError, LabelMap, Provenance
from heartwright.data.files import existing
from heartwright.flows.edit_labels import volumes
from heartwright.flows.endings import place

PROGRAM = "TotalSegmentator"
_LAST_LINES = 3  # of a program's complaint


def network_labels(
    scan: Path, path: Path, *, network: str, series: str | None = None, force: bool = False
) -> dict[str, Any]:
    """Run TotalSegmentator's task of that name, or the MONAI bundle in that folder, on a scan.

    Neither is part of this package, and no weights are: both are asked for where they are needed.

    Raises:
        ExternalToolError: the network is not installed, fails, or writes no label map.
        InputError: it is neither a task nor a bundle's folder.
    """
    from heartwright.anatomy.imaging import read_volume, write_labels, write_volume

    place(path, ".nrrd", ".nii", ".nii.gz", force=force)
    run = _chosen(network)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_volume(read_volume(scan, series=series), folder / "scan.nii.gz")
        labels = run(folder)
    labels = replace(labels, provenance=Provenance.of([scan], {"network": network}))
    write_labels(labels, path, force=force)
    return {"structures_mm3": volumes(labels), "files": {"labels": str(path)}}


def _chosen(network: str) -> Any:
    from heartwright.anatomy.segment.networks import TASKS

    if network in TASKS:
        task = TASKS[network]
        return lambda folder: _total_segmentator(folder, task.name, task.labels)
    bundle = Path(network)
    if not bundle.is_dir():
        raise InputError(
            f"'{network}' is no network: name {', '.join(TASKS)}, or a MONAI bundle's folder."
        )
    names = _channels(bundle)
    return lambda folder: _monai(folder, bundle.absolute(), names)


def _total_segmentator(folder: Path, task: str, names: Mapping[int, str]) -> LabelMap:
    program = shutil.which(PROGRAM)
    if program is None:
        raise ExternalToolError(
            f"{PROGRAM} is not installed; `pip install TotalSegmentator` in an environment of its "
            f"own, put it on the PATH, and let it download its weights (some need a licence)."
        )
    found = folder / "found.nii.gz"
    scan = str(folder / "scan.nii.gz")
    _run([program, "-i", scan, "-o", str(found), "--ml", "--task", task], PROGRAM)
    return _read(found, names, PROGRAM)


def _monai(folder: Path, bundle: Path, names: Mapping[int, str]) -> LabelMap:
    if find_spec("monai") is None:
        raise ExternalToolError(
            "MONAI is not installed; `pip install 'monai[nibabel]' fire` (it brings PyTorch) and "
            "try again."
        )
    configs, out = bundle / "configs", folder / "out"
    told = {
        "--config_file": str(_config(configs)),
        "--meta_file": str(configs / "metadata.json"),
        "--bundle_root": str(bundle),
        "--datalist": repr([str(folder / "scan.nii.gz")]),
        "--output_dir": str(out),
    }
    pairs = [part for pair in told.items() for part in pair]
    _run([sys.executable, "-m", "monai.bundle", "run", *pairs], "MONAI")
    written = sorted(out.rglob("*.nii.gz"))
    return _read(written[0] if written else out / "nothing.nii.gz", names, "MONAI")


def _channels(bundle: Path) -> dict[int, str]:
    """What a bundle's metadata calls its labels."""
    meta = existing(bundle / "configs" / "metadata.json")
    try:
        outputs = json.loads(meta.read_text(encoding="utf-8"))["network_data_format"]["outputs"]
        channels = outputs["pred"]["channel_def"]
        return {int(n): str(name) for n, name in channels.items() if int(n)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{meta} does not say what the network's labels are.") from error


def _config(configs: Path) -> Path:
    found = [p for ending in ("json", "yaml") if (p := configs / f"inference.{ending}").is_file()]
    if not found:
        raise InputError(f"{configs} has no inference.json or inference.yaml; is it a bundle's?")
    return found[0]


def _run(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ExternalToolError(f"{name} could not be started: {error.strerror}.") from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        said = " ".join(lines[-_LAST_LINES:]) or f"exit code {done.returncode}"
        raise ExternalToolError(f"{name} failed: {said}")


def _read(found: Path, names: Mapping[int, str], program: str) -> LabelMap:
    """The labels that have names; all others are background."""
    from heartwright.anatomy.imaging import read_labels

    if not found.is_file():
        raise ExternalToolError(f"{program} wrote no label map; run it by hand to see why.")
    labels = read_labels(found)
    values = np.where(np.isin(labels.values, list(names)), labels.values, 0)
    if not values.any():
        raise ExternalToolError(f"{program} found none of {', '.join(names.values())}.")
    present = {n: name for n, name in names.items() if (values == n).any()}
    return replace(labels, values=values, names=present)
