"""The folder that a study writes to."""

from pathlib import Path

from heartwright.data import OutputError
from heartwright.data.files import writable


def claimed(folder: Path, *names: str, force: bool = False) -> Path:
    """The folder, made if it is missing, with the places of these files free.

    Raises:
        OutputError: it cannot be made, or one of them is there already (without `force`).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made a folder ({error.strerror}); name another."
        ) from error
    for name in names:
        writable(folder / name, force=force)
    return folder
