"""What a File-set says of itself: its ID, its UID, and the file that describes it.

In: values. Out: the same, checked; that one was changed is noted for the next `FileSet.write`. Standard: PS3.3 F.3.2.1.
"""

from __future__ import annotations

from dicom.uid import UID

from .errors import FileSetError
from .file_id import MOST_COMPONENTS

_LONGEST_ID = 16


class OwnElements:
    """The elements of a DICOMDIR that stand beside its records."""

    _id: str | None
    _uid: UID
    _descriptor_file_id: str | list[str] | None
    _descriptor_character_set: str | None
    _is_changed: bool

    @property
    def ID(self) -> str | None:
        """File-set ID, or None. Setting more than 16 characters is a ValueError."""
        return self._id

    @ID.setter
    def ID(self, value: str | None) -> None:
        if value is not None and len(value) > _LONGEST_ID:
            raise FileSetError("a File-set ID has at most 16 characters (PS3.3 F.3.2.1)", tag=0x00041130)
        self._change("_id", value)

    @property
    def UID(self) -> UID:
        """The File-set's UID, which is Media Storage SOP Instance UID of the DICOMDIR."""
        return self._uid

    @UID.setter
    def UID(self, value: UID) -> None:
        uid = UID(value, validation_mode=0)
        if not uid.is_valid:
            raise FileSetError("the UID of a File-set has to be a valid one (PS3.5 9.1)")
        self._change("_uid", uid)

    @property
    def descriptor_file_id(self) -> str | list[str] | None:
        """File-set Descriptor File ID, one component or several, or None.

        Setting what is neither raises TypeError; more than 8 components, or one of more than 16 characters, ValueError.
        """
        return self._descriptor_file_id

    @descriptor_file_id.setter
    def descriptor_file_id(self, value: str | list[str] | None) -> None:
        if value is not None and not isinstance(value, (str, list)):
            raise TypeError(f"a File ID is a str, a list of str or None, not {type(value).__name__}")
        components = [value] if isinstance(value, str) else value or []
        if not all(isinstance(name, str) for name in components):
            raise FileSetError("the components of a File ID are text")
        if len(components) > MOST_COMPONENTS or any(len(name) > _LONGEST_ID for name in components):
            raise FileSetError(
                "a File-set Descriptor File ID has at most 8 components of at most 16 characters (PS3.3 F.3.2.1)",
                tag=0x00041141,
            )
        self._change("_descriptor_file_id", [name for name in value if name] if isinstance(value, list) else value)

    @property
    def descriptor_character_set(self) -> str | None:
        """Specific Character Set of File-set Descriptor File, or None."""
        return self._descriptor_character_set

    @descriptor_character_set.setter
    def descriptor_character_set(self, value: str | None) -> None:
        self._change("_descriptor_character_set", value)

    def _change(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self._is_changed = True
