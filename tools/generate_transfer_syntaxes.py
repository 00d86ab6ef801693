"""Write `docs/transfer-syntaxes.md`: the transfer syntaxes of the standard, what is done with each, and its proof.

In: `dicom.pixels.codecs.SYNTAXES`, and the names of the tests that are made for each of its rows. Out: a page with one
row for each transfer syntax. Standard: PS3.6 table A-1. Run it after the table of transfer syntaxes has changed;
`tests/tools/test_generate_transfer_syntaxes.py` fails until it was:

    python tools/generate_transfer_syntaxes.py
"""

from __future__ import annotations

from pathlib import Path

from dicom.pixels.codecs import SYNTAXES, TransferSyntax

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "transfer-syntaxes.md"
TESTS = "tests/pixels/references/test_syntaxes.py"

HEAD = """\
# Transfer syntaxes

<!-- Written by tools/generate_transfer_syntaxes.py from the table that the code works by: change that. -->

The {total} transfer syntaxes of the standard (PS3.6 table A-1), and what is done with the pixels of each. {read} are
read, {video} more with the extra `video` (without it the bitstream of a video can be had as a file), and {written} are
written. The others are refused by an error that names them (`TransferSyntaxError`); their headers are read all the
same.

*Alias* is what `dicom transcode --to` and `dicom.transcode` take besides the UID. *Lossless* says whether frames keep
every sample in it: where they may, it is the options that decide.

"""

TABLE = """\
| UID | name | alias | read | write | lossless | proof |
|---|---|---|---|---|---|---|
"""

TAIL = """
## What isn't read, and why

{refusals}
- of `jpeg2000-mc-lossless` and `jpeg2000-mc`, codestreams with a multi-component transformation of JPEG 2000 Part 2:
  the codec knows none. Those that Part 1 knows too are read.

## The proof

Each id in the last column is that of a test in `{tests}`:

```sh
python -m pytest "{tests}::test_is_read[1.2.840.10008.1.2.4.80]"
```

| test | what it shows |
|---|---|
| `test_is_read` | files that a foreign encoder made of known pixels give these: the same where it kept them |
| `test_is_refused` | the header is read; asking for pixels raises an error with the UID and the reason |
| `test_is_written` | other libraries decode what we encode as we do, and to the same pixels where they are kept |
| `test_is_not_written` | encoding raises an error with the UID |

Beyond them, `tests/pixels/references/` holds the frames of the test files of pydicom and pydicom-data, and of hundreds
of files made with DCMTK, GDCM, Pillow, pylibjpeg and imagecodecs, against at least two references: other decoders, and
for lossless files the pixels that they were made of. Lossless frames have to be equal bit for bit, frames of a cosine
transform within 1. Who differs from us and from the others is listed in `differing.tsv` there, with the reason; files
that fewer than two references read are in `few.tsv`, files that are refused in `refused.tsv`. A line that isn't true
any more fails its test.

What the proof leaves open: JPEG XL has no second decoder that could be asked, so its lossless files are held against
the pixels that they were made of, its lossy ones against a bound. All decoders of JPEG 2000 that could be asked are
built on OpenJPEG, as ours is; lossless files are held against their pixels too. Video is held against the
pictures that it was made of alone.
"""


def proofs(syntax: TransferSyntax) -> tuple[str, str]:
    """The ids of the tests of reading and of writing, after their file."""
    reading = "test_is_read" if syntax.decodes else "test_is_refused"
    writing = "test_is_written" if syntax.encodes else "test_is_not_written"
    return f"{reading}[{syntax.uid}]", f"{writing}[{syntax.uid}]"


def row(syntax: TransferSyntax) -> str:
    """The row of one transfer syntax."""
    name = f"{syntax.name} (retired)" if syntax.is_retired and "etired" not in syntax.name else syntax.name
    lossless = {"always": "yes", "never": "no"}.get(syntax.lossless, syntax.lossless)
    cells = (
        f"`{syntax.uid}`",
        name,
        f"`{syntax.alias}`",
        f"with the extra `{syntax.extra}`" if syntax.extra else "yes" if syntax.decodes else "no",
        "yes" if syntax.encodes else "no",
        lossless,
        "<br>".join(f"`{proof}`" for proof in proofs(syntax)),
    )
    return f"| {' | '.join(cells)} |\n"


def refusals() -> str:
    """The reasons of refusals, each with the transfer syntaxes that it holds for."""
    by_reason: dict[str, list[str]] = {}
    for syntax in SYNTAXES.values():
        if not syntax.decodes:
            by_reason.setdefault(syntax.refusal, []).append(f"`{syntax.alias}`")
    return "\n".join(f"- {', '.join(aliases)}: {reason}." for reason, aliases in by_reason.items())


def page() -> str:
    """The text of the page."""
    video = sum(bool(syntax.extra) for syntax in SYNTAXES.values())
    read = sum(syntax.decodes for syntax in SYNTAXES.values()) - video
    written = sum(syntax.encodes for syntax in SYNTAXES.values())
    head = HEAD.format(total=len(SYNTAXES), read=read, video=video, written=written)
    tail = TAIL.format(refusals=refusals(), tests=TESTS)
    return head + TABLE + "".join(row(syntax) for syntax in SYNTAXES.values()) + tail


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE.relative_to(PROJECT)}: {len(SYNTAXES)} transfer syntaxes")


if __name__ == "__main__":
    main()
