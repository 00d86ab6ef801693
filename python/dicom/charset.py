"""Text in the Specific Character Set of a Data Set: bytes to str and back.

In: the terms of Specific Character Set (0008,0005) and the bytes of a value, or a str.
Out: str, or bytes. Standard: PS3.5 6.1 (character sets, ISO 2022 code extension), PS3.3 C.12.1.1.2 (the defined terms).

Reading never fails: a wrong term becomes the nearest right one and is named in ``problems``; bytes that don't decode
are replaced. Writing is strict: a character that the declared sets don't have raises `CharacterSetError`.
The code tables themselves are those of Python's codecs.
"""

from __future__ import annotations

from .errors import CharacterSetError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ESC = b"\x1b"

default_encoding = "iso8859"

# Defined term -> Python codec. The names are those that pydicom's users know from `convert_encodings`.
python_encoding: dict[str, str] = {
    "": default_encoding,
    "ISO_IR 6": default_encoding,
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso_ir_126",
    "ISO_IR 127": "iso_ir_127",
    "ISO_IR 138": "iso_ir_138",
    "ISO_IR 144": "iso_ir_144",
    "ISO_IR 148": "iso_ir_148",
    "ISO_IR 166": "iso_ir_166",
    "ISO_IR 203": "iso8859_15",
    "ISO 2022 IR 6": default_encoding,
    "ISO 2022 IR 13": "shift_jis",
    "ISO 2022 IR 87": "iso2022_jp",
    "ISO 2022 IR 100": "latin_1",
    "ISO 2022 IR 101": "iso8859_2",
    "ISO 2022 IR 109": "iso8859_3",
    "ISO 2022 IR 110": "iso8859_4",
    "ISO 2022 IR 126": "iso_ir_126",
    "ISO 2022 IR 127": "iso_ir_127",
    "ISO 2022 IR 138": "iso_ir_138",
    "ISO 2022 IR 144": "iso_ir_144",
    "ISO 2022 IR 148": "iso_ir_148",
    "ISO 2022 IR 149": "euc_kr",
    "ISO 2022 IR 159": "iso2022_jp_2",
    "ISO 2022 IR 166": "iso_ir_166",
    "ISO 2022 IR 203": "iso8859_15",
    "ISO 2022 IR 58": "iso_ir_58",
    "ISO_IR 192": "UTF8",
    "GB18030": "GB18030",
    "GBK": "GBK",
    # Not defined terms, but in use, and known to other readers.
    "ISO 2022 GBK": "GBK",
    "ISO 2022 58": "GB2312",
}

# Sets that stand alone: no code extension beside them (PS3.3 C.12.1.1.2).
STAND_ALONE_ENCODINGS = ("ISO_IR 192", "GBK", "GB18030")
_STAND_ALONE_CODECS = frozenset({"UTF8", "GBK", "GB18030"})

# Terms that exist only with code extensions; without them they are understood, and named as a problem.
_ONLY_EXTENDED = frozenset({"87", "149", "159", "58"})

# Escape sequence -> codec of the set that it designates (PS3.3 Tables C.12-3 and C.12-4).
CODES_TO_ENCODINGS: dict[bytes, str] = {
    b"\x1b(B": default_encoding,
    b"\x1b-A": "latin_1",
    b"\x1b)I": "shift_jis",
    b"\x1b(J": "shift_jis",
    b"\x1b$B": "iso2022_jp",
    b"\x1b-B": "iso8859_2",
    b"\x1b-C": "iso8859_3",
    b"\x1b-D": "iso8859_4",
    b"\x1b-F": "iso_ir_126",
    b"\x1b-G": "iso_ir_127",
    b"\x1b-H": "iso_ir_138",
    b"\x1b-L": "iso_ir_144",
    b"\x1b-M": "iso_ir_148",
    b"\x1b-T": "iso_ir_166",
    b"\x1b-b": "iso8859_15",
    b"\x1b$)C": "euc_kr",
    b"\x1b$(D": "iso2022_jp_2",
    b"\x1b$)A": "iso_ir_58",
}
ENCODINGS_TO_CODES: dict[str, bytes] = {codec: code for code, codec in CODES_TO_ENCODINGS.items() if code != b"\x1b(J"}

# G0 (7-bit half): the sets that live there. Two-byte ones take the bytes below 0x80 in pairs.
_G0_SINGLE = frozenset({b"\x1b(B", b"\x1b(J"})
_G0_DOUBLE = frozenset({b"\x1b$B", b"\x1b$(D"})
_JAPANESE = frozenset({"shift_jis", "iso2022_jp", "iso2022_jp_2"})

# Codecs whose second bytes can look like a delimiter: they are walked character by character.
_LEAD_BYTES: dict[str, tuple[tuple[int, int], ...]] = {
    "shift_jis": ((0x81, 0x9F), (0xE0, 0xFC)),
    "gbk": ((0x81, 0xFE),),
    "gb18030": ((0x81, 0xFE),),
}

# What resets the code extensions to the initial sets (PS3.5 6.1.2.5.3).
TEXT_VR_DELIMS = frozenset({0x09, 0x0A, 0x0C, 0x0D})
_VALUE_DELIMS = TEXT_VR_DELIMS | {0x5C}
_PN_DELIMS = _VALUE_DELIMS | {0x5E, 0x3D}
_SINGLE_VALUED_TEXT = frozenset({"LT", "ST", "UT"})


def delimiters(vr: str) -> frozenset[int]:
    """Bytes that switch back to the initial character sets in text of a VR."""
    if vr == "PN":
        return _PN_DELIMS
    return TEXT_VR_DELIMS if vr in _SINGLE_VALUED_TEXT else _VALUE_DELIMS


class CharacterSets:
    """The character sets of a Data Set's text, as Specific Character Set (0008,0005) names them. Frozen.

    Attributes
    ----------
    terms : tuple of str
        The terms as they were given; empty for the default character repertoire.
    encodings : tuple of str
        The Python codec of each usable term, the initial one first.
    kind : str
        ``"ascii"``, ``"latin-1"``, ``"utf-8"``: text without escape sequences is plain text of that codec (bytes above
        127 in ``"ascii"`` text are a deviation, and read as Latin-1). ``"other"``: use `decode`.
    problems : tuple of (str, str)
        Code and message of each term that isn't as PS3.3 C.12.1.1.2 has it.
    """

    __slots__ = ("encodings", "kind", "problems", "terms")

    terms: tuple[str, ...]
    encodings: tuple[str, ...]
    kind: str
    problems: tuple[tuple[str, str], ...]

    def __init__(
        self, terms: tuple[str, ...], encodings: tuple[str, ...], problems: tuple[tuple[str, str], ...], kind: str
    ) -> None:
        for name, value in (("terms", terms), ("encodings", encodings), ("problems", problems), ("kind", kind)):
            object.__setattr__(self, name, value)

    @classmethod
    def from_terms(cls, terms: object) -> CharacterSets:
        """Character sets for the value of Specific Character Set. Never raises.

        Parameters
        ----------
        terms : str, sequence of str, or None
            The value of (0008,0005); a str may hold several terms between backslashes.
        """
        given = _as_terms(terms)
        problems: list[tuple[str, str]] = []
        codecs = tuple(_codec_of_term(term, problems) for term in given) or (default_encoding,)
        encodings = _without_misplaced(codecs, given, problems)
        kind = "ascii" if encodings == (default_encoding,) else _kind(encodings)
        return cls(given, encodings, tuple(problems), kind)

    @classmethod
    def from_encodings(cls, encodings: Iterable[str] | str | None) -> CharacterSets:
        """Character sets for names of Python codecs, as `PersonName` takes them. Unknown names become the default."""
        names = (encodings,) if isinstance(encodings, str) else tuple(encodings or ())
        problems: list[tuple[str, str]] = []
        usable = tuple(
            name if name in _KNOWN_CODECS or _is_codec(name) else _codec_of_term(name, problems) for name in names
        )
        usable = usable or (default_encoding,)
        return cls((), usable, tuple(problems), _kind(usable))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"CharacterSets is frozen: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"CharacterSets is frozen: {name} can't be deleted")

    def __reduce__(self) -> tuple[object, ...]:
        return CharacterSets, (self.terms, self.encodings, self.problems, self.kind)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CharacterSets):
            return NotImplemented
        return self.encodings == other.encodings and self.kind == other.kind

    def __hash__(self) -> int:
        return hash((self.encodings, self.kind))

    def __repr__(self) -> str:
        return f"CharacterSets({', '.join(self.encodings)})"

    def decode(self, raw: bytes, vr: str) -> str:
        """Text of a whole value, backslashes included. Never raises: what doesn't decode is replaced by U+FFFD.

        A fragment after an escape sequence that isn't declared, or that doesn't decode in its set, is given in the
        initial set with the escape sequence left in, so that nothing is lost.

        Parameters
        ----------
        raw : bytes
            The value, without its padding.
        vr : str
            Decides which characters switch back to the initial sets.
        """
        if ESC not in raw:
            return _decode(raw, self.encodings[0], "replace")
        return "".join(self._decode_fragment(*fragment) for fragment in self._fragments(raw, delimiters(vr)))

    def encode(self, text: str, vr: str) -> bytes:
        """Bytes of a text, with the escape sequences that it needs.

        Raises
        ------
        CharacterSetError
            A character is in none of the sets.
        """
        initial = self.encodings[0]
        if text.isascii() or len(self.encodings) == 1:
            encoded = self._encode_plain(text)
            if encoded is None:
                raise _not_encodable(self, vr)
            return encoded
        out = bytearray()
        stops = {chr(byte) for byte in delimiters(vr)}
        g1 = initial
        g0: bytes | None = None
        home = _home(initial)
        for character in text:
            if character in stops:
                if g0 is not None:
                    out += home
                out += character.encode()
                g0, g1 = None, initial
                continue
            codec, encoded = self._set_for(character, g0, g1, vr)
            if codec is None:
                if g0 is not None:
                    out += home
                    g0 = None
            elif codec in ("iso2022_jp", "iso2022_jp_2"):
                code = ENCODINGS_TO_CODES[codec]
                if g0 != code:
                    out += code
                    g0 = code
            elif codec != g1:
                out += ENCODINGS_TO_CODES[codec]
                g1 = codec
            out += encoded
        if g0 is not None:
            out += home
        return bytes(out)

    def split_values(self, raw: bytes) -> list[bytes]:
        """Parts of a multi-valued text between backslashes; those that are half of a two-byte character don't count."""
        if b"\\" not in raw:
            return [raw]
        plain = ESC not in raw or not any(codec in _JAPANESE for codec in self.encodings)
        if plain and self.encodings[0].lower() not in _LEAD_BYTES:
            return raw.split(b"\\")
        cuts = [
            position
            for start, _, runs in self._fragments(raw, frozenset({0x5C}))
            for position, kind, *_ in runs
            if kind == "delimiter"
        ]
        parts: list[bytes] = []
        begin = 0
        for cut in cuts:
            parts.append(raw[begin:cut])
            begin = cut + 1
        parts.append(raw[begin:])
        return parts

    def _set_for(self, character: str, g0: bytes | None, g1: str, vr: str) -> tuple[str | None, bytes]:
        """Codec that a character goes into (None: the plain G0), and its bytes; the set in use is kept if it can be."""
        if g0 is not None:
            current = CODES_TO_ENCODINGS[g0]
            encoded = _encode_in_set(character, current)
            if encoded is not None:
                return current, encoded
        if character.isascii():
            return None, character.encode()
        for codec in (g1, *self.encodings):
            encoded = _encode_in_set(character, codec)
            if encoded is not None:
                return codec, encoded
        raise _not_encodable(self, vr)

    def _encode_plain(self, text: str) -> bytes | None:
        codec = self.encodings[0]
        if self.kind == "ascii":
            return text.encode() if text.isascii() else None
        if codec == "shift_jis":
            pieces = [_encode_in_set(character, codec) for character in text]
            return None if None in pieces else b"".join(piece for piece in pieces if piece is not None)
        try:
            return text.encode(codec)
        except (UnicodeError, LookupError):
            return None

    def _fragments(self, raw: bytes, stops: frozenset[int]) -> Iterator[_Fragment]:
        """The stretches of a text from one escape sequence to the next, each with its runs of one set."""
        initial = self.encodings[0]
        g0: bytes | None = None
        g1 = initial
        start = 0
        while True:
            escape = raw.find(ESC, start + 1 if start else 0)
            if start == 0 and escape == 0:
                escape = raw.find(ESC, 1)
            end = len(raw) if escape < 0 else escape
            fragment = raw[start:end]
            code = self._declared_code(fragment)
            skip = 0
            if code is not None:
                skip = len(code)
                if code in _G0_DOUBLE:
                    g0 = code
                elif code in _G0_SINGLE:
                    g0 = None
                else:
                    g1 = CODES_TO_ENCODINGS[code]
            elif fragment.startswith(ESC):
                g0, g1 = None, initial
            runs, (g0, g1) = _runs(fragment, start, skip, (g0, g1), initial, stops)
            yield start, fragment, runs
            if escape < 0:
                return
            start = escape

    def _declared_code(self, fragment: bytes) -> bytes | None:
        """The escape sequence at the beginning of a fragment, when the declared sets allow it."""
        if not fragment.startswith(ESC):
            return None
        for length in (3, 4):
            code = fragment[:length]
            codec = CODES_TO_ENCODINGS.get(code)
            if codec is None:
                continue
            if code == b"\x1b(B" or codec in self.encodings:
                return code
            if code == b"\x1b(J" and not _JAPANESE.isdisjoint(self.encodings):
                return code
        return None

    def _decode_fragment(self, start: int, fragment: bytes, runs: list[_Run]) -> str:
        try:
            return "".join(_decode_run(fragment, start, run) for run in runs)
        except UnicodeError:
            return _decode(fragment, self.encodings[0], "replace")


if TYPE_CHECKING:
    # offset of the fragment, its bytes, its runs
    _Run = tuple[int, str, int, str, bytes]
    _Fragment = tuple[int, bytes, list[_Run]]


def _runs(
    fragment: bytes,
    offset: int,
    skip: int,
    state: tuple[bytes | None, str],
    initial: str,
    stops: frozenset[int],
) -> tuple[list[_Run], tuple[bytes | None, str]]:
    """Cut a fragment into runs of one set: (begin, kind, end, codec, prefix), offsets from the value's beginning."""
    runs: list[_Run] = []
    g0, g1 = state
    position = skip
    size = len(fragment)
    while position < size:
        byte = fragment[position]
        begin = position
        if g0 is not None and 0x20 <= byte < 0x80:
            while position < size and 0x20 <= fragment[position] < 0x80:
                position += 2
            position = min(position, size)
            # An odd byte before an 8-bit or control character stays in the run, and fails there.
            codec = "iso2022_jp_2" if g0 == b"\x1b$(D" else "iso2022_jp"
            runs.append((offset + begin, "text", offset + position, codec, g0))
            continue
        if byte in stops:
            position += 1
            runs.append((offset + begin, "delimiter", offset + position, initial, b""))
            g0, g1 = None, initial
            continue
        ranges = _LEAD_BYTES.get(g1.lower())
        while position < size:
            byte = fragment[position]
            if byte in stops or (g0 is not None and 0x20 <= byte < 0x80):
                break
            is_lead = ranges is not None and any(low <= byte <= high for low, high in ranges)
            position += 2 if is_lead else 1
        position = min(position, size)
        runs.append((offset + begin, "text", offset + position, g1, b""))
    return runs, (g0, g1)


def _decode_run(fragment: bytes, offset: int, run: _Run) -> str:
    begin, _, end, codec, prefix = run
    return _decode(prefix + fragment[begin - offset : end - offset], codec, "strict")


def _decode(raw: bytes, codec: str, errors: str) -> str:
    try:
        return raw.decode(codec, errors)
    except UnicodeError:
        if errors == "strict":
            raise
    # Codecs that a term may name although they can't replace (idna, undefined, ...).
    return raw.decode("latin-1")


def _encode_in_set(character: str, codec: str) -> bytes | None:
    """Bytes of a character in one set alone, without escape sequences; None when the set doesn't have it."""
    if character.isascii():
        return None if codec in ("iso2022_jp", "iso2022_jp_2") else character.encode()
    if codec == default_encoding:
        return None
    try:
        encoded = character.encode(codec)
    except (UnicodeError, LookupError):
        return None
    if codec in ("iso2022_jp", "iso2022_jp_2"):
        code = ENCODINGS_TO_CODES[codec]
        if not encoded.startswith(code):
            return None
        body = encoded[len(code) : len(code) + 2]
        return body if len(body) == 2 else None
    # JIS X 0201 has single bytes only, and the codec writes the yen sign as 0x5C, which is DICOM's delimiter.
    if codec == "shift_jis" and (len(encoded) != 1 or encoded[0] < 0xA1):
        return None
    return encoded


def _home(initial: str) -> bytes:
    return b"\x1b(J" if initial == "shift_jis" else b"\x1b(B"


def _not_encodable(sets: CharacterSets, vr: str) -> CharacterSetError:
    declared = "\\".join(sets.terms) or "the default character repertoire"
    return CharacterSetError(
        f"a {vr} value has a character outside {declared}; "
        "set SpecificCharacterSet to one that has it, 'ISO_IR 192' (UTF-8) for instance"
    )


def _as_terms(terms: object) -> tuple[str, ...]:
    if terms is None:
        return ()
    if isinstance(terms, (bytes, bytearray)):
        terms = bytes(terms).decode("latin-1")
    if isinstance(terms, str):
        return tuple(terms.split("\\")) if terms else ()
    try:
        items = list(terms)  # type: ignore[call-overload]
    except TypeError:
        items = [terms]
    return tuple(
        "" if item is None else item.decode("latin-1") if isinstance(item, bytes) else str(item) for item in items
    )


def _compact(term: str) -> str:
    return "".join(character for character in term.upper() if character.isalnum())


_BY_COMPACT = {_compact(term): term for term in python_encoding if term}
_KNOWN_CODECS = frozenset(python_encoding.values())


def _codec_of_term(term: str, problems: list[tuple[str, str]]) -> str:
    codec = python_encoding.get(term)
    if codec is not None:
        return codec
    shown = term[:32]
    compact = _compact(term)
    meant = _BY_COMPACT.get(compact)
    if meant is None and compact.startswith("ISOIR") and compact[5:] in _ONLY_EXTENDED:
        meant = f"ISO 2022 IR {compact[5:]}"
    if meant is not None:
        if term.strip(" \0") != meant:
            problems.append(("charset-misspelt", f"Specific Character Set {shown!r} is read as {meant!r}"))
        return python_encoding[meant]
    if not compact:
        return default_encoding
    if _is_codec(term):
        problems.append(("charset-not-a-defined-term", f"Specific Character Set {shown!r} is no defined term"))
        return term
    problems.append(
        ("charset-unknown", f"Specific Character Set {shown!r} is unknown; the default character repertoire is used")
    )
    return default_encoding


def _without_misplaced(
    codecs: tuple[str, ...], terms: tuple[str, ...], problems: list[tuple[str, str]]
) -> tuple[str, ...]:
    """UTF-8, GBK and GB18030 stand alone: first, they end the list; later, they are left out."""
    if len(codecs) == 1:
        return codecs
    if codecs[0] in _STAND_ALONE_CODECS:
        problems.append(
            ("charset-stands-alone", f"Specific Character Set {terms[0][:32]!r} allows no others; they are ignored")
        )
        return codecs[:1]
    kept = [codecs[0]]
    for codec, term in zip(codecs[1:], terms[1:], strict=True):
        if codec in _STAND_ALONE_CODECS:
            problems.append(
                ("charset-stands-alone", f"Specific Character Set {term[:32]!r} must stand alone; it is ignored")
            )
        else:
            kept.append(codec)
    return tuple(kept)


def _kind(encodings: tuple[str, ...]) -> str:
    if len(encodings) == 1:
        if encodings[0] in ("latin_1", default_encoding):
            return "latin-1"
        if encodings[0] == "UTF8":
            return "utf-8"
    return "other"


def _is_codec(name: str) -> bool:
    """Whether Python has a text codec of that name. A name from a file may be anything at all."""
    if len(name) > 32:
        return False
    try:
        b"".decode(name)
    except (LookupError, ValueError, TypeError, OverflowError, ImportError):
        return False
    return True


DEFAULT = CharacterSets.from_terms(None)
