"""``pydicom.filewriter``: the bytes that go into a stream are those of pydicom."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pydicom
import pydicom.dataelem
import pydicom.dataset
import pydicom.filebase
import pydicom.filewriter
import pydicom.tag
import pydicom.uid
import pydicom.valuerep
import pytest

import dicom
from dicom import settings
from dicom.compat import filewriter
from dicom.compat.dataelem import RawDataElement
from dicom.compat.filebase import DicomBytesIO
from dicom.compat.filereader import read_dataset
from dicom.tag import Tag
from dicom.values import DA, DT, TM
from tests.compat.oracle import outcome

OURS = SimpleNamespace(
    write=filewriter, DataElement=dicom.DataElement, Dataset=dicom.Dataset, Meta=dicom.FileMetaDataset,
    IO=DicomBytesIO, Raw=RawDataElement, Tag=Tag, DA=DA, DT=DT, TM=TM, Sequence=dicom.Sequence,
)  # fmt: skip
THEIRS = SimpleNamespace(
    write=pydicom.filewriter, DataElement=pydicom.DataElement, Dataset=pydicom.Dataset,
    Meta=pydicom.dataset.FileMetaDataset, IO=pydicom.filebase.DicomBytesIO, Raw=pydicom.dataelem.RawDataElement,
    Tag=pydicom.tag.Tag, DA=pydicom.valuerep.DA, DT=pydicom.valuerep.DT, TM=pydicom.valuerep.TM,
    Sequence=pydicom.Sequence,
)  # fmt: skip
BOTH = (OURS, THEIRS)


@pytest.fixture(autouse=True)
def warnings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pydicom's switches begin with."""
    monkeypatch.setattr(settings, "current", settings.current.replace(writing_validation=1))


def stream(library: SimpleNamespace, implicit: bool = False, little: bool = True) -> Any:
    fp = library.IO()
    fp.is_implicit_VR, fp.is_little_endian = implicit, little
    return fp


def element(library: SimpleNamespace, vr: str, value: Any, tag: int = 0x00091001) -> Any:
    # Names are objects in both libraries; everything else is put in as it is, wrong as it may be.
    return library.DataElement(tag, vr, value, already_converted=vr != "PN")


@pytest.mark.parametrize(
    ("name", "vr", "value", "arguments"),
    [
        *[("write_string", "CS", value, ()) for value in ("abc", "ab", ["a", "bc"], "", None, [])],
        ("write_string", "UI", "1.2.3", ("\0",)),
        *[("write_UI", "UI", value, ()) for value in ("1.2.3", "1.2", ["1.2", "1.3"], None)],
        *[("write_ATvalue", "AT", value, ()) for value in (0x00100010, [0x00100010, 0x00080005])],
        *[("write_DA", "DA", value, ()) for value in ("20240101", ["20240101", "20240102"], None)],
        *[("write_DT", "DT", value, ()) for value in ("2024", None)],
        *[("write_TM", "TM", value, ()) for value in ("12", ["12", "13"], None)],
        *[("write_number_string", "DS", value, ()) for value in ("1.5", ["1.5", "2"])],
        *[("write_OBvalue", "OB", value, ()) for value in (b"a", b"ab", b"")],
        *[("write_OWvalue", "OW", value, ()) for value in (b"ab", b"abc")],
        *[("write_UN", "UN", value, ()) for value in (b"ab", b"abc")],
        *[("write_numbers", "US", value, ("H",)) for value in (1, [1, 2], None, "")],
        *[("write_numbers", "FD", value, ("d",)) for value in (1.5, [1.5, 2])],
        *[("write_PN", "PN", value, ()) for value in ("A^B", "Ä^B")],
        ("write_PN", "PN", "Ä^B", (["latin_1"],)),
        ("write_PN", "PN", "山^B", (["iso8859", "iso2022_jp"],)),
        *[("write_text", "LO", value, ()) for value in ("A^B", "Ä", ["a", "bc"], None)],
        ("write_text", "LO", "Ä", (["utf8"],)),
        ("write_text", "LO", "山", (["latin_1"],)),
    ],
)
@pytest.mark.parametrize("little", [True, False])
def test_a_value_is_written_as_in_pydicom(
    name: str, vr: str, value: Any, arguments: tuple[Any, ...], little: bool
) -> None:
    def written(library: SimpleNamespace) -> Any:
        fp = stream(library, little=little)
        getattr(library.write, name)(fp, element(library, vr, value), *arguments)
        return fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_dates_and_times_are_written_as_text() -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, 600)

    def written(library: SimpleNamespace) -> Any:
        fp = stream(library)
        library.write.write_DA(fp, element(library, "DA", library.DA(moment.date())))
        library.write.write_DT(fp, element(library, "DT", [library.DT(moment), "2024"]))
        library.write.write_TM(fp, element(library, "TM", library.TM(moment.time())))
        formatted = [library.write._format_DA(None), library.write._format_DT(library.DT(moment))]
        return fp.getvalue(), formatted, library.write._format_TM(library.TM("12"))

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_an_absent_value_is_nothing() -> None:
    fp = stream(OURS)
    for name, vr in (("write_ATvalue", "AT"), ("write_OBvalue", "OB"), ("write_UN", "UN"), ("write_PN", "PN")):
        getattr(filewriter, name)(fp, element(OURS, vr, None))
    filewriter.write_number_string(fp, element(OURS, "DS", None))
    assert fp.getvalue() == b""


@pytest.mark.parametrize("value", [70000, -1, "a", [1, "a"]])
def test_a_number_that_does_not_fit_is_an_error_that_hides_it(value: Any) -> None:
    with pytest.raises(ValueError, match="can't hold") as raised:
        filewriter.write_numbers(stream(OURS), element(OURS, "US", value), "H")
    assert "70000" not in str(raised.value)


def test_a_stream_is_written_from_where_it_stands_in_pieces() -> None:
    value = io.BytesIO(b"x" + b"abc" * 10000)
    value.seek(1)
    fp = stream(OURS)
    filewriter.write_data_element(fp, element(OURS, "OB", value))
    assert fp.getvalue() == b"\t\0\1\x10OB\0\0" + (30000).to_bytes(4, "little") + b"abc" * 10000
    assert value.tell() == 1


ELEMENTS = [
    ("LO", "abc"), ("US", 1), ("OB", b"abc"), ("UT", "a"), ("LO", None), ("PN", "A^B"), ("DS", "1.5"), ("UN", b"a"),
    ("OW", b"ab"), ("LO", "a" * 70000), ("FD", [1.5, 2.5]), ("AT", 0x00100010), ("UI", "1.2.3"), ("XX", "a"),
    ("US or SS", b"\1\0"),
]  # fmt: skip


@pytest.mark.parametrize(("vr", "value"), ELEMENTS)
@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("little", [True, False])
def test_an_element_is_written_as_in_pydicom(vr: str, value: Any, implicit: bool, little: bool) -> None:
    def written(library: SimpleNamespace) -> Any:
        fp = stream(library, implicit, little)
        library.write.write_data_element(fp, element(library, vr, value), ["iso8859"])
        return fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_nothing_is_written_of_an_element_that_can_not_be() -> None:
    fp = stream(OURS)
    for vr, value in (("XX", "a"), ("US or SS", b"\1\0"), ("US", "a")):
        with pytest.raises((ValueError, NotImplementedError)):
            filewriter.write_data_element(fp, element(OURS, vr, value))
    assert fp.getvalue() == b""


@pytest.mark.parametrize("implicit", [True, False])
def test_a_sequence_is_written_as_in_pydicom(implicit: bool) -> None:
    def written(library: SimpleNamespace) -> Any:
        item = library.Dataset()
        item.Rows = 1
        item.is_undefined_length_sequence_item = True
        closed = library.Dataset()
        closed.PatientName = "Ä"
        sequence = library.DataElement(0x300A00B0, "SQ", library.Sequence([item, closed]))
        sequence.is_undefined_length = True
        fp = stream(library, implicit)
        library.write.write_data_element(fp, sequence, ["latin_1"])
        library.write.write_sequence(fp, sequence, ["latin_1"])
        library.write.write_sequence_item(fp, item, ["latin_1"])
        return fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_a_raw_element_is_written_as_it_was_read() -> None:
    def written(library: SimpleNamespace) -> Any:
        fp = stream(library)
        for raw in (
            library.Raw(library.Tag(0x00091001), "UN", 3, b"abc", 0, False, True),
            library.Raw(library.Tag(0x00100020), "LO", 2, b"\xff\xfe", 0, False, True),
        ):
            library.write.write_data_element(fp, raw)
        return fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_fragments_are_closed_by_a_delimiter() -> None:
    def written(library: SimpleNamespace) -> Any:
        fp = stream(library)
        fragments = element(library, "OB", b"\xfe\xff\0\xe0\0\0\0\0", 0x7FE00010)
        fragments.is_undefined_length = True
        library.write.write_data_element(fp, fragments)
        return fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)
    plain = element(OURS, "OB", b"abcd", 0x7FE00010)
    plain.is_undefined_length = True
    with pytest.raises(ValueError, match="fragments"):
        filewriter.write_data_element(stream(OURS), plain)


def an_example(library: SimpleNamespace) -> Any:
    ds, item = library.Dataset(), library.Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "Ä^B"
    ds.Rows = 3
    ds.PixelRepresentation = 1
    ds.add(library.DataElement(0x00280106, "US or SS", -2))
    item.BeamName = "ü"
    ds.BeamSequence = [item]
    return ds


@pytest.mark.parametrize(("implicit", "little"), [(True, True), (False, True), (False, False)])
def test_a_data_set_is_written_as_in_pydicom(implicit: bool, little: bool) -> None:
    def written(library: SimpleNamespace) -> Any:
        fp = stream(library, implicit, little)
        return library.write.write_dataset(fp, an_example(library)), fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_a_command_set_is_written() -> None:
    def written(library: SimpleNamespace) -> Any:
        ds = library.Dataset()
        ds.AffectedSOPClassUID = "1.2.840.10008.1.1"
        ds.CommandField = 48
        fp = stream(library, True)
        return library.write.write_dataset(fp, ds), fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


@pytest.mark.parametrize("encoding", ["iso8859", "latin_1", ["utf8"], ["latin_1"]])
def test_text_is_written_in_the_parents_encoding(encoding: Any) -> None:
    def written(library: SimpleNamespace) -> Any:
        ds = library.Dataset()
        ds.PatientName = "Ä"
        ds.BeamSequence = [library.Dataset()]
        ds.BeamSequence[0].BeamName = "Ä"
        fp = stream(library)
        return library.write.write_dataset(fp, ds, encoding), fp.getvalue()

    assert outcome(written, OURS) == outcome(written, THEIRS)


def test_text_outside_the_character_sets_is_replaced_with_a_warning_or_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ds = dicom.Dataset()
    ds.PatientName = "山"
    fp = stream(OURS)
    with pytest.warns(UserWarning, match="character"):
        filewriter.write_dataset(fp, ds)
    assert fp.getvalue() == b"\x10\0\x10\0PN\2\0? "
    monkeypatch.setattr(settings, "current", settings.current.replace(writing_validation=2))
    with pytest.raises(ValueError, match="character"):
        filewriter.write_dataset(stream(OURS), ds)


def test_the_streams_encoding_has_to_be_set() -> None:
    for library in BOTH:
        with pytest.raises(AttributeError, match="is_implicit_VR"):
            library.write.write_dataset(library.IO(), an_example(library))


def test_a_writer_of_the_programs_own_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(fp: Any, elem: Any, encodings: Any = None) -> None:
        fp.write(elem.value.upper().encode(encodings[0]))

    monkeypatch.setitem(filewriter.writers, "LO", (loud, None))
    ds = an_example(OURS)
    ds.PatientID = "ab"
    fp = stream(OURS)
    filewriter.write_dataset(fp, ds)
    read = read_dataset(io.BytesIO(fp.getvalue()), False, True)
    assert (read.PatientID, read.PatientName, read.BeamSequence[0].BeamName) == ("AB", "Ä^B", "Ü")
    assert read.SmallestImagePixelValue == -2


def test_each_vr_has_the_writer_that_it_has_in_pydicom() -> None:
    ours = {str(vr): writer.__name__ for vr, (writer, _) in filewriter.writers.items()}
    assert ours == {str(vr): writer.__name__ for vr, (writer, _) in pydicom.filewriter.writers.items()}


@pytest.mark.parametrize("enforce", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_file_meta_information_is_written_as_in_pydicom(enforce: bool, whole: bool) -> None:
    def written(library: SimpleNamespace) -> Any:
        meta = library.Meta()
        meta.TransferSyntaxUID = "1.2.840.10008.1.2"
        meta.ImplementationClassUID = "1.2.3"
        meta.ImplementationVersionName = "TEST"
        if whole:
            meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2", "1.3"
        fp = stream(library, True, False)
        library.write.write_file_meta_info(fp, meta, enforce)
        tags = sorted(int(element.tag) for element in meta)
        return fp.getvalue(), tags, meta.get("FileMetaInformationGroupLength")

    ours, theirs = outcome(written, OURS), outcome(written, THEIRS)
    if theirs[0] == ("error", "AttributeError"):
        with pytest.raises(AttributeError, match="lacks"):
            written(OURS)
    else:
        assert ours == theirs


def test_ambiguous_vrs_are_settled_in_place() -> None:
    def settled(library: SimpleNamespace) -> Any:
        ds = an_example(library)
        assert library.write.correct_ambiguous_vr(ds, True) is ds
        raw = library.Raw(library.Tag(0x00280106), "US or SS", 2, b"\xfe\xff", 0, True, True)
        made = library.write.correct_ambiguous_vr_element(raw, ds, True)
        plain = library.Raw(library.Tag(0x00280106), "US", 2, b"\xfe\xff", 0, True, True)
        assert library.write.correct_ambiguous_vr_element(plain, ds, True) is plain
        item = library.Dataset()
        item.add(library.DataElement(0x00280106, "US or SS", b"\xfe\xff", already_converted=True))
        library.write.correct_ambiguous_vr(item, True, [item, ds])
        return str(ds), made.VR, made.value, str(item)

    assert outcome(settled, OURS) == outcome(settled, THEIRS)


def test_values_in_one_and_several() -> None:
    for value in ("a", ["a", "b"], ("a", "b"), []):
        assert filewriter.multi_string(value) == pydicom.filewriter.multi_string(value)
    for library in BOTH:
        several = [library.write._is_multi_value(value) for value in ([], (), "a", None, library.Sequence())]
        assert several == [True, True, False, False, False]


def test_a_file_is_written_by_the_librarys_own_writer() -> None:
    ds = an_example(OURS)
    target = io.BytesIO()
    filewriter.dcmwrite(target, ds, implicit_vr=False, little_endian=True)
    fp = stream(OURS)
    filewriter.write_dataset(fp, ds)
    assert target.getvalue() == fp.getvalue()
