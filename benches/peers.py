"""The readers that are measured, asked the same questions in their own words.

In: paths. Out: tags, attributes and values as plain values that compare, and bare runs that do the work and keep
nothing. A reader that isn't installed takes no part.
"""

from __future__ import annotations

import importlib
import warnings
from typing import Any

ATTRIBUTES = (
    "SOPClassUID", "SOPInstanceUID", "StudyDate", "Modality", "Manufacturer", "PatientName", "PatientID",
    "ImageType", "PatientSex", "SliceThickness", "KVP", "StudyInstanceUID", "SeriesInstanceUID", "InstanceNumber",
    "ImagePositionPatient", "ImageOrientationPatient", "SliceLocation", "Rows", "Columns", "PixelSpacing",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A value as numbers, text, bytes and lists: what all readers could agree on."""
    if value is None or value == "" or (isinstance(value, (list, tuple)) and not value):
        return None
    if isinstance(value, (bytes, bytearray, str)):
        return bytes(value) if not isinstance(value, str) else str(value)
    if isinstance(value, (int, float)):
        return float(value)
    if hasattr(value, "family_name"):
        return str(value)
    try:
        return [plain(one) for one in value]
    except TypeError:
        return str(value)


class Peer:
    """A reader; the base class speaks pydicom's API, which is ours too."""

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        self.module: Any = importlib.import_module(module)

    def open(self, path: str) -> Any:
        """A data set of the file."""
        return self.module.dcmread(path)

    def tags(self, opened: Any) -> list[int]:
        """Tags of the data set's elements, without the File Meta Information and groups' lengths."""
        return [int(tag) for tag in opened.keys()]  # noqa: SIM118

    def attributes(self, opened: Any) -> list[Any]:
        """Twenty attributes by name."""
        return [getattr(opened, name) for name in ATTRIBUTES]

    def every_value(self, opened: Any) -> list[Any]:
        """Every value, those of nested data sets too, in the order of the file."""
        return [element.value for element in opened.iterall() if element.VR != "SQ"]

    def contour_numbers(self, opened: Any) -> list[Any]:
        """The numbers of all contours, an array of floats each."""
        import numpy as np

        return [
            np.asarray(contour.ContourData, dtype=np.float64)
            for region in opened.ROIContourSequence
            for contour in region.ContourSequence
        ]

    def pixels(self, opened: Any) -> Any:
        """The pixel array, all frames."""
        return opened.pixel_array


class Ours(Peer):
    """The library that this bench belongs to."""

    def open(self, path: str) -> Any:
        return self.module.read(path)

    def contour_numbers(self, opened: Any) -> list[Any]:
        return [
            contour["ContourData"].to_numpy()
            for region in opened.ROIContourSequence
            for contour in region.ContourSequence
        ]


class Dicomsdl(Peer):
    """dicomsdl: C++ behind pybind11."""

    def open(self, path: str) -> Any:
        return self.module.open_file(path)

    def tags(self, opened: Any) -> list[int]:
        return [tag for element in opened if (tag := element.tag()) >= 0x00080000]

    def every_value(self, opened: Any) -> list[Any]:
        values: list[Any] = []
        self._gather(opened, values)
        return values

    def _gather(self, opened: Any, values: list[Any]) -> None:
        sequence = self.module.VR.SQ
        for element in opened:
            if element.tag() < 0x00080000:
                continue
            if element.vr() == sequence:
                items = element.toSequence()
                for index in range(len(items)):
                    self._gather(items[index], values)
            else:
                values.append(element.value())

    def contour_numbers(self, opened: Any) -> list[Any]:
        import numpy as np

        numbers = []
        regions = opened.ROIContourSequence
        for region in (regions[index] for index in range(len(regions))):
            contours = region.ContourSequence
            elements = (contours[index].getDataElement("ContourData") for index in range(len(contours)))
            numbers += [np.asarray(element.toDoubleVector()) for element in elements]
        return numbers

    def pixels(self, opened: Any) -> Any:
        import numpy as np

        frames = int(opened.NumberOfFrames or 1)
        decoded = [opened.pixelData(index, storedvalue=True) for index in range(frames)]
        return np.stack(decoded) if frames > 1 else decoded[0]


class Fastdicom(Peer):
    """fastdicom: Rust behind PyO3."""

    def tags(self, opened: Any) -> list[int]:
        return [group << 16 | element for group, element in opened.keys() if group >= 8]  # noqa: SIM118

    def every_value(self, opened: Any) -> list[Any]:
        values: list[Any] = []
        self._gather(opened, values)
        return values

    def _gather(self, opened: Any, values: list[Any]) -> None:
        for value in opened.values():
            if isinstance(value, list) and value and hasattr(value[0], "file_meta"):
                for item in value:
                    self._gather(item, values)
            else:
                values.append(value)


class Pydicom(Peer):
    """pydicom with one of its decoding plugins, where its own choice is another."""

    def __init__(self, name: str, plugin: str) -> None:
        super().__init__(name, "pydicom")
        self.plugin = plugin

    def decodes(self, transfer_syntax: str) -> bool:
        """Whether the plugin is there for a transfer syntax."""
        from pydicom.pixels import get_decoder

        try:
            return self.plugin in get_decoder(transfer_syntax).available_plugins
        except NotImplementedError:
            return False

    def pixels(self, opened: Any) -> Any:
        opened.pixel_array_options(decoding_plugin=self.plugin)
        return opened.pixel_array


class SimpleItk(Peer):
    """SimpleITK, which reads DICOM by GDCM; its images are read from the path in one go."""

    def open(self, path: str) -> Any:
        return path

    def pixels(self, opened: Any) -> Any:
        array = self.module.GetArrayFromImage(self.module.ReadImage(opened))
        return array[0] if len(array) == 1 else array


_KINDS: tuple[tuple[str, str, type[Peer]], ...] = (
    ("dicom", "dicom", Ours),
    ("pydicom", "pydicom", Peer),
    ("dicomsdl", "dicomsdl", Dicomsdl),
    ("fastdicom", "fastdicom", Fastdicom),
)


def readers() -> list[Peer]:
    """The readers that are installed: ours first, then pydicom, then the peers."""
    found = []
    for name, module, kind in _KINDS:
        try:
            found.append(kind(name, module))
        except ImportError:
            continue
    warnings.simplefilter("ignore")
    return found


def pixel_readers(transfer_syntax: str) -> list[Peer]:
    """Besides the `readers`, those that decode a transfer syntax."""
    plugins = [Pydicom("pydicom, pylibjpeg", "pylibjpeg"), Pydicom("pydicom, GDCM", "gdcm")]
    found: list[Peer] = [peer for peer in plugins if peer.decodes(transfer_syntax)]
    try:
        sitk = SimpleItk("SimpleITK", "SimpleITK")
    except ImportError:
        return found
    # It tells on standard error what it can't read.
    sitk.module.ProcessObject.SetGlobalWarningDisplay(False)
    return [*found, sitk]
