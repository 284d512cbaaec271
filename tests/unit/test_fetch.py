"""Fetching over DICOMweb: from a real Orthanc on the loopback, and from servers that misbehave."""

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
import requests
from pydicom import dcmread

from heartwright.anatomy.imaging import read_volume
from heartwright.anatomy.imaging.connection import PASSWORD, TOKEN, USER
from heartwright.anatomy.imaging.dicomweb import Archive
from heartwright.anatomy.imaging.fetch import Arrival, fetch
from heartwright.anatomy.imaging.identity import Key
from heartwright.cli.app import run
from heartwright.data import HeartwrightError

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
LOGIN = ("reader", "s3cret")
STUDY = "1.2.826.0.1.3680043.8.498.900"


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No credentials of the person who runs the tests."""
    for name in (USER, PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))


@pytest.fixture
def login(monkeypatch):
    monkeypatch.setenv(USER, LOGIN[0])
    monkeypatch.setenv(PASSWORD, LOGIN[1])


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory) -> Iterator[str]:
    """An archive of one's own, empty; gives its address."""
    if not (shutil.which("Orthanc") and PLUGIN.exists()):
        pytest.skip("Orthanc with its DICOMweb plugin (orthanc, orthanc-dicomweb) is not installed")
    folder = tmp_path_factory.mktemp("orthanc")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "orthanc.json").write_text(
        json.dumps(
            {
                "StorageDirectory": str(folder / "db"),
                "IndexDirectory": str(folder / "db"),
                "HttpPort": port,
                "RemoteAccessAllowed": False,
                "AuthenticationEnabled": True,
                "RegisteredUsers": dict([LOGIN]),
                "DicomServerEnabled": False,
                "Plugins": [str(PLUGIN)],
                "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            }
        )
    )
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(["Orthanc", folder / "orthanc.json"], stdout=log, stderr=log)
    try:
        _await(f"http://127.0.0.1:{port}/system", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _await(url: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        assert server.poll() is None
        try:
            requests.get(url, auth=LOGIN, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


@pytest.fixture
def archive(orthanc, tmp_path, write_series, ramp) -> str:
    """The archive with one study of one series; gives the address of its DICOMweb."""

    def change(number, dataset):
        dataset.update({"PatientName": "Quuxley^Rosalind", "PatientID": "ZQ1X"})
        dataset.update({"StudyInstanceUID": STUDY, "StudyDate": "20240229"})
        dataset.update({"StudyDescription": "Quuxley's heart", "InstanceNumber": number + 1})

    for file in write_series(tmp_path / "in", ramp, change=change):
        sent = requests.post(f"{orthanc}/instances", file.read_bytes(), auth=LOGIN, timeout=60)
        sent.raise_for_status()
    return f"{orthanc}/dicom-web"


def asked(capsys, *words: object) -> dict:
    assert run(["fetch", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words: object) -> str:
    assert run(["fetch", *map(str, words)]) == 2
    said = capsys.readouterr().err.strip()
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_an_archive_is_listed_without_names(archive, login, capsys):
    (study,) = asked(capsys, archive)["studies"]
    assert (study["uid"], study["date"], study["images"]) == (STUDY, "20240229", 6)
    assert study["description"] == "withheld"
    (series,) = asked(capsys, archive, "--study", STUDY)["series"]
    assert (series["number"], series["modality"], series["images"]) == ("1", "CT", 6)
    assert asked(capsys, archive, "--match", "PatientID=ZQ1X")["studies"] == [study]
    assert asked(capsys, archive, "--match", "PatientID=other")["studies"] == []
    assert run(["fetch", archive]) == 0
    assert "Quuxley" not in capsys.readouterr().out


def test_a_series_arrives_without_its_patient(archive, login, tmp_path, capsys):
    out = tmp_path / "out"
    result = asked(capsys, archive, "--study", STUDY, "--series", "1", "-o", out)
    assert (result["images"], result["refused"], result["identified"]) == (6, [], False)
    before, after = read_volume(tmp_path / "in"), read_volume(out)
    np.testing.assert_array_equal(after.values, before.values)
    assert not any(b"Quuxley" in file.read_bytes() for file in out.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
    assert "exists already" in refused(capsys, archive, "--study", STUDY, "-o", out)


def test_a_series_arrives_as_it_is_when_asked(archive, login, tmp_path, capsys):
    asked(capsys, archive, "--study", STUDY, "-o", tmp_path / "out", "--identified")
    for file in (tmp_path / "out").iterdir():
        assert dcmread(file).PatientName == "Quuxley^Rosalind"
        assert "Quuxley" not in file.name


@pytest.mark.parametrize("how", [Arrival(), Arrival(key=Key(bytes(16))), Arrival(identified=True)])
def test_what_stopped_goes_on(how, archive, login, tmp_path, monkeypatch):
    server = Archive(archive)
    (series,) = server.series(STUDY)
    steps = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(server, STUDY, series.uid, tmp_path / "out", how, progress=stop)
    assert not (tmp_path / "out").exists()
    tally = fetch(server, STUDY, series.uid, tmp_path / "out", how)
    assert tally.series.total() == 4
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert read_volume(tmp_path / "out").values.shape == (5, 4, 6)
    assert steps == [(1, 6), (2, 6)]
    assert not list(tmp_path.glob("*.partial"))


def test_who_may_not_is_told_how(archive, capsys, monkeypatch):
    assert USER in refused(capsys, archive)
    monkeypatch.setenv(USER, LOGIN[0])
    assert "go together" in refused(capsys, archive)
    monkeypatch.setenv(PASSWORD, "a wrong one")
    said = refused(capsys, archive)
    assert "(401)" in said
    assert "a wrong one" not in said


def test_credentials_come_from_netrc_too(archive, capsys, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {LOGIN[0]} password {LOGIN[1]}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert asked(capsys, archive)["studies"]


def test_nothing_there(archive, login, tmp_path, capsys):
    assert "(404)" in refused(capsys, f"{archive}-other")
    assert "no UID" in refused(capsys, archive, "--study", "heart")
    assert "no attribute" in refused(capsys, archive, "--match", "Name=x")
    assert "0 series fit" in refused(capsys, archive, "--study", "1.2.3", "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["http://u:hidden@localhost/x"], "holds a user or a password"),
        (["ftp://localhost/x"], "is no address"),
        (["localhost"], "is no address"),
        (["http://localhost:port/x"], "is no address"),
        (["http://localhost/x?y=z"], "is no address"),
        (["http://127.0.0.1:9/x"], "does not answer"),
        (["http://127.0.0.1:9/x", "--match", "x"], "ATTRIBUTE=VALUE"),
        (["http://127.0.0.1:9/x", "--series", "1"], "--out"),
        (["http://127.0.0.1:9/x", "-o", "out"], "--study"),
        (["http://127.0.0.1:9/x", "--study", "1.2", "-o", "/none/out"], "missing"),
    ],
)
def test_what_cannot_be_asked(words, says, capsys):
    said = refused(capsys, *words)
    assert says in said
    assert "hidden" not in said


def test_without_the_package_it_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "dicomweb_client", None)
    assert "pip install 'heartwright[dicom-network]'" in refused(capsys, "http://localhost/x")


@contextmanager
def serving(status: int, kind: str, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that always answers the same; gives its address, and who asked."""
    asking: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asking.append(self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/dicom-web", asking
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"<html>welcome</html>", "no DICOMweb"),
        (200, b'{"error": 1}', "no DICOMweb"),
        (200, b'[{"0020000D": 7}]', "no DICOMweb"),
        (200, b'[{"00080020": {"vr": "DA"}}]', "no DICOMweb"),
        (200, b'[{"0020000D": {"vr": "UI", "Value": [["x"], {}]}}]', "no DICOMweb"),
        (200, b"\xff\xfe", "no DICOMweb"),
        (403, b"", "does not allow"),
        (500, b"", "failed (HTTP 500)"),
        (503, b"", "failed (HTTP 503)"),
    ],
)
def test_a_server_that_misbehaves(status, body, says, capsys):
    with serving(status, "application/dicom+json", body) as (url, _):
        assert says in refused(capsys, url)


def test_a_server_that_repeats_itself_ends(capsys):
    answer = json.dumps([{"0020000D": {"vr": "UI", "Value": ["1.2.3"]}}]).encode()
    with serving(200, "application/dicom+json", answer) as (url, _):
        (study,) = asked(capsys, url)["studies"]
        assert study["uid"] == "1.2.3"


def test_an_image_that_is_none_is_not_taken():
    none = pytest.raises(HeartwrightError, match="no DICOMweb")
    with serving(200, "application/dicom", b"no image") as (url, _), none:
        Archive(url).image("1.2", "1.3", "1.4")


def test_a_token_is_sent(monkeypatch, capsys):
    monkeypatch.setenv(TOKEN, "abc")
    with serving(200, "application/dicom+json", b"[]") as (url, asking):
        asked(capsys, url)
        assert set(asking) == {"Bearer abc"}


def test_an_open_line_is_remarked():
    assert Archive("http://pacs.example/x").is_open
    assert not Archive("https://pacs.example/x").is_open
    assert not Archive("http://localhost:8042/x").is_open
