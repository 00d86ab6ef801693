"""``pydicom.uid``: UIDs, the lists of transfer syntaxes, and each registered UID by its keyword.

In: text. Out: what `dicom.uid` has. New UIDs are made of UUIDs, under the root 2.25, which is no organisation's: hence
the values of the two constants of this module. Standard: PS3.5 9 and B.2, PS3.6 annex A.
"""

from __future__ import annotations

import re

from dicom import uid as _uid
from dicom.uid import (
    IMPLEMENTATION_CLASS_UID,
    UID,
    JPEG2000TransferSyntaxes,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
    JPEGXLTransferSyntaxes,
    MPEGTransferSyntaxes,
    PrivateTransferSyntaxes,
    RLETransferSyntaxes,
    UncompressedTransferSyntaxes,
    generate_uid,
    register_transfer_syntax,
)

from ._uid_dict import UID_dictionary
from ._vr_patterns import STR_VR_REGEXES

__all__ = [
    "PYDICOM_IMPLEMENTATION_UID",
    "PYDICOM_ROOT_UID",
    "RE_VALID_UID",
    "RE_VALID_UID_PREFIX",
    "STR_VR_REGEXES",
    "UID",
    "AllTransferSyntaxes",
    "JPEG2000TransferSyntaxes",
    "JPEGLSTransferSyntaxes",
    "JPEGTransferSyntaxes",
    "JPEGXLTransferSyntaxes",
    "MPEGTransferSyntaxes",
    "PrivateTransferSyntaxes",
    "RLETransferSyntaxes",
    "UID_dictionary",
    "UncompressedTransferSyntaxes",
    "generate_uid",
    "register_transfer_syntax",
]

PYDICOM_ROOT_UID = "2.25."
PYDICOM_IMPLEMENTATION_UID = IMPLEMENTATION_CLASS_UID

AllTransferSyntaxes: list[UID] = _uid.AllTransferSyntaxes

_COMPONENT = r"(0|[1-9][0-9]*)"
RE_VALID_UID = re.compile(rf"^{_COMPONENT}(\.{_COMPONENT})*\Z")
RE_VALID_UID_PREFIX = re.compile(rf"^({_COMPONENT}\.)+\Z")

# Every registered UID is a name of this module, also for `from ... import *`.
_REGISTERED = {row[4]: value for value, row in _uid.entries().items() if row[4].isidentifier()}
globals().update({keyword: vars(_uid).get(keyword) or UID(value, 0) for keyword, value in _REGISTERED.items()})
__all__ += sorted(_REGISTERED)
