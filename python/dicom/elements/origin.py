"""How a data set was encoded when it was read, and how it shall be encoded when it is written.

In: what the core knows of the bytes that were read. Out: VR and byte order, then and now, and the character set.
A data set that was made in memory has no original encoding: each answer is None, or empty text.
"""

from __future__ import annotations

from dicom.errors import ValueRepresentationError
from dicom.tag import BaseTag

from .element import DataElement
from .keyword import tag_for_key
from .store import ElementStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.tag import TagType

_SPECIFIC_CHARACTER_SET = 0x00080005


class ElementOrigin(ElementStore):
    """Elements that know how they were encoded."""

    @property
    def original_encoding(self) -> tuple[bool | None, bool | None]:
        """Whether the VR was implicit and the bytes little endian when it was read; ``(None, None)`` in memory."""
        told = self.__dict__.get("_told_encoding", (None, None, None))
        implicit = self._is_implicit_vr if told[0] is None else told[0]
        little = self._is_little_endian if told[1] is None else told[1]
        return implicit, little

    @property
    def original_character_set(self) -> Any:
        """The encodings of the text when it was read, as names that Python knows; empty text in memory."""
        told = self.__dict__.get("_told_encoding")
        if told is not None and told[2] is not None:
            return told[2]
        character_sets = self._character_set
        if self._is_implicit_vr is None or character_sets is None:
            return ""
        # One name for the default repertoire, a list of names for what the data set declares.
        declared = character_sets.terms or self._has(_SPECIFIC_CHARACTER_SET)
        return list(character_sets.encodings) if declared else character_sets.encodings[0]

    def set_original_encoding(
        self, is_implicit_vr: bool | None, is_little_endian: bool | None, character_encoding: Any = None
    ) -> None:
        """Say how the data set was encoded, where None leaves what is known.

        Parameters
        ----------
        is_implicit_vr : bool or None
            Whether the VR was implicit.
        is_little_endian : bool or None
            Whether the bytes were little endian.
        character_encoding : str or list of str, optional
            The encodings of its text.
        """
        old = self.__dict__.get("_told_encoding", (None, None, None))
        new = (is_implicit_vr, is_little_endian, character_encoding)
        self.__dict__["_told_encoding"] = tuple(b if a is None else a for a, b in zip(new, old, strict=True))

    def _copy_encoding(self, other: ElementStore) -> None:
        """Be encoded as `other` was."""
        if isinstance(other, ElementOrigin):
            implicit, little = other.original_encoding
            self.set_original_encoding(implicit, little, other.original_character_set or None)
            self.__dict__["_wanted_encoding"] = (other.is_implicit_VR, other.is_little_endian)

    @property
    def is_implicit_VR(self) -> bool | None:
        """Whether it shall be written with implicit VR; as it was read, unless set. None in memory."""
        wanted: bool | None = self.__dict__.get("_wanted_encoding", (None, None))[0]
        return self._is_implicit_vr if wanted is None else wanted

    @is_implicit_VR.setter
    def is_implicit_VR(self, value: bool | None) -> None:
        self.__dict__["_wanted_encoding"] = (value, self.__dict__.get("_wanted_encoding", (None, None))[1])

    @property
    def is_little_endian(self) -> bool | None:
        """Whether it shall be written little endian; as it was read, unless set. None in memory."""
        wanted: bool | None = self.__dict__.get("_wanted_encoding", (None, None))[1]
        return self._is_little_endian if wanted is None else wanted

    @is_little_endian.setter
    def is_little_endian(self, value: bool | None) -> None:
        self.__dict__["_wanted_encoding"] = (self.__dict__.get("_wanted_encoding", (None, None))[0], value)

    @property
    def is_original_encoding(self) -> bool:
        """Whether VR, byte order and Specific Character Set are as they were read; False in memory."""
        implicit, little = self.original_encoding
        if implicit is None or little is None:
            return False
        same = (self.is_implicit_VR, self.is_little_endian) == (implicit, little)
        return same and _SPECIFIC_CHARACTER_SET not in self._edited_tags()

    def update_raw_element(self, tag: TagType, *, vr: str | None = None, value: bytes | None = None) -> None:
        """Decode an element of the file, before it is looked at, by another VR or from other bytes.

        Parameters
        ----------
        tag : int, str or (int, int)
            The element.
        vr : str, optional
            The VR to decode by; without it the one that was read.
        value : bytes, optional
            The bytes to decode, in the byte order of the file; without them those that were read.

        Raises
        ------
        KeyError
            There is no such element.
        ValueError
            Neither is given, or the VR is none of the standard's (a sequence can't be made so).
        TypeError
            The value was decoded already, or `value` isn't bytes.
        """
        if vr is None and value is None:
            raise ValueError("a VR, a value or both have to be given")
        from dicom.values.decode import decode_fallback
        from dicom.vr import STANDARD_VR

        number = tag_for_key(tag)
        element = self._element(number)
        if element is None:
            raise KeyError(BaseTag(number))
        if vr is not None and (vr not in STANDARD_VR or vr == "SQ"):
            raise ValueRepresentationError(f"{BaseTag(number)} can't be decoded by that VR (PS3.5 6.2)", tag=number)
        if value is not None and not isinstance(value, bytes):
            raise TypeError(f"the value has to be bytes, not {type(value).__name__}")
        if element._is_loaded:
            raise TypeError(f"the value of {BaseTag(number)} was decoded already: assign to it")
        chosen = vr or element.VR
        raw = element._raw if value is None else value
        decoded, _ = decode_fallback(
            chosen, raw, self._character_set, little_endian=self._is_little_endian is not False
        )
        self._put(number, DataElement(number, chosen, decoded, already_converted=True))

    @property
    def read_implicit_vr(self) -> bool | None:
        """The first of `original_encoding`, by its older name."""
        return self.original_encoding[0]

    @property
    def read_little_endian(self) -> bool | None:
        """The second of `original_encoding`, by its older name."""
        return self.original_encoding[1]

    @property
    def read_encoding(self) -> Any:
        """`original_character_set` by its older name."""
        return self.original_character_set
