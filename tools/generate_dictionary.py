"""Write the tables of the data dictionary, `crates/dictionary/data/*.tsv`, from public sources.

In: the dictionaries that pydicom publishes (``pydicom.datadict``, ``pydicom.uid``: edition 2024c), and what `cargo doc`
makes of the crate `dicom-dictionary-std` (made from a list of 2026, but without the elements' names).
Out: `attributes.tsv`, `former_keywords.tsv`, `private.tsv`, `uids.tsv` and `EDITION`.
Standard: PS3.6 (attributes, UIDs), PS3.7 annex E (command elements). Only facts are taken over: tag, VR, VM, keyword,
name, retired. Run it again, with newer sources installed, when a new edition is out, and read the diff:

    pip install pydicom==3.0.2
    python tools/generate_dictionary.py            # needs cargo
    python tools/generate_dictionary.py --docs target/doc/dicom_dictionary_std    # with documentation made before
"""

from __future__ import annotations

import argparse
import html
import re
import subprocess
import tempfile
from pathlib import Path

import pydicom
from pydicom.datadict import DicomDictionary, RepeatersDictionary, private_dictionaries  # type: ignore[attr-defined]
from pydicom.uid import UID_dictionary  # type: ignore[attr-defined]

DATA = Path(__file__).parent.parent / "crates" / "dictionary" / "data"
CRATE = "dicom-dictionary-std"
CRATE_VERSION = "0.10.1"

# Words that PS3.6 writes small within a name.
SMALL_WORDS = {"And", "At", "By", "For", "From", "In", "Of", "On", "Or", "Per", "The", "To", "With"}
# Names whose spelling can't be told from the keyword.
NAMES = {"LensFilterCutOffWavelength": "Lens Filter Cut-off Wavelength"}
# The private dictionary writes one ambiguous VR in a form of its own.
VR_SPELLINGS = {"OB_OW": "OB or OW"}

Row = tuple[str, ...]


def rust_documentation() -> Path:
    """Directory of the crate's documentation, made by cargo in a throwaway project."""
    project = Path(tempfile.mkdtemp(prefix="dictionary-"))
    (project / "src").mkdir()
    (project / "src" / "lib.rs").write_text("")
    (project / "Cargo.toml").write_text(
        f'[package]\nname = "throwaway"\nversion = "0.0.0"\nedition = "2021"\n'
        f'[dependencies]\n{CRATE} = "={CRATE_VERSION}"\n[workspace]\n'
    )
    subprocess.run(["cargo", "doc", "--quiet", "--no-deps", "-p", CRATE], cwd=project, check=True)
    return project / "target" / "doc" / CRATE.replace("-", "_")


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def name_from_keyword(keyword: str) -> str:
    """Element name as PS3.6 would write it: the keyword's words with spaces."""
    if keyword in NAMES:
        return NAMES[keyword]
    words = re.findall(r"DateTime|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+", keyword)
    return " ".join(word.lower() if word in SMALL_WORDS and index else word for index, word in enumerate(words))


def keyword_from_name(name: str) -> str:
    """Keyword of a UID as PS3.6 annex A would write it: the name's words run together."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", name))


def covered_by_repeater(tag: int) -> bool:
    digits = f"{tag:08X}"
    return any(all(m in ("x", d) for m, d in zip(mask, digits, strict=True)) for mask in RepeatersDictionary)


def documented_attributes(docs: Path) -> list[tuple[int, str, str, str, bool]]:
    """(tag, keyword, VR, VM, retired) of the crate's constants."""
    pattern = re.compile(r"(\w+) \(([0-9A-F]{4}),([0-9A-F]{4})\) (\S+) (\S+) (.*)")
    found = []
    for markup in re.findall(r"<dd>(.*?)</dd>", (docs / "tags" / "index.html").read_text(encoding="utf-8")):
        match = pattern.fullmatch(text_of(markup))
        if match:
            keyword, group, element, vr, vm, source = match.groups()
            found.append((int(group + element, 16), keyword, vr, vm, "retired" in source))
    if len(found) < 5000:
        raise SystemExit(f"only {len(found)} attributes read from {docs}: has the form of the documentation changed?")
    return found


def attribute_rows(docs: Path) -> tuple[list[Row], list[Row], int]:
    """Rows of `attributes.tsv`, rows of `former_keywords.tsv`, and how many came from the crate alone."""
    rows: dict[str, Row] = {}
    for tag, (vr, vm, name, retired, keyword) in DicomDictionary.items():
        # Items and delimiters have no VR (PS3.5 7.5); UN stands in their rows.
        rows[f"{tag:08X}"] = (vr if vr != "NONE" else "UN", vm, keyword, name, "R" if retired else "")
    former: list[Row] = []
    added = 0
    for tag, keyword, vr, vm, is_retired in documented_attributes(docs):
        key = f"{tag:08X}"
        if key in rows:
            row = rows[key]
            older = row[2]
            # A keyword that a later edition corrected stays understood.
            if older and older != keyword:
                former.append((older, key))
            rows[key] = (row[0], row[1], keyword if older else "", row[3], "R" if is_retired else row[4])
        elif not covered_by_repeater(tag):
            rows[key] = (vr, vm, keyword, name_from_keyword(keyword), "R" if is_retired else "")
            added += 1
    table = [(key, *row) for key, row in sorted(rows.items())]
    for mask, (vr, vm, name, retired, keyword) in RepeatersDictionary.items():
        table.append((mask, vr, vm, keyword, name, "R" if retired else ""))
    return table, sorted(former), added


def private_rows() -> list[Row]:
    rows: list[Row] = []
    for creator, entries in private_dictionaries.items():
        for pattern, (vr, vm, name, _retired) in entries.items():
            # `001910xx` and its like describe the reservation (0019,0010-00FF), which isn't an element of the creator.
            if not pattern.endswith("xx"):
                rows.append((creator, pattern, VR_SPELLINGS.get(vr, vr), vm, name))
    return sorted(rows)


def uid_rows(docs: Path) -> tuple[list[Row], int]:
    rows: dict[str, Row] = {}
    for uid, (name, kind, info, retired, keyword) in UID_dictionary.items():
        rows[uid] = (kind, keyword, name, info, "R" if retired else "")
    added = 0
    for page in sorted((docs / "uids").glob("constant.*.html")):
        text = text_of(page.read_text(encoding="utf-8"))
        value = re.search(r'= "([0-9.]+)";', text)
        if value and value[1] not in rows:
            kind, name = text.rsplit("Expand description", 1)[1].strip().split(": ", 1)
            rows[value[1]] = (kind, keyword_from_name(name), name, "", "")
            added += 1
    in_order = sorted(rows.items(), key=lambda item: [int(part) for part in item[0].split(".")])
    return [(uid, *row) for uid, row in in_order], added


def write(name: str, header: Row, rows: list[Row]) -> None:
    for row in rows:
        if len(row) != len(header) or any("\t" in cell or "\n" in cell for cell in row):
            raise SystemExit(f"a row of {name} doesn't fit its table: {row}")
    lines = ["\t".join(row) for row in [("#" + header[0], *header[1:]), *rows]]
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, help=f"documentation of {CRATE} made by cargo doc (else it is made)")
    docs = parser.parse_args().docs or rust_documentation()
    attributes, former, new_attributes = attribute_rows(docs)
    uids, new_uids = uid_rows(docs)
    private = private_rows()
    write("attributes.tsv", ("tag", "vr", "vm", "keyword", "name", "retired"), attributes)
    write("former_keywords.tsv", ("keyword", "tag"), former)
    write("private.tsv", ("creator", "pattern", "vr", "vm", "name"), private)
    write("uids.tsv", ("uid", "kind", "keyword", "name", "info", "retired"), uids)
    edition = f"""DICOM 2024c with additions to 2026

{len(attributes)} attributes, {len(uids)} UIDs, {len(private)} private elements.

From pydicom {pydicom.__version__}, its public dictionaries: edition 2024c of PS3.6 and PS3.7, and the private elements.

From {CRATE} {CRATE_VERSION}, its documentation: {new_attributes} attributes and {new_uids} UIDs that are newer,
or of DICONDE; {len(former)} keywords that were corrected; which attributes have been retired since. It gives no
names: the names of these attributes are formed from their keywords, the keywords of these UIDs from their names.
"""
    (DATA / "EDITION").write_text(edition, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
