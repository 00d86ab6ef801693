"""Parse a Native DICOM Model document into its attributes.

In: the text or the bytes of a document. Out: lists of attributes, whose items are such lists again. No value is
interpreted here. Standard: PS3.19 A.1.5, A.1.6.
"""

from __future__ import annotations

from xml.parsers import expat

from dicom.errors import LimitError, ParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    #: The attributes of one data set.
    Document: TypeAlias = "list[Attribute]"

_GROUPS = frozenset({"Alphabetic", "Ideographic", "Phonetic"})
_COMPONENTS = frozenset({"FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"})
# What may stand within what; None is the outside of the document.
_WITHIN: dict[str | None, frozenset[str]] = {
    None: frozenset({"NativeDicomModel"}),
    "NativeDicomModel": frozenset({"DicomAttribute"}),
    "Item": frozenset({"DicomAttribute"}),
    "DicomAttribute": frozenset({"Value", "PersonName", "Item", "InlineBinary", "BulkData"}),
    "PersonName": _GROUPS,
    **dict.fromkeys(_GROUPS, _COMPONENTS),
}
_TEXT = frozenset({"Value", "InlineBinary"}) | _COMPONENTS
# Values may be left out when they are empty; so many of them at once are no mistake but an attack.
_MOST_LEFT_OUT = 65536


class Attribute:
    """One DicomAttribute as it stands.

    Attributes
    ----------
    tag : int
    vr : str
    creator : str or None
        The private creator.
    values : list of str
        In the order of their numbers; empty for one that is left out.
    names : list of dict
        Persons' names: group to component to text.
    items : list of Document
    inline, uri : str or None
        Base64, or a reference.
    """

    __slots__ = ("_numbered", "creator", "inline", "items", "names", "tag", "uri", "values", "vr")

    def __init__(self, tag: int, vr: str, creator: str | None) -> None:
        self.tag = tag
        self.vr = vr
        self.creator = creator
        self.values: list[str] = []
        self.names: list[dict[str, dict[str, str]]] = []
        self.items: list[Document] = []
        self.inline: str | None = None
        self.uri: str | None = None
        self._numbered: dict[str, dict[int, Any]] = {}

    def add(self, kind: str, number: int, value: Any) -> None:
        """Put in a Value, a PersonName or an Item of a number."""
        numbered = self._numbered.setdefault(kind, {})
        if number in numbered:
            raise _error(f"{kind} {number} stands twice", self.tag)
        numbered[number] = value

    def finish(self) -> None:
        """Put what was added in the order of its numbers."""
        kinds = len(self._numbered) + (self.inline is not None) + (self.uri is not None)
        if kinds > 1:
            raise _error("values of two kinds stand in one attribute", self.tag)
        for kind, numbered in self._numbered.items():
            if max(numbered) - len(numbered) > _MOST_LEFT_OUT:
                raise _error(f"numbers of a {kind} are left out", self.tag)
            if kind == "Item":
                self.items = [numbered[number] for number in sorted(numbered)]
            elif kind == "Value":
                self.values = [numbered.get(number, "") for number in range(1, max(numbered) + 1)]
            else:
                self.names = [numbered.get(number, {}) for number in range(1, max(numbered) + 1)]


def parse(document: str | bytes | bytearray, depth: int) -> Document:
    """The attributes of a document in which sequences are nested up to `depth`.

    Raises
    ------
    ParseError
        It isn't well-formed, is no such document, or has a document type.
    LimitError
        The sequences are nested too deep.
    """
    if isinstance(document, str):
        try:
            data = document.encode()
        except UnicodeEncodeError:
            raise ParseError("not XML: half of a surrogate pair stands in the text") from None
        # Whatever encoding the document names, its text is at hand.
        parser = expat.ParserCreate("utf-8", " ")
    elif isinstance(document, (bytes, bytearray)):
        data = bytes(document)
        parser = expat.ParserCreate(None, " ")
    else:
        raise TypeError(f"a document is text or bytes, not {type(document).__name__}")
    builder = _Builder(parser, depth)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        offset = parser.ErrorByteIndex
        raise ParseError(
            f"not XML: {expat.ErrorString(error.code)}, at line {error.lineno}", offset=max(offset, 0)
        ) from None
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        if isinstance(error, ParseError | LimitError):
            raise
        raise ParseError("not XML: the encoding that it names isn't known") from None
    return builder.document


def _error(message: str, tag: int | None = None) -> ParseError:
    where = "" if tag is None else f" in ({tag >> 16:04X},{tag & 0xFFFF:04X})"
    return ParseError(f"no Native DICOM Model (PS3.19 A.1): {message}{where}", tag=tag)


class _Builder:
    """Takes the events of the parser."""

    def __init__(self, parser: Any, depth: int) -> None:
        self.document: Document = []
        self._depth = depth
        # What is open: its name and what it becomes.
        self._open: list[tuple[str, Any]] = []
        self._attributes: list[Attribute] = []
        self._items = 0
        self._numbers: list[int] = []
        self._text: list[str] = []
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _refuse_document_type(self, *_: object) -> None:
        # Entities can only be declared there: what a few of them expand to can fill any memory, or name a file.
        raise _error("document types, and the entities that they declare, aren't taken")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        outer = self._open[-1][0] if self._open else None
        if name not in _WITHIN.get(outer, ()):
            where = "at the outside" if outer is None else f"in {outer}"
            raise _error(f"an element that has no place {where}")
        made: Any = None
        if name == "NativeDicomModel":
            made = self.document
        elif name == "DicomAttribute":
            made = _attribute_of(attributes)
            self._attributes.append(made)
        elif name == "Item":
            if self._items >= self._depth:
                raise LimitError(
                    f"the limit xml_depth = {self._depth} was met; raise it with limits={{'xml_depth': ...}} if the "
                    "data is trusted"
                )
            made = []
            self._items += 1
        elif name == "PersonName" or name in _GROUPS:
            made = {}
        elif name == "BulkData":
            uri = attributes.get("uri")
            uuid = attributes.get("uuid")
            if uri is None and uuid is None:
                raise _error("BulkData has neither uri nor uuid", self._attributes[-1].tag)
            self._attributes[-1].uri = uri if uri is not None else f"urn:uuid:{uuid}"
        if name in ("Value", "PersonName", "Item"):
            self._numbers.append(_number(attributes.get("number"), self._attributes[-1].tag))
        self._text.clear()
        self._open.append((name, made))

    def _characters(self, text: str) -> None:
        name = self._open[-1][0]
        if name in _TEXT:
            self._text.append(text)
        elif text.strip(" \t\r\n"):
            raise _error(f"text stands in {name}")

    def _end(self, _: str) -> None:
        name, made = self._open.pop()
        if name == "DicomAttribute":
            made.finish()
            self._attributes.pop()
            self._open[-1][1].append(made)
        elif name in ("PersonName", "Item"):
            self._items -= name == "Item"
            self._attributes[-1].add(name, self._numbers.pop(), made)
        elif name == "Value":
            self._attributes[-1].add(name, self._numbers.pop(), "".join(self._text))
        elif name == "InlineBinary":
            if self._attributes[-1].inline is not None:
                raise _error("InlineBinary stands twice", self._attributes[-1].tag)
            self._attributes[-1].inline = "".join(self._text)
        elif name in _GROUPS or name in _COMPONENTS:
            outer = self._open[-1][1]
            if name in outer:
                raise _error(f"{name} stands twice", self._attributes[-1].tag)
            outer[name] = made if name in _GROUPS else "".join(self._text)
        self._text.clear()


def _attribute_of(attributes: dict[str, str]) -> Attribute:
    digits = attributes.get("tag", "")
    try:
        tag = int(digits, 16) if len(digits) == 8 and digits.isascii() and digits.isalnum() else -1
    except ValueError:
        tag = -1
    if tag < 0:
        raise _error("the tag of an attribute isn't eight hexadecimal digits")
    if "vr" not in attributes:
        raise _error("an attribute has no vr", tag)
    creator = attributes.get("privateCreator")
    return Attribute(tag, attributes["vr"], creator or None)


def _number(text: str | None, tag: int) -> int:
    """The number of a value, which begins with 1; without one it is the first."""
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise _error("the number of a value or item is none", tag)
    return int(text)
