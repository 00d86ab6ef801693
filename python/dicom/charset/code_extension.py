"""Code extension by ISO 2022: escape sequences that switch the character set within a text.

In: bytes and the codecs of the declared sets. Out: text, or the bytes of a text. Standard: PS3.5 6.1.2.4 and 6.1.2.5,
PS3.3 Tables C.12-3 and C.12-4. The lower half of the code table (G0, bytes below 0x80) and the upper half (G1) are
switched apart: what is designated to one leaves the other as it is.
"""

from __future__ import annotations

from .terms import default_encoding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ESC = b"\x1b"

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
JAPANESE = frozenset({"shift_jis", "iso2022_jp", "iso2022_jp_2"})

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


if TYPE_CHECKING:
    # begin, what it is, end, codec, prefix
    Run = tuple[int, str, int, str, bytes]
    # offset of the fragment, its bytes, its runs
    Fragment = tuple[int, bytes, list[Run]]


def decode_extended(raw: bytes, encodings: tuple[str, ...], stops: frozenset[int]) -> str:
    """Text of bytes with escape sequences. Never raises.

    A fragment after an escape sequence that isn't declared, or that doesn't decode in its set, is given in the initial
    set with the escape sequence left in, so that nothing is lost.
    """
    return "".join(
        _decode_fragment(fragment, start, runs, encodings[0])
        for start, fragment, runs in fragments(raw, encodings, stops)
    )


def split_values(raw: bytes, encodings: tuple[str, ...]) -> list[bytes]:
    """Parts of a multi-valued text between backslashes; those that are half of a two-byte character don't count."""
    if b"\\" not in raw:
        return [raw]
    plain = ESC not in raw or JAPANESE.isdisjoint(encodings)
    if plain and encodings[0].lower() not in _LEAD_BYTES:
        return raw.split(b"\\")
    cuts = [
        begin
        for _, _, runs in fragments(raw, encodings, frozenset({0x5C}), every=True)
        for begin, kind, *_ in runs
        if kind == "delimiter"
    ]
    parts: list[bytes] = []
    begin = 0
    for cut in cuts:
        parts.append(raw[begin:cut])
        begin = cut + 1
    parts.append(raw[begin:])
    return parts


def encode_extended(text: str, encodings: tuple[str, ...], stops: frozenset[int]) -> bytes | None:
    """Bytes of a text with the escape sequences that it needs; None when a character is in none of the sets.

    A set stays in use as long as it has the next character. Two-byte sets of G0 are left before each delimiter and at
    the end; sets of G1 fall back to the initial one at a delimiter by themselves.
    """
    initial = encodings[0]
    home = b"\x1b(J" if initial == "shift_jis" else b"\x1b(B"
    out = bytearray()
    g0: bytes | None = None
    g1 = initial
    for character in text:
        found = _set_for(character, g0, g1, encodings)
        if found is None:
            return None
        codec, encoded = found
        code = ENCODINGS_TO_CODES.get(codec, b"")
        if not codec or code in _G0_DOUBLE:
            if g0 is not None and g0 != code:
                out += home if not codec else code
            elif codec and g0 is None:
                out += code
            g0 = code if codec else None
        elif codec != g1:
            out += code
            g1 = codec
        out += encoded
        if encoded[0] in stops and not codec:
            g1 = initial
    if g0 is not None:
        out += home
    return bytes(out)


def _set_for(character: str, g0: bytes | None, g1: str, encodings: tuple[str, ...]) -> tuple[str, bytes] | None:
    """Codec that a character goes into (``""``: ASCII in G0) and its bytes; the set in use is kept if it can be."""
    if g0 is not None:
        encoded = encode_in_set(character, CODES_TO_ENCODINGS[g0])
        if encoded is not None:
            return CODES_TO_ENCODINGS[g0], encoded
    if character.isascii():
        return "", character.encode()
    for codec in (g1, *encodings):
        if codec != g1 and codec not in ENCODINGS_TO_CODES:
            # A codec that a wrong term named: nothing can switch to it.
            continue
        encoded = encode_in_set(character, codec)
        if encoded is not None:
            return codec, encoded
    return None


def fragments(
    raw: bytes, encodings: tuple[str, ...], stops: frozenset[int], *, every: bool = False
) -> Iterator[Fragment]:
    """The stretches of a text from one escape sequence to the next, each with its runs of one set.

    Delimiters that change nothing are passed over, unless `every` one is asked for.
    """
    initial = encodings[0]
    g0: bytes | None = None
    g1 = initial
    start = 0
    while True:
        escape = raw.find(ESC, start + 1 if raw.startswith(ESC, start) else start)
        end = len(raw) if escape < 0 else escape
        fragment = raw[start:end]
        code = _declared_code(fragment, encodings)
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
        runs, (g0, g1) = _runs(fragment, start, skip, (g0, g1), initial, stops, every)
        yield start, fragment, runs
        if escape < 0:
            return
        start = escape


def _declared_code(fragment: bytes, encodings: tuple[str, ...]) -> bytes | None:
    """The escape sequence at the beginning of a fragment, when the declared sets allow it."""
    if not fragment.startswith(ESC):
        return None
    for length in (3, 4):
        code = fragment[:length]
        codec = CODES_TO_ENCODINGS.get(code)
        if codec is None:
            continue
        if code == b"\x1b(B" or codec in encodings:
            return code
        if code == b"\x1b(J" and not JAPANESE.isdisjoint(encodings):
            return code
    return None


def _decode_fragment(fragment: bytes, start: int, runs: list[Run], initial: str) -> str:
    try:
        if len(runs) == 1:
            return _decode_run(fragment, start, runs[0])
        return "".join([_decode_run(fragment, start, run) for run in runs])
    except UnicodeError:
        return decode_with(fragment, initial, "replace")


def _runs(
    fragment: bytes,
    offset: int,
    skip: int,
    state: tuple[bytes | None, str],
    initial: str,
    stops: frozenset[int],
    every: bool,
) -> tuple[list[Run], tuple[bytes | None, str]]:
    """Cut a fragment into runs of one set: (begin, kind, end, codec, prefix), offsets from the value's beginning."""
    runs: list[Run] = []
    g0, g1 = state
    position = skip
    size = len(fragment)
    while position < size:
        byte = fragment[position]
        begin = position
        if g0 is not None and 0x20 <= byte < 0x80:
            rest = fragment[position:]
            if rest.isascii() and min(rest) >= 0x20:
                # What nearly every fragment is; walking it in pairs comes to the same.
                position = size
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
        if g0 is None and ((g1 == initial and not every) or (ranges is None and stops.isdisjoint(fragment[position:]))):
            position = size
        while position < size:
            byte = fragment[position]
            if byte in stops or (g0 is not None and 0x20 <= byte < 0x80):
                break
            is_lead = ranges is not None and any(low <= byte <= high for low, high in ranges)
            position += 2 if is_lead else 1
        position = min(position, size)
        runs.append((offset + begin, "text", offset + position, g1, b""))
    return runs, (g0, g1)


def _decode_run(fragment: bytes, offset: int, run: Run) -> str:
    begin, _, end, codec, prefix = run
    return decode_with(prefix + fragment[begin - offset : end - offset], codec, "strict")


def decode_with(raw: bytes, codec: str, errors: str) -> str:
    """Text of bytes in one codec; with ``errors="replace"`` it never raises."""
    try:
        return raw.decode(codec, errors)
    except UnicodeError:
        if errors == "strict":
            raise
    # Codecs that a term may name although they can't replace (idna, undefined, ...).
    return raw.decode("latin-1")


def encode_in_set(character: str, codec: str) -> bytes | None:
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
