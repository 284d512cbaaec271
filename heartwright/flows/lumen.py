"""The blood's body, from whatever a person names: a label map or a mesh."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from heartwright.data import InputError, LabelMap, Provenance, Solid

MESHES = (".stl", ".ply", ".obj", ".vtp", ".3mf")


def is_mesh(path: Path) -> bool:
    """Whether a file is a mesh, or a DICOM object around one; label maps are all the others."""
    from heartwright.anatomy.imaging.hospital import holds_model

    return path.name.lower().endswith(MESHES) or holds_model(path)


def read_lumen(
    path: Path, *, label: int | None = None, scan: Path | None = None, series: str | None = None
) -> Solid:
    """The blood's body, from a label map (one label of it) or from a closed mesh.

    Raises:
        InputError: `label` is missing or does not belong to this kind of file.
        GeometryError: the mesh is open.
    """
    inputs = [path] if scan is None else [path, scan]
    parameters = {} if label is None else {"label": label}
    if is_mesh(path):
        lumen = _lumen_from_mesh(path, label, scan)
    else:
        lumen = _lumen_from_labels(path, label, scan, series)
    noted = {**lumen.provenance.parameters, **parameters}
    return replace(lumen, provenance=Provenance.of(inputs, noted))


def _lumen_from_mesh(path: Path, label: int | None, scan: Path | None) -> Solid:
    from heartwright.anatomy.mesh import as_solid
    from heartwright.printing import read_surface

    if label is not None or scan is not None:
        raise InputError(f"{path} is a mesh: --label and --scan go with a label map only.")
    return as_solid(read_surface(path))


def _lumen_from_labels(
    path: Path, label: int | None, scan: Path | None, series: str | None
) -> Solid:
    from heartwright.anatomy.imaging import read_labels, read_volume
    from heartwright.anatomy.imaging.identity import told_structure
    from heartwright.anatomy.mesh import surface_from_labels

    labels = read_labels(path)
    chosen = only_label(labels, path) if label is None else label
    volume = None if scan is None else read_volume(scan, series=series)
    name = told_structure(labels.names.get(chosen, ""), f"label {chosen}")
    return surface_from_labels(labels, chosen, scan=volume, name=name)


def only_label(labels: LabelMap, path: Path) -> int:
    """The one label of a map.

    Raises:
        InputError: it holds several, or none.
    """
    present = [int(n) for n in np.unique(labels.values) if n]
    if len(present) != 1:
        raise InputError(
            f"{path} holds {', '.join(map(str, present)) or 'no labels'}; choose one with --label."
        )
    return present[0]
