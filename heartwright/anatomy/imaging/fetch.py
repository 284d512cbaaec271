"""One series of an archive to a folder, de-identified as it arrives."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heartwright.anatomy.imaging.dicomweb import Archive
from heartwright.anatomy.imaging.headers import is_image
from heartwright.anatomy.imaging.identity import Key, Tally, deidentified, write_image
from heartwright.anatomy.imaging.image import parsing
from heartwright.data.errors import ExternalToolError, InputError, OutputError
from heartwright.data.files import vacant, write_bytes
from heartwright.data.progress import Progress, silent

if TYPE_CHECKING:
    from pydicom import Dataset

_KEY = "key"  # in a folder that is not finished: the random key of its first part


@dataclass(frozen=True)
class Arrival:
    """What is done to images as they arrive."""

    identified: bool = False  # kept with all that identifies the patient
    key: Key | None = None  # None: a random one
    shift: bool = False  # dates moved, not removed

    def mark(self, study: str, series: str) -> str:
        """Tells apart what is fetched differently."""
        by = self.key.token("fetch", series) if self.key else ""
        asked = f"{study} {series} {self.identified} {self.shift} {by}"
        return hashlib.sha256(asked.encode()).hexdigest()[:8]


def fetch(
    archive: Archive,
    study: str,
    series: str,
    out: Path,
    how: Arrival,
    *,
    progress: Progress = silent,
) -> Tally:
    """Fetch the images of a series into a new folder.

    Only its owner may read the folder. Images gather in `OUT.….partial` beside it, which is
    renamed at the end: what stops early goes on from there when it is asked for again.

    Raises:
        OutputError: the folder is there already, or cannot be written to.
        ExternalToolError: the archive cannot be reached, refuses, or answers nonsense.
        InputError: none of the series' instances is an image that may be written.
    """
    partial = vacant(out).with_name(f"{out.name}.{how.mark(study, series)}.partial")
    key = _begin(partial, how)
    tally = Tally()
    asked = archive.images(study, series)
    for done, instance in enumerate(asked, start=1):
        place = partial / f"{_name(instance, key)}.dcm"
        if not place.exists():
            _arrive(archive.image(study, series, instance), place, how, key, tally)
        progress(done, len(asked))
    _finish(partial, out, tally, archive.host)
    return tally


def _begin(partial: Path, how: Arrival) -> Key | None:
    """The key to go on with, kept beside what has arrived if it is random; None keeps identity."""
    kept = partial / _KEY
    try:
        partial.mkdir(mode=0o700, exist_ok=True)
        if how.identified or how.key:
            return how.key
        if not kept.exists():
            write_bytes(kept, Key.random().secret)
    except OSError as error:
        raise OutputError(f"{partial} cannot be made: {error.strerror}; name another.") from error
    return Key.read(kept)


def _name(instance: str, key: Key | None) -> str:
    """A file's name that follows from the instance alone, and from nothing that a server says."""
    return (
        key.token("file", instance) if key else hashlib.sha256(instance.encode()).hexdigest()[:16]
    )


def _arrive(dataset: "Dataset", place: Path, how: Arrival, key: Key | None, tally: Tally) -> None:
    where = f"an image of {place.parent.name}"
    try:
        with parsing(Path(where), "DICOM"):
            if not is_image(dataset):
                tally.left_out += 1
                return
            if key is not None:
                dataset = deidentified(dataset, key, shift=how.shift, where=where)
        write_image(dataset, place)
    except OutputError:
        raise
    except InputError as error:
        tally.refused.append(str(error))
    else:
        tally.count(dataset)


def _finish(partial: Path, out: Path, tally: Tally, host: str) -> None:
    (partial / _KEY).unlink(missing_ok=True)
    if next(partial.iterdir(), None) is None:
        partial.rmdir()
        if tally.refused:
            raise InputError(f"nothing was written: {tally.refused[0]}")
        raise ExternalToolError(f"{host} has no images in this series; choose another.")
    partial.rename(out)  # takes the place of an empty folder
