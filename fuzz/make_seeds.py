"""Write the files that fuzzing begins with into fuzz/corpus/: small right ones of each kind, made by code.

In: nothing but the project's test encoder; the extension need not be built. Out: fuzz/corpus/TARGET/*.
"""

from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path
from typing import Any

FUZZ = Path(__file__).resolve().parent


def load_encoder() -> Any:
    """The test encoder by its path: importing the package would need the extension to be built."""
    path = FUZZ.parent / "python" / "dicom" / "testing" / "encoder.py"
    spec = importlib.util.spec_from_file_location("dicom_test_encoder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def data_set(encoder: Any) -> tuple[Any, ...]:
    """Elements of all shapes: text, numbers, sequences of both kinds of length, private ones, UN."""
    element, item, items = encoder.Element, encoder.Item, encoder.Items
    code = item((element(0x00080100, "SH", b"CODE"), element(0x00080104, "LO", b"Meaning ")))
    open_code = code._replace(undefined_length=True)
    return (
        element(0x00080005, "CS", b"ISO_IR 100"),
        element(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.7\0"),
        element(0x00081140, "SQ", items((code, open_code)), True),
        element(0x00090010, "LO", b"TEST"),
        element(0x00091001, "UN", b"\1\2\3\4"),
        element(0x00091002, "UN", items((code,)), True),
        element(0x00100010, "PN", b"A^B "),
        element(0x00280010, "US", (2,)),
        element(0x0040A730, "SQ", items((item((element(0x0040A043, "SQ", items((code,))),)),))),
        element(0x7FE00010, "OW", (1, 2, 3, 4)),
    )


def tables(encoder: Any) -> dict[str, bytes]:
    """Files and bare data sets; the first byte is the target's choice of how to read."""
    made = data_set(encoder)
    seeds = {}
    syntaxes = (encoder.IMPLICIT_LITTLE, encoder.EXPLICIT_LITTLE, encoder.EXPLICIT_BIG, encoder.DEFLATED)
    for number, syntax in enumerate(syntaxes):
        file = encoder.encode_file(made, syntax)
        for choice in range(4):
            seeds[f"file-{number}-{choice}"] = bytes([choice]) + file
    fragments = (*made[:-1], encoder.Element(0x7FE00010, "OB", encoder.Fragments((0, 12), (b"abcd", b"efgh"))))
    seeds["fragments"] = b"\0" + encoder.encode_file(fragments, "1.2.840.10008.1.2.5")
    for choice in range(4, 8):
        encoding = encoder.Encoding(explicit=choice & 1 == 1, little=choice & 2 == 0)
        seeds[f"bare-{choice}"] = bytes([choice]) + encoder.encode_elements(made, encoding)
    return seeds


def columns(encoder: Any) -> dict[str, bytes]:
    """Items of functional groups, of both kinds of length, in each encoding; files to scan. The first byte chooses."""
    element, item, items = encoder.Element, encoder.Item, encoder.Items

    def frame(undefined: bool, position: bytes) -> Any:
        group = item((element(0x00200032, "DS", position),), undefined)
        return item(
            (
                element(0x0008103E, "LO", b"A\\B "),
                element(0x00091002, "FL", (1.5,)),
                element(0x00189087, "FD", (0.5, 2.0)),
                element(0x00209113, "SQ", items((group, group)), undefined),
            ),
            undefined,
        )

    seeds = {}
    for choice in range(4):
        encoding = encoder.Encoding(explicit=choice & 1 == 1, little=choice & 2 == 0)
        for undefined in (False, True):
            made = (frame(undefined, b"1\\2\\-3.5"), frame(not undefined, b""), frame(undefined, b"x "))
            value = encoder.encode_value(element(0x52009230, "SQ", items(made)), encoding)
            seeds[f"items-{choice}-{int(undefined)}"] = bytes([choice]) + value
    whole = data_set(encoder)
    for number, syntax in enumerate((encoder.IMPLICIT_LITTLE, encoder.EXPLICIT_LITTLE, encoder.DEFLATED)):
        seeds[f"scan-{number}"] = b"\4" + encoder.encode_file(whole, syntax)
    return seeds


def values() -> dict[str, bytes]:
    """Text and numbers of several VRs."""
    texts = (
        b"DS1.5\\-2e3\\ 007 ",
        b"IS12\\-4 ",
        b"PNA^B=C^D ",
        b"UI1.2.840\0",
        b"DA20240229",
        b"FD" + bytes(range(16)),
    )
    return {f"value-{number}": text for number, text in enumerate(texts)}


def fragments(encoder: Any) -> dict[str, bytes]:
    """Encapsulated values with and without offsets."""
    little = encoder.Encoding(explicit=True, little=True)
    made = (
        encoder.Fragments((), (b"abcd",)),
        encoder.Fragments((0, 12), (b"abcd", b"efgh")),
        encoder.Fragments((), ()),
    )
    return {
        f"fragments-{number}": encoder.encode_value(encoder.Element(0x7FE00010, "OB", one), little)
        for number, one in enumerate(made)
    }


def rle_frames() -> dict[str, bytes]:
    """RLE frames of one and of three segments, behind rows, columns and kind."""
    segment = b"\x01ab\xfec\x80" + b"\xf9\x00"
    one = struct.pack("<16I", 1, 64, *[0] * 14) + segment
    length = len(segment)
    three = struct.pack("<16I", 3, 64, 64 + length, 64 + 2 * length, *[0] * 12) + segment * 3
    return {"one": b"\x03\x05\x02" + one, "three": b"\x03\x05\x03" + three}


def codestreams() -> dict[str, bytes]:
    """Headers of each codestream, behind rows, columns and kind: 8 x 8, one component, 8 bits."""
    frame = struct.pack(">BHHB3B", 8, 8, 8, 1, 1, 0x11, 0)
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\xd9"
    adobe = b"\xff\xee\x00\x0eAdobe\0d\0\0\0\0\1"
    seeds = {
        f"jpeg-{n:X}": b"\xff\xd8" + adobe + bytes([0xFF, n, 0, 11]) + frame + scan for n in (0xC0, 0xC1, 0xC2, 0xC3)
    }
    seeds["jpeg-ls"] = b"\xff\xd8\xff\xf7\x00\x0b" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00\x12\xff\xd9"
    size = struct.pack(">HIIIIIIIIH3B", 0, 8, 8, 0, 0, 8, 8, 0, 0, 1, 7, 1, 1)
    stream = b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + b"\xff\x93\xff\xd9"
    seeds["j2k"] = stream
    seeds["htj2k"] = stream.replace(b"\xff\x93", b"\xff\x50\x00\x08\x00\x02\x00\x00\x00\x00\xff\x93")
    boxes = b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 "
    seeds["jp2"] = boxes + struct.pack(">I4s", len(stream) + 8, b"jp2c") + stream
    # What the deeper checks read: a coding style and step sizes, tile-parts, several scans, a JPEG stream to give back.
    quantization = b"\xff\x5c\x00\x07\x40\x48\x48\x50\x48"
    tile_part = b"\xff\x90\x00\x0a\0\0\0\0\0\x10\0\1\xff\x93\x12\x34"
    for name, block_style, more in (
        ("", 0, b""),
        ("-high-throughput", 64, b"\xff\x50\x00\x08\x00\x02\x00\x00\x00\x00"),
    ):
        coding = b"\xff\x52\x00\x0c\0\2\0\1\0\1\4\4" + bytes([block_style]) + b"\1"
        seeds[f"j2k-whole{name}"] = stream[:-4] + more + coding + quantization + tile_part + b"\xff\xd9"
    seeds["jpeg-scans"] = b"\xff\xd8\xff\xc2\x00\x0b" + frame + scan[:-2] * 40 + b"\xff\xd9"
    seeds["jpeg-xl-reconstruction"] = (
        b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x0cjbrd\x33\x80\0\0" + b"\0\0\0\x0cjxlc\xff\x0a\x45\2"
    )
    seeds["jpeg-xl"] = b"\xff\x0a\x41\x00\x12\x34"
    seeds["jpeg-xl-box"] = (
        b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x14ftypjxl \0\0\0\0jxl " + b"\0\0\0\x0ejxlc\xff\x0a\x41\0\x12\x34"
    )
    return {name: b"\x08\x08\x00" + seed for name, seed in seeds.items()}


def models() -> dict[str, bytes]:
    """DICOM JSON Model objects: values of all kinds, sequences, escapes, and texts that are no JSON."""
    texts = (
        '{"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B", '
        '"Ideographic": "\\u5c71", "Phonetic": "p"}]}, "00280010": {"vr": "US", "Value": [1, 2]}}',
        '{"00081140": {"Value": [{"00081155": {"Value": ["1.2.3"], "vr": "UI"}}, {}, null], "vr": "SQ"}}',
        '{"00091001": {"vr": "DS", "Value": [1, -2.5e-3, null]}, "00091002": {"vr": "AT", "Value": ["00100020"]}}',
        '{"00091003": {"vr": "OB", "InlineBinary": "AAECAw=="}, "00091004": {"vr": "OW", "BulkDataURI": "u"}}',
        '{"00091005": {"vr": "FL", "Value": [NaN, Infinity, -Infinity, 0.5]}, "x": {"vr": "UN"}, "FFFEE000": []}',
        '{"00091006": {"vr": "LT", "Value": ["\\"\\\\\\n\\ud83d\\ude00"]}}',
        '{"0040A730":{"vr":"SQ","Value":[' * 70,
    )
    return {f"model-{number}": text.encode() for number, text in enumerate(texts)}


def contours() -> dict[str, bytes]:
    """Polygons of three planes, behind what they are and where they begin: quarters of pixels, or float64."""
    square, star = bytes((32, 32, 80, 32, 80, 64, 32, 64)), bytes(range(24, 96, 3)) * 2
    numbers = struct.pack("<12d", 1, 2, 9.5, 2.5, 4, 11, 1e8, -1e8, 3, 3, 0.1, 0.2)
    return {
        "squares": b"\0\4\x08\x0c" + square * 4,
        "stars": b"\6\x0c\x18\x24" + star * 3,
        "numbers": b"\1\2\4\5" + numbers,
    }


def main() -> None:
    """Write all seeds."""
    encoder = load_encoder()
    targets = {
        "table": tables(encoder),
        "values": values(),
        "columns": columns(encoder),
        "fragments": fragments(encoder),
        "rle": rle_frames(),
        "guard": codestreams(),
        "json": models(),
        "contours": contours(),
    }
    for target, seeds in targets.items():
        folder = FUZZ / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, seed in seeds.items():
            (folder / f"seed-{name}").write_bytes(seed)


if __name__ == "__main__":
    main()
