"""Which encoding a data set is written in: by arguments, Transfer Syntax UID, or as it was read.

In: a data set, its File Meta Information, what the caller says. Out: implicit or explicit VR, the byte order, deflated
or not. Standard: PS3.5 10 and annex A.
"""

from __future__ import annotations

from dicom.errors import WriteError
from dicom.uid import UID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.elements.mapping import ElementMapping

    from .dataset import Dataset

_TRANSFER_SYNTAX = 0x00020010
# The data set as a whole is deflated: PS3.5 A.5, A.6 and A.8.
_DEFLATED = frozenset(("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"))


class Encoding:
    """How a data set is encoded.

    Attributes
    ----------
    implicit_vr, little_endian, deflated : bool
    transfer_syntax : UID or None
        The UID that says so, where there is one.
    """

    __slots__ = ("deflated", "implicit_vr", "little_endian", "transfer_syntax")

    def __init__(
        self, implicit_vr: bool, little_endian: bool, deflated: bool, transfer_syntax: UID | None = None
    ) -> None:
        self.implicit_vr = implicit_vr
        self.little_endian = little_endian
        self.deflated = deflated
        self.transfer_syntax = transfer_syntax


def choose_encoding(
    dataset: Dataset, meta: ElementMapping | None, implicit_vr: bool | None, little_endian: bool | None
) -> Encoding:
    """The encoding to write in.

    Raises
    ------
    WriteError
        Nothing says how, or what says it contradicts itself.
    """
    uid = _transfer_syntax(meta)
    if uid is None:
        chosen = _without_transfer_syntax(dataset, implicit_vr, little_endian)
    else:
        chosen = _by_transfer_syntax(uid, dataset, meta, implicit_vr, little_endian)
    if chosen.implicit_vr and not chosen.little_endian:
        raise WriteError("implicit VR and big endian don't go together (PS3.5 annex A)")
    return chosen


def _transfer_syntax(meta: ElementMapping | None) -> UID | None:
    value = None if meta is None else meta._value(_TRANSFER_SYNTAX)
    return UID(value, 0) if isinstance(value, str) and value else None


def _without_transfer_syntax(dataset: Dataset, implicit_vr: bool | None, little_endian: bool | None) -> Encoding:
    if implicit_vr is None and little_endian is None:
        implicit_vr, little_endian = dataset.is_implicit_VR, dataset.is_little_endian
    if implicit_vr is None:
        raise WriteError(
            "nothing says how to encode the data set: set file_meta.TransferSyntaxUID, or give implicit_vr and "
            "little_endian"
        )
    return Encoding(bool(implicit_vr), little_endian is not False, False)


def _by_transfer_syntax(
    uid: UID,
    dataset: Dataset,
    meta: ElementMapping | None,
    implicit_vr: bool | None,
    little_endian: bool | None,
) -> Encoding:
    read_implicit, read_little = dataset._is_implicit_vr, dataset._is_little_endian
    untold = implicit_vr is None and little_endian is None
    if untold and read_implicit is not None and meta is not None and dataset._keeps_transfer_syntax(meta):
        # As it was met, even where that isn't what the transfer syntax says.
        return Encoding(read_implicit, bool(read_little), uid in _DEFLATED, uid)
    if not uid.is_private and not uid.is_transfer_syntax:
        raise WriteError("Transfer Syntax UID is the UID of something else than a transfer syntax (PS3.6 annex A)")
    if uid.is_private and not _is_registered(uid):
        if implicit_vr is None or little_endian is None:
            raise WriteError("a private transfer syntax doesn't tell its encoding: give implicit_vr and little_endian")
        return Encoding(bool(implicit_vr), bool(little_endian), False, uid)
    for name, told, required in (
        ("implicit_vr", implicit_vr, uid.is_implicit_VR),
        ("little_endian", little_endian, uid.is_little_endian),
    ):
        if told is not None and bool(told) != required:
            raise WriteError(f"'{name}' contradicts the transfer syntax {uid.name}")
    return Encoding(bool(uid.is_implicit_VR), bool(uid.is_little_endian), uid in _DEFLATED, uid)


def _is_registered(uid: UID) -> bool:
    """Whether somebody has told the encoding of a private transfer syntax."""
    try:
        return uid.is_implicit_VR is not None
    except ValueError:
        return False
