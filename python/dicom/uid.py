"""Unique Identifiers: what the standard's mean, and new ones (PS3.5 section 9 and annex B, PS3.6 annex A).

In: the text of a UID, or what a new one shall be made from. Out: `UID`, a str that knows its name, its kind and, for a
transfer syntax, its encoding. Each registered UID is a name of this module too: ``dicom.uid.CTImageStorage``.
"""

from __future__ import annotations

import os

from dicom._core import dictionary_uid, dictionary_uids

# Importing typing costs more than this room: type checkers know the name, the interpreter passes by.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    UidRow = tuple[str, str, str, bool, str]

# UIDs below this root belong to the standard (PS3.5 9).
_DICOM_ROOT = "1.2.840.10008."
_MAX_LENGTH = 64
_MAX_PREFIX_LENGTH = 54

# Under this root a UID is made of a UUID (PS3.5 B.2): the one root that needs no organisation.
_UUID_ROOT = "2.25."

# Encodings of private transfer syntaxes that were registered: UID -> (implicit VR, little endian).
_registered_encodings: dict[str, tuple[bool, bool]] = {}
# What `add` made known, before and beside what the standard registers.
_added: dict[str, UidRow] = {}


class UID(str):  # noqa: SLOT000 - a private transfer syntax carries its encoding
    """A UID as a str.

    Parameters
    ----------
    val : str
        The UID; blanks around it are taken off.
    validation_mode : int, optional
        What an invalid UID does: 0 nothing, 1 warns, 2 raises; by default what `dicom.settings.current` says of
        reading, which is to warn.

    Raises
    ------
    TypeError
        `val` is no str.
    ValueError
        The UID is invalid and `validation_mode` is 2.

    Examples
    --------
    >>> UID("1.2.840.10008.1.2").name
    'Implicit VR Little Endian'
    """

    _private_encoding: tuple[bool, bool] | None = None

    def __new__(cls, val: object, validation_mode: int | None = None) -> UID:  # noqa: D102, PYI034
        if not isinstance(val, str):
            raise TypeError("a UID is made from a str")
        if type(val) is cls:
            return val
        if validation_mode != 0:
            _check(val, validation_mode)
        uid = super().__new__(cls, val.strip())
        if isinstance(val, UID) and val._private_encoding is not None:
            uid._private_encoding = val._private_encoding
        return uid

    @property
    def _row(self) -> UidRow | None:
        return _added.get(self) or dictionary_uid(self)

    @property
    def name(self) -> str:
        """Name of a registered UID, else the UID."""
        row = self._row
        return row[0] if row else str(self)

    @property
    def type(self) -> str:
        """Kind of a registered UID, ``"SOP Class"``, ``"Transfer Syntax"``, ..., else ``""``."""
        row = self._row
        return row[1] if row else ""

    @property
    def info(self) -> str:
        """What the registry adds to the name, else ``""``."""
        row = self._row
        return row[2] if row else ""

    @property
    def is_retired(self) -> bool:
        """Whether the standard has retired it."""
        row = self._row
        return bool(row and row[3])

    @property
    def keyword(self) -> str:
        """Keyword of a registered UID, ``"CTImageStorage"``, else ``""``."""
        row = self._row
        return row[4] if row else ""

    @property
    def is_private(self) -> bool:
        """Whether it isn't one of the standard's."""
        return not self.startswith(_DICOM_ROOT)

    @property
    def is_valid(self) -> bool:
        """Whether it is at most 64 digits and dots, without leading zeros in a component (PS3.5 9.1)."""
        return len(self) <= _MAX_LENGTH and _are_components(self.split("."))

    @property
    def is_transfer_syntax(self) -> bool:
        """Whether it is a transfer syntax: a registered one, or a private one whose encoding was set."""
        if self.is_private:
            return self._encoding is not None
        return self.type == "Transfer Syntax"

    @property
    def is_implicit_VR(self) -> bool:
        """Whether elements have no VR field; raises ValueError when it is no transfer syntax."""
        self._check_transfer_syntax()
        if self.is_private:
            return self._encoding is not None and self._encoding[0]
        return self in (ImplicitVRLittleEndian, _PAPYRUS)

    @property
    def is_little_endian(self) -> bool:
        """Whether numbers have their lowest byte first; raises ValueError when it is no transfer syntax."""
        self._check_transfer_syntax()
        if self.is_private:
            return self._encoding is not None and self._encoding[1]
        return self != ExplicitVRBigEndian

    @property
    def is_deflated(self) -> bool:
        """Whether the whole data set is deflated (PS3.5 A.5); raises ValueError when it is no transfer syntax."""
        self._check_transfer_syntax()
        return self in (DeflatedExplicitVRLittleEndian, JPIPReferencedDeflate, JPIPHTJ2KReferencedDeflate)

    @property
    def is_encapsulated(self) -> bool:
        """Whether Pixel Data is in fragments (PS3.5 A.4); raises ValueError when it is no transfer syntax."""
        self._check_transfer_syntax()
        return self not in UncompressedTransferSyntaxes and self != _PAPYRUS

    @property
    def is_compressed(self) -> bool:
        """The same as `is_encapsulated`."""
        return self.is_encapsulated

    def set_private_encoding(self, implicit_vr: bool, little_endian: bool) -> None:
        """Say how a private transfer syntax encodes data sets.

        Parameters
        ----------
        implicit_vr : bool
            Whether elements have no VR field.
        little_endian : bool
            Whether numbers have their lowest byte first.

        Notes
        -----
        Holds for this object; `register_transfer_syntax` is for all that are equal to it. The standard's own transfer
        syntaxes keep their encoding.
        """
        self._private_encoding = (bool(implicit_vr), bool(little_endian))

    @property
    def _encoding(self) -> tuple[bool, bool] | None:
        return self._private_encoding or _registered_encodings.get(self)

    def _check_transfer_syntax(self) -> None:
        if not self.is_transfer_syntax:
            raise ValueError("this UID is not a transfer syntax; a private one becomes it by register_transfer_syntax")


def add(uid: str, name: str, kind: str = "", info: str = "", keyword: str = "", *, retired: bool = False) -> UID:
    """Make a UID known by name, for this process; the name of a registered one can be changed so.

    Parameters
    ----------
    uid : str
        The UID.
    name : str
        What `UID.name` gives.
    kind : str, optional
        What `UID.type` gives: ``"SOP Class"``, ``"Well-known SOP Instance"``, ... It is `register_transfer_syntax` that
        makes a private transfer syntax known.
    info : str, optional
        What `UID.info` gives.
    keyword : str, optional
        What `UID.keyword` gives.
    retired : bool
        Whether it is retired.

    Returns
    -------
    UID
        The UID.

    Raises
    ------
    ValueError
        It is no valid UID.
    """
    known = UID(uid, 2)
    _added[str(known)] = (name, kind, info, retired, keyword)
    return known


def entries() -> dict[str, UidRow]:
    """All UIDs that are known by name, in the standard's order, added ones last: name, kind, info, retired, keyword."""
    return dict(dictionary_uids()) | _added


def register_transfer_syntax(uid: str, implicit_vr: bool | None = None, little_endian: bool | None = None) -> UID:
    """Make a private transfer syntax known.

    Parameters
    ----------
    uid : str
        The transfer syntax.
    implicit_vr, little_endian : bool, optional
        How it encodes data sets; may be left out when `uid` is a `UID` whose encoding is known.

    Returns
    -------
    UID
        The transfer syntax, with its encoding; it stands in `PrivateTransferSyntaxes`.

    Raises
    ------
    ValueError
        The encoding is neither given nor known.
    """
    known = UID(uid)
    if implicit_vr is not None and little_endian is not None:
        encoding = (bool(implicit_vr), bool(little_endian))
    elif known.is_transfer_syntax:
        encoding = (known.is_implicit_VR, known.is_little_endian)
    else:
        raise ValueError("a private transfer syntax needs both implicit_vr and little_endian")
    if known.is_private:
        known._private_encoding = encoding
        _registered_encodings[str(known)] = encoding
        from dicom._core import register_transfer_syntax as make_known_to_the_reader

        make_known_to_the_reader(str(known), *encoding)
    if known not in PrivateTransferSyntaxes:
        PrivateTransferSyntaxes.append(known)
    return known


def generate_uid(prefix: str | None = None, entropy_srcs: Iterable[str] | None = None) -> UID:
    """Make a new UID.

    Parameters
    ----------
    prefix : str, optional
        Root of an organisation, with its closing dot, at most 54 characters. Without it, or with ``"2.25."``, the UID
        is derived from a UUID, ``2.25.`` and a number (PS3.5 B.2), which needs no organisation.
    entropy_srcs : iterable of str, optional
        What the UID is made from: equal texts give an equal UID. Without it the UID is random.

    Returns
    -------
    UID
        At most 64 characters.

    Raises
    ------
    ValueError
        The prefix is too long, or no root with a closing dot.

    Examples
    --------
    >>> generate_uid("1.2.3.", ["one patient", "one study"]) == generate_uid("1.2.3.", ["one patient", "one study"])
    True
    """
    if prefix is not None:
        if len(prefix) > _MAX_PREFIX_LENGTH:
            raise ValueError(f"the prefix of a UID has at most {_MAX_PREFIX_LENGTH} characters")
        if not prefix.endswith(".") or not _are_components(prefix[:-1].split(".")):
            raise ValueError("the prefix of a UID is digits and dots, with a dot at its end, and no leading zeros")
    if entropy_srcs is None:
        noise = os.urandom(64)
    else:
        import hashlib

        noise = hashlib.sha512("".join(entropy_srcs).encode("utf-8")).digest()
    # Under 2.25 there is nothing but UUIDs: other digits there would be somebody's number by chance.
    if prefix is None or prefix == _UUID_ROOT:
        number = int.from_bytes(noise[:16], "big")
        # Version 4, variant of RFC 9562: a number under 2.25 is a UUID.
        number = number & ~(0xF000 << 64) | (0x4000 << 64)
        number = number & ~(0xC000 << 48) | (0x8000 << 48)
        return str.__new__(UID, f"{_UUID_ROOT}{number}")
    digits = str(int.from_bytes(noise, "big")).lstrip("0")
    return str.__new__(UID, prefix + digits[: _MAX_LENGTH - len(prefix)])


def _are_components(components: list[str]) -> bool:
    for component in components:
        if not (component.isascii() and component.isdigit()) or (component[0] == "0" and component != "0"):
            return False
    return True


def _check(value: str, mode: int | None) -> None:
    if value == "":
        return
    if len(value) > _MAX_LENGTH:
        problem = f"a UID has at most 64 characters, this one {len(value)} (PS3.5 9.1)"
    elif not _are_components(value.split(".")):
        problem = "a UID is digits and dots, and no component has a leading zero (PS3.5 9.1)"
    else:
        return
    if mode is None:
        from dicom import settings

        mode = settings.current.reading_validation
    if mode == 0:
        return
    if mode == 2:
        from dicom.errors import ValueRepresentationError

        raise ValueRepresentationError(problem)
    import warnings

    warnings.warn(problem, UserWarning, stacklevel=3)


def _registered(value: str) -> UID:
    return str.__new__(UID, value)


# Names this implementation in the File Meta Information it writes (PS3.7 D.3.3.2): derived from a UUID, once.
IMPLEMENTATION_CLASS_UID = _registered("2.25.260100514254525978256692370487925155502")

_PAPYRUS = _registered("1.2.840.10008.1.20")

ImplicitVRLittleEndian = _registered("1.2.840.10008.1.2")
ExplicitVRLittleEndian = _registered("1.2.840.10008.1.2.1")
EncapsulatedUncompressedExplicitVRLittleEndian = _registered("1.2.840.10008.1.2.1.98")
DeflatedExplicitVRLittleEndian = _registered("1.2.840.10008.1.2.1.99")
ExplicitVRBigEndian = _registered("1.2.840.10008.1.2.2")
JPEGBaseline8Bit = _registered("1.2.840.10008.1.2.4.50")
JPEGExtended12Bit = _registered("1.2.840.10008.1.2.4.51")
JPEGLossless = _registered("1.2.840.10008.1.2.4.57")
JPEGLosslessSV1 = _registered("1.2.840.10008.1.2.4.70")
JPEGLSLossless = _registered("1.2.840.10008.1.2.4.80")
JPEGLSNearLossless = _registered("1.2.840.10008.1.2.4.81")
JPEG2000Lossless = _registered("1.2.840.10008.1.2.4.90")
JPEG2000 = _registered("1.2.840.10008.1.2.4.91")
JPEG2000MCLossless = _registered("1.2.840.10008.1.2.4.92")
JPEG2000MC = _registered("1.2.840.10008.1.2.4.93")
JPIPReferenced = _registered("1.2.840.10008.1.2.4.94")
JPIPReferencedDeflate = _registered("1.2.840.10008.1.2.4.95")
MPEG2MPML = _registered("1.2.840.10008.1.2.4.100")
MPEG2MPMLF = _registered("1.2.840.10008.1.2.4.100.1")
MPEG2MPHL = _registered("1.2.840.10008.1.2.4.101")
MPEG2MPHLF = _registered("1.2.840.10008.1.2.4.101.1")
MPEG4HP41 = _registered("1.2.840.10008.1.2.4.102")
MPEG4HP41F = _registered("1.2.840.10008.1.2.4.102.1")
MPEG4HP41BD = _registered("1.2.840.10008.1.2.4.103")
MPEG4HP41BDF = _registered("1.2.840.10008.1.2.4.103.1")
MPEG4HP422D = _registered("1.2.840.10008.1.2.4.104")
MPEG4HP422DF = _registered("1.2.840.10008.1.2.4.104.1")
MPEG4HP423D = _registered("1.2.840.10008.1.2.4.105")
MPEG4HP423DF = _registered("1.2.840.10008.1.2.4.105.1")
MPEG4HP42STEREO = _registered("1.2.840.10008.1.2.4.106")
MPEG4HP42STEREOF = _registered("1.2.840.10008.1.2.4.106.1")
HEVCMP51 = _registered("1.2.840.10008.1.2.4.107")
HEVCM10P51 = _registered("1.2.840.10008.1.2.4.108")
JPEGXLLossless = _registered("1.2.840.10008.1.2.4.110")
JPEGXLJPEGRecompression = _registered("1.2.840.10008.1.2.4.111")
JPEGXL = _registered("1.2.840.10008.1.2.4.112")
HTJ2KLossless = _registered("1.2.840.10008.1.2.4.201")
HTJ2KLosslessRPCL = _registered("1.2.840.10008.1.2.4.202")
HTJ2K = _registered("1.2.840.10008.1.2.4.203")
JPIPHTJ2KReferenced = _registered("1.2.840.10008.1.2.4.204")
JPIPHTJ2KReferencedDeflate = _registered("1.2.840.10008.1.2.4.205")
RLELossless = _registered("1.2.840.10008.1.2.5")
SMPTEST211020UncompressedProgressiveActiveVideo = _registered("1.2.840.10008.1.2.7.1")
SMPTEST211020UncompressedInterlacedActiveVideo = _registered("1.2.840.10008.1.2.7.2")
SMPTEST211030PCMDigitalAudio = _registered("1.2.840.10008.1.2.7.3")
DeflatedImageFrameCompression = _registered("1.2.840.10008.1.2.8.1")

UncompressedTransferSyntaxes = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
]
JPEGTransferSyntaxes = [JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1]
JPEGLSTransferSyntaxes = [JPEGLSLossless, JPEGLSNearLossless]
JPEG2000TransferSyntaxes = [
    JPEG2000Lossless,
    JPEG2000,
    JPEG2000MCLossless,
    JPEG2000MC,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    HTJ2K,
]
JPEGXLTransferSyntaxes = [JPEGXLLossless, JPEGXLJPEGRecompression, JPEGXL]
MPEGTransferSyntaxes = [
    MPEG2MPML,
    MPEG2MPMLF,
    MPEG2MPHL,
    MPEG2MPHLF,
    MPEG4HP41,
    MPEG4HP41F,
    MPEG4HP41BD,
    MPEG4HP41BDF,
    MPEG4HP422D,
    MPEG4HP422DF,
    MPEG4HP423D,
    MPEG4HP423DF,
    MPEG4HP42STEREO,
    MPEG4HP42STEREOF,
    HEVCMP51,
    HEVCM10P51,
]
RLETransferSyntaxes = [RLELossless]
# Those that register_transfer_syntax made known.
PrivateTransferSyntaxes: list[UID] = []


def __getattr__(name: str) -> Any:
    """Give the registered UID of a keyword, `AllTransferSyntaxes`, or the whole registry as `UID_dictionary`."""
    if name == "AllTransferSyntaxes":
        # Explicit VR Big Endian is retired, but files still have it.
        syntaxes = [
            _registered(uid)
            for uid, row in dictionary_uids()
            if row[1] == "Transfer Syntax" and (not row[3] or uid == ExplicitVRBigEndian)
        ]
        globals()[name] = syntaxes
        return syntaxes
    if name == "UID_dictionary":
        # As tuples of (name, kind, info, retired, keyword).
        return {uid: (*row[:3], "Retired" if row[3] else "", row[4]) for uid, row in entries().items()}
    if not name.startswith("_"):
        for uid, row in dictionary_uids():
            if row[4] == name:
                found = globals()[name] = _registered(uid)
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *(row[4] for _, row in dictionary_uids() if row[4])})
