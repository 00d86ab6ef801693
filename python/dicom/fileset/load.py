"""Read the directory of a File-set: from offsets to a tree.

In: the data set of a DICOMDIR. Out: levels of records with those that belong below each, the records that no chain
reaches, and findings. Each record is taken once, so that offsets that lead in a circle, into the middle of a record or
nowhere end a chain and are named, and what lay behind is found again among the records that remain.
Standard: PS3.3 F.2.2.2, F.3.2.
"""

from __future__ import annotations

from dicom.dataset.directory_records import FIRST_RECORD, LOWER_RECORD, NEXT_RECORD, RECORDS, record_number
from dicom.elements.sequence import Sequence
from dicom.errors import DicomError
from dicom.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.dataset import Dataset
    from dicom.elements.mapping import ElementMapping

#: Levels of directory entities that are followed; the standard's own have four, a File ID at most eight.
DEEPEST_LEVEL = 16


class Directory:
    """What the records of a DICOMDIR say about each other.

    Attributes
    ----------
    links : list of (int, Dataset)
        Each record that a chain reaches, in the order of the tree, with its level from 0.
    orphans : list of Dataset
        The records that no chain reaches.
    findings : list of Finding
        Offsets that couldn't be followed.
    """

    def __init__(self, dataset: ElementMapping) -> None:
        self.findings: list[Finding] = []
        self.links: list[tuple[int, Dataset]] = []
        element = dataset._element(RECORDS)
        value = None if element is None else element.value
        records: list[Dataset] = list(value) if isinstance(value, Sequence) else []
        self._by_number = {number: record for record in records if (number := record_number(record)) is not None}
        self._reached: set[int] = set()
        self._follow(self._link(dataset, FIRST_RECORD), bool(records))
        self.orphans = [record for record in records if id(record) not in self._reached]

    def _follow(self, first: int, has_records: bool) -> None:
        if first == 0 and has_records:
            self.findings.append(
                Finding("no-first-record", "no record is named as the first of the root", FIRST_RECORD, None)
            )
        pending = [(0, first, None)] if first else []
        # Of a record's two links, the lower level comes first: depth before breadth.
        stack: list[tuple[int, int, int | None]] = list(pending)
        while stack:
            level, link, source = stack.pop()
            record = self._by_number.get(link)
            if record is None:
                self.findings.append(
                    Finding("record-offset-outside", "an offset is not that of a directory record", None, source)
                )
                continue
            if id(record) in self._reached:
                self.findings.append(
                    Finding("record-offset-circle", "an offset leads to a record that was reached before", None, source)
                )
                continue
            self._reached.add(id(record))
            self.links.append((level, record))
            following = self._link(record, NEXT_RECORD)
            if following:
                stack.append((level, following, record.seq_item_tell))
            lower = self._link(record, LOWER_RECORD)
            if lower and level + 1 >= DEEPEST_LEVEL:
                self.findings.append(
                    Finding("directory-too-deep", f"more than {DEEPEST_LEVEL} levels", LOWER_RECORD, link)
                )
            elif lower:
                stack.append((level + 1, lower, record.seq_item_tell))

    def _link(self, dataset: ElementMapping, tag: int) -> int:
        try:
            element = dataset._element(tag)
            value = None if element is None else element.value
        except DicomError:
            value = None
        return value if isinstance(value, int) else 0
