"""``pydicom.util.hexutil``: bytes as hexadecimal digits, and back.

In: text of digits with blanks between, or bytes. Out: the other.
"""

from __future__ import annotations

from dicom.charset import default_encoding

__all__ = ["bytes2hex", "default_encoding", "hex2bytes"]


def hex2bytes(hexstring: str | bytes) -> bytes:
    r"""Bytes of hexadecimal digits.

    Parameters
    ----------
    hexstring : str or bytes
        Two digits a byte; blanks may stand between bytes.

    Raises
    ------
    TypeError
        It is neither.
    ValueError
        It has other characters, or an odd number of digits.

    Examples
    --------
    >>> hex2bytes("08 00 05 00")
    b'\x08\x00\x05\x00'
    """
    if isinstance(hexstring, bytes):
        hexstring = hexstring.decode("latin-1")
    elif not isinstance(hexstring, str):
        raise TypeError(f"hexadecimal digits are a str or bytes, not {type(hexstring).__name__}")
    return bytes.fromhex("".join(hexstring.split()))


def bytes2hex(byte_string: bytes) -> str:
    """Two hexadecimal digits a byte, with a blank between bytes."""
    return byte_string.hex(" ")
