"""pynetdicom: an application entity that answers C-ECHO, C-STORE, C-FIND, C-MOVE and C-GET over a folder of files.

Arguments: the port to listen on, a folder of files to offer, title and port of the one destination of moves.
Says ``listening``, works until its input ends, then prints what it received.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical
import pydicom
from pynetdicom import AE, AllStoragePresentationContexts, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    Verification,
)

received: list[Any] = []


def matches(offered: pydicom.Dataset, query: pydicom.Dataset) -> bool:
    """Whether a data set answers a query: single values, lists of UIDs, and ``*`` (PS3.4 C.2.2.2)."""
    for element in query:
        if element.VR == "SQ" or element.keyword in ("QueryRetrieveLevel", "SpecificCharacterSet") or element.is_empty:
            continue
        found = offered.get(element.tag)
        wanted = [element.value] if element.VM == 1 else list(element.value)
        if "*" in str(wanted[0]):
            if found is None or not str(found.value).startswith(str(wanted[0]).rstrip("*")):
                return False
        elif found is None or found.value not in wanted:
            return False
    return True


def answer(offered: pydicom.Dataset, query: pydicom.Dataset) -> pydicom.Dataset:
    """The attributes that a query asks for."""
    found = pydicom.Dataset()
    found.SpecificCharacterSet = offered.SpecificCharacterSet
    found.QueryRetrieveLevel = query.QueryRetrieveLevel
    for element in query:
        if element.tag in offered:
            found.add(offered[element.tag])
    return found


def main(port: str, folder: str, destination: str, destination_port: str) -> None:
    """Serve until the input ends."""
    offered = [pydicom.dcmread(path) for path in sorted(Path(folder).iterdir())]

    def on_store(event: Any) -> int:
        dataset = event.dataset
        dataset.file_meta = event.file_meta
        received.append(
            {
                "transfer syntax": str(event.context.transfer_syntax),
                "elements": canonical.outline(dataset),
                "name": str(dataset.PatientName),
                "encoded": canonical.digest(event.request.DataSet.getvalue()),
                "file": canonical.file_bytes(event.encoded_dataset()),
                "pixels": canonical.array(dataset.pixel_array),
            }
        )
        return 0x0000

    def on_find(event: Any) -> Any:
        seen = set()
        for each in offered:
            if matches(each, event.identifier):
                found = answer(each, event.identifier)
                key = str(found)
                if key not in seen:
                    seen.add(key)
                    yield 0xFF00, found

    def retrieved(event: Any) -> Any:
        found = [each for each in offered if matches(each, event.identifier)]
        yield len(found)
        for each in found:
            yield 0xFF00, each

    def on_move(event: Any) -> Any:
        if event.move_destination != destination:
            yield None, None
            return
        yield "127.0.0.1", int(destination_port)
        yield from retrieved(event)

    entity = AE(ae_title="PEER")
    entity.supported_contexts = [*AllStoragePresentationContexts]
    for context in entity.supported_contexts:
        context.scp_role = context.scu_role = True
    for syntax in (
        Verification,
        PatientRootQueryRetrieveInformationModelFind,
        PatientRootQueryRetrieveInformationModelMove,
        PatientRootQueryRetrieveInformationModelGet,
    ):
        entity.add_supported_context(syntax)
    # One presentation context a transfer syntax, so that what is moved goes in its own.
    for syntax in (pydicom.uid.ExplicitVRLittleEndian, pydicom.uid.ImplicitVRLittleEndian):
        entity.add_requested_context(CTImageStorage, syntax)
    server = entity.start_server(
        ("127.0.0.1", int(port)),
        block=False,
        evt_handlers=[
            (evt.EVT_C_ECHO, lambda event: 0x0000),
            (evt.EVT_C_STORE, on_store),
            (evt.EVT_C_FIND, on_find),
            (evt.EVT_C_MOVE, on_move),
            (evt.EVT_C_GET, retrieved),
        ],
    )
    print("listening", flush=True)
    sys.stdin.read()
    server.shutdown()
    canonical.emit({"received": received})


main(*sys.argv[1:])
