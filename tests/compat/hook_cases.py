"""What hooks, callbacks and the functions of smaller modules do, as programs for pydicom; see `tests.compat.cases`."""

from __future__ import annotations

from typing import Any

import pydicom.dataset
import pydicom.hooks
import pydicom.multival
from pydicom import Dataset, config, dcmread
from pydicom.config import RAISE
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.hooks import hooks

from tests.compat.cases import SAMPLE, case, file_of, raw, tell

# --- callbacks and hooks ---------------------------------------------------------------------------------------------


@case
def the_callback_gets_raw_elements() -> Any:
    seen = []

    def note(given: Any, **arguments: Any) -> Any:
        if given.tag > 0x00030000:
            seen.append([str(given.tag), given.VR, repr(given.value), given.is_raw, arguments.get("own")])
        return given._replace(value=b"OT") if given.tag == 0x00080060 else given

    config.data_element_callback = note
    config.data_element_callback_kwargs = {"own": 1}
    dataset = dcmread(file_of(SAMPLE[0], SAMPLE[3]))
    value = dataset.Modality
    return value, seen


@case
def the_callback_is_reset() -> Any:
    config.data_element_callback = lambda given, **arguments: given
    config.data_element_callback_kwargs = {"own": 1}
    config.reset_data_element_callback()
    return config.data_element_callback, str(config.data_element_callback_kwargs)


@case
def a_hook_finds_the_vr() -> Any:
    def as_text(given: Any, data: dict[str, Any], *, encoding: Any = None, ds: Any = None, **arguments: Any) -> None:
        data["VR"] = "LO" if given.tag == 0x00080020 else given.VR

    hooks.register_callback("raw_element_vr", as_text)
    return dcmread(file_of(*SAMPLE))["StudyDate"]


@case
def a_hook_finds_the_value() -> Any:
    def shout(given: Any, data: dict[str, Any], *, encoding: Any = None, ds: Any = None, **arguments: Any) -> None:
        pydicom.hooks.raw_element_value(given, data, encoding=encoding, ds=ds, **arguments)
        if data["VR"] == "CS" and given.tag == 0x00080060:
            data["value"] = data["value"] + arguments["end"]

    hooks.register_callback("raw_element_value", shout)
    hooks.register_kwargs("raw_element_kwargs", {"end": "X"})
    return dcmread(file_of(*SAMPLE)).Modality


@case
def a_hook_that_finds_no_vr() -> Any:
    hooks.register_callback("raw_element_vr", lambda given, data, **arguments: None)
    return convert_raw_data_element(raw(0x00080060, "CS", b"CT"))


@case
def a_wrong_separator_is_mended() -> Any:
    hooks.register_callback("raw_element_value", pydicom.hooks.raw_element_value_fix_separator)
    found = [convert_raw_data_element(raw(0x00200032, "DS", b"1,2,3"))]
    hooks.register_kwargs("raw_element_kwargs", {"target_VRs": ("DS",)})
    found.append(convert_raw_data_element(raw(0x00200032, "DS", b"1,2,3")))
    found.append(convert_raw_data_element(raw(0x00100020, "LO", b"1,2,3")))
    hooks.register_kwargs("raw_element_kwargs", {"target_VRs": ("DS",), "separator": "-"})
    found.append(convert_raw_data_element(raw(0x00200032, "DS", b"1-2-3")))
    found.append(convert_raw_data_element(raw(0x00200032, "DS", None)))
    return [str(one) for one in found]


@case
def another_vr_is_tried() -> Any:
    hooks.register_callback("raw_element_value", pydicom.hooks.raw_element_value_retry)
    hooks.register_kwargs("raw_element_kwargs", {"target_VRs": {"DS": ("US", "SS")}})
    config.settings.reading_validation_mode = RAISE
    return convert_raw_data_element(raw(0x00180050, "DS", b"\xff\xff"))


@case
def no_other_vr_does() -> Any:
    hooks.register_callback("raw_element_value", pydicom.hooks.raw_element_value_retry)
    hooks.register_kwargs("raw_element_kwargs", {"target_VRs": {"DS": ("US", "SS")}})
    config.settings.reading_validation_mode = RAISE
    return convert_raw_data_element(raw(0x00180050, "DS", b"\xff\xff\xff"))


@case
def hooks_can_be_set_as_attributes() -> Any:
    hooks.raw_element_value = lambda given, data, **arguments: data.update(value="X")
    return dcmread(file_of(SAMPLE[3]))["Modality"]


@case
def unknown_hooks_are_refused() -> Any:
    hooks.register_callback("nosuch", print)


@case
def hooks_have_to_be_callable() -> Any:
    hooks.register_callback("raw_element_vr", 3)  # type: ignore[arg-type]


@case
def unknown_arguments_are_refused() -> Any:
    hooks.register_kwargs("raw_element", {})


@case
def arguments_have_to_be_a_dict() -> Any:
    hooks.register_kwargs("raw_element_kwargs", 3)  # type: ignore[arg-type]


# --- raw elements ----------------------------------------------------------------------------------------------------


@case
def raw_elements_become_elements() -> Any:
    creator = Dataset()
    creator.add_new(0x00190010, "LO", "GEMS_ACQU_01")
    made = [
        convert_raw_data_element(raw(0x00100020, "LO", b"abc ")),
        convert_raw_data_element(raw(0x00100020, None, b"abc ", implicit=True)),
        convert_raw_data_element(raw(0x00100020, "UN", b"abc ")),
        convert_raw_data_element(raw(0x00110010, None, b"abc ", implicit=True)),
        convert_raw_data_element(raw(0x00111001, None, b"abc ", implicit=True)),
        convert_raw_data_element(raw(0x00100000, None, b"\x08\0\0\0", implicit=True)),
        convert_raw_data_element(raw(0x00191002, None, b"\x08\0\0\0", implicit=True), ds=creator),
        convert_raw_data_element(raw(0x00100010, "PN", b"A^B=\xc4"), encoding="latin1"),
        convert_raw_data_element(raw(0x00281101, "SS", b"\x00\x80\x00\x80\x10\x00")),
        convert_raw_data_element(raw(0x00100020, "LO", None)),
    ]
    # Ours has the name of a private element that only its creator tells, and lists of its own.
    return [[str(one.tag), one.VR, str(list(one.value) if isinstance(one.value, list) else one.value)] for one in made]


@case
def a_raw_element_of_an_unknown_tag() -> Any:
    return convert_raw_data_element(raw(0x00100999, None, b"abc ", implicit=True))


@case
def a_raw_element_of_an_unknown_vr() -> Any:
    return convert_raw_data_element(raw(0x00100020, "XX", b"abc "))


@case
def a_raw_sequence() -> Any:
    item = b"\xfe\xff\x00\xe0\x0e\0\0\0\x10\0\x20\0LO\x06\0abcdef"
    return str(convert_raw_data_element(raw(0x00081140, "SQ", item)).value[0])


@case
def items_are_raw_until_they_are_looked_at() -> Any:
    dataset = dcmread(file_of(*SAMPLE))
    first = dataset.get_item("Modality")
    _ = dataset.Modality
    return first, first.value_tell, type(dataset.get_item("Modality")).__name__, dataset.get_item("PatientSex")


@case
def items_that_were_put_in_are_elements() -> Any:
    dataset = Dataset()
    dataset.Modality = "CT"
    return type(dataset.get_item("Modality")).__name__, dataset.get_item("Modality").is_raw


@case
def raw_elements_are_tuples() -> Any:
    one = raw(0x00100020, "LO", b"abc ")
    return RawDataElement._fields, one == one._replace(), one.is_raw, one.is_buffered


# --- lists and File Meta Information ---------------------------------------------------------------------------------


@case
def constrained_lists() -> Any:
    class Numbers(pydicom.multival.ConstrainedList):  # type: ignore[type-arg]
        def _validate(self, item: Any) -> Any:
            return int(item)

    numbers = Numbers(["1", 2])
    numbers.append("3")
    numbers.extend(["4", "5"])
    numbers.insert(0, "0")
    numbers[1] = "7"
    numbers += ["8"]
    del numbers[2]
    return list(numbers), len(numbers), numbers == [0, 7, 3, 4, 5, 8], numbers[0:2], list(reversed(numbers))


@case
def constrained_lists_refuse() -> Any:
    class Numbers(pydicom.multival.ConstrainedList):  # type: ignore[type-arg]
        def _validate(self, item: Any) -> Any:
            return int(item)

    Numbers([]).append("a")


@case
def constrained_lists_have_to_be_derived() -> Any:
    pydicom.multival.ConstrainedList([1])


@case
def file_meta_is_completed() -> Any:
    meta = pydicom.dataset.FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2", "1.2.3"
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    pydicom.dataset.validate_file_meta(meta)
    return sorted(str(element.tag) for element in meta)


@case
def file_meta_lacks_what_it_must_have() -> Any:
    pydicom.dataset.validate_file_meta(pydicom.dataset.FileMetaDataset())


@case
def file_meta_is_not_required_to_be_whole() -> Any:
    meta = pydicom.dataset.FileMetaDataset()
    pydicom.dataset.validate_file_meta(meta, enforce_standard=False)
    return len(meta)


@case
def file_meta_has_one_group() -> Any:
    dataset = Dataset()
    dataset.PatientID = "1"
    pydicom.dataset.validate_file_meta(dataset, enforce_standard=False)


# --- misc ------------------------------------------------------------------------------------------------------------


@case
def sizes() -> Any:
    from pydicom.misc import size_in_bytes

    return [size_in_bytes(text) for text in (None, 5, "5", "5 KB", "2 MB", "2 gib", float("inf"))]


@case
def no_size() -> Any:
    from pydicom.misc import size_in_bytes

    size_in_bytes("5 parsec")


@case
def warnings_are_logged() -> Any:
    import logging

    from pydicom.misc import warn_and_log

    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("pydicom").addHandler(handler)
    warn_and_log("so it is", DeprecationWarning)
    warn_and_log("and so")
    logging.getLogger("pydicom").removeHandler(handler)
    return records


if __name__ == "__main__":
    tell()
