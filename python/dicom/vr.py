"""Value Representations and the kinds that they fall into (PS3.5 6.2).

`VR` is a ``str`` that takes the part of an enumeration: ``VR.PN == "PN"``, ``VR("PN") is VR.PN``, ``list(VR)``. It is
written without `enum`, whose import takes longer than that of all the rest of this room.
"""

from __future__ import annotations

# Importing typing costs more than this room: type checkers know the name, the interpreter passes by.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class _Members(type):
    """What a class must have to be walked and asked like an enumeration."""

    __members__: dict[str, VR]

    def __iter__(cls) -> Iterator[VR]:
        return iter(cls.__members__.values())

    def __len__(cls) -> int:
        return len(cls.__members__)

    def __getitem__(cls, name: str) -> VR:
        return cls.__members__[name]

    def __contains__(cls, value: object) -> bool:
        return any(member == value for member in cls.__members__.values())


class VR(str, metaclass=_Members):
    """A Value Representation, or a choice that PS3.6 leaves to the data set (``VR.US_SS``, ``"US or SS"``)."""

    __slots__ = ("name",)
    name: str

    if TYPE_CHECKING:
        AE: VR
        AS: VR
        AT: VR
        CS: VR
        DA: VR
        DS: VR
        DT: VR
        FD: VR
        FL: VR
        IS: VR
        LO: VR
        LT: VR
        OB: VR
        OD: VR
        OF: VR
        OL: VR
        OV: VR
        OW: VR
        PN: VR
        SH: VR
        SL: VR
        SQ: VR
        SS: VR
        ST: VR
        SV: VR
        TM: VR
        UC: VR
        UI: VR
        UL: VR
        UN: VR
        UR: VR
        US: VR
        UT: VR
        UV: VR
        OB_OW: VR
        US_OW: VR
        US_SS: VR
        US_SS_OW: VR

    def __new__(cls, value: str) -> VR:  # noqa: D102, PYI034 - the member itself, never a new one
        for member in cls.__members__.values():
            if member == value:
                return member
        raise ValueError("a VR of PS3.5 Table 6.2-1 is expected")

    @property
    def value(self) -> str:
        """The text of PS3.6."""
        return str(self)

    def __repr__(self) -> str:
        return f"<VR.{self.name}: '{self}'>"

    def __reduce__(self) -> tuple[type[VR], tuple[str]]:
        return (VR, (str(self),))

    def __copy__(self) -> VR:
        return self

    def __deepcopy__(self, memo: object) -> VR:
        return self


def _make_members() -> dict[str, VR]:
    names = (
        "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OW OV PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV "
        "US_SS_OW US_SS US_OW OB_OW"
    )
    members = {}
    for name in names.split():
        member = str.__new__(VR, name.replace("_", " or "))
        member.name = name
        members[name] = member
        setattr(VR, name, member)
    return members


VR.__members__ = _make_members()


def _set_of(names: str) -> set[VR]:
    return {VR.__members__[name] for name in names.split()}


# What PS3.6 leaves to the data set.
AMBIGUOUS_VR = _set_of("US_SS_OW US_SS US_OW OB_OW")
# The 34 of PS3.5 Table 6.2-1.
STANDARD_VR = set(VR) - AMBIGUOUS_VR

# Length of four bytes, and of two, in the header of explicit VR (PS3.5 7.1.2).
EXPLICIT_VR_LENGTH_32 = _set_of("OB OD OF OL OV OW SQ SV UC UN UR UT UV")
EXPLICIT_VR_LENGTH_16 = STANDARD_VR - EXPLICIT_VR_LENGTH_32

# Text in the Default Character Repertoire, and text that Specific Character Set governs (PS3.5 6.1.2.3).
DEFAULT_CHARSET_VR = _set_of("AE AS CS DA DS DT IS TM UI UR")
CUSTOMIZABLE_CHARSET_VR = _set_of("LO LT PN SH ST UC UT")
STR_VR = DEFAULT_CHARSET_VR | CUSTOMIZABLE_CHARSET_VR

# What a value is in Python.
BYTES_VR = _set_of("OB OD OF OL OV OW UN")
FLOAT_VR = _set_of("DS FD FL")
INT_VR = _set_of("AT IS SL SS SV UL US UV")
LIST_VR = _set_of("SQ")
# Values that can come from a buffer rather than from bytes.
BUFFERABLE_VRS = _set_of("OB OB_OW OD OF OL OV OW")

# In these a backslash doesn't divide values (PS3.5 6.4).
ALLOW_BACKSLASH = _set_of("LT OB OB_OW OD OF OL OV OW ST UN US_OW US_SS_OW UT")
# Values that may be long: printing shortens them.
LONG_VALUE_VR = _set_of("LT OB OB_OW OD OF OL OV OW UC UN US_OW US_SS US_SS_OW UT")
