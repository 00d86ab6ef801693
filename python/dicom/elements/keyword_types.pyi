"""What an attribute gives and takes, by VR and Value Multiplicity: for type checkers alone, never imported at run time.

A row of `keywords.pyi` names one of the types below: the VR as PS3.6 writes it; with ``_n`` for several values, a
`MultiValue`; with ``_1n`` for one or several. What is given (read) is narrower than what is taken (assigned): `Rows`
gives an int, and takes None as well. Standard: PS3.5 6.2 (VRs), 6.4 (Value Multiplicity).
"""

from collections.abc import Iterable
from collections.abc import Sequence as Several
from datetime import date, datetime, time
from decimal import Decimal
from io import BufferedIOBase
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

# Items are what was registered to be made from files: this stub may look up to that floor, no module does.
from dicom.dataset import Dataset as Dataset
from dicom.tag import BaseTag
from dicom.uid import UID
from dicom.values import IS as IntegerString
from dicom.values import DSfloat, MultiValue, PersonName

from .element import DataElement
from .sequence import Sequence

_Given = TypeVar("_Given", covariant=True)
_Taken = TypeVar("_Taken", contravariant=True)

class Attribute(Generic[_Given, _Taken]):
    """An element as an attribute of its data set: None empties it, and a DataElement takes its place."""

    def __get__(self, dataset: object, owner: Any = None, /) -> _Given: ...
    def __set__(self, dataset: object, value: _Taken | DataElement | None, /) -> None: ...
    def __delete__(self, dataset: object, /) -> None: ...

class _Numbers(Protocol):
    """Arrays and numbers of NumPy."""

    def tolist(self) -> Any: ...

_Bytes: TypeAlias = bytes | bytearray | memoryview
_Tag: TypeAlias = int | str | tuple[int, int]
_Decimal: TypeAlias = float | str | Decimal

_Text: TypeAlias = Attribute[str, str]
_Text_n: TypeAlias = Attribute[MultiValue[str], str | Several[str]]
_Text_1n: TypeAlias = Attribute[str | MultiValue[str], str | Several[str]]
_Int: TypeAlias = Attribute[int, int | _Numbers]
_Int_n: TypeAlias = Attribute[MultiValue[int], Several[int | _Numbers] | _Numbers]
_Int_1n: TypeAlias = Attribute[int | MultiValue[int], int | Several[int | _Numbers] | _Numbers]
_Float: TypeAlias = Attribute[float, float | _Numbers]
_Float_n: TypeAlias = Attribute[MultiValue[float], Several[float | _Numbers] | _Numbers]
_Float_1n: TypeAlias = Attribute[float | MultiValue[float], float | Several[float | _Numbers] | _Numbers]
# A stream is read when it is written.
_Binary: TypeAlias = Attribute[bytes, _Bytes | BufferedIOBase]

# --- text ------------------------------------------------------------------------------------------------------------

AE: TypeAlias = _Text
AE_1n: TypeAlias = _Text_1n
AS: TypeAlias = _Text
AS_1n: TypeAlias = _Text_1n
CS: TypeAlias = _Text
CS_n: TypeAlias = _Text_n
CS_1n: TypeAlias = _Text_1n
LO: TypeAlias = _Text
LO_1n: TypeAlias = _Text_1n
LT: TypeAlias = _Text
SH: TypeAlias = _Text
SH_1n: TypeAlias = _Text_1n
ST: TypeAlias = _Text
UC: TypeAlias = _Text
UC_1n: TypeAlias = _Text_1n
UR: TypeAlias = _Text
UT: TypeAlias = _Text

# --- names, identifiers, tags ----------------------------------------------------------------------------------------

PN: TypeAlias = Attribute[PersonName, str | PersonName]
PN_1n: TypeAlias = Attribute[PersonName | MultiValue[PersonName], str | PersonName | Several[str | PersonName]]
UI: TypeAlias = Attribute[UID, str]
UI_1n: TypeAlias = Attribute[UID | MultiValue[UID], str | Several[str]]
AT: TypeAlias = Attribute[BaseTag, _Tag]
AT_1n: TypeAlias = Attribute[BaseTag | MultiValue[BaseTag], _Tag | Several[_Tag]]

# --- dates and times: text, which objects of the standard library may be assigned to ----------------------------------

DA: TypeAlias = Attribute[str, str | date]
DA_1n: TypeAlias = Attribute[str | MultiValue[str], str | date | Several[str | date]]
DT: TypeAlias = Attribute[str, str | datetime]
DT_1n: TypeAlias = Attribute[str | MultiValue[str], str | datetime | Several[str | datetime]]
TM: TypeAlias = Attribute[str, str | time]
TM_1n: TypeAlias = Attribute[str | MultiValue[str], str | time | Several[str | time]]

# --- numbers ---------------------------------------------------------------------------------------------------------

DS: TypeAlias = Attribute[DSfloat, _Decimal | _Numbers]
DS_n: TypeAlias = Attribute[MultiValue[DSfloat], str | Several[_Decimal | _Numbers] | _Numbers]
DS_1n: TypeAlias = Attribute[DSfloat | MultiValue[DSfloat], _Decimal | Several[_Decimal | _Numbers] | _Numbers]
IS: TypeAlias = Attribute[IntegerString, int | str | _Numbers]
IS_n: TypeAlias = Attribute[MultiValue[IntegerString], str | Several[int | str | _Numbers] | _Numbers]
IS_1n: TypeAlias = Attribute[
    IntegerString | MultiValue[IntegerString], int | str | Several[int | str | _Numbers] | _Numbers
]
FD: TypeAlias = _Float
FD_n: TypeAlias = _Float_n
FD_1n: TypeAlias = _Float_1n
FL: TypeAlias = _Float
FL_n: TypeAlias = _Float_n
FL_1n: TypeAlias = _Float_1n
SL: TypeAlias = _Int
SL_n: TypeAlias = _Int_n
SL_1n: TypeAlias = _Int_1n
SS: TypeAlias = _Int
SS_n: TypeAlias = _Int_n
SS_1n: TypeAlias = _Int_1n
SV_1n: TypeAlias = _Int_1n
UL: TypeAlias = _Int
UL_n: TypeAlias = _Int_n
UL_1n: TypeAlias = _Int_1n
US: TypeAlias = _Int
US_n: TypeAlias = _Int_n
US_1n: TypeAlias = _Int_1n
UV: TypeAlias = _Int
UV_1n: TypeAlias = _Int_1n
US_or_SS: TypeAlias = _Int
US_or_SS_n: TypeAlias = _Int_n

# --- bytes, and items ------------------------------------------------------------------------------------------------

OB: TypeAlias = _Binary
OD: TypeAlias = _Binary
OF: TypeAlias = _Binary
OL: TypeAlias = _Binary
OV: TypeAlias = _Binary
OW: TypeAlias = _Binary
OB_or_OW: TypeAlias = _Binary
UN: TypeAlias = Attribute[bytes, _Bytes]
# Tables: numbers, or the bytes of them.
US_or_OW_1n: TypeAlias = Attribute[bytes | int | MultiValue[int], _Bytes | int | Several[int | _Numbers] | _Numbers]
US_or_SS_or_OW_1n: TypeAlias = US_or_OW_1n
SQ: TypeAlias = Attribute[Sequence, Iterable[Dataset]]
