"""A file's ending says its format, so a wrong one is refused before any work."""

from pathlib import Path

from heartwright.data import InputError
from heartwright.data.files import writable


def place(path: Path, *endings: str, force: bool = False) -> str:
    """The ending of a file that may be written here, in lower case.

    Raises:
        InputError: the ending is none of `endings`, or the place may not be written to.
    """
    found = next((ending for ending in endings if path.name.lower().endswith(ending)), None)
    if found is None:
        raise InputError(f"{path}: this is written as {' or '.join(endings)}; change the ending.")
    writable(path, force=force)
    return found
