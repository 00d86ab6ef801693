"""pynetdicom on this library: DIMSE services between two processes, with itself, with pydicom's, and with DCMTK."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

from tests.commands import require
from tests.ecosystem import programs
from tests.ecosystem.jobs.canonical import file_bytes
from tests.ecosystem.programs import JOBS, LIBRARIES, Library, command, environment, free_port, running


def peer(library: Library, port: int, folder: Path, destination: str, destination_port: int) -> Any:
    """The serving side, in a process of its own."""
    script = command(library, str(JOBS / "network_peer.py"), str(port), str(folder), destination, str(destination_port))
    return running(script, port, env=environment(library))


def end(server: subprocess.Popen[str]) -> Any:
    """End a peer, and give what it received."""
    out, _ = server.communicate(timeout=programs.PATIENCE_SECONDS)
    assert server.returncode == 0
    return json.loads(out.splitlines()[-1])["received"]


def test_the_five_services_work_between_two_processes_whichever_library_each_runs_on(
    series: Path, small_series: Path
) -> None:
    found: dict[tuple[Library, Library], Any] = {}
    for client, served in product(LIBRARIES, repeat=2):
        port, own_port = free_port(), free_port()
        with peer(served, port, series, "CLIENT", own_port) as server:
            outcome = programs.run("network", client, port, small_series, "CLIENT", own_port, kept=client == served)
            found[client, served] = {"client": outcome.result, "server": end(server)}
    for pair, exchange in found.items():
        differing = programs.differences(exchange, found["pydicom", "pydicom"])
        assert not differing, f"{pair}: {differing[:40]}"
    exchange = found["dicom", "dicom"]
    client = exchange["client"]
    assert client["echo"] == "0000"
    assert client["store"] == ["0000"] * len(exchange["server"]) == ["0000"] * 4
    assert len(client["find images"]) == 17
    assert len(client["got"]) == 3
    assert client["move"][-1][0] == "0000"
    assert len(client["moved"]) == 4


def tool(*arguments: str | Path) -> str:
    """Run one of DCMTK's commands to its good end; give what it said."""
    done = subprocess.run(
        [require(str(arguments[0])), *map(str, arguments[1:])],
        capture_output=True,
        text=True,
        timeout=programs.PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout + done.stderr


def test_dcmtk_echoes_stores_finds_moves_and_gets(series: Path, small_series: Path, tmp_path: Path) -> None:
    served = {}
    for library in LIBRARIES:
        port, own_port = free_port(), free_port()
        moved, got = tmp_path / library / "moved", tmp_path / library / "got"
        moved.mkdir(parents=True)
        got.mkdir()
        address = ("127.0.0.1", str(port))
        keys = ("-k", "QueryRetrieveLevel=IMAGE", "-k", "PatientID=PHANTOM-1", "-k", "PatientName")
        with peer(library, port, series, "DCMTK", own_port) as server:
            tool("echoscu", "-aec", "PEER", *address)
            tool("storescu", "-aec", "PEER", "+sd", *address, small_series)
            said = tool("findscu", "-v", "-P", "-aec", "PEER", *address, *keys, "-k", "SOPInstanceUID")
            assert said.count("PHANTOM-1") >= 16
            first = ("-k", f"SOPInstanceUID={first_instance(series)}")
            tool(
                "movescu", "-P", "-aet", "DCMTK", "-aec", "PEER", "-aem", "DCMTK", "+P", str(own_port), "-od", moved,
                *address, *keys[:4], *first,
            )  # fmt: skip
            tool("getscu", "-P", "-aec", "PEER", "-od", got, *address, *keys[:4], *first)
            served[library] = [
                end(server),
                [file_bytes(each.read_bytes()) for each in sorted(moved.iterdir())],
                [file_bytes(each.read_bytes()) for each in sorted(got.iterdir())],
            ]
            assert len(served[library][1]) == len(served[library][2]) == 1
    assert programs.differences(served["dicom"], served["pydicom"]) == []
    assert len(served["dicom"][0]) == 12


def first_instance(series: Path) -> str:
    """The SOP Instance UID of the first file, as DCMTK reads it."""
    said = tool("dcmdump", "+P", "SOPInstanceUID", min(series.iterdir()))
    return said.split("[")[1].split("]")[0]


def test_pynetdicoms_own_commands_store_on_dcmtk(series: Path, tmp_path: Path) -> None:
    stored = {}
    for library in LIBRARIES:
        port = free_port()
        folder = tmp_path / library
        folder.mkdir()
        files = [shutil.copy(each, folder) for each in sorted(series.iterdir())[:3]]
        kept = folder / "kept"
        kept.mkdir()
        with running([require("storescp"), "-od", str(kept), str(port)], port):
            for script in (
                ["echoscu", "127.0.0.1", str(port)],
                ["storescu", "127.0.0.1", str(port), *map(str, files), "-cx"],
            ):
                done = subprocess.run(
                    command(library, "-m", "pynetdicom", *script),
                    env=environment(library),
                    capture_output=True,
                    text=True,
                    timeout=programs.PATIENCE_SECONDS,
                    check=False,
                )
                assert done.returncode == 0, done.stderr[-4000:]
        stored[library] = {each.name: file_bytes(each.read_bytes()) for each in kept.iterdir()}
    assert len(stored["dicom"]) == 3
    assert stored["dicom"] == stored["pydicom"]
