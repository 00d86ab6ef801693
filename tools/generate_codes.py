"""Write the tables of coded concepts, `python/dicom/sr/data/*.tsv`, from public sources.

In: the concepts, context groups and the SNOMED mapping that pydicom publishes (``pydicom.sr.codedict``,
``pydicom.sr.coding``). Out: `schemes/<scheme>.tsv` (keyword, value, meaning), `contexts.tsv` (CID, name), `members.tsv`
(CID, then ``scheme:keyword keyword ...`` for each scheme), `snomed.tsv` (SCT and SRT values) and `EDITION`.
Standard: PS3.16 annex B (context groups), annex D (DICOM's own codes), annex O (SNOMED). Only facts are taken over. Run
it again, with a newer source installed, when a new edition is out, and read the diff:

    pip install pydicom==3.0.2
    python tools/generate_codes.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
from pydicom.sr.codedict import CID_CONCEPTS, CONCEPTS, name_for_cid  # type: ignore[attr-defined]
from pydicom.sr.coding import snomed_mapping  # type: ignore[attr-defined]

DATA = Path(__file__).parent.parent / "python" / "dicom" / "sr" / "data"

Row = tuple[str, ...]


def scheme_rows(scheme: str) -> list[Row]:
    rows: list[Row] = []
    concepts: Any = CONCEPTS[scheme]
    for keyword, values in sorted(concepts.items()):
        if len(values) != 1:
            raise SystemExit(f"{keyword} of {scheme} has {len(values)} values; the table takes one")
        ((value, (meaning, _)),) = values.items()
        rows.append((keyword, value, meaning))
    return rows


def member_rows() -> list[Row]:
    """A row for each context group; its keywords are sorted, for their order means nothing."""
    return [
        (str(cid), *([f"{scheme}:{' '.join(sorted(keywords))}" for scheme, keywords in schemes.items()] or [""]))
        for cid, schemes in sorted(CID_CONCEPTS.items())
    ]


def write(name: str, header: Row, rows: list[Row], *, ragged: bool = False) -> None:
    for row in rows:
        if (not ragged and len(row) != len(header)) or any("\t" in cell or "\n" in cell for cell in row):
            raise SystemExit(f"a row of {name} doesn't fit its table: {row}")
    lines = ["\t".join(row) for row in [("#" + header[0], *header[1:]), *rows]]
    path = DATA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    count = 0
    for scheme in CONCEPTS:
        rows = scheme_rows(scheme)
        count += len(rows)
        write(f"schemes/{scheme}.tsv", ("keyword", "value", "meaning"), rows)
    write("schemes.tsv", ("scheme",), [(scheme,) for scheme in CONCEPTS])
    write("contexts.tsv", ("cid", "name"), [(str(cid), name) for cid, name in sorted(name_for_cid.items())])
    write("members.tsv", ("cid", "scheme:keywords"), member_rows(), ragged=True)
    write("snomed.tsv", ("sct", "srt"), list(snomed_mapping["SCT"].items()))
    edition = f"""DICOM 2024c

{count} concepts of {len(CONCEPTS)} coding schemes, {len(name_for_cid)} context groups, {len(snomed_mapping["SCT"])}
pairs of SNOMED values.

From pydicom {pydicom.__version__}, its public tables: PS3.16 annexes B, D and O.
"""
    (DATA / "EDITION").write_text(edition, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
