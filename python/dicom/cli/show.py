"""``dicom show``: the header of files, as text, as JSON, as XML, or single elements.

In: names of files. Out: text on standard output. Standard: PS3.18 Annex F for ``--json``, PS3.19 A.1 for ``--xml``.
"""

from __future__ import annotations

import sys

from dicom.cli import terminal
from dicom.cli.element_path import ElementPath, parse_element_path
from dicom.errors import DicomError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

_TAG, _VR, _TITLE, _RESET = "\x1b[36m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
# Characters that JSON text may hold as they stand, and that a terminal would obey.
_JSON_CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
_XML_CONTROLS = {code: f"&#{code};" for code in range(0x7F, 0xA0)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom show`` understands."""
    terminal.add_files_argument(parser)
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--json",
        action="store_true",
        help="DICOM JSON Model (PS3.18 F): one object, or an array of them for several files",
    )
    forms.add_argument("--xml", action="store_true", help="Native DICOM Model (PS3.19 A.1) of one file")
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="ELEMENT",
        help="only this element's value: a keyword (PatientID), a tag (0010,0020), or a path into sequences "
        "(ReferencedStudySequence[0].ReferencedSOPInstanceUID); may be given several times: values are separated "
        "by tabs, the file's name first when there are several files",
    )
    terminal.add_color_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for; give the exit status."""
    try:
        paths = [parse_element_path(text) for text in arguments.tag]
    except ValueError as error:
        terminal.complain(f"show: {error}")
        return 2
    files, debug = arguments.files, terminal.is_debug(arguments)
    if arguments.xml:
        if paths or len(files) > 1:
            terminal.complain("show: --xml is for one file, whole: a document has one root")
            return 2
        return terminal.for_each_file(files, _show_xml, debug)
    if arguments.json:
        return _show_json(files, paths, debug)
    if paths:
        return terminal.for_each_file(files, lambda path: _show_values(path, paths, len(files) > 1), debug)
    colored = terminal.wants_color(arguments.color)
    return terminal.for_each_file(files, lambda path: _show_text(path, len(files) > 1, colored), debug)


def _show_text(path: str, several: bool, colored: bool) -> None:
    with terminal.read(path) as ds:
        text = str(ds)
    if several:
        title = f"==> {terminal.safe_name(path)} <=="
        sys.stdout.write(f"{_TITLE}{title}{_RESET}\n" if colored else f"{title}\n")
    text = terminal.safe_text(text)
    if colored:
        text = "\n".join(_color_line(line) for line in text.split("\n"))
    sys.stdout.write(f"{text}\n")


def _color_line(line: str) -> str:
    """``(0010,0010) Patient's Name    PN: 'x'`` with the tag and the VR coloured; other lines as they are."""
    content = line.lstrip(" ")
    indent = line[: len(line) - len(content)]
    end_of_tag = content.find(") ") + 1
    if not content.startswith("(") or end_of_tag != 11:
        return line
    # The first " XX:" after the name is the VR's: names hold no such thing.
    for start in range(end_of_tag, len(content) - 3):
        if content[start] == " " and content[start + 1 : start + 3].isupper() and content[start + 3] == ":":
            middle, vr, rest = content[end_of_tag : start + 1], content[start + 1 : start + 3], content[start + 3 :]
            return f"{indent}{_TAG}{content[:end_of_tag]}{_RESET}{middle}{_VR}{vr}{_RESET}{rest}"
    return f"{indent}{_TAG}{content[:end_of_tag]}{_RESET}{content[end_of_tag:]}"


def _show_values(path: str, paths: list[ElementPath], several: bool) -> None:
    missing = []
    cells = [terminal.safe_name(path)] if several else []
    with terminal.read(path) as ds:
        for element_path in paths:
            element = element_path.find(ds)
            if element is None:
                missing.append(str(element_path))
            cells.append("" if element is None else value_text(element))
    if len(cells) > 1 or not missing:
        terminal.write("\t".join(cells) + "\n")
    if missing:
        raise AbsentElementError(f"has no element {', '.join(missing)}")


class AbsentElementError(DicomError, LookupError):
    """An element that was asked for isn't in the file."""


def value_text(element: Any) -> str:
    """A value on one line: several values separated by backslashes, as in the file."""
    value = element.value
    if value is None:
        return ""
    if element.VR == "SQ":
        return f"<{len(value)} item{'' if len(value) == 1 else 's'}>"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    values = value if isinstance(value, list | tuple) else [value]
    text = "\\".join("" if item is None else str(item) for item in values)
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def _show_json(files: list[str], paths: list[ElementPath], debug: bool) -> int:
    is_array = len(files) > 1
    written = 0

    def show(path: str) -> None:
        nonlocal written
        with terminal.read(path) as ds:
            text = _json_text(ds, paths)
        if is_array:
            sys.stdout.write("[\n" if written == 0 else ",\n")
        _write_utf8(text)
        written += 1

    status = terminal.for_each_file(files, show, debug)
    if is_array:
        sys.stdout.write("\n]\n" if written else "[]\n")
    elif written:
        sys.stdout.write("\n")
    return status


def _show_xml(path: str) -> None:
    with terminal.read(path) as ds:
        text = ds.to_xml()
    # As in JSON: what a terminal would obey is escaped.
    _write_utf8(text.translate(_XML_CONTROLS))


def _json_text(ds: Any, paths: list[ElementPath]) -> str:
    import json

    from dicom.json_model import to_json_dict

    model = to_json_dict(ds) if not paths else _json_of_paths(ds, paths)
    return json.dumps(model, indent=2, ensure_ascii=False, allow_nan=False).translate(_JSON_CONTROLS)


def _json_of_paths(ds: Any, paths: list[ElementPath]) -> dict[str, Any]:
    """Only the elements asked for, by the path that they were asked for with; absent ones are null."""
    from dicom.json_model import to_json_attribute

    is_big_endian = getattr(ds, "_is_little_endian", None) is False
    model: dict[str, Any] = {}
    for path in paths:
        element = path.find(ds)
        model[str(path)] = None if element is None else to_json_attribute(element, is_big_endian)
    return model


def _write_utf8(text: str) -> None:
    """JSON is UTF-8 whatever the locale says (RFC 8259), and so is the document of `to_xml`, which names it."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # A lone surrogate can't be UTF-8; JSON has an escape for it.
        data = "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text).encode()
    buffer.write(data)
    buffer.flush()
