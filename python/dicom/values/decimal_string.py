"""Decimal String (DS) as an exact decimal number, for those who ask for it.

A module of its own: the decimal module of the standard library is loaded only when it is used.
Standard: PS3.5 6.2, Table 6.2-1.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from dicom.errors import ValueRepresentationError

from .number import format_number_as_ds, is_valid_ds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

_RAISE = 2


class DSdecimal(Decimal):
    """A Decimal String as a Decimal that keeps the text it was made from.

    Parameters
    ----------
    val : str, int or Decimal
        Text without content and None are given back as they are. A float is refused: its decimal digits are not known.
    auto_format : bool
        Shorten the text to the 16 characters that DS may have.

    Attributes
    ----------
    original_string : str
        The text, without the blanks around it; absent when made from a number.
    """

    original_string: str
    auto_format: bool

    def __new__(cls, val: Any, auto_format: bool = False, validation_mode: int | None = None) -> Self:
        """Make it of a str, an int or a Decimal."""
        if val is None or (isinstance(val, str) and not val.strip()):
            return val  # type: ignore[return-value]
        if isinstance(val, float):
            raise TypeError("a DSdecimal is made from a str, an int or a Decimal; the digits of a float are unknown")
        try:
            self = super().__new__(cls, val.strip() if isinstance(val, str) else val)
        except InvalidOperation:
            raise ValueRepresentationError("the text is no Decimal String (PS3.5 Table 6.2-1)") from None
        self.auto_format = auto_format or bool(getattr(val, "auto_format", False))
        if isinstance(val, str):
            self.original_string = val.strip()
        elif (original := getattr(val, "original_string", None)) is not None:
            self.original_string = original
        if self.auto_format and not is_valid_ds(str(self)):
            self.original_string = format_number_as_ds(Decimal(self))
        if validation_mode == _RAISE and not is_valid_ds(str(self)):
            raise ValueRepresentationError("a DS value may have at most 16 characters, and must be a finite number")
        return self

    def __str__(self) -> str:
        try:
            return self.original_string
        except AttributeError:
            return Decimal.__str__(self)

    def __repr__(self) -> str:
        return f"'{self!s}'"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str(self) == other
        return Decimal.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return Decimal.__hash__(self)

    def __reduce__(self) -> tuple[object, ...]:  # type: ignore[override]
        return _restore, (type(self), Decimal.__str__(self), self.__dict__.copy())

    def __copy__(self) -> DSdecimal:
        return self

    def __deepcopy__(self, memo: object) -> DSdecimal:
        return self


def _restore(cls: type[DSdecimal], digits: str, state: dict[str, Any]) -> DSdecimal:
    self: DSdecimal = Decimal.__new__(cls, digits)
    self.__dict__.update(state)
    return self
