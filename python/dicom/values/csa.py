"""The private header of Siemens MR images ("CSA header"): names and their values.

In: the bytes of CSA Image Header Info (0029,xx10) or CSA Series Header Info (0029,xx20). Out: the values of each name,
as texts. It is no part of the standard; what is known of it was published by its readers. There are two forms, both
little endian: one begins with ``SV10``, the older one with the number of its entries.
"""

from __future__ import annotations

from struct import Struct

from dicom.errors import ParseError

_BEGINNING = b"SV10"
_COUNT = Struct("<2I")
#: Name, number of values, VR, a number for the VR, number of items, a mark.
_ENTRY = Struct("<64si4siiI")
_ITEM = Struct("<4i")
#: Both are far more than any header has; each item takes 16 bytes at least, so they bound what is read.
_MAX_ENTRIES = 1024
_MAX_ITEMS = 2**14


def read_csa_header(data: bytes) -> dict[str, list[str]]:
    """The values of a CSA header by their names.

    Parameters
    ----------
    data : bytes
        The value of CSA Image Header Info or CSA Series Header Info.

    Returns
    -------
    dict of str to list of str
        ``{"NumberOfImagesInMosaic": ["48"], "SliceNormalVector": ["0.0", "0.005", "0.999"], ...}``. Names without
        values have an empty list. Of a header that breaks off, what stands before that.

    Raises
    ------
    ParseError
        The bytes are no CSA header.
    """
    is_newer = data.startswith(_BEGINNING)
    offset = 8 if is_newer else 0
    if len(data) < offset + _COUNT.size:
        raise ParseError("these bytes are too few for a CSA header", offset=0)
    count = _COUNT.unpack_from(data, offset)[0]
    if not 0 < count <= _MAX_ENTRIES:
        raise ParseError(f"a CSA header has 1 to {_MAX_ENTRIES} entries, not {count}", offset=offset)
    offset += _COUNT.size
    found: dict[str, list[str]] = {}
    first_items = 0
    for entry in range(count):
        if offset + _ENTRY.size > len(data):
            break
        name, multiplicity, _, _, number_of_items, _ = _ENTRY.unpack_from(data, offset)
        offset += _ENTRY.size
        if not 0 <= number_of_items <= _MAX_ITEMS:
            break
        if entry == 0:
            first_items = number_of_items
        values = []
        for _ in range(number_of_items):
            if offset + _ITEM.size > len(data):
                return found
            lengths = _ITEM.unpack_from(data, offset)
            offset += _ITEM.size
            # The older form adds the first entry's number of items to each length.
            length = lengths[1] if is_newer else lengths[0] - first_items
            if not 0 <= length <= len(data) - offset:
                return found
            values.append(_text(data[offset : offset + length]))
            offset += (length + 3) // 4 * 4
        # More items are written than there are values: those after the last one are empty.
        kept = values[:multiplicity] if multiplicity > 0 else values
        while kept and not kept[-1]:
            kept.pop()
        found[_text(name)] = kept
    return found


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("latin-1").strip()
