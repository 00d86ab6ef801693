"""Make legal but odd data sets, and those that real writers get wrong in a known way, each by code and with a name.

Out: name to the bytes of a file. What each proves stands in its name; pydicom reads them all.
"""

from __future__ import annotations

from dicom.testing.encoder import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    UNDEFINED_LENGTH,
    Element,
    Encoding,
    Item,
    Items,
    encode_elements,
    encode_file,
    encode_meta,
    padded,
)

IMPLICIT = Encoding(explicit=False, little=True)
CODE = (Element(0x00080100, "SH", b"CODE"), Element(0x00080104, "LO", b"Meaning "))
CREATOR = Element(0x00090010, "LO", b"TEST CREATOR")


def _unknown() -> dict[str, tuple[Element, ...]]:
    """Elements of VR UN (PS3.5 6.2.2, CP-246)."""
    implicit_items = encode_elements((Element(0x00081140, "SQ", Items((Item(CODE),))),), IMPLICIT)[8:]
    return {
        "UN of a known text": (Element(0x00100020, "UN", b"ID12"),),
        "UN of a known number": (Element(0x00280010, "UN", b"\x00\x02"),),
        "UN of a known sequence, defined length": (Element(0x00081140, "UN", implicit_items),),
        "UN of a known sequence, undefined length": (
            Element(0x00081140, "UN", implicit_items + bytes.fromhex("feffdde000000000"), False, UNDEFINED_LENGTH),
        ),
        "UN of a private sequence, undefined length": (
            CREATOR,
            Element(0x00091001, "UN", implicit_items + bytes.fromhex("feffdde000000000"), False, UNDEFINED_LENGTH),
        ),
        "UN of an unknown public tag": (Element(0x00080007, "UN", b"abcd"),),
        "UN private creator": (Element(0x00090010, "UN", b"TEST CREATOR"), Element(0x00091001, "UN", b"ab")),
    }


def _ambiguous(signed: int) -> dict[str, tuple[Element, ...]]:
    """Elements whose VR depends on another element (PS3.5 annex A, PS3.6)."""
    representation = Element(0x00280103, "US", (signed,))
    lut = Item((Element(0x00283002, "US", (4, 65530, 16)), Element(0x00283006, "US", (1, 2, 3, 65535))))
    bits = Element(0x00280100, "US", (16,))
    name = f"implicit, Pixel Representation {signed}: "
    return {
        name + "Smallest Image Pixel Value": (representation, Element(0x00280106, "US", (65530,))),
        name + "Pixel Padding Value": (representation, Element(0x00280120, "US", (63536,))),
        name + "palette descriptor": (
            representation,
            Element(0x00281101, "US", (256, 65500, 16)),
            Element(0x00281201, "OW", (1, 2, 3)),
        ),
        name + "LUT in a sequence": (representation, Element(0x00283010, "SQ", Items((lut,)))),
        name + "LUT data of one value": (
            representation,
            Element(
                0x00283010,
                "SQ",
                Items((Item((Element(0x00283002, "US", (1, 0, 16)), Element(0x00283006, "US", (7,)))),)),
            ),
        ),
        name + "pixels": (bits, representation, Element(0x7FE00010, "OW", (1, 2, 3))),
        name + "overlay data": (representation, Element(0x60003000, "OW", (1, 2))),
    }


def _padding() -> dict[str, tuple[Element, ...]]:
    """Values with padding in odd places, of odd length, or longer than they may be."""
    return {
        "text of odd length": (Element(0x00100020, "LO", b"abc"),),
        "text that ends with NUL": (Element(0x00100020, "LO", b"abc\0"),),
        "text that is NUL alone": (Element(0x00100020, "LO", b"\0\0"),),
        "text of spaces": (Element(0x00100020, "LO", b"    "),),
        "text with spaces before": (Element(0x00100020, "LO", b"  ab"), Element(0x00104000, "LT", b"  ab  ")),
        "UID that ends with a space": (Element(0x00080018, "UI", b"1.2.3 "),),
        "UID of two NULs": (Element(0x00080018, "UI", b"1.2.3\0\0\0"),),
        "code string with inner spaces": (Element(0x00080008, "CS", b" ORIGINAL \\ PRIMARY "),),
        "decimal with spaces": (Element(0x00280030, "DS", b" 1.50 \\ 2 "),),
        "decimal of 18 characters": (Element(0x00280030, "DS", b"1.2345678901234567"),),
        "decimal with an empty value between": (Element(0x00280030, "DS", b"1.5\\\\2"),),
        "decimal with exponent": (Element(0x00280030, "DS", b"1e3\\-2.5E-4"),),
        "integer with decimal point": (Element(0x00200013, "IS", b"1.0 "),),
        "integer beyond 32 bits": (Element(0x00200013, "IS", b"99999999999 "),),
        "number without bytes": (Element(0x00280010, "US", b""),),
        "backslash at the end": (Element(0x00080008, "CS", b"ORIGINAL\\"),),
        "backslash alone": (Element(0x00080008, "CS", b"\\ "),),
        "date in the old form": (Element(0x00080020, "DA", b"1997.07.05"),),
        "time in the old form": (Element(0x00080030, "TM", b"10:20:30"),),
        "several dates": (Element(0x00181200, "DA", b"19970705\\19980706"),),
        "age without zeros": (Element(0x00101010, "AS", b"7Y"),),
        "AT of two tags": (Element(0x00280009, "AT", (0x00181063, 0x00181065)),),
        "name of five groups": (Element(0x00100010, "PN", b"A^B=C^D=E^F=G=H "),),
        "name with carets at the end": (Element(0x00100010, "PN", b"A^B^^^"),),
        "names, one of them empty": (Element(0x00081048, "PN", b"A^B\\\\C^D "),),
        "URI with spaces behind": (Element(0x0008010E, "UR", b"http://a/b  "),),
        "unlimited text with backslashes": (Element(0x0008030E, "UT", b"a\\b\\c "),),
        "unlimited characters, several": (Element(0x00160008, "UC", b"a\\b\\c "),),
    }


def _structure() -> dict[str, tuple[Element, ...]]:
    """Sequences, groups and private blocks of odd shape."""
    empty = Item(())
    return {
        "sequence without items": (Element(0x00081140, "SQ", Items(())), Element(0x0040A730, "SQ", Items(()), True)),
        "items without elements": (
            Element(0x00081140, "SQ", Items((empty, empty._replace(undefined_length=True))), True),
        ),
        "character set within an item": (
            Element(0x00080005, "CS", b"ISO_IR 100"),
            Element(
                0x00081140,
                "SQ",
                Items(
                    (
                        Item(
                            (Element(0x00080005, "CS", b"ISO_IR 192"), Element(0x00080104, "LO", "é😀".encode())),
                        ),
                    )
                ),
            ),
            Element(0x00100010, "PN", "é^".encode("latin-1")),
        ),
        "private elements without a creator": (Element(0x00091001, "LO", b"abcd"), Element(0x00091002, "US", (1,))),
        "two private blocks": (
            CREATOR,
            Element(0x00090011, "LO", b"OTHER "),
            Element(0x00091001, "LO", b"ab"),
            Element(0x00091101, "DS", b"1.5 "),
        ),
        "private block of a known creator": (
            Element(0x00090010, "LO", b"GEMS_IDEN_01"),
            Element(0x00091001, "LO", b"ab"),
        ),
        "private creator in an item only": (
            CREATOR,
            Element(0x00081140, "SQ", Items((Item((Element(0x00091001, "LO", b"ab"),)),))),
            Element(0x00091001, "LO", b"ab"),
        ),
        "repeating groups": (
            Element(0x50000005, "US", (1,)),
            Element(0x50040030, "SH", b"unit"),
            Element(0x60000010, "US", (2,)),
            Element(0x60020022, "LO", b"text"),
        ),
        "group lengths": (
            Element(0x00080000, "UL", (8,)),
            Element(0x00080060, "CS", b"CT"),
            Element(0x00100000, "UL", (0,)),
        ),
        "padding at the end": (Element(0x00080060, "CS", b"CT"), Element(0xFFFCFFFC, "OB", bytes(16))),
        "command set elements": (Element(0x00080060, "CS", b"CT"), Element(0x00200013, "IS", b"1 ")),
    }


def odd_files() -> dict[str, bytes]:
    """Every case in the transfer syntaxes that it makes sense in."""
    files = {}
    for name, elements in _unknown().items():
        files[name] = encode_file(elements, EXPLICIT_LITTLE)
    for name, elements in (_ambiguous(0) | _ambiguous(1)).items():
        files[name] = encode_file(sorted(elements, key=lambda element: element.tag), IMPLICIT_LITTLE)
    for name, elements in (_padding() | _structure()).items():
        files[name] = encode_file(elements, EXPLICIT_LITTLE)
        files[name + ", implicit"] = encode_file(elements, IMPLICIT_LITTLE)
        files[name + ", big"] = encode_file(elements, EXPLICIT_BIG)
    base = (Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.7", b"\0")), Element(0x00100020, "LO", b"ab"))
    files["implicit against the transfer syntax"] = (
        bytes(128) + b"DICM" + encode_meta(EXPLICIT_LITTLE) + encode_elements(base, IMPLICIT)
    )
    files["explicit against the transfer syntax"] = (
        bytes(128)
        + b"DICM"
        + encode_meta(IMPLICIT_LITTLE)
        + encode_elements(base, Encoding(explicit=True, little=True))
    )
    files["a preamble with text"] = encode_file(base, preamble=b"II*\0" + bytes(124))
    files["a private transfer syntax"] = encode_file(base, "1.2.3.4.5")
    files["without File Meta Information, with preamble"] = encode_file(base, IMPLICIT_LITTLE, meta=False)
    return files
