"""pynetdicom: C-ECHO, C-STORE, C-FIND, C-MOVE and C-GET with a peer in another process.

Arguments: the peer's port, a folder of files to send, the title and port under which this job receives what is moved.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical
import pydicom
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    Verification,
)

SYNTAXES = (pydicom.uid.ExplicitVRLittleEndian, pydicom.uid.ImplicitVRLittleEndian)


def query(level: str, **wanted: Any) -> pydicom.Dataset:
    """An identifier (PS3.4 C.4): keys with a value to match, keys with none to be told."""
    identifier = pydicom.Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in wanted.items():
        setattr(identifier, keyword, value)
    return identifier


def shown(answers: Any) -> list[Any]:
    """Status, and the identifier's elements, of each answer."""
    return [
        [f"{status.Status:04X}", sorted(map(str, status)), canonical.elements(found) if found is not None else None]
        for status, found in answers
    ]


def main(port: str, folder: str, title: str, own_port: str) -> None:
    """Do the job."""
    received: list[Any] = []

    def on_store(event: Any) -> int:
        dataset = event.dataset
        dataset.file_meta = event.file_meta
        received.append([str(dataset.SOPInstanceUID), canonical.outline(dataset), canonical.array(dataset.pixel_array)])
        return 0x0000

    handlers = [(evt.EVT_C_STORE, on_store)]
    entity = AE(ae_title=title)
    entity.add_supported_context(CTImageStorage, [*SYNTAXES])
    own = entity.start_server(("127.0.0.1", int(own_port)), block=False, evt_handlers=handlers)
    entity.add_requested_context(Verification)
    entity.add_requested_context(PatientRootQueryRetrieveInformationModelFind)
    entity.add_requested_context(PatientRootQueryRetrieveInformationModelMove)
    entity.add_requested_context(PatientRootQueryRetrieveInformationModelGet)
    # One presentation context a transfer syntax, so that each file goes in its own.
    for syntax in SYNTAXES:
        entity.add_requested_context(CTImageStorage, syntax)
    association = entity.associate(
        "127.0.0.1",
        int(port),
        ae_title="PEER",
        ext_neg=[build_role(CTImageStorage, scu_role=True, scp_role=True)],
        evt_handlers=handlers,
    )
    assert association.is_established
    result: dict[str, Any] = {"echo": f"{association.send_c_echo().Status:04X}"}

    files = sorted(Path(folder).iterdir())[:4]
    result["store"] = [f"{association.send_c_store(pydicom.dcmread(path)).Status:04X}" for path in files]

    find = PatientRootQueryRetrieveInformationModelFind
    wanted = query(
        "SERIES", PatientID="PHANTOM-1", PatientName="", StudyInstanceUID="", SeriesInstanceUID="", Modality="CT"
    )
    result["find series"] = shown(association.send_c_find(wanted, find))
    wanted = query(
        "IMAGE", PatientName="Yamada*", SOPInstanceUID="", ImagePositionPatient=None, OtherPatientIDsSequence=[]
    )
    found = shown(association.send_c_find(wanted, find))
    result["find images"] = found
    instances = [element[4][4:] for *_, listed in found for element in listed or () if element[3] == "SOPInstanceUID"]

    some = query("IMAGE", PatientID="PHANTOM-1", SOPInstanceUID=instances[:3])
    result["get"] = shown(association.send_c_get(some, PatientRootQueryRetrieveInformationModelGet))
    result["got"] = received[:]
    received.clear()
    some = query("IMAGE", PatientID="PHANTOM-1", SOPInstanceUID=instances[2:6])
    result["move"] = shown(association.send_c_move(some, title, PatientRootQueryRetrieveInformationModelMove))
    result["moved"] = received[:]
    association.release()
    own.shutdown()
    canonical.emit(result)


main(*sys.argv[1:])
