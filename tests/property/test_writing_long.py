"""What is written is what was read, but for what was edited and the lengths around it."""

from __future__ import annotations

import io
import warnings
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import dicom
from dicom.testing.encoder import DEFLATED, deflate, encode_elements, encode_meta, encoding_of
from dicom.testing.strategies import TRANSFER_SYNTAXES, GeneratedFile, files

from .edited import Model, edit_once, expected_file, with_group_lengths

MANY = settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))


def written(dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target, **options)
    return target.getvalue()


def inflated(data: bytes, head: bytes) -> bytes:
    """The file with its data set inflated."""
    assert data[: len(head)] == head
    return head + zlib.decompress(data[len(head) :], -zlib.MAX_WBITS)


@pytest.mark.parametrize("transfer_syntax", TRANSFER_SYNTAXES)
def test_only_what_was_edited_is_written_anew(transfer_syntax: str) -> None:
    @MANY
    @given(made=files(transfer_syntax), data=st.data())
    def check(made: GeneratedFile, data: st.DataObject) -> None:
        encoding = encoding_of(transfer_syntax)
        elements = list(made.elements)
        if data.draw(st.booleans()):
            elements = data.draw(st.permutations(elements))
        else:
            elements = with_group_lengths(data.draw, elements, encoding, right=data.draw(st.booleans()))
        trailing = data.draw(st.sampled_from((b"", b"", b"\0", b"\0" * 7)))
        head = bytes(128) + b"DICM" + encode_meta(transfer_syntax)
        body = encode_elements(elements, encoding) + trailing
        file = head + (deflate(body) if transfer_syntax == DEFLATED else body)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = dicom.read(file)
            assert written(dataset) == file
            model = Model(tuple(elements))
            for _ in range(data.draw(st.integers(1, 4))):
                note(edit_once(data.draw, model, dataset, encoding))
            found = written(dataset)
        if transfer_syntax == DEFLATED:
            found = inflated(found, head)
        assert found == expected_file(head, model, transfer_syntax, trailing)

    check()
