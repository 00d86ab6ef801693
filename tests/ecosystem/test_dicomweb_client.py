"""dicomweb-client on this library: search, retrieval and storage over HTTP, and over a folder of files."""

from __future__ import annotations

from pathlib import Path

from tests.ecosystem import programs
from tests.ecosystem.jobs.canonical import file_bytes
from tests.ecosystem.series import ct_elements
from tests.ecosystem.web_server import Instance, serving


def test_searching_retrieving_and_storing_gives_the_same_answers_and_sends_the_same_bytes(
    series: Path, tmp_path: Path
) -> None:
    instances = [
        Instance(*pair)
        for pair in zip(ct_elements(), (each.read_bytes() for each in sorted(series.iterdir())), strict=True)
    ]
    results, asked, stored = {}, {}, {}
    for library in programs.LIBRARIES:
        target = tmp_path / library
        target.mkdir()
        with serving(instances) as server:
            results[library] = programs.run("web", library, server.url, series, target).result
            asked[library], stored[library] = server.asked, [file_bytes(part) for part in server.stored]
    assert programs.differences(results["dicom"], results["pydicom"]) == []
    assert asked["dicom"] == asked["pydicom"]
    assert programs.differences(stored["dicom"], stored["pydicom"]) == []
    assert results["dicom"]["web"]["again as JSON"] is True
    assert results["dicom"]["web"]["failure"] == "HTTPError"
    assert len(results["dicom"]["folder"]["instances"]) == 16
