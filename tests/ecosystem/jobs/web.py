"""dicomweb-client: search, retrieve, store over DICOMweb, and the same questions to a folder of files.

Arguments: the server's URL, a folder of files, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical
import numpy as np
import pydicom
from dicomweb_client import DICOMfileClient, DICOMwebClient


def over_the_web(url: str, files: list[Path]) -> dict[str, Any]:
    """QIDO-RS, WADO-RS and STOW-RS."""
    client = DICOMwebClient(url=url)
    studies = client.search_for_studies(search_filters={"PatientID": "PHANTOM-1"}, fields=["PatientName"])
    study = pydicom.Dataset.from_json(studies[0])
    instances = [pydicom.Dataset.from_json(found) for found in client.search_for_instances(study.StudyInstanceUID)]
    identity = (study.StudyInstanceUID, study.SeriesInstanceUID)
    uid = instances[4].SOPInstanceUID

    metadata = client.retrieve_series_metadata(*identity)
    bulk: list[Any] = []

    def fetch(*described: Any) -> bytes:
        bulk.append([*map(str, described[:-1]), described[-1].rpartition("/instances/")[2]])
        return bytes(next(iter(client.retrieve_bulkdata(described[-1]))))

    with_pixels = pydicom.Dataset.from_json(metadata[4], bulk_data_uri_handler=fetch)
    retrieved = client.retrieve_instance(*identity, uid)
    series = list(client.iter_series(*identity))
    frame = client.retrieve_instance_frames(*identity, uid, [1])[0]
    retrieved.PatientName = "Changed^Änne"
    answered = client.store_instances([retrieved, pydicom.dcmread(files[1])])
    failure = None
    try:
        client.retrieve_instance(*identity, "1.2.3")
    except Exception as error:
        failure = type(error).__name__
    return {
        "studies": [len(studies), canonical.elements(study)],
        "nobody": client.search_for_studies(search_filters={"PatientID": "NOBODY"}),
        "instances": [canonical.elements(found) for found in instances],
        "metadata": [canonical.outline(pydicom.Dataset.from_json(found)) for found in metadata],
        "with pixels": canonical.elements(with_pixels),
        "bulk data asked for": bulk,
        "retrieved": canonical.elements(retrieved),
        "pixels": canonical.array(retrieved.pixel_array),
        "frame": canonical.array(np.frombuffer(frame, "<u2")),
        "series": [canonical.outline(found) for found in series],
        "again as JSON": [found.to_json_dict() for found in series] == metadata_without_pixels(series),
        "JSON": canonical.digest(series[0].to_json().encode()),
        "stored": [len(answered.ReferencedSOPSequence), answered.RetrieveURL],
        "failure": failure,
    }


def metadata_without_pixels(series: list[pydicom.Dataset]) -> list[dict[str, Any]]:
    """JSON to data set to JSON."""
    return [pydicom.Dataset.from_json(found.to_json()).to_json_dict() for found in series]


def over_a_folder(folder: str, target: str) -> dict[str, Any]:
    """The same interface over files: an index in a database, frames read from the middle of files."""
    client = DICOMfileClient(url=f"file://{folder}", db_dir=target, readonly=True, in_memory=True, update_db=True)
    studies = [pydicom.Dataset.from_json(found) for found in client.search_for_studies(fields=["PatientName"])]
    found = [pydicom.Dataset.from_json(each) for each in client.search_for_instances(search_filters={"Modality": "CT"})]
    first = found[0]
    identity = (first.StudyInstanceUID, first.SeriesInstanceUID, first.SOPInstanceUID)
    metadata = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*identity))
    frames = client.retrieve_instance_frames(*identity, [1])
    rendered = client.retrieve_instance_frames_rendered(*identity, [1], media_types=("image/png",))
    return {
        "studies": [canonical.elements(each) for each in studies],
        "instances": sorted(str(each.SOPInstanceUID) for each in found),
        "metadata": canonical.elements(metadata),
        "frame": canonical.array(np.frombuffer(frames[0], "<u2")),
        "rendered": canonical.digest(rendered),
        "whole": canonical.outline(client.retrieve_instance(*identity)),
        "series": len(client.search_for_series()),
        "looked up": [client.lookup_keyword("00100010"), client.lookup_tag("PatientName")],
    }


def main(url: str, folder: str, target: str) -> None:
    """Do the job."""
    files = sorted(Path(folder).iterdir())
    canonical.emit({"web": over_the_web(url, files), "folder": over_a_folder(folder, target)})


main(*sys.argv[1:])
