"""``pydicom.tag``: the constants, and the note that an error gets."""

from __future__ import annotations

import pydicom.tag
import pytest

from dicom.compat import tag


@pytest.mark.parametrize("name", ["ItemTag", "ItemDelimiterTag", "SequenceDelimiterTag", "TAG_CHARSET", "TAG_PIXREP"])
def test_a_constant_is_the_one_of_pydicom(name: str) -> None:
    assert getattr(tag, name) == int(getattr(pydicom.tag, name))
    assert isinstance(getattr(tag, name), tag.BaseTag)


def test_types_of_tags_are_named_as_in_pydicom() -> None:
    assert tag.TagType == pydicom.tag.TagType
    assert tag._LUT_DESCRIPTOR_TAGS == pydicom.tag._LUT_DESCRIPTOR_TAGS
    assert len(tag.TagListType.__args__) == len(pydicom.tag.TagListType.__args__)


def test_an_error_keeps_its_class_and_facts_and_tells_its_tag() -> None:
    with pytest.raises(FileNotFoundError) as raised, tag.tag_in_exception(tag.Tag(0x00100010)):
        raise FileNotFoundError(2, "no file", "name")
    assert raised.value.errno == 2
    assert raised.value.__notes__ == ["With tag (0010,0010)"]


def test_the_end_of_the_program_gets_no_note() -> None:
    with pytest.raises(KeyboardInterrupt) as raised, tag.tag_in_exception(tag.Tag(0x00100010)):
        raise KeyboardInterrupt
    assert not hasattr(raised.value, "__notes__")
