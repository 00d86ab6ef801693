"""A small DICOMweb origin server on the loopback interface (PS3.18 10): canned answers over a folder's files.

In: the elements of some instances, and their files. Out: a server in a thread; what was stored on it is kept.
It knows neither library: its JSON (PS3.18 F) is made from the elements' bytes here.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from dicom.testing.encoder import Element, Items

BOUNDARY = "PART"
SOP_INSTANCE_UID, PIXEL_DATA = 0x00080018, 0x7FE00010
TEXTS = {"AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT", "DS", "IS"}


class Instance(NamedTuple):
    """One instance: its elements, and its file."""

    elements: list[Element]
    file: bytes

    @property
    def uid(self) -> str:
        """Its SOP Instance UID."""
        return _text(_found(self.elements, SOP_INSTANCE_UID))

    @property
    def pixels(self) -> bytes:
        """Its pixel data."""
        value = _found(self.elements, PIXEL_DATA).value
        assert isinstance(value, bytes)
        return value


def model(elements: list[Element] | tuple[Element, ...], bulk: str | None = None) -> dict[str, Any]:
    """The DICOM JSON Model of elements (PS3.18 F.2); pixel data is left out, or stands under a URI below `bulk`."""
    found: dict[str, Any] = {}
    for element in elements:
        if element.tag == PIXEL_DATA:
            if bulk is not None:
                found[f"{element.tag:08X}"] = {"vr": element.vr, "BulkDataURI": f"{bulk}/bulkdata/pixels"}
            continue
        entry: dict[str, Any] = {"vr": element.vr}
        if isinstance(element.value, Items):
            entry["Value"] = [model(item.elements) for item in element.value.items]
        elif element.vr in ("OB", "OW", "UN"):
            assert isinstance(element.value, bytes)
            entry["InlineBinary"] = base64.b64encode(element.value).decode()
        elif element.vr in TEXTS:
            values = _text(element).split("\\")
            if values != [""]:
                entry["Value"] = [_json(element.vr, value) for value in values]
        else:
            entry["Value"] = list(element.value)  # type: ignore[call-overload]
        found[f"{element.tag:08X}"] = entry
    return found


def _json(vr: str, text: str) -> Any:
    if vr == "PN":
        return dict(zip(("Alphabetic", "Ideographic", "Phonetic"), text.split("="), strict=False))
    if vr == "DS":
        return float(text)
    return int(text) if vr == "IS" else text


def _found(elements: list[Element], tag: int) -> Element:
    return next(element for element in elements if element.tag == tag)


def _text(element: Element) -> str:
    assert isinstance(element.value, bytes)
    return element.value.decode().rstrip(" \0")


class Server(ThreadingHTTPServer):
    """The server: what it offers, and what was asked and stored."""

    daemon_threads = True

    def __init__(self, instances: list[Instance]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.instances = {instance.uid: instance for instance in instances}
        self.asked: list[str] = []
        self.stored: list[bytes] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(instances: list[Instance]) -> Iterator[Server]:
    """The server at work, to the end of the block."""
    with Server(instances) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        """QIDO-RS and WADO-RS (PS3.18 10.4, 10.6)."""
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        self.server.asked.append(f"GET {self.path} {self.headers['Accept']}")
        everything = list(self.server.instances.values())
        match parts:
            case ["studies"] | ["studies", _, "series"]:
                wanted = parse_qs(url.query).get("PatientID")
                elements = [element for element in everything[0].elements if element.tag >> 16 in (0x08, 0x10, 0x20)]
                self._answer_json([] if wanted == ["NOBODY"] else [model(elements)])
            case ["studies", _, "series", _, "instances"] | ["studies", _, "instances"] | ["instances"]:
                self._answer_json([model(instance.elements[:12]) for instance in everything])
            case ["studies", _, "series", _, "metadata"]:
                base = f"{self.server.url}/studies/1/series/1/instances"
                self._answer_json([model(each.elements, f"{base}/{each.uid}") for each in everything])
            case ["studies", _, "series", _, "instances", uid, "metadata"] if uid in self.server.instances:
                self._answer_json([model(self.server.instances[uid].elements)])
            case ["studies", _, "series", _]:
                self._answer_parts([each.file for each in everything], "application/dicom")
            case ["studies", _, "series", _, "instances", uid] if uid in self.server.instances:
                self._answer_parts([self.server.instances[uid].file], "application/dicom")
            case ["studies", _, "series", _, "instances", uid, "bulkdata", "pixels"] if uid in self.server.instances:
                self._answer_parts([self.server.instances[uid].pixels], "application/octet-stream")
            case ["studies", _, "series", _, "instances", uid, "frames", "1"] if uid in self.server.instances:
                self._answer_parts([self.server.instances[uid].pixels], "application/octet-stream")
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        """STOW-RS (PS3.18 10.5): keeps the parts, and answers with what it kept."""
        self.server.asked.append(f"POST {self.path} {self.headers['Content-Type']}")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        boundary = self.headers["Content-Type"].split("boundary=")[1].strip('"')
        parts = [part.partition(b"\r\n\r\n")[2] for part in body.split(f"\r\n--{boundary}".encode())[1:-1]]
        self.server.stored += parts
        class_uid = {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]}
        kept = [
            {"00081150": class_uid, "00081190": {"vr": "UR", "Value": [f"{self.server.url}/{len(part)}"]}}
            for part in parts
        ]
        answer = {"00081190": {"vr": "UR", "Value": ["/studies/1"]}, "00081199": {"vr": "SQ", "Value": kept}}
        self._answer("application/dicom+json", json.dumps(answer).encode())

    def _answer_json(self, found: list[dict[str, Any]]) -> None:
        self._answer("application/dicom+json", json.dumps(found).encode())

    def _answer_parts(self, parts: list[bytes], kind: str) -> None:
        body = b"".join(f"\r\n--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode() + part for part in parts)
        self._answer(f'multipart/related; type="{kind}"; boundary="{BOUNDARY}"', body + f"\r\n--{BOUNDARY}--".encode())

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a test's output is its own."""
