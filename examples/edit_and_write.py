"""Edit DICOM files and write them: other names and UIDs, a code sequence, a private element; nothing else changes.

Run: ``python -m examples.edit_and_write [FILE or FOLDER] [--output FOLDER]``. In: a DICOM file or a folder of slices;
without one, a sample CT of the package pydicom. Out: the edited files, and on standard output what was changed. This
shows how editing is done; it does not make a file anonymous.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import dicom
from dicom.sr import Code
from dicom.uid import UID, generate_uid

from .read_dicom_into_python import dicom_files, sample_file

RETAINED = Code("113109", "DCM", "Retain Device Identity Option")


class NewUids:
    """Another UID for each that is met; the same one each time, so that the files of a series stay together."""

    def __init__(self) -> None:
        self._by_old: dict[UID, UID] = {}

    def of(self, old: UID) -> UID:
        """The UID that stands for `old` from now on; those of the standard, as of SOP classes, stand for themselves."""
        if old.name != old:
            return old
        if old not in self._by_old:
            self._by_old[old] = generate_uid()
        return self._by_old[old]


def edit(ds: dicom.Dataset, uids: NewUids, patient: str) -> None:
    """All the edits, in place. What is not named here keeps its bytes."""
    # By keyword. A name beyond ASCII wants a character set that has it; the other text is brought along.
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = patient
    ds.PatientID = "TEST-1"
    if "StudyID" in ds:
        del ds.StudyID

    # At all depths, by a function that is called with each element and the data set that holds it.
    def replace_uids(holder: dicom.Dataset, element: dicom.DataElement) -> None:
        if element.VR == "UI" and element.VM:
            old = [element.value] if element.VM == 1 else list(element.value)
            new = [uids.of(uid) for uid in old]
            if new != old:  # what is assigned counts as changed, even if it is the same
                element.value = new

    ds.walk(replace_uids)

    # A sequence is a list of data sets.
    item = dicom.Dataset()
    item.CodeValue, item.CodingSchemeDesignator = RETAINED.value, RETAINED.scheme_designator
    item.CodeMeaning = RETAINED.meaning
    ds.DeidentificationMethodCodeSequence = [item]

    # A private element belongs to a creator, who reserves a block of an odd group.
    block = ds.private_block(0x0099, "EXAMPLE OF DICOM-PY", create=True)
    block.add_new(0x01, "LO", "edited")


def edit_file(path: str, folder: Path, uids: NewUids, patient: str) -> Path:
    """Write an edited copy of a file into the folder, and say what was changed."""
    with dicom.read(path) as ds:
        edit(ds, uids, patient)
        target = folder / Path(path).name
        # The File Meta Information repeats the SOP Instance UID: this brings it up to date.
        dicom.write(ds, target, enforce_file_format=True)
        for change in ds.changes():
            print(f"{target.name}: {change}")
    return target


def main(arguments: list[str] | None = None) -> int:
    """Run the example."""
    parser = argparse.ArgumentParser(description="Edit DICOM files and write them.")
    parser.add_argument("path", nargs="?", help="a DICOM file or a folder of slices (default: a sample CT)")
    parser.add_argument("--output", default="edited", help="the folder for the edited files")
    parser.add_argument("--patient", default="Yamada^Tarou=山田^太郎", help="the name that is put in")
    options = parser.parse_args(arguments)

    folder = Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    uids = NewUids()
    files = dicom_files(options.path or sample_file())
    for path in files:
        target = edit_file(path, folder, uids, options.patient)
        print(f"{path} -> {target}")
    print(f"{len(files)} files edited.")

    # An untouched data set is written as it was, byte for byte.
    same = folder / "untouched.dcm"
    dicom.write(dicom.read(files[0]), same)
    assert same.read_bytes() == Path(files[0]).read_bytes()
    same.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
