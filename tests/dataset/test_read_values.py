"""What a read gives: one object a value, text by its character set, VRs by their neighbours, findings."""

from __future__ import annotations

import struct
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pytest

import dicom
from dicom.dataset import FileDataset
from dicom.errors import BytesLengthException, DicomError
from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Item,
    Items,
    encode_elements,
    encode_file,
    encode_meta,
    encoding_of,
)

SYNTAXES = pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED])
SECRET = b"SECRET^NAME "


def read(*elements: Element, syntax: str = EXPLICIT_LITTLE) -> FileDataset:
    return dicom.read(encode_file(elements, syntax))


def sequence(tag: int, *items: tuple[Element, ...], undefined: bool = False) -> Element:
    return Element(tag, "SQ", Items(tuple(Item(item, undefined) for item in items)), undefined)


def codes(dataset: Any) -> list[str]:
    return [finding.code for finding in dataset.findings]


PLAN = (
    Element(0x00080008, "CS", b"ORIGINAL\\PRIMARY"),
    Element(0x00100010, "PN", SECRET),
    Element(0x00280010, "US", (2,)),
    Element(0x00280030, "DS", b"0.5\\0.5 "),
    sequence(0x0040A730, (Element(0x00080100, "SH", b"A "),), (Element(0x00080100, "SH", b"B "),)),
)


# Values


@SYNTAXES
def test_a_value_is_the_same_object_each_time(syntax: str) -> None:
    dataset = read(*PLAN, syntax=syntax)
    for element in PLAN:
        assert dataset[element.tag] is dataset[element.tag]
        assert dataset[element.tag].value is dataset[element.tag].value
    assert dataset.PixelSpacing is dataset.PixelSpacing is dataset["PixelSpacing"].value
    assert dataset.ContentSequence is dataset.ContentSequence
    assert dataset.ContentSequence[1] is dataset.ContentSequence[1]
    assert dataset.file_meta is dataset.file_meta


def test_changes_in_place_stay() -> None:
    dataset = read(*PLAN)
    dataset.ImageType[0] = "DERIVED"
    dataset.PixelSpacing.append(3)
    dataset.ContentSequence[0].CodeValue = "C"
    del dataset.ContentSequence[1]
    assert list(dataset.ImageType) == ["DERIVED", "PRIMARY"]
    assert [float(part) for part in dataset["PixelSpacing"].value] == [0.5, 0.5, 3]
    assert [item.CodeValue for item in dataset.ContentSequence] == ["C"]
    assert "DERIVED" in str(dataset)
    assert read(*PLAN) != dataset


@SYNTAXES
def test_each_transfer_syntax_gives_the_same_values(syntax: str) -> None:
    dataset = read(*PLAN, syntax=syntax)
    assert (list(dataset.ImageType), dataset.Rows) == (["ORIGINAL", "PRIMARY"], 2)
    assert dataset.PatientName == "SECRET^NAME"
    assert [item.CodeValue for item in dataset.ContentSequence] == ["A", "B"]
    assert dataset.findings == []


# Character sets


@pytest.mark.parametrize("undefined", [True, False])
def test_items_take_the_character_set_of_what_holds_them(undefined: bool) -> None:
    utf_8 = Element(0x00080005, "CS", b"ISO_IR 192")
    greek = Element(0x00080005, "CS", b"ISO_IR 126")
    inherited = Element(0x00080104, "LO", "Ä ß ".encode())
    own = Element(0x00080104, "LO", "Ωμ".encode("iso8859-7"))
    inner = sequence(0x00400043, (inherited,), (greek, own), undefined=undefined)
    outer = sequence(0x0040A730, (inherited, inner), (greek, own, sequence(0x00400043, (own,))), undefined=undefined)
    items = read(utf_8, outer).ContentSequence
    assert items[0].CodeMeaning == "Ä ß"
    inner_items = items[0][0x00400043].value
    assert [item.CodeMeaning for item in inner_items] == ["Ä ß", "Ωμ"]
    assert items[1].CodeMeaning == "Ωμ"
    assert items[1][0x00400043].value[0].CodeMeaning == "Ωμ"


def test_bytes_beyond_ascii_without_a_character_set_are_a_finding() -> None:
    dataset = read(Element(0x00100020, "LO", "Ä1".encode("latin-1")))
    assert codes(dataset) == []
    assert dataset.PatientID == "Ä1"
    assert [(finding.code, finding.tag) for finding in dataset.findings] == [("text-beyond-ascii", 0x00100020)]
    _ = dataset[0x00100020].value
    assert len(dataset.findings) == 1


def test_bytes_that_the_character_set_lacks_are_a_finding() -> None:
    for term in (b"ISO_IR 192", b"GB18030 "):
        dataset = read(Element(0x00080005, "CS", term), Element(0x00100020, "LO", b"a\xff\xffb"))
        assert "\ufffd" in dataset.PatientID
        assert codes(dataset) == ["undecodable-text"]


# VRs that nothing says, or that depend on neighbours


@pytest.mark.parametrize(("representation", "number"), [(0, 0xFFFE), (1, -2), (None, 0xFFFE)])
@pytest.mark.parametrize("undefined", [True, False])
def test_signed_or_not_depends_on_pixel_representation(
    representation: int | None, number: int, undefined: bool
) -> None:
    signed = () if representation is None else (Element(0x00280103, "US", (representation,)),)
    smallest = Element(0x00280106, "US", (0xFFFE,))
    dataset = read(*signed, smallest, sequence(0x0040A730, (smallest,), undefined=undefined), syntax=IMPLICIT_LITTLE)
    element = dataset["SmallestImagePixelValue"]
    assert (element.VR, element.value) == ("SS" if representation == 1 else "US", number)
    # An item without its own takes that of the data set around it.
    assert dataset.ContentSequence[0].SmallestImagePixelValue == number


def test_lut_data_are_words_or_numbers() -> None:
    for entries, vr in ((1, "US"), (2, "OW")):
        descriptor = Element(0x00283002, "US", (entries, 0, 16))
        dataset = read(descriptor, Element(0x00283006, "OW", (1, 2)), syntax=IMPLICIT_LITTLE)
        element = dataset["LUTData"]
        assert (element.VR, element.is_undefined_length) == (vr, False)


def test_pixel_data_of_implicit_vr_are_words() -> None:
    dataset = read(Element(0x7FE00010, "OW", (1, 2)), syntax=IMPLICIT_LITTLE)
    assert (dataset["PixelData"].VR, dataset.PixelData) == ("OW", b"\1\0\2\0")


def test_private_elements_take_the_vr_of_the_private_dictionary() -> None:
    creator = Element(0x00090010, "LO", b"GEMS_IDEN_01")
    other = Element(0x00090011, "LO", b"NOBODY")
    value = Element(0x00091027, "UN", struct.pack("<i", -5))
    for syntax in (EXPLICIT_LITTLE, IMPLICIT_LITTLE):
        dataset = read(creator, other, value, value._replace(tag=0x00091127), syntax=syntax)
        assert (dataset[0x00091027].VR, dataset[0x00091027].value) == ("SL", -5)
        assert (dataset[0x00091127].VR, dataset[0x00091127].value) == ("UN", struct.pack("<i", -5))
        assert dataset[0x00090010].VR == "LO"


def test_un_with_a_known_tag_is_decoded() -> None:
    item = encode_elements((Element(0x00080100, "SH", b"A "),), encoding_of(IMPLICIT_LITTLE))
    items = struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item
    for syntax in (EXPLICIT_LITTLE, EXPLICIT_BIG):
        dataset = read(Element(0x00100020, "UN", b"ID"), Element(0x0040A730, "UN", items), syntax=syntax)
        assert (dataset.PatientID, dataset["PatientID"].VR) == ("ID", "LO")
        assert [item.CodeValue for item in dataset.ContentSequence] == ["A"]
        dataset = read(Element(0x0040A730, "UN", items, undefined_length=True), syntax=EXPLICIT_LITTLE)
        assert [item.CodeValue for item in dataset.ContentSequence] == ["A"]


def test_an_entry_that_was_added_after_the_read_began_is_not_seen() -> None:
    value = Element(0x00111027, "UN", b"A1")
    data = encode_file((Element(0x00110010, "LO", b"TEST READING"), value), IMPLICIT_LITTLE)
    before = dicom.read(data)
    dicom.dictionary.add(0x00111027, "LO", "Test", private_creator="TEST READING")
    assert before[0x00111027].value == b"A1"
    assert dicom.read(data)[0x00111027].value == "A1"


# Findings


def test_findings_cover_what_was_parsed_so_far() -> None:
    dataset = read(sequence(0x0040A730, (Element(0x00080100, "SH", b"odd"), Element(0x00080102, "SH", b"99X"))))
    assert dataset.findings == []
    assert len(dataset.ContentSequence) == 1
    assert [(finding.code, finding.tag) for finding in dataset.findings] == [
        ("odd-length", 0x00080100),
        ("odd-length", 0x00080102),
    ]


def test_a_finding_says_where() -> None:
    data = encode_file((Element(0x00080060, "CS", b"CT"), Element(0x00100010, "PN", SECRET)))
    dataset = dicom.read(data[:-3])
    [finding] = dataset.findings
    assert (finding.code, finding.tag, finding.offset) == ("file-ends-early", 0x00100010, len(data) - len(SECRET))
    assert dataset.PatientName == "SECRET^NA"


BROKEN = {
    "cut": encode_file((Element(0x00100010, "PN", SECRET),))[:-2],
    "odd": encode_file((Element(0x00100010, "PN", SECRET[:-1]), Element(0x00100020, "LO", b"SECRET ID"))),
    "number": encode_file((Element(0x00181310, "US", SECRET + b"X"), Element(0x00280010, "US", b"SEC"))),
    "decimal": encode_file((Element(0x00181050, "DS", SECRET), Element(0x00200013, "IS", b"SECRET"))),
    "text": encode_file((Element(0x00100010, "PN", b"SECRET\xff^\xe4 "), Element(0x00100020, "LO", b"SECRET\xe4 "))),
    "twice": encode_file((Element(0x00100010, "PN", SECRET), Element(0x00100010, "PN", SECRET))),
    "vr": encode_file((Element(0x00100010, "??", SECRET), Element(0x00100020, "ZZ", SECRET))),
    "tag": encode_file((Element(0x00209165, "AT", SECRET[:6]),)),
    "uid": encode_file((Element(0x00080018, "UI", SECRET), Element(0x00080020, "DA", SECRET))),
}


@pytest.mark.parametrize("name", BROKEN)
def test_neither_findings_nor_errors_hold_a_value(name: str) -> None:
    dataset = dicom.read(BROKEN[name])
    messages = []
    for tag in dataset.keys():  # noqa: SIM118
        try:
            _ = dataset[tag].value
        except DicomError as error:
            messages += [str(error), repr(error)]
    messages += [f"{finding} {finding!r}" for finding in dataset.findings]
    assert name == "uid" or messages
    assert not any("SEC" in message for message in messages)


def test_binary_numbers_of_a_wrong_length_raise_when_they_are_asked_for() -> None:
    dataset = read(Element(0x00280010, "US", b"abc"), Element(0x00280011, "US", (3,)))
    for _ in range(2):
        with pytest.raises(BytesLengthException, match=r"Rows \(0028,0010\) has 3 bytes; US takes 2") as raised:
            _ = dataset.Rows
        assert raised.value.tag == 0x00280010
    assert dataset.Columns == 3


# Threads


def test_the_first_thread_s_value_is_everyone_s() -> None:
    for _ in range(20):
        dataset = read(*PLAN)
        start = threading.Barrier(6)

        def ask(start: threading.Barrier = start, dataset: FileDataset = dataset) -> tuple[Any, ...]:
            start.wait()
            return (dataset.ContentSequence, dataset.ContentSequence[0], dataset.PixelSpacing, dataset["PatientName"])

        with ThreadPoolExecutor(6) as threads:
            results = [waiting.result() for waiting in [threads.submit(ask) for _ in range(6)]]
        assert all(one is first for result in results for one, first in zip(result, results[0], strict=True))


class Progress:
    """A thread that counts whenever it gets the interpreter, and gives it back at once."""

    def __init__(self) -> None:
        self.count = 0
        self._done = False
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._done:
            self.count += 1
            time.sleep(0)

    def __enter__(self) -> Self:
        # Nobody is made to give the interpreter up: it changes hands only where it is released.
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(1000)
        self._thread.start()
        while self.count == 0:
            time.sleep(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._done = True
        self._thread.join()
        sys.setswitchinterval(self._interval)


def large_deflated_file() -> bytes:
    """40 MiB of text, deflated to a fifth."""
    text = bytes((number * number >> 7) % 61 + 33 for number in range(1 << 17))
    body = encode_elements((Element(0x00420011, "OB", text * 320),), encoding_of(EXPLICIT_LITTLE))
    machine = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return bytes(128) + b"DICM" + encode_meta(DEFLATED) + machine.compress(body) + machine.flush()


def test_other_threads_run_while_a_file_is_read(tmp_path: Path) -> None:
    data = large_deflated_file()
    path = tmp_path / "deflated.dcm"
    path.write_bytes(data)
    dicom.read(encode_file(PLAN, DEFLATED))
    with Progress() as progress:
        before = progress.count
        sum(range(100_000))
        assert progress.count == before, "the interpreter changes hands without being released"
        dicom.read(data)
        of_bytes = progress.count
        assert of_bytes > before
        dicom.read(path)
        assert progress.count > of_bytes
