"""Files are written whole or not at all, and never over something that is there."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heartwright.data.errors import InputError, OutputError

_KEPT = 40  # characters of a name, at most 160 bytes: file systems take 255


def existing(path: Path) -> Path:
    """The path itself, if something readable is there.

    Raises:
        InputError: nothing is there, or it may not be read.
    """
    try:
        there = path.exists()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; check the name.") from error
    if not there:
        raise InputError(f"{path}: no such file or folder; check the name.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} may not be read; check its permissions.")
    return path


def writable(path: Path, *, force: bool = False) -> Path:
    """The path itself, if it may be written; ask before a long computation, not after.

    Raises:
        OutputError: its folder is missing or closed, or it exists and `force` is not given.
    """
    try:
        return _writable(path, force=force)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}; choose another name or folder."
        ) from error


def _writable(path: Path, *, force: bool) -> Path:
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"{path}: the folder {folder} does not exist; make it first.")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{path}: the folder {folder} may not be written to; choose another.")
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file.")
    if path.exists() and not force:
        raise _taken(path)
    return path


def _taken(path: Path) -> OutputError:
    return OutputError(f"{path} exists already; choose another name or give --force.")


@contextmanager
def atomic(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary name beside `path`; rename it when the block ends well, else remove it.

    The temporary name keeps the endings of `path` because many writers choose their format by it.

    Raises:
        OutputError: `path` cannot be written, or something came to be there in the meantime and
            `force` is not given.
    """
    writable(path, force=force)
    try:
        temporary = _temporary(path)
        try:
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            _place(temporary, path, force=force)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error


def _temporary(path: Path) -> Path:
    suffix = f".{path.name[-_KEPT:]}"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=suffix)
    os.close(handle)
    return Path(name)


def _place(temporary: Path, path: Path, *, force: bool) -> None:
    """Give the finished file its name; a link, unlike a rename, never replaces a file."""
    if not force:
        try:
            os.link(temporary, path)
        except FileExistsError as error:
            raise _taken(path) from error
        except OSError:  # a file system without links
            pass
        else:
            return
    temporary.replace(path)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; rename it when the block ends well, else remove it.

    Raises:
        OutputError: something is there already, or the folder cannot be made.
    """
    vacant(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as temporary:
            made = Path(temporary) / "made"
            made.mkdir()
            yield made
            made.rename(path)
    except OSError as error:
        raise OutputError(f"{path} could not be made: {error.strerror or error}.") from error


def vacant(path: Path) -> Path:
    """The path itself, if a folder may be made there, or one is there that is empty.

    Raises:
        OutputError: it may not.
    """
    try:
        taken = path.exists() and not (path.is_dir() and next(path.iterdir(), None) is None)
    except OSError as error:
        raise OutputError(f"{path} cannot be made: {error.strerror}; name another.") from error
    if taken:
        raise OutputError(f"{path} exists already; name a new folder.")
    parent = path.parent
    if not (parent.is_dir() and os.access(parent, os.W_OK)):
        raise OutputError(f"{path}: the folder {parent} is missing or closed; make it first.")
    return path


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a text file (UTF-8) atomically."""
    with atomic(path, force=force) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write bytes (a picture, say) atomically."""
    with atomic(path, force=force) as temporary:
        temporary.write_bytes(content)


def sha256(path: Path) -> str:
    """Fingerprint of a file, or of a folder's files in the order of their names."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
