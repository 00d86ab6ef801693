"""Draw the pictures of a page of docs/ by running its examples.

Run: ``python -m tools.draw_page docs/plotting.md docs/images fused.png dose.png masks.png contours.png``. In: a page, a
folder and the names of pictures that the page's `python` blocks save. Out: those pictures in the folder.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from doctest import DocTestParser
from pathlib import Path

import matplotlib as mpl

from tools.samples import write_samples, write_series_samples

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _parts(block: str) -> list[str]:
    """What is run of a block: all of it, or the examples of a dialogue but for those that end in an error."""
    if ">>>" not in block:
        return [block]
    return [one.source for one in DocTestParser().get_examples(block) if one.exc_msg is None]


def draw_page(page: Path, folder: Path, names: list[str]) -> None:
    """Run the page's blocks one after the other, beside the samples, and keep what they save under these names."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    folder = folder.resolve()
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as temporary:
        write_samples(Path(temporary))
        write_series_samples(Path(temporary))
        os.chdir(temporary)
        try:
            names_of_page: dict[str, object] = {}
            for block in blocks:
                for part in _parts(block):
                    exec(compile(part, str(page), "exec"), names_of_page)
            for name in names:
                shutil.copyfile(name, folder / name)
        finally:
            os.chdir(here)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: python -m tools.draw_page PAGE FOLDER PICTURE...")
    mpl.use("Agg")
    draw_page(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
