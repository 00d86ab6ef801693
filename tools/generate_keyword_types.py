"""Write `python/dicom/elements/keywords.pyi`, which tells type checkers the type of each keyword, from the dictionary.

In: `crates/dictionary/data/attributes.tsv` (tag, VR, VM, keyword, name, retired). Out: a stub with one attribute for
each keyword, its type named by VR and VM as `keyword_types.pyi` explains. Standard: PS3.6, PS3.5 6.2 and 6.4.
Run it after the tables have changed; `tests/types/test_keywords.py` fails until it was:

    python tools/generate_keyword_types.py
"""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TABLE = PROJECT / "crates" / "dictionary" / "data" / "attributes.tsv"
STUB = PROJECT / "python" / "dicom" / "elements" / "keywords.pyi"

# Their Value Multiplicity is 1 whatever PS3.6 says: a backslash in them is text (PS3.5 6.2), a sequence is one value.
ALWAYS_ONE = {"LT", "ST", "UT", "UR", "SQ"}

HEAD = '''\
"""The keywords of the dictionary with their types: for type checkers alone, never imported at run time.

Written by tools/generate_keyword_types.py: change that, or `keyword_types.pyi`, which explains the types.
Keywords of repeating groups (50xx, 60xx) are missing: they stand for many tags. Standard: PS3.6 6 to 9, PS3.7 E.
"""

from .keyword_types import (
'''


def type_name(vr: str, vm: str) -> str:
    """The name, in `keyword_types.pyi`, of what an attribute of a VR and VM gives and takes: ``US``, ``DS_1n``.

    Parameters
    ----------
    vr : str
        The VR as PS3.6 writes it, ``"US or SS"`` too.
    vm : str
        The VM as PS3.6 writes it: ``"1"``, ``"3"``, ``"1-n"``, ``"2-2n"``.
    """
    name = vr.replace(" ", "_")
    fewest, _, most = vm.partition("-")
    if vm == "1" or vr in ALWAYS_ONE:
        return name
    if fewest != "1" or not most:
        return f"{name}_n"
    return f"{name}_1n"


def stub(table: str) -> str:
    """The text of the stub for the text of `attributes.tsv`."""
    types: dict[str, str] = {}
    for line in table.splitlines():
        tag, vr, vm, keyword, *_ = line.split("\t")
        # Items and delimiters (FFFE,xxxx) are no elements of a data set.
        if keyword and "x" not in tag and not tag.startswith(("#", "FFFE")):
            types[keyword] = type_name(vr, vm)
    # In the order that the linter wants: constants first.
    names = sorted(set(types.values()), key=lambda name: (not name.isupper(), name))
    imported = "".join(f"    {name},\n" for name in names)
    attributes = "".join(f"    {keyword}: {types[keyword]}\n" for keyword in types)
    return f"{HEAD}{imported})\n\nclass Keywords:\n{attributes}"


def main() -> None:
    text = stub(TABLE.read_text(encoding="utf-8"))
    STUB.write_text(text, encoding="utf-8")
    print(f"{STUB.relative_to(PROJECT)}: {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
