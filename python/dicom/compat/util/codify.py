"""``pydicom.util.codify``: Python code that makes a data set anew, from a data set or a file.

In: an element, a data set, a file. Out: lines of code for programs that import pydicom. What a line names comes from
the dictionary, and each value is a literal, so that no value of a file becomes code.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import deque
from datetime import date, time
from io import BufferedIOBase
from math import isfinite
from typing import TYPE_CHECKING, Any

from dicom.compat._reading import dcmread
from dicom.compat.cli.main import filespec_help, filespec_parser
from dicom.compat.fileutil import read_buffer, reset_buffer_position
from dicom.dataset import Dataset
from dicom.dictionary import dictionary_has_tag, dictionary_keyword, dictionary_VR
from dicom.elements.element import DataElement
from dicom.tag import BaseTag
from dicom.values.number import IS, DSfloat
from dicom.values.person_name import PersonName
from dicom.values.temporal import dicom_text
from dicom.vr import AMBIGUOUS_VR, BYTES_VR, VR

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "AMBIGUOUS_VR",
    "BYTES_VR",
    "VR",
    "BaseTag",
    "DataElement",
    "Dataset",
    "camel_to_underscore",
    "code_dataelem",
    "code_dataset",
    "code_file",
    "code_file_from_dataset",
    "code_imports",
    "code_sequence",
    "default_name_filter",
    "dictionary_keyword",
    "do_codify",
    "filespec_help",
    "line_term",
    "main",
    "set_parser_arguments",
    "tag_repr",
]

line_term = "\n"
# Long words of sequences' names, and what stands for them in names of variables.
_SHORT = (
    ("referenced", "refd"),
    ("reference", "ref"),
    ("control_point", "cp"),
    ("fraction_group", "frxn_gp"),
)


def default_name_filter(name: str) -> str:
    """A name of a variable, shorter where a word of it has a short form."""
    name = camel_to_underscore(name)
    for word, short in _SHORT:
        name = name.replace(word, short)
    return name


def camel_to_underscore(name: str) -> str:
    """A keyword as the name of a variable: ``"BeamSequence"`` becomes ``"beam_sequence"``."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name))
    return parted.lower()


def tag_repr(tag: BaseTag) -> str:
    """A tag as code: ``"(0x0010, 0x0020)"``."""
    return f"(0x{tag.group:04X}, 0x{tag.element:04X})"


def code_imports() -> str:
    """The imports that the code needs."""
    return line_term.join(
        (
            "import pydicom",
            "from pydicom.dataset import Dataset, FileMetaDataset",
            "from pydicom.sequence import Sequence",
        )
    )


def code_dataelem(
    dataelem: DataElement,
    dataset_name: str = "ds",
    exclude_size: int | None = None,
    include_private: bool = False,
    var_names: deque[str] | None = None,
) -> str:
    """Code that puts an element into a data set.

    Parameters
    ----------
    dataelem : DataElement
        The element.
    dataset_name : str
        The variable of the data set.
    exclude_size : int, optional
        Bytes longer than this are left out; the line is no Python then, so that nobody runs it unseen.
    include_private : bool
        Whether private elements of items get code.
    var_names : deque, optional
        Names of variables that are taken.
    """
    if dataelem.VR == VR.SQ:
        return code_sequence(dataelem, dataset_name, exclude_size, include_private, default_name_filter, var_names)
    literal = _literal(dataelem, exclude_size)
    keyword = _keyword(dataelem)
    if keyword is None:
        lines = [f"{dataset_name}.add_new({tag_repr(dataelem.tag)}, {str(dataelem.VR)!r}, {literal})"]
    else:
        lines = [f"{dataset_name}.{keyword} = {literal}"]
    place = f"{dataset_name}[{keyword!r}]" if keyword is not None else f"{dataset_name}[{tag_repr(dataelem.tag)}]"
    if keyword is not None and dataelem.VR not in AMBIGUOUS_VR and dictionary_VR(dataelem.tag) != dataelem.VR:
        # The standard leaves a choice, and this is what was chosen.
        lines.append(f"{place}.VR = {str(dataelem.VR)!r}")
    if dataelem.is_undefined_length:
        lines.append(f"{place}.is_undefined_length = True")
    return line_term.join(lines)


def _keyword(element: DataElement) -> str | None:
    """The keyword by which an element can be put in so that it is the same; None when it takes tag and VR."""
    if not dictionary_has_tag(element.tag):
        # Private ones, and those of repeating groups, whose keyword names no one tag.
        return None
    keyword, vr = dictionary_keyword(element.tag), dictionary_VR(element.tag)
    return keyword if keyword and (vr == element.VR or vr in AMBIGUOUS_VR) else None


def _literal(element: DataElement, exclude_size: int | None) -> str:
    value = element.value
    if isinstance(value, BufferedIOBase):
        with reset_buffer_position(value):
            value = b"".join(read_buffer(value))
    if isinstance(value, (bytes, bytearray)) and exclude_size is not None and len(value) > exclude_size:
        return f"# {len(value)} bytes were left out"
    return _literal_of(value)


def _literal_of(value: Any) -> str:
    if hasattr(value, "tolist") and not isinstance(value, (int, float)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal_of(item) for item in value) + "]"
    if isinstance(value, BaseTag):
        return tag_repr(value)
    if isinstance(value, (bytearray, memoryview)):
        return repr(bytes(value))
    if isinstance(value, (date, time)):
        return repr(dicom_text(value))
    if isinstance(value, (str, PersonName, DSfloat, IS)) or hasattr(value, "original_string"):
        # The text keeps what the number was written as.
        return repr(str(value))
    if isinstance(value, float) and not isfinite(value):
        return f"float({str(float(value))!r})"
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return repr(kind(value))
    return repr(value) if value is None or isinstance(value, bytes) else repr(str(value))


def code_sequence(
    dataelem: DataElement,
    dataset_name: str = "ds",
    exclude_size: int | None = None,
    include_private: bool = False,
    name_filter: Callable[[str], str] = default_name_filter,
    var_names: deque[str] | None = None,
) -> str:
    """Code that puts a sequence with its items into a data set.

    Parameters
    ----------
    dataelem : DataElement
        The sequence.
    dataset_name : str
        The variable of the data set.
    exclude_size : int, optional
        Bytes longer than this are left out.
    include_private : bool
        Whether private elements of items get code.
    name_filter : callable
        Shortens the name of a variable.
    var_names : deque, optional
        Names of variables that are taken; those of this sequence are added.
    """
    taken = deque() if var_names is None else var_names
    keyword = _keyword(dataelem)
    title = _comment(dataelem.name or str(dataelem.tag))
    long_name = camel_to_underscore(keyword or f"Tag{int(dataelem.tag):08x}")
    sequence = _new_name(name_filter(long_name), taken)
    lines = ["", f"# {title}", f"{sequence} = Sequence()"]
    if keyword is None:
        lines.append(f"{dataset_name}.add_new({tag_repr(dataelem.tag)}, 'SQ', {sequence})")
    else:
        lines.append(f"{dataset_name}.{keyword} = {sequence}")
    if dataelem.is_undefined_length or getattr(dataelem.value, "is_undefined_length", False):
        lines.append(f"{sequence}.is_undefined_length = True")
    item_title = title.removesuffix(" Sequence")
    for number, item in enumerate(dataelem.value or (), 1):
        name = _new_name(name_filter(long_name.removesuffix("_sequence")) + str(number), taken)
        lines += ["", f"# {title}: {item_title} {number}"]
        lines.append(code_dataset(item, name, exclude_size, include_private, var_names=taken))
        lines.append(f"{sequence}.append({name})")
        if getattr(item, "is_undefined_length_sequence_item", False):
            lines.append(f"{name}.is_undefined_length_sequence_item = True")
    return line_term.join(lines)


def _new_name(name: str, taken: deque[str]) -> str:
    """The name, with a number where it is taken by a variable that is still in use."""
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.append(free)
    return free


def _comment(text: str) -> str:
    """Text that stays in its line."""
    return " ".join(text.split())


def code_dataset(
    ds: Dataset,
    dataset_name: str = "ds",
    exclude_size: int | None = None,
    include_private: bool = False,
    is_file_meta: bool = False,
    var_names: deque[str] | None = None,
) -> str:
    """Code that makes a data set.

    Parameters
    ----------
    ds : Dataset
        The data set.
    dataset_name : str
        The variable that it becomes.
    exclude_size : int, optional
        Bytes longer than this are left out; see `code_dataelem`.
    include_private : bool
        Whether private elements get code.
    is_file_meta : bool
        Whether it is File Meta Information.
    var_names : deque, optional
        Names of variables that are taken.
    """
    taken = deque() if var_names is None else var_names
    if dataset_name not in taken:
        taken.append(dataset_name)
    lines = [f"{dataset_name} = {'FileMetaDataset' if is_file_meta else 'Dataset'}()"]
    was_sequence = False
    for element in ds:
        if element.is_private and not include_private:
            continue
        if was_sequence:
            lines.append("")
        was_sequence = element.VR == VR.SQ
        lines.append(code_dataelem(element, dataset_name, exclude_size, include_private, taken))
    return line_term.join(lines)


def code_file(filename: str, exclude_size: int | None = None, include_private: bool = False) -> str:
    """Code that makes the data set of a file; see `code_file_from_dataset`."""
    return code_file_from_dataset(dcmread(filename, force=True), exclude_size, include_private)


def code_file_from_dataset(ds: Dataset, exclude_size: int | None = None, include_private: bool = False) -> str:
    """A whole program that makes a data set with its File Meta Information.

    Parameters
    ----------
    ds : Dataset
        The data set.
    exclude_size : int, optional
        Bytes longer than this are left out; see `code_dataelem`.
    include_private : bool
        Whether private elements get code.
    """
    filename = getattr(ds, "filename", None)
    origin = f"DICOM file {str(filename)!r}" if filename else "non-file dataset"
    lines = [
        "# -*- coding: utf-8 -*-",
        f"# Coded version of {origin}",
        "# Produced by pydicom codify utility script",
        code_imports(),
        "",
    ]
    meta = getattr(ds, "file_meta", None)
    if meta is not None:
        lines += ["# File meta info data elements"]
        lines += [code_dataset(meta, "file_meta", exclude_size, include_private, is_file_meta=True), ""]
    lines += ["# Main data elements", code_dataset(ds, exclude_size=exclude_size, include_private=include_private), ""]
    if meta is not None:
        lines.append("ds.file_meta = file_meta")
    implicit_vr, little_endian = ds.original_encoding
    lines.append(f"ds.set_original_encoding({implicit_vr!r}, {little_endian!r})")
    return line_term.join(lines)


def set_parser_arguments(parser: argparse.ArgumentParser, default_exclude_size: int) -> None:
    """Give a parser the arguments of the command.

    Parameters
    ----------
    default_exclude_size : int
        Bytes longer than this are left out, unless another number is asked for.
    """
    parser.add_argument("filespec", help=filespec_help, type=filespec_parser)
    parser.add_argument("outfile", nargs="?", help="where the code goes; without it to standard output")
    parser.add_argument(
        "-e",
        "--exclude-size",
        type=int,
        default=default_exclude_size,
        help=f"leave out bytes that are longer than this (default: {default_exclude_size} bytes)",
    )
    parser.add_argument("-p", "--include-private", action="store_true", help="private elements too")
    parser.add_argument(
        "-s", "--save-as", help="where the code saves the data set; without it the file's name and '_from_codify'"
    )


def do_codify(args: argparse.Namespace) -> None:
    """Write the code that was asked for.

    Raises
    ------
    NotImplementedError
        What was asked for is neither a data set nor an item.
    """
    dataset, part = args.filespec[0]
    if part is not None and not isinstance(part, Dataset):
        raise NotImplementedError(f"a data set or an item can be made code of, not a {type(part).__name__}")
    if part is not None:
        code = code_dataset(part, exclude_size=args.exclude_size, include_private=args.include_private)
    else:
        code = code_file_from_dataset(dataset, args.exclude_size, args.include_private)
        save_as = args.save_as
        if save_as is None:
            save_as = os.path.splitext(os.path.basename(str(dataset.filename)))[0] + "_from_codify.dcm"
        code += f"{line_term}ds.save_as({save_as!r}, enforce_file_format=True)"
    if args.outfile is None:
        sys.stdout.write(code + line_term)
    else:
        with open(args.outfile, "w", encoding="utf-8") as file:
            file.write(code + line_term)


def main(default_exclude_size: int, args: list[str] | None = None) -> None:
    """Run the command.

    Parameters
    ----------
    default_exclude_size : int
        Bytes longer than this are left out, unless another number is asked for.
    args : list of str, optional
        The command line; by default that of the program.
    """
    parser = argparse.ArgumentParser(description="Python code that makes the data set of a DICOM file")
    set_parser_arguments(parser, default_exclude_size)
    do_codify(parser.parse_args(args))
