"""Numbers written as text: Decimal String (DS) and Integer String (IS).

In: text from a file, or a number. Out: a float or an int that remembers its text, so that what was read is written
as it was. Standard: PS3.5 6.2, Table 6.2-1 (DS: at most 16 characters; IS: at most 12, -2**31 to 2**31 - 1).
"""

from __future__ import annotations

from dicom.errors import ValueRepresentationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any, Self, SupportsIndex

_DS_LENGTH = 16
_DS_CHARACTERS = frozenset("0123456789+-.eE")
# `validation_mode` of the constructors: the numbers of pydicom's config.RAISE.
_RAISE = 2


def is_valid_ds(s: object) -> bool:
    """Whether a text may stand in an element of VR DS: its form, and at most 16 characters."""
    if not isinstance(s, str) or len(s) > _DS_LENGTH:
        return False
    number = s.strip(" ")
    if not number:
        return not s
    if not _DS_CHARACTERS.issuperset(number):
        return False
    try:
        float(number)
    except ValueError:
        return False
    return True


def decimal_of(value: float) -> float:
    """A number as the 16 characters of a Decimal String hold it (PS3.5 Table 6.2-1)."""
    return float(format_number_as_ds(float(value)))


def format_number_as_ds(val: float | Decimal) -> str:
    """The text of a number in at most 16 characters, as exact as they allow.

    Raises
    ------
    TypeError
        Not a float or Decimal.
    ValueRepresentationError
        Infinity or not a number, which DS can't hold.
    """
    if not isinstance(val, float):
        from decimal import Decimal

        if not isinstance(val, Decimal):
            raise TypeError("'val' must be a float or a decimal.Decimal")
    from math import isfinite, log10

    if not isfinite(float(val)):
        raise ValueRepresentationError("DS can't hold infinity or not-a-number")
    # A value that was read keeps its text, "1.50" or "-1024", where that is a DS.
    original = getattr(val, "original_string", None)
    if original is not None and is_valid_ds(original):
        return str(original)
    text = str(val) if not isinstance(val, float) else float.__repr__(val)
    if original is None and len(text) <= _DS_LENGTH:
        return text
    room = _DS_LENGTH - (1 if val < 0 else 0)
    exponent = log10(abs(float(val)))
    # Positional where it leaves at least as many digits as the scientific form (sign, digit, point, e+xx).
    if -4 <= exponent < room - 2:
        decimals = room - 2 - max(int(exponent), 0)
        return f"{val:.{decimals}f}"
    decimals = room - 6
    text = f"{val:.{decimals}e}"
    while len(text) > _DS_LENGTH:
        decimals -= 1
        text = f"{val:.{decimals}e}"
    return text


class DSfloat(float):
    """A Decimal String as a float that keeps the text it was made from.

    Parameters
    ----------
    val : str, int, float or Decimal
        Text without content (``""``, blanks) and None are given back as they are.
    auto_format : bool
        Shorten the text to the 16 characters that DS may have.

    Attributes
    ----------
    original_string : str
        The text, without the blanks around it; absent when made from a number.
    """

    __slots__ = ("_auto_format", "original_string")

    original_string: str
    _auto_format: bool

    def __new__(cls, val: Any, auto_format: bool = False, validation_mode: int | None = None) -> Self:
        """Make it of a str or a number."""
        if val is None or (isinstance(val, str) and not val.strip()):
            return val  # type: ignore[return-value]
        try:
            self = super().__new__(cls, val)
        except ValueError:
            raise ValueRepresentationError("the text is no Decimal String (PS3.5 Table 6.2-1)") from None
        if isinstance(val, str):
            self.original_string = val.strip()
        elif (original := getattr(val, "original_string", None)) is not None:
            self.original_string = original
        if auto_format or getattr(val, "auto_format", False):
            self._auto_format = True
            if not hasattr(self, "original_string") or not is_valid_ds(self.original_string):
                self.original_string = format_number_as_ds(float(self))
        if validation_mode == _RAISE and not is_valid_ds(str(self)):
            if not isinstance(val, str) and float.__repr__(self)[-1].isdigit():
                raise OverflowError("the number takes more than the 16 characters of a DS; auto_format shortens it")
            raise ValueRepresentationError("a DS value may have at most 16 characters, and must be a finite number")
        return self

    @property
    def auto_format(self) -> bool:
        """Whether the text was to be shortened to 16 characters."""
        try:
            return self._auto_format
        except AttributeError:
            return False

    def __str__(self) -> str:
        try:
            return self.original_string
        except AttributeError:
            return float.__repr__(self)

    def __repr__(self) -> str:
        return f"'{self}'"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str(self) == other
        return float.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return float.__hash__(self)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore_ds, (type(self), float(self), getattr(self, "original_string", None), self.auto_format)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return self.__reduce__()


def _restore_ds(cls: type[DSfloat], number: float, text: str | None, auto_format: bool) -> DSfloat:
    self = float.__new__(cls, number)
    if text is not None:
        self.original_string = text
    if auto_format:
        self._auto_format = True
    return self


def DS(val: Any, auto_format: bool = False, validation_mode: int | None = None) -> Any:
    """A Decimal String: `DSfloat`; text without content and None are given back as they are."""
    if isinstance(val, str) and not val.strip():
        return val
    return DSfloat(val, auto_format, validation_mode)


class ISfloat(float):
    """An Integer String that isn't an integer: some files have one all the same.

    Attributes
    ----------
    original_string : str
        The text, without the blanks around it; absent when made from a number.
    """

    original_string: str

    def __new__(cls, val: Any, validation_mode: int | None = None) -> Self:
        """Make it of a str or a number."""
        try:
            self = super().__new__(cls, val)
        except ValueError:
            raise ValueRepresentationError("the text is no number") from None
        if isinstance(val, str):
            self.original_string = val.strip()
        elif (original := getattr(val, "original_string", None)) is not None:
            self.original_string = original
        return self


class IS(int):
    """An Integer String as an int that keeps the text it was made from.

    A number with a fraction gives an `ISfloat`, unless `validation_mode` is 2: then it is a TypeError, and a number
    outside of 32 bits an OverflowError. Text without content and None are given back as they are.
    """

    def __new__(cls, val: Any, validation_mode: int | None = None) -> Self:
        """Make it of a str or a number."""
        if val is None or (isinstance(val, str) and not val.strip()):
            return val  # type: ignore[return-value]
        try:
            self = super().__new__(cls, val)
        except (ValueError, OverflowError):
            return cls._from_fraction(val, validation_mode)
        if not isinstance(val, (str, bytes, int)) and self != val:
            return cls._from_fraction(val, validation_mode)
        if validation_mode == _RAISE and not -(2**31) <= self < 2**31:
            raise OverflowError("IS holds -2**31 to 2**31 - 1 (PS3.5 Table 6.2-1)")
        if isinstance(val, str):
            text = val.strip()
        elif isinstance(val, IS):
            text = val.original_string
        else:
            return self
        if text != int.__repr__(self):
            self.__dict__["original_string"] = text
        return self

    @classmethod
    def _from_fraction(cls, val: Any, validation_mode: int | None) -> Self:
        try:
            number = float(val)
            whole = int(number)
        except (ValueError, OverflowError):
            raise ValueRepresentationError("the text is no Integer String (PS3.5 Table 6.2-1)") from None
        if whole != number:
            if validation_mode == _RAISE and isinstance(val, str):
                raise ValueRepresentationError("the text is no Integer String (PS3.5 Table 6.2-1)")
            if validation_mode == _RAISE:
                raise TypeError("a number with a fraction is no Integer String")
            return ISfloat(val)  # type: ignore[return-value]
        self = int.__new__(cls, whole)
        if isinstance(val, str):
            self.__dict__["original_string"] = val.strip()
        return self

    if TYPE_CHECKING:
        original_string: str
    else:

        def __getattr__(self, name: str) -> str:
            # Text that says no more than the number isn't kept.
            if name == "original_string":
                return int.__repr__(self)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __str__(self) -> str:
        return self.original_string

    def __repr__(self) -> str:
        return f"'{int.__repr__(self)}'"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.original_string == other
        return int.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return int.__hash__(self)
