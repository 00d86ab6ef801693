"""Columns of a sequence are what a plain loop over its items gives, whatever the encoding and however broken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom import _core
from dicom.dataset.columns import Columns
from dicom.errors import ColumnError, DicomError, LimitError
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, Item, Items, encode_file
from dicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from dicom.values import MultiValue
from tests.data_sources import dicom_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

PER_FRAME, SHARED = 0x52009230, 0x52009229
POSITION, ORIENTATION, SPACING = 0x00200032, 0x00200037, 0x00280030
SYNTAXES = [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG]


def numbers_of(value: Any) -> list[float | None]:
    """The numbers of an element's value: None for one that is missing."""
    values = list(value) if isinstance(value, MultiValue) else [] if value is None or value == "" else [value]
    return [None if isinstance(one, str) or not math.isfinite(one) else float(one) for one in values]


def masked(column: Any) -> list[list[float | None]]:
    """The numbers of a column, None where it is masked."""
    rows = np.ma.getdata(column).reshape(len(column), -1).tolist()
    masks = np.ma.getmaskarray(column).reshape(len(column), -1).tolist()
    return [
        [None if hidden else one for one, hidden in zip(*both, strict=True)] for both in zip(rows, masks, strict=True)
    ]


def by_loop(items: Sequence[dicom.Dataset], *path: int) -> list[Any]:
    """What a plain loop finds at a path; None for an item without it."""
    found = []
    for item in items:
        at: Any = item
        for tag in path[:-1]:
            nested = at[tag].value if at is not None and tag in at and at[tag].VR == "SQ" else None
            at = nested[0] if nested else None
        found.append(at[path[-1]].value if at is not None and path[-1] in at else None)
    return found


def assert_equals_loop(column: Any, values: list[Any]) -> None:
    if isinstance(column, list):
        expected = ["\\".join(map(str, one)) if isinstance(one, MultiValue) else one for one in values]
        assert column == [None if one is None or str(one) == "" else str(one) for one in expected]
        return
    rows = [numbers_of(value) for value in values]
    width = max(max(map(len, rows), default=1), 1)
    assert masked(column) == [row + [None] * (width - len(row)) for row in rows]
    assert column.shape == ((len(rows), width) if width > 1 else (len(rows),))
    assert isinstance(column, np.ma.MaskedArray) == any(None in row or len(row) < width for row in rows)


def real_data_sets() -> Iterator[tuple[dicom.Dataset, dicom.Dataset]]:
    """Each real file read twice: to ask for columns, and for the plain loop."""
    for path in dicom_files().values():
        try:
            yield dicom.read(path, stop_before_pixels=True), dicom.read(path, stop_before_pixels=True)
        except DicomError:
            continue


def test_every_sequence_of_every_real_file_equals_a_plain_loop() -> None:
    compared = 0
    for ds, plain in real_data_sets():
        for sequence in ds._tags():
            if plain[sequence].VR != "SQ":
                continue
            items = list(plain[sequence].value)[:200]
            if len(items) < len(plain[sequence].value):
                continue
            tags = sorted({tag for item in items for tag in item._tags()})
            for tag in tags:
                try:
                    values = by_loop(items, tag)
                    column = ds.columns(sequence, [tag])
                except ColumnError:
                    assert any(item[tag].VR in ("SQ", "OB", "OW", "UN") for item in items if tag in item)
                    continue
                assert_equals_loop(next(iter(column.values())), values)
                compared += 1
    assert compared > 800


def test_every_functional_group_of_real_files_equals_a_plain_loop() -> None:
    compared = 0
    for ds, plain in real_data_sets():
        if PER_FRAME not in ds:
            continue
        items = plain[PER_FRAME].value
        for group in items[0]._tags():
            if items[0][group].VR != "SQ" or not items[0][group].value:
                continue
            for tag in items[0][group].value[0]._tags():
                if items[0][group].value[0][tag].VR in ("SQ", "UN", "OB", "OW"):
                    continue
                name = f"{group:08X}.{tag:08X}"
                assert_equals_loop(ds.per_frame[name], by_loop(items, group, tag))
                compared += 1
    assert compared > 15


# --- made ones -------------------------------------------------------------------------------------------------------


def frames(count: int, *, shared: dicom.Dataset | None = None) -> dicom.Dataset:
    """A data set with functional groups of frames along z."""
    ds = dicom.Dataset()
    ds.NumberOfFrames = count
    ds.PerFrameFunctionalGroupsSequence = []
    for frame in range(count):
        position, content, item = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
        position.ImagePositionPatient = [-1.5, 2.25, frame * 0.5]
        content.StackID, content.InStackPositionNumber = "1", frame + 1
        content.DimensionIndexValues = [1, frame + 1]
        item.FrameContentSequence = [content]
        item.PlanePositionSequence = [position]
        ds.PerFrameFunctionalGroupsSequence.append(item)
    if shared is not None:
        ds.SharedFunctionalGroupsSequence = [shared]
    return ds


def shared_groups() -> dicom.Dataset:
    measures, groups = dicom.Dataset(), dicom.Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.75], 2
    groups.PixelMeasuresSequence = [measures]
    return groups


def written(ds: dicom.Dataset, syntax: str = ExplicitVRLittleEndian, *, undefined: Sequence[int] = ()) -> dicom.Dataset:
    """The data set as it is read from its bytes."""
    import io

    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2"
    if undefined:
        make_undefined(ds, undefined)
    file = io.BytesIO()
    ds.save_as(file, enforce_file_format=True)
    return dicom.read(file.getvalue())


def make_undefined(ds: dicom.Dataset, depths: Sequence[int], depth: int = 0) -> None:
    """Give the sequences at these depths, and their items, an undefined length."""
    for element in ds:
        if element.VR == "SQ":
            element.is_undefined_length = depth in depths
            for item in element.value:
                item.is_undefined_length_sequence_item = depth in depths
                make_undefined(item, depths, depth + 1)


def reads_bytes(ds: dicom.Dataset, sequence: int = PER_FRAME) -> bool:
    """Whether the columns come straight from the bytes."""
    return _core.read_columns(ds, sequence, SHARED, []) is not None


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("undefined", [(), (0,), (1,), (0, 1)])
def test_numbers_of_frames_are_an_array(syntax: str, undefined: tuple[int, ...]) -> None:
    ds = written(frames(7, shared=shared_groups()), syntax, undefined=undefined)
    assert reads_bytes(ds)
    positions = ds.per_frame["ImagePositionPatient"]
    assert type(positions) is np.ndarray
    assert positions.dtype == np.float64
    assert positions.tolist() == [[-1.5, 2.25, frame * 0.5] for frame in range(7)]
    assert ds.per_frame["InStackPositionNumber"].tolist() == list(range(1, 8))
    assert ds.per_frame["DimensionIndexValues"].shape == (7, 2)
    assert ds.per_frame["StackID"] == ["1"] * 7
    assert len(ds.per_frame) == 7


def test_a_column_is_asked_for_by_keyword_tag_or_path() -> None:
    ds = written(frames(3))
    expected = ds.per_frame["ImagePositionPatient"].tolist()
    for key in (POSITION, (0x0020, 0x0032), "00200032", "PlanePositionSequence.ImagePositionPatient"):
        assert ds.per_frame[key].tolist() == expected
    assert list(ds.per_frame.columns([POSITION, "StackID"])) == ["ImagePositionPatient", "StackID"]


@pytest.mark.parametrize("read", [True, False])
def test_shared_groups_serve_frames_that_have_none(read: bool) -> None:
    made = frames(3, shared=shared_groups())
    own = dicom.Dataset()
    own.PixelSpacing, own.SliceThickness = [1, 2], ""
    made.PerFrameFunctionalGroupsSequence[1].PixelMeasuresSequence = [own]
    ds = written(made) if read else made
    assert reads_bytes(ds) == read
    assert ds.per_frame["PixelSpacing"].tolist() == [[0.5, 0.75], [1, 2], [0.5, 0.75]]
    # What a frame says is empty stays so.
    assert masked(ds.per_frame["SliceThickness"]) == [[2], [None], [2]]
    assert masked(frames(2, shared=shared_groups()).per_frame["SliceThickness"]) == [[2], [2]]


def test_what_is_missing_is_masked_and_not_invented() -> None:
    made = frames(4)
    groups = [item.PlanePositionSequence[0] for item in made.PerFrameFunctionalGroupsSequence]
    del groups[1].ImagePositionPatient
    groups[2].ImagePositionPatient = None
    groups[3].ImagePositionPatient = [1, 2]
    ds = written(made)
    column = ds.per_frame["ImagePositionPatient"]
    assert isinstance(column, np.ma.MaskedArray)
    assert masked(column) == [[-1.5, 2.25, 0], [None] * 3, [None] * 3, [1, 2, None]]
    assert np.isnan(np.ma.getdata(column)[column.mask]).all()


def test_nan_that_is_stored_in_binary_is_a_value() -> None:
    made = frames(2)
    for item, number in zip(made.PerFrameFunctionalGroupsSequence, (math.nan, math.inf), strict=True):
        item.MRDiffusionSequence = [dicom.Dataset()]
        item.MRDiffusionSequence[0].DiffusionBValue = number
    for ds in (made, written(made)):
        column = ds.per_frame["DiffusionBValue"]
        assert not isinstance(column, np.ma.MaskedArray)
        np.testing.assert_array_equal(column, [math.nan, math.inf])


def test_an_attribute_in_two_groups_is_asked_for_by_its_path() -> None:
    made = frames(2)
    for item in made.PerFrameFunctionalGroupsSequence:
        for keyword, uid in (("ReferencedImageSequence", "1.2"), ("DerivationImageSequence", "1.3")):
            setattr(item, keyword, [dicom.Dataset()])
            getattr(item, keyword)[0].ReferencedSOPInstanceUID = uid
    for ds in (made, written(made)):
        with pytest.raises(ColumnError, match=r"DerivationImageSequence\.Ref.* and ReferencedImageSequence\.Ref"):
            ds.per_frame["ReferencedSOPInstanceUID"]
        assert "ReferencedSOPInstanceUID" in ds.per_frame
        assert ds.per_frame["ReferencedImageSequence.ReferencedSOPInstanceUID"] == ["1.2"] * 2


def test_an_attribute_deep_in_the_groups_is_found() -> None:
    made = frames(2)
    for item in made.PerFrameFunctionalGroupsSequence:
        direction, diffusion = dicom.Dataset(), dicom.Dataset()
        direction.DiffusionGradientOrientation = [0, 0.6, 0.8]
        diffusion.DiffusionGradientDirectionSequence = [direction]
        item.MRDiffusionSequence = [diffusion]
    for ds in (made, written(made)):
        assert ds.per_frame["DiffusionGradientOrientation"].tolist() == [[0, 0.6, 0.8]] * 2


def test_of_several_items_the_first_counts() -> None:
    made = frames(2)
    for item in made.PerFrameFunctionalGroupsSequence:
        item.RealWorldValueMappingSequence = [dicom.Dataset(), dicom.Dataset()]
        item.RealWorldValueMappingSequence[1].LUTLabel = "SECOND"
    for ds in (made, written(made)):
        assert "LUTLabel" not in ds.per_frame
    made.PerFrameFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0].LUTLabel = "FIRST"
    for ds in (made, written(made)):
        assert ds.per_frame["LUTLabel"] == ["FIRST", None]


def test_what_no_frame_has_is_a_key_error() -> None:
    ds = written(frames(2))
    with pytest.raises(KeyError, match="EchoTime"):
        ds.per_frame["EchoTime"]
    assert "EchoTime" not in ds.per_frame
    assert ds.per_frame.get("EchoTime") is None
    assert not ds.per_frame.columns(["EchoTime"])
    with pytest.raises(KeyError, match="PerFrameFunctionalGroupsSequence"):
        dicom.Dataset().per_frame["EchoTime"]
    assert "EchoTime" not in dicom.Dataset().per_frame
    with pytest.raises(ValueError, match="Nonsense"):
        ds.per_frame["Nonsense"]


def test_groups_that_are_shared_alone_serve_each_frame() -> None:
    ds = dicom.Dataset()
    ds.SharedFunctionalGroupsSequence = [shared_groups()]
    ds.NumberOfFrames = 3
    for one in (ds, written(ds)):
        assert one.per_frame["PixelSpacing"].tolist() == [[0.5, 0.75]] * 3
    ds.NumberOfFrames = 2_000_000_000
    with pytest.raises(LimitError):
        ds.per_frame["PixelSpacing"]


def test_bytes_and_items_make_no_column() -> None:
    made = frames(2)
    made.PerFrameFunctionalGroupsSequence[0].add_new(0x00420011, "OB", b"ab")
    for ds in (made, written(made)):
        with pytest.raises(ColumnError, match="VR OB"):
            ds.per_frame["EncapsulatedDocument"]
        with pytest.raises(ColumnError, match="VR SQ"):
            ds.per_frame["PlanePositionSequence"]


def test_numbers_of_different_vrs_make_one_column() -> None:
    made = frames(3)
    for frame, vr, number in zip(made.PerFrameFunctionalGroupsSequence, ("DS", "FD", "US"), (1.5, 2.5, 3), strict=True):
        frame.add_new(0x00180050, vr, number)
    for ds in (made, written(made)):
        assert ds.per_frame["SliceThickness"].tolist() == [1.5, 2.5, 3]
        assert ds.columns(PER_FRAME, ["SliceThickness"])["SliceThickness"].tolist() == [1.5, 2.5, 3]


def test_numbers_of_another_vr_than_the_shared_ones_make_one_column() -> None:
    shared = dicom.Dataset()
    shared.add_new(0x00180050, "DS", "1.5")
    made = frames(2, shared=shared)
    made.PerFrameFunctionalGroupsSequence[1].add_new(0x00180050, "FD", 2.5)
    for ds in (made, written(made)):
        assert ds.per_frame["SliceThickness"].tolist() == [1.5, 2.5]


def test_numbers_and_texts_make_no_column() -> None:
    made = frames(2)
    made.PerFrameFunctionalGroupsSequence[0].add_new(0x00180050, "DS", "1.5")
    made.PerFrameFunctionalGroupsSequence[1].add_new(0x00180050, "LO", "thin")
    for ds in (made, written(made)):
        with pytest.raises(ColumnError, match="VR DS and others LO"):
            ds.per_frame["SliceThickness"]


def test_items_of_very_different_lengths_make_no_array() -> None:
    made = dicom.Dataset()
    made.ContourSequence = [dicom.Dataset() for _ in range(2000)]
    for item in made.ContourSequence:
        item.ContourData = [1, 2, 3]
    made.ContourSequence[0].ContourData = [0.5] * 3000
    for ds in (made, written(made)):
        with pytest.raises(ColumnError, match="up to 3000 values"):
            ds.columns("ContourSequence", ["ContourData"])


def referenced(uids: Sequence[str | None]) -> dicom.Dataset:
    ds = dicom.Dataset()
    ds.ReferencedSeriesSequence = []
    for number, uid in enumerate(uids):
        item = dicom.Dataset()
        if uid is not None:
            item.SeriesInstanceUID = uid
        item.SeriesNumber = number
        ds.ReferencedSeriesSequence.append(item)
    return ds


@pytest.mark.parametrize("read", [True, False])
def test_columns_of_any_sequence(read: bool) -> None:
    made = referenced(["1.2.3", None, "", "1.2.3"])
    ds = written(made) if read else made
    columns = ds.columns("ReferencedSeriesSequence", ["SeriesInstanceUID", "SeriesNumber", "Modality", "Rows"])
    assert isinstance(columns, Columns)
    assert (list(columns), columns.number_of_items) == (
        ["SeriesInstanceUID", "SeriesNumber", "Modality", "Rows"],
        4,
    )
    assert columns["SeriesInstanceUID"] == ["1.2.3", None, None, "1.2.3"]
    assert columns["SeriesNumber"].tolist() == [0, 1, 2, 3]
    assert columns["Modality"] == [None] * 4
    assert masked(columns["Rows"]) == [[None]] * 4
    assert repr(columns) == "<Columns: 4 items of SeriesInstanceUID, SeriesNumber, Modality, Rows>"
    with pytest.raises(KeyError):
        ds.columns("ReferencedImageSequence", ["SeriesInstanceUID"])


def test_equal_texts_are_one_object() -> None:
    column = written(referenced(["1.2.3"] * 5)).columns("ReferencedSeriesSequence", ["SeriesInstanceUID"])
    assert len({id(text) for text in column["SeriesInstanceUID"]}) == 1


def test_no_sequence_makes_no_columns() -> None:
    ds = dicom.Dataset()
    ds.PatientID = "A"
    with pytest.raises(ColumnError, match="no sequence"):
        ds.columns("PatientID", ["Rows"])
    ds.ReferencedSeriesSequence = []
    for one in (ds, written(ds)):
        columns = one.columns("ReferencedSeriesSequence", ["SeriesInstanceUID", "SeriesNumber"])
        assert columns["SeriesInstanceUID"] == []
        assert columns["SeriesNumber"].shape == (0,)


@pytest.mark.parametrize("character_set", ["ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 87", "ISO_IR 13"])
def test_text_is_decoded_by_the_character_set(character_set: str) -> None:
    made = dicom.Dataset()
    made.SpecificCharacterSet = ["", character_set] if "2022" in character_set else character_set
    text = {"ISO_IR 100": "Grüße", "ISO_IR 192": "Grüße 山田", "ISO 2022 IR 87": "山田", "ISO_IR 13": "ﾔﾏﾀﾞ"}[
        character_set
    ]
    made.ReferencedSeriesSequence = [dicom.Dataset() for _ in range(3)]
    for item, words in zip(made.ReferencedSeriesSequence, (text, "plain", [text, "two "]), strict=True):
        item.add_new(0x0008103E, "LO", words)
        item.PatientName = f"{text}^A" if words == text else "A^B"
    ds = written(made)
    plain = [dict(item.items()) for item in written(made).ReferencedSeriesSequence]
    columns = ds.columns("ReferencedSeriesSequence", ["SeriesDescription", "PatientName"])
    for name, tag in (("SeriesDescription", 0x0008103E), ("PatientName", 0x00100010)):
        assert_equals_loop(columns[name], [item[dicom.Tag(tag)].value for item in plain])


def test_an_edited_item_is_seen() -> None:
    ds = written(frames(3))
    assert ds.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient[2] == 0.5
    assert reads_bytes(ds)
    ds.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient = [7, 8, 9]
    assert not reads_bytes(ds)
    assert ds.per_frame["ImagePositionPatient"].tolist() == [[-1.5, 2.25, 0], [7, 8, 9], [-1.5, 2.25, 1]]
    del ds.PerFrameFunctionalGroupsSequence[0]
    assert ds.per_frame["ImagePositionPatient"].tolist() == [[7, 8, 9], [-1.5, 2.25, 1]]
    del ds.PerFrameFunctionalGroupsSequence
    assert "ImagePositionPatient" not in ds.per_frame


def test_an_edited_shared_group_is_seen() -> None:
    ds = written(frames(2, shared=shared_groups()))
    ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness = 5
    assert ds.per_frame["SliceThickness"].tolist() == [5, 5]


def test_a_private_attribute_of_each_frame() -> None:
    made = frames(2)
    for item in made.PerFrameFunctionalGroupsSequence:
        inner = dicom.Dataset()
        for ds in (inner, item):
            ds.add_new(0x20050010, "LO", "Philips MR Imaging DD 001")
        inner.add_new(0x2005100E, "FL", 1.5)
        item.add_new(0x2005100D, "FL", -2)
        item.MRDiffusionSequence = [inner]
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        ds = written(made, syntax)
        assert ds.per_frame["MRDiffusionSequence.2005100E"].tolist() == [1.5, 1.5]
        assert ds.per_frame[0x2005100E].tolist() == [1.5, 1.5]
        assert ds.per_frame[0x2005100D].tolist() == [-2, -2]


def test_columns_become_an_arrow_table() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    made = frames(3)
    made.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence[0].ImagePositionPatient = None
    del made.PerFrameFunctionalGroupsSequence[2].FrameContentSequence
    table = written(made).per_frame.columns(["ImagePositionPatient", "InStackPositionNumber", "StackID"]).to_arrow()
    assert table.to_pydict() == {
        "ImagePositionPatient": [[-1.5, 2.25, 0], None, [-1.5, 2.25, 1]],
        "InStackPositionNumber": [1, 2, None],
        "StackID": ["1", "1", None],
    }
    assert table.schema.field("ImagePositionPatient").type == pyarrow.list_(pyarrow.float64(), 3)


@pytest.mark.parametrize("undefined", [False, True])
def test_many_frames_need_no_higher_limit(undefined: bool) -> None:
    count = 20_000
    items = tuple(
        Item((Element(0x00209113, "SQ", Items((position_item(n, undefined),)), undefined_length=undefined),), undefined)
        for n in range(count)
    )
    data = encode_file([Element(PER_FRAME, "SQ", Items(items), undefined_length=undefined)])
    ds = dicom.read(data, limits={"items": 10_000})
    assert ds.per_frame["ImagePositionPatient"][:, 2].tolist() == list(range(count))
    with pytest.raises(LimitError):
        _ = ds.PerFrameFunctionalGroupsSequence


def position_item(number: int, undefined: bool) -> Item:
    value = b"1\\2\\%d" % number
    return Item((Element(POSITION, "DS", value + b" " * (len(value) % 2)),), undefined)
