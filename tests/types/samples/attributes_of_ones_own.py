"""Attributes that the dictionary doesn't have are declared in a class of one's own. Nothing here is run."""

from typing import Any, assert_type

import dicom


class Slice(dicom.Dataset):
    """A data set with an attribute of Python's, and an element that was added to the dictionary."""

    score: float
    AcmeQuality: int


def scored(part: dicom.Dataset) -> Slice:
    """Take over all elements."""
    result = Slice(part)
    result.score = 0.5
    result.Rows = 2
    return result


first = scored(dicom.Dataset())
assert_type(first.score, float)
assert_type(first.AcmeQuality, int)
assert_type(first.Rows, int)

# Whoever wants no help says so.
anything: Any = dicom.read("ct.dcm")
anything.WhatEver = anything.NoKeyword
