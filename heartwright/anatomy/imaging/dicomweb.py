"""An archive (PACS) that speaks DICOMweb: what it holds (QIDO-RS), and its images (WADO-RS)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from heartwright.anatomy.imaging.connection import PASSWORD, USER, asking, session
from heartwright.anatomy.imaging.shown import Shown, one_line
from heartwright.data.errors import ExternalToolError, InputError

if TYPE_CHECKING:
    from dicomweb_client import DICOMwebClient
    from pydicom import Dataset

_TIMEOUT_S = (10, 120)  # to connect, and between two bytes
_MOST = 100_000  # answers; a server that always has more is broken
_SERIES_FIELDS = ("SeriesDescription", "PatientName", "PatientID")  # to withhold what repeats them
_MISSING = (
    "fetching from an archive needs the package dicomweb-client; install it with "
    "`pip install 'heartwright[dicom-network]'`."
)


@dataclass(frozen=True)
class Study:
    """One study of an archive, without whose it is."""

    uid: str
    date: str
    modalities: str
    description: str  # "withheld" where it repeats something that identifies the patient
    series: int
    images: int


@dataclass(frozen=True)
class Listed:
    """One series of a study."""

    uid: str
    number: str
    modality: str
    description: str  # as in `Study`
    images: int


class Archive:
    """A DICOMweb service; `is_open` where anybody on the way can read what it sends."""

    def __init__(self, url: str) -> None:
        """Connect to nothing yet.

        Raises:
            InputError: the address is none, or holds a password; or credentials are incomplete.
            ExternalToolError: the package dicomweb-client is not installed.
        """
        self.host = _host(url)
        self.is_open = urlsplit(url).scheme == "http" and not _is_loopback(url)
        self._client = _client(url)

    def studies(self, match: dict[str, str]) -> list[Study]:
        """The studies whose attributes (keyword or tag) are as asked; all without a question.

        Raises:
            ExternalToolError: the server cannot be reached, refuses, or answers nonsense.
        """

        def ask(offset: int) -> list[dict]:
            return self._client.search_for_studies(
                offset=offset, search_filters=match, fields=("StudyDescription",)
            )

        with asking(self.host):
            return [_study(said) for said in _all(ask, "StudyInstanceUID")]

    def series(self, study: str) -> list[Listed]:
        """The series of a study.

        Raises:
            ExternalToolError: as `studies`.
        """

        def ask(offset: int) -> list[dict]:
            return self._client.search_for_series(study, offset=offset, fields=_SERIES_FIELDS)

        with asking(self.host):
            return [_listed(said) for said in _all(ask, "SeriesInstanceUID")]

    def images(self, study: str, series: str) -> list[str]:
        """The UIDs of a series' instances, in the order of their numbers.

        Raises:
            ExternalToolError: as `studies`.
        """

        def ask(offset: int) -> list[dict]:
            return self._client.search_for_instances(study, series, offset=offset)

        with asking(self.host):
            found = _all(ask, "SOPInstanceUID")
            found.sort(key=lambda one: (int(one.get("InstanceNumber") or 0), one.SOPInstanceUID))
            return [str(one.SOPInstanceUID) for one in found]

    def image(self, study: str, series: str, instance: str) -> "Dataset":
        """One instance, as the archive keeps it.

        Raises:
            ExternalToolError: as `studies`, or it is another than was asked for.
        """
        with asking(self.host):
            found = self._client.retrieve_instance(study, series, instance)
            if found.get("SOPInstanceUID") != instance:
                raise ValueError
            return found


def _all(ask: Callable[[int], list[dict]], uid: str) -> "list[Dataset]":
    """Every answer once; servers give them in portions, or ignore what portion is asked for."""
    from pydicom import Dataset

    found: dict[str, Dataset] = {}
    while len(found) < _MOST:
        before = len(found)
        for answer in ask(before):
            said = Dataset.from_json(answer)
            found.setdefault(str(said[uid].value), said)
        if len(found) == before:
            break
    return list(found.values())


def _study(said: "Dataset") -> Study:
    text = Shown(said)
    modalities = said.get("ModalitiesInStudy") or ""
    return Study(
        uid=str(said.StudyInstanceUID),
        date=one_line(said.get("StudyDate")),
        modalities=text(modalities),
        description=text(said.get("StudyDescription")),
        series=int(said.get("NumberOfStudyRelatedSeries") or 0),
        images=int(said.get("NumberOfStudyRelatedInstances") or 0),
    )


def _listed(said: "Dataset") -> Listed:
    text = Shown(said)
    return Listed(
        uid=str(said.SeriesInstanceUID),
        number=one_line(said.get("SeriesNumber")),
        modality=text(said.get("Modality")),
        description=text(said.get("SeriesDescription")),
        images=int(said.get("NumberOfSeriesRelatedInstances") or 0),
    )


def _host(url: str) -> str:
    """The machine's name for messages; an address with a password is never repeated."""
    parts = urlsplit(url)
    if parts.username or parts.password or "@" in parts.netloc:
        raise InputError(
            f"the address holds a user or a password, which others can see; set {USER} and "
            f"{PASSWORD} in the environment, or use netrc."
        )
    if parts.scheme in {"http", "https"} and _names_a_machine(parts) and not parts.query:
        return parts.netloc
    raise InputError(f"{url} is no address of a DICOMweb service (https://host/dicom-web).")


def _names_a_machine(parts: SplitResult) -> bool:
    try:
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        return False


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _client(url: str) -> "DICOMwebClient":
    try:
        from dicomweb_client import DICOMwebClient
    except ImportError as error:
        raise ExternalToolError(_MISSING) from error
    client = DICOMwebClient(url, session=session(), timeout=_TIMEOUT_S)
    client.set_http_retry_params(retry=False)  # a fetch goes on where it stopped
    return client
