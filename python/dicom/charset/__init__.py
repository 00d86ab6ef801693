"""Text in the Specific Character Set of a Data Set: bytes to str and back.

In: the terms of Specific Character Set (0008,0005) and the bytes of a value, or a str.
Out: str, or bytes. Standard: PS3.5 6.1 (character sets, ISO 2022 code extension), PS3.3 C.12.1.1.2 (the defined terms).

Reading never fails: a wrong term becomes the nearest right one and is named in ``problems``; bytes that don't decode
are replaced. Writing is strict: a character that the declared sets don't have raises `CharacterSetError`.
The code tables themselves are those of Python's codecs.
"""

from __future__ import annotations

from dicom.errors import CharacterSetError

from .code_extension import (
    CODES_TO_ENCODINGS,
    ENCODINGS_TO_CODES,
    ESC,
    TEXT_VR_DELIMS,
    decode_extended,
    decode_with,
    delimiters,
    encode_extended,
    encode_in_set,
    split_values,
)
from .terms import (
    KNOWN_CODECS,
    STAND_ALONE_ENCODINGS,
    as_terms,
    codec_of_term,
    default_encoding,
    is_codec,
    kind_of,
    python_encoding,
    without_misplaced,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CODES_TO_ENCODINGS",
    "DEFAULT",
    "ENCODINGS_TO_CODES",
    "STAND_ALONE_ENCODINGS",
    "TEXT_VR_DELIMS",
    "CharacterSets",
    "default_encoding",
    "delimiters",
    "python_encoding",
]


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
        given = as_terms(terms)
        problems: list[tuple[str, str]] = []
        codecs = tuple(codec_of_term(term, problems) for term in given) or (default_encoding,)
        encodings = without_misplaced(codecs, given, problems)
        kind = "ascii" if encodings == (default_encoding,) else kind_of(encodings)
        return cls(given, encodings, tuple(problems), kind)

    @classmethod
    def from_encodings(cls, encodings: Iterable[str] | str | None) -> CharacterSets:
        """Character sets for names of Python codecs, as `PersonName` takes them. Unknown names become the default."""
        names = (encodings,) if isinstance(encodings, str) else tuple(encodings or ())
        problems: list[tuple[str, str]] = []
        usable = tuple(
            name if name in KNOWN_CODECS or is_codec(name) else codec_of_term(name, problems) for name in names
        )
        usable = usable or (default_encoding,)
        return cls((), usable, tuple(problems), kind_of(usable))

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
            return decode_with(raw, self.encodings[0], "replace")
        return decode_extended(raw, self.encodings, delimiters(vr))

    def encode(self, text: str, vr: str) -> bytes:
        """Bytes of a text, with the escape sequences that it needs.

        Raises
        ------
        CharacterSetError
            A character is in none of the sets.
        """
        if len(self.encodings) == 1:
            encoded = self._encode_plain(text)
        else:
            encoded = encode_extended(text, self.encodings, delimiters(vr))
        if encoded is not None:
            return encoded
        declared = "\\".join(self.terms) or ", ".join(self.encodings)
        if self.kind == "ascii":
            declared = "the default character repertoire"
        raise CharacterSetError(
            f"a {vr} value has a character outside {declared}; "
            "ISO_IR 192 (UTF-8) as Specific Character Set has them all"
        )

    def split_values(self, raw: bytes) -> list[bytes]:
        """Parts of a multi-valued text between backslashes; those that are half of a two-byte character don't count."""
        return split_values(raw, self.encodings)

    def _encode_plain(self, text: str) -> bytes | None:
        codec = self.encodings[0]
        if self.kind == "ascii":
            return text.encode() if text.isascii() else None
        if codec == "shift_jis":
            pieces = [encode_in_set(character, codec) for character in text]
            return None if None in pieces else b"".join(piece for piece in pieces if piece is not None)
        try:
            return text.encode(codec)
        except (UnicodeError, LookupError):
            return None


DEFAULT = CharacterSets.from_terms(None)
