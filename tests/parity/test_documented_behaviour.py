"""What pydicom documents for tags, UIDs, values, elements and data sets in memory: the same lines on both libraries.

Each line of `documented_behaviour.txt` is Python; its last expression is what is compared: class, text and
representation, and for errors the builtin class that both derive from. Where a line begins with `!`, both have to warn
as well.
"""

from __future__ import annotations

import ast
import copy
import datetime as dt
import io
import pickle
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pydicom
import pydicom.datadict
import pydicom.dataset
import pydicom.multival
import pydicom.tag
import pydicom.uid
import pydicom.valuerep
import pytest
from pydicom.data import get_testdata_file

import dicom
import dicom.dictionary
import dicom.tag
import dicom.uid
import dicom.values
import dicom.vr

pytestmark = pytest.mark.parity

_MODULES = {"copy": copy, "datetime": dt, "io": io, "pickle": pickle, "Decimal": Decimal, "np": np}

THEIRS = {
    **_MODULES,
    "get": get_testdata_file,
    "BaseTag": pydicom.tag.BaseTag,
    "DataElement": pydicom.DataElement,
    "Dataset": pydicom.Dataset,
    "FileDataset": pydicom.FileDataset,
    "FileMetaDataset": pydicom.dataset.FileMetaDataset,
    "MultiValue": pydicom.multival.MultiValue,
    "Sequence": pydicom.Sequence,
    "Tag": pydicom.tag.Tag,
    "TupleTag": pydicom.tag.TupleTag,
    "VR": pydicom.valuerep.VR,
    "datadict": pydicom.datadict,
    "dcmread": pydicom.dcmread,
    "uid": pydicom.uid,
    "UID": pydicom.uid.UID,
    **{name: getattr(pydicom.valuerep, name) for name in ("DA", "DS", "DSdecimal", "DSfloat", "DT", "IS", "TM")},
    "PersonName": pydicom.valuerep.PersonName,
}
OURS = {
    **_MODULES,
    "get": get_testdata_file,
    "BaseTag": dicom.tag.BaseTag,
    "DataElement": dicom.DataElement,
    "Dataset": dicom.Dataset,
    "FileDataset": dicom.FileDataset,
    "FileMetaDataset": dicom.FileMetaDataset,
    "MultiValue": dicom.values.MultiValue,
    "Sequence": dicom.Sequence,
    "Tag": dicom.Tag,
    "TupleTag": dicom.tag.TupleTag,
    "VR": dicom.vr.VR,
    "datadict": dicom.dictionary,
    "dcmread": dicom.dcmread,
    "uid": dicom.uid,
    "UID": dicom.uid.UID,
    **{name: getattr(dicom.values, name) for name in ("DA", "DS", "DSdecimal", "DSfloat", "DT", "IS", "TM")},
    "PersonName": dicom.values.PersonName,
}

LINES = [
    line
    for line in (Path(__file__).parent / "documented_behaviour.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def outcome(source, names):
    """What a line gives, as plain values, and whether it warned."""
    body = ast.parse(source).body
    last = body.pop()
    names = dict(names)
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            exec(compile(ast.Module(body, []), "line", "exec"), names)
            if isinstance(last, ast.Expr):
                result = plain(eval(compile(ast.Expression(last.value), "line", "eval"), names))
            else:
                exec(compile(ast.Module([last], []), "line", "exec"), names)
                result = "done"
        except Exception as error:
            return [kind for kind in type(error).__mro__ if kind.__module__ == "builtins"], False
    return result, any(issubclass(one.category, UserWarning) for one in met)


def plain(value):
    """Class name and texts of a value, and of the values in it."""
    kind = type(value).__name__
    if kind in ("Dataset", "FileDataset", "FileMetaDataset"):
        return kind, str(value)
    if kind in ("DataElement", "RawDataElement"):
        return "DataElement", str(value.tag), value.VM if kind == "DataElement" else None
    if isinstance(value, type):
        return "class", value.__name__
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (list, tuple)) or kind in ("MultiValue", "Sequence"):
        # Lists of several values of numbers are plain lists in pydicom.
        shown = "list" if kind in ("MultiValue", "list") else kind
        return shown, [plain(item) for item in value]
    if isinstance(value, dict):
        return [(plain(key), plain(item)) for key, item in value.items()]
    if isinstance(value, str) and kind in ("str", "VR"):
        return str(value)
    return kind, str(value), repr(value)


@pytest.mark.parametrize("line", LINES)
def test_same_as_pydicom(line):
    source = line.removeprefix("!").strip()
    (ours, ours_warned), (theirs, theirs_warned) = outcome(source, OURS), outcome(source, THEIRS)
    if isinstance(theirs, list):
        assert isinstance(ours, list), f"pydicom raises {theirs[0].__name__}, this gives {ours}"
        assert theirs[0] in ours
    else:
        assert ours == theirs
    if line.startswith("!"):
        assert (ours_warned, theirs_warned) == (True, True)


def test_the_table_has_errors_and_results():
    results = [outcome(line.removeprefix("!").strip(), OURS)[0] for line in LINES[:100]]
    assert any(isinstance(result, list) for result in results)
    assert sum(not isinstance(result, list) for result in results) > 50
