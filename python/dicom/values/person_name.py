"""Person Name (PN): component groups, components, and the three ways to write a name.

In: bytes with their character sets, or text. Out: an immutable name whose parts are asked for by name; text from a file
is decoded when it is first needed. Standard: PS3.5 6.2.1 (groups parted by ``=``, components by ``^``).
"""

from __future__ import annotations

from dicom.errors import ValueRepresentationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Self

    from dicom.charset import CharacterSets

_COMPONENTS = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix")


class PersonName:
    """A person's name in up to three forms: alphabetic, ideographic, phonetic.

    Parameters
    ----------
    val : str, bytes or PersonName
        The name with its delimiters: ``"Family^Given^Middle^Prefix^Suffix=ideographic=phonetic"``. None gives None.
    encodings : sequence of str, optional
        Python codecs to decode bytes with, the initial one first.
    original_string : bytes, optional
        The bytes that a text was decoded from.
    """

    __slots__ = ("__weakref__", "_components", "_encodings", "_sets", "original_string")

    original_string: bytes | None
    _components: tuple[str, ...] | None
    _encodings: tuple[str, ...] | None
    _sets: CharacterSets | None

    def __new__(cls, val: Any = "", *args: Any, **kwargs: Any) -> Self:
        """Make it, or nothing of None."""
        if val is None:
            return None  # type: ignore[return-value]
        return super().__new__(cls)

    def __init__(
        self,
        val: bytes | str | PersonName,
        encodings: Sequence[str] | str | None = None,
        original_string: bytes | None = None,
        validation_mode: int | None = None,
    ) -> None:
        self._encodings = (
            None if encodings is None else (encodings,) if isinstance(encodings, str) else tuple(encodings)
        )
        self._sets = None
        self._components = None
        if isinstance(val, PersonName):
            self.original_string = val.original_string
            self._components = val.components
            if encodings is None:
                self._encodings = val.encodings
        elif isinstance(val, bytes):
            self.original_string = val
        elif isinstance(val, str):
            self.original_string = original_string
            self._components = _groups(val)
        else:
            raise TypeError(f"a person's name is made from a str or bytes, not {type(val).__name__}")

    @classmethod
    def _from_bytes(cls, raw: bytes, character_sets: CharacterSets) -> Self:
        """A name from a file, without padding; decoded when it is first looked at."""
        self = object.__new__(cls)
        self.original_string = raw
        self._components = None
        self._encodings = None
        self._sets = character_sets
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.original_string, self._components, self._encodings, self._sets)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def encodings(self) -> tuple[str, ...] | None:
        """Python codecs of the name's character sets; None when none were named."""
        if self._encodings is None and self._sets is not None:
            return self._sets.encodings
        return self._encodings

    @property
    def components(self) -> tuple[str, ...]:
        """The component groups: alphabetic, ideographic, phonetic; empty ones at the end are left out."""
        if self._components is None:
            raw = self.original_string or b""
            self._components = _groups(self._character_sets().decode(raw, "PN"))
        return self._components

    def _character_sets(self) -> CharacterSets:
        if self._sets is None:
            from dicom.charset import CharacterSets

            self._sets = CharacterSets.from_encodings(self._encodings)
        return self._sets

    def _group(self, index: int) -> str:
        groups = self.components
        return groups[index] if index < len(groups) else ""

    def _part(self, index: int) -> str:
        parts = self.alphabetic.split("^")
        return parts[index] if index < len(parts) else ""

    @property
    def alphabetic(self) -> str:
        """The first component group."""
        return self._group(0)

    @property
    def ideographic(self) -> str:
        """The second component group."""
        return self._group(1)

    @property
    def phonetic(self) -> str:
        """The third component group."""
        return self._group(2)

    @property
    def family_name(self) -> str:
        """First component of the alphabetic group."""
        return self._part(0)

    @property
    def given_name(self) -> str:
        """Second component of the alphabetic group."""
        return self._part(1)

    @property
    def middle_name(self) -> str:
        """Third component of the alphabetic group."""
        return self._part(2)

    @property
    def name_prefix(self) -> str:
        """Fourth component of the alphabetic group."""
        return self._part(3)

    @property
    def name_suffix(self) -> str:
        """Fifth component of the alphabetic group."""
        return self._part(4)

    def family_comma_given(self) -> str:
        """``"Family, Given"``."""
        return f"{self.family_name}, {self.given_name}"

    def formatted(self, format_str: str) -> str:
        """The name's parts put into a %-format, such as ``"%(family_name)s, %(given_name)s"``.

        Parameters
        ----------
        format_str : str
            May name family_name, given_name, middle_name, name_prefix, name_suffix, ideographic and phonetic.
        """
        parts = {name: self._part(index) for index, name in enumerate(_COMPONENTS)}
        return format_str % {**parts, "ideographic": self.ideographic, "phonetic": self.phonetic}

    def decode(self, encodings: Sequence[str] | str | None = None) -> PersonName:
        """The name, read from its bytes again with other Python codecs."""
        if encodings is None or self.original_string is None:
            return PersonName(self, encodings)
        return PersonName(self.original_string, encodings)

    def encode(self, encodings: Sequence[str] | str | None = None) -> bytes:
        """Bytes of the name in the given Python codecs, else in its own: as it was read, where nothing differs.

        Raises
        ------
        CharacterSetError
            The codecs don't have one of its characters.
        """
        from dicom.charset import CharacterSets

        own = self.encodings
        wanted = own if encodings is None else (encodings,) if isinstance(encodings, str) else tuple(encodings)
        if self.original_string is not None and wanted == own:
            return self.original_string
        return CharacterSets.from_encodings(wanted).encode(str(self), "PN")

    def _encoded(self, character_sets: CharacterSets) -> bytes:
        """Bytes of the name in the character sets of the data set that it is written in."""
        if self.original_string is not None and self._sets is not None and self._sets == character_sets:
            return self.original_string
        return character_sets.encode(str(self), "PN")

    def __str__(self) -> str:
        return "=".join(self.components)

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PersonName):
            return self.components == other.components
        if isinstance(other, str):
            return str(self) == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __len__(self) -> int:
        return len(str(self))

    def __bool__(self) -> bool:
        # A name of delimiters alone is there, though nothing of it is shown.
        return bool(self.original_string) if self.original_string is not None else bool(str(self))

    def __iter__(self) -> Iterator[str]:
        return iter(str(self))

    def __contains__(self, x: str) -> bool:
        return x in str(self)

    @classmethod
    def from_named_components(
        cls,
        family_name: str | bytes = "",
        given_name: str | bytes = "",
        middle_name: str | bytes = "",
        name_prefix: str | bytes = "",
        name_suffix: str | bytes = "",
        family_name_ideographic: str | bytes = "",
        given_name_ideographic: str | bytes = "",
        middle_name_ideographic: str | bytes = "",
        name_prefix_ideographic: str | bytes = "",
        name_suffix_ideographic: str | bytes = "",
        family_name_phonetic: str | bytes = "",
        given_name_phonetic: str | bytes = "",
        middle_name_phonetic: str | bytes = "",
        name_prefix_phonetic: str | bytes = "",
        name_suffix_phonetic: str | bytes = "",
        encodings: Sequence[str] | str | None = None,
    ) -> PersonName:
        """A human's name from its components.

        Raises
        ------
        ValueRepresentationError
            A component has a delimiter in it: ``^``, ``=`` or a backslash.
        """
        return cls._from_groups(
            (
                (family_name, given_name, middle_name, name_prefix, name_suffix),
                (
                    family_name_ideographic,
                    given_name_ideographic,
                    middle_name_ideographic,
                    name_prefix_ideographic,
                    name_suffix_ideographic,
                ),
                (
                    family_name_phonetic,
                    given_name_phonetic,
                    middle_name_phonetic,
                    name_prefix_phonetic,
                    name_suffix_phonetic,
                ),
            ),
            encodings,
        )

    @classmethod
    def from_named_components_veterinary(
        cls,
        responsible_party_name: str | bytes = "",
        patient_name: str | bytes = "",
        responsible_party_name_ideographic: str | bytes = "",
        patient_name_ideographic: str | bytes = "",
        responsible_party_name_phonetic: str | bytes = "",
        patient_name_phonetic: str | bytes = "",
        encodings: Sequence[str] | str | None = None,
    ) -> PersonName:
        """An animal's name from its components: the responsible party's family name or organization, then its own.

        Raises
        ------
        ValueRepresentationError
            A component has a delimiter in it: ``^``, ``=`` or a backslash.
        """
        return cls._from_groups(
            (
                (responsible_party_name, patient_name),
                (responsible_party_name_ideographic, patient_name_ideographic),
                (responsible_party_name_phonetic, patient_name_phonetic),
            ),
            encodings,
        )

    @classmethod
    def _from_groups(cls, groups: Sequence[Sequence[str | bytes]], encodings: Sequence[str] | str | None) -> PersonName:
        from dicom.charset import CharacterSets

        sets = CharacterSets.from_encodings(encodings)
        texts = []
        for group in groups:
            parts = [part if isinstance(part, str) else sets.decode(part, "PN") for part in group]
            if any(delimiter in part for part in parts for delimiter in "^=\\"):
                raise ValueRepresentationError("a component of a person's name can't have '^', '=' or '\\' in it")
            texts.append("^".join(parts).rstrip("^"))
        text = "=".join(texts).rstrip("=")
        return cls(text, encodings, original_string=sets.encode(text, "PN"))


def _groups(text: str) -> tuple[str, ...]:
    text = text.rstrip("=")
    return tuple(text.split("=")) if text else ()


def _restore(
    cls: type[PersonName],
    original_string: bytes | None,
    components: tuple[str, ...] | None,
    encodings: tuple[str, ...] | None,
    sets: CharacterSets | None,
) -> PersonName:
    self = object.__new__(cls)
    self.original_string = original_string
    self._components = components
    self._encodings = encodings
    self._sets = sets
    return self
