"""PrusaSlicer as a process: slice a print file without a screen, read back what it will take."""

import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from heartwright.data.errors import ExternalToolError
from heartwright.data.files import atomic, existing
from heartwright.printing.estimate import Slicing
from heartwright.printing.prusa import ask_prusa
from heartwright.printing.settings import centre, settings
from heartwright.printing.technologies import Material, ResinProcess, Technology

_LOOKED_AT = 24  # layers whose pixels are looked at
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_EXTRUDER = re.compile(r'key="extruder" value="(\d+)"')
_TABLE = "Metadata/Slic3r_PE_model.config"
_SHAPE = re.compile(
    rf"3D/.+|_rels/\.rels|\[Content_Types\]\.xml|{re.escape(_TABLE)}", re.IGNORECASE
)


@dataclass(frozen=True)
class _Footer:
    """Lines `; key = value` that PrusaSlicer leaves at the end of G-code."""

    text: str

    def value(self, key: str) -> str:
        found = re.search(rf"^; {re.escape(key)} = (.*)$", self.text, re.MULTILINE)
        if found is None:
            raise ExternalToolError(
                f"prusa-slicer's G-code does not say its {key}; install PrusaSlicer 2.5 or later."
            )
        return found[1].strip()


def prusa_slice(
    path: Path,
    technology: Technology,
    material: Material,
    *,
    supports: bool,
    output: Path | None = None,
    force: bool = False,
) -> Slicing:
    """Slice an STL or 3MF with PrusaSlicer; keep the print file where `output` is given.

    Each extruder that a 3MF's table names prints with the same material's settings.

    Raises:
        InputError: the file is missing, or PrusaSlicer does not slice for this technology.
        ExternalToolError: PrusaSlicer is missing, fails, or leaves layers black.
        OutputError: `output` cannot be written, or exists and `force` is not given.
    """
    resin = isinstance(technology.process, ResinProcess)
    chosen = settings(
        technology,
        material,
        supports=supports,
        extruders=extruders(existing(path)),
        preview=output is None,
    )
    with TemporaryDirectory() as folder:
        profile = Path(folder) / "profile.ini"
        profile.write_text("".join(f"{key} = {value}\n" for key, value in chosen.items()))
        sliced = Path(folder) / ("print.sl1" if resin else "print.gcode")
        x, y = centre(technology)  # a model beside the display gives black layers (issue 3206)
        ask_prusa(
            _bare(path, Path(folder)),
            "--export-sla" if resin else "--export-gcode",
            "--load",
            str(profile),
            "--center",
            f"{x:g},{y:g}",
            "--output",
            str(sliced),
        )
        if not sliced.exists():
            raise ExternalToolError(f"prusa-slicer printed nothing of {path}; does it fit?")
        found = (
            _read_resin(sliced, supports=supports)
            if resin
            else _read_gcode(sliced, supports=supports)
        )
        if output is not None:
            with atomic(output, force=force) as temporary:
                temporary.write_bytes(sliced.read_bytes())
    return found


def extruders(path: Path) -> int:
    """How many extruders a print file asks for: 1 but for a 3MF with PrusaSlicer's own table."""
    try:
        with zipfile.ZipFile(path) as package:
            named = _EXTRUDER.findall(package.read(_TABLE).decode(errors="replace"))
    except (zipfile.BadZipFile, KeyError):
        return 1
    return max(map(int, named), default=1)


def _bare(path: Path, folder: Path) -> Path:
    """A copy under a name that tells nothing, of a 3MF its shape and extruders alone.

    PrusaSlicer's own 3MF brings settings, which would overrule ours, and notes and names with
    them, all of which would stand in the print file.
    """
    copy = folder / f"model{path.suffix.lower()}"
    if not zipfile.is_zipfile(path):
        shutil.copyfile(path, copy)
        return copy
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(copy, "w") as bare:
        for name in filter(_SHAPE.fullmatch, package.namelist()):
            bare.writestr(name, package.read(name))
    return copy


def _read_gcode(path: Path, *, supports: bool) -> Slicing:
    text = path.read_text(errors="replace")
    footer = _Footer(text)
    time = footer.value("estimated printing time (normal mode)")
    used = footer.value("filament used [cm3]")
    return Slicing(
        by=_version(text.splitlines()[0]),
        seconds=float(sum(int(n) * _UNITS[u] for n, u in re.findall(r"(\d+)([dhms])", time))),
        material_ml=tuple(float(number) for number in used.split(",")),
        layers=text.count(";LAYER_CHANGE"),
        supports=supports,
    )


def _read_resin(path: Path, *, supports: bool) -> Slicing:
    with zipfile.ZipFile(path) as archive:
        said = dict(
            line.split(" = ", 1)
            for line in archive.read("config.ini").decode().splitlines()
            if " = " in line
        )
        _check_layers(archive)
    return Slicing(
        by=_version(said["prusaSlicerVersion"]),
        seconds=float(said["printTime"]),
        material_ml=(float(said["usedMaterial"]),),
        layers=int(said["numFast"]) + int(said["numSlow"]),
        supports=supports,
    )


def _check_layers(archive: zipfile.ZipFile) -> None:
    """Refuse an archive whose layers are black: the model missed the display."""
    from PIL import Image

    names = sorted(name for name in archive.namelist() if re.fullmatch(r"[^/]+\d+\.png", name))
    step = max(1, len(names) // _LOOKED_AT)
    for number in range(0, len(names), step):
        with archive.open(names[number]) as stream, Image.open(stream) as picture:
            if picture.convert("L").getextrema()[1] == 0:
                raise ExternalToolError(
                    f"prusa-slicer left layer {number} of {len(names)} black; the model is not on "
                    f"the display, turn it or make it smaller."
                )


def _version(line: str) -> str:
    found = re.search(r"PrusaSlicer[- ](\d+(?:\.\d+)*)", line)
    return f"PrusaSlicer {found[1]}" if found else "PrusaSlicer"
