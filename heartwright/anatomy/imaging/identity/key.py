"""The project's key: what a person's identifiers are replaced by, the same in every run with it."""

import base64
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from heartwright.data.errors import InputError
from heartwright.data.files import existing

_FEWEST = 16  # bytes; less can be guessed
_MOST = 1 << 16
_LONGEST_SHIFT = 3650  # days


@dataclass(frozen=True)
class Key:
    """A secret; without it nobody can tell, or find by trying, what a replacement stands for."""

    secret: bytes = field(repr=False)

    @classmethod
    def random(cls) -> "Key":
        """A key that nobody else has: two runs give the same patient two names."""
        return cls(secrets.token_hex(32).encode())

    @classmethod
    def read(cls, path: Path) -> "Key":
        """The key in a file, white space around it left out.

        Raises:
            InputError: the file cannot be read, is too short to be secret, or is no key.
        """
        if not existing(path).is_file():
            raise InputError(f"{path} is no file; name the file that holds the project's key.")
        with path.open("rb") as stream:
            secret = stream.read(_MOST + 1).strip()
        if not _FEWEST <= len(secret) <= _MOST:
            raise InputError(
                f"{path} holds no key: it takes {_FEWEST} bytes or more that nobody can guess "
                f"(`openssl rand -hex 32` makes them)."
            )
        return cls(secret)

    def token(self, kind: str, text: str) -> str:
        """Twelve capitals and digits for a text of one kind; fits every short value of DICOM."""
        return "HW" + base64.b32encode(self._digest(kind, text)).decode()[:10]

    def uid(self, original: str) -> str:
        """A UID for another, derived from a UUID as DICOM PS3.5 B.2 has it."""
        return f"2.25.{uuid.UUID(bytes=self._digest('uid', original)[:16], version=4).int}"

    def days(self, patient: str) -> int:
        """How many days earlier all that happened to a patient is said to be, from 1 to 3650."""
        return 1 + int.from_bytes(self._digest("days", patient)[:8], "big") % _LONGEST_SHIFT

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self.secret, f"{kind}\0{text}".encode(), hashlib.sha256)
