"""The way to a server: who asks, and how it fails, in sentences.

Credentials come from the environment or from netrc, never from the command line or an address,
so that no history, process list or log shows them.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from heartwright.data.errors import ExternalToolError, InputError

if TYPE_CHECKING:
    from requests import Session

USER, PASSWORD, TOKEN = (f"HEARTWRIGHT_DICOMWEB_{name}" for name in ("USER", "PASSWORD", "TOKEN"))


def session() -> "Session":
    """A session with credentials from the environment; without them requests looks into netrc."""
    from requests import Session
    from requests.auth import HTTPBasicAuth

    made = Session()
    user, password, token = (os.environ.get(name) for name in (USER, PASSWORD, TOKEN))
    if (user is None) != (password is None):
        raise InputError(f"{USER} and {PASSWORD} go together; set both, or neither.")
    if token is not None:
        made.auth = _bearer(token)
    elif user is not None and password is not None:
        made.auth = HTTPBasicAuth(user.encode(), password.encode())
    return made


def _bearer(token: str) -> Callable[[Any], Any]:
    def sign(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


@contextmanager
def asking(host: str) -> Iterator[None]:
    """Say in one sentence how a server or the way to it failed; what merely is odd is not told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        raise ExternalToolError(_failure(host, error)) from error


def _failure(host: str, error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError):
        return _refusal(host, getattr(error.response, "status_code", 0))
    if isinstance(error, exceptions.SSLError):
        return (
            f"{host} gives no encrypted connection that can be trusted; check that it speaks "
            f"https, and name a file with its certificate in REQUESTS_CA_BUNDLE."
        )
    if isinstance(error, exceptions.ConnectionError | exceptions.Timeout):
        return f"{host} does not answer; check the address, the network, and that it is running."
    return f"{host} answers something that is no DICOMweb; check the address and its path."


def _refusal(host: str, status: int) -> str:
    if status == 401:
        return (
            f"{host} asks who you are (401); set {USER} and {PASSWORD}, or {TOKEN}, in the "
            f"environment, or use netrc."
        )
    if status == 403:
        return f"{host} does not allow this to these credentials (403); ask who runs it."
    if status == 404:
        return f"{host} has nothing there (404); check the address, the study and the series."
    return f"{host} failed (HTTP {status}); try again later, or ask who runs it."
