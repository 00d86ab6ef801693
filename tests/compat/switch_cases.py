"""What the switches, hooks and callbacks of `pydicom.config` and `pydicom.hooks` change, as programs for pydicom.

In: nothing. Out: JSON, for each case what it gave (plain values, classes by name, errors by the builtin classes that
they derive from) and the classes of its warnings. Run once on pydicom and once on the drop-in, both have to be the same.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pydicom
import pydicom.config
import pydicom.dataelem
import pydicom.dataset
import pydicom.hooks
import pydicom.multival
from pydicom import DataElement, Dataset, config, dcmread
from pydicom.config import IGNORE, RAISE, WARN
from pydicom.dataelem import RawDataElement, convert_raw_data_element, empty_value_for_VR
from pydicom.hooks import hooks

LONG = "x" * 70
_BEFORE = {
    name: getattr(config, name)
    for name in (
        "INVALID_KEYWORD_BEHAVIOR",
        "INVALID_KEY_BEHAVIOR",
        "allow_DS_float",
        "convert_wrong_length_to_UN",
        "data_element_callback",
        "data_element_callback_kwargs",
        "datetime_conversion",
        "enforce_valid_values",
        "replace_un_with_known_vr",
        "show_file_meta",
        "use_DS_decimal",
        "use_DS_numpy",
        "use_IS_numpy",
        "use_none_as_empty_text_VR_value",
    )
}


def reset() -> None:
    """All switches as they were."""
    for name, value in _BEFORE.items():
        setattr(config, name, value)
    config.future_behavior(False)
    config.DS_decimal(False)
    config.settings.reading_validation_mode = None
    config.settings.writing_validation_mode = None
    hooks.register_callback("raw_element_vr", pydicom.hooks.raw_element_vr)
    hooks.register_callback("raw_element_value", pydicom.hooks.raw_element_value)
    hooks.register_kwargs("raw_element_kwargs", {})


def element(tag: int, vr: str, value: bytes) -> bytes:
    """An element in explicit VR little endian, with a short length."""
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
    if vr in ("OB", "OW", "UN", "SQ", "UT"):
        return head + vr.encode() + b"\0\0" + len(value).to_bytes(4, "little") + value
    return head + vr.encode() + len(value).to_bytes(2, "little") + value


def file_of(*elements: bytes) -> io.BytesIO:
    """A file of elements in explicit VR little endian."""
    uid = element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0")
    length = element(0x00020000, "UL", len(uid).to_bytes(4, "little"))
    return io.BytesIO(b"\0" * 128 + b"DICM" + length + uid + b"".join(elements))


def raw(tag: int, vr: str | None, value: bytes | None, implicit: bool = False) -> Any:
    """A raw element, little endian."""
    return RawDataElement(pydicom.tag.Tag(tag), vr, len(value or b""), value, 0, implicit, True)


SAMPLE = (
    element(0x00080008, "CS", b"ORIGINAL\\PRIMARY"),
    element(0x00080020, "DA", b"20201231"),
    element(0x00080030, "TM", b"101112"),
    element(0x00080060, "CS", b"CT"),
    element(0x00100010, "PN", b""),
    element(0x00100020, "LO", LONG.encode()),
    element(0x00180050, "DS", b"1.50"),
    element(0x00200013, "IS", b"12"),
    element(0x00200032, "DS", b"1.5\\2\\3 "),
    element(0x00200060, "CS", b""),
    element(0x00201208, "IS", b"1\\2 "),
    element(0x00280010, "UN", b"\x05\x00"),
    element(0x00280011, "US", b"\x05\x00\x00"),
)


def shown(value: Any) -> Any:
    """A value in JSON's types, its class with it."""
    if isinstance(value, (list, tuple)) and type(value).__name__ in ("list", "tuple"):
        return [shown(item) for item in value]
    if isinstance(value, Dataset):
        return str(value)
    if isinstance(value, RawDataElement):
        return ["raw", str(value.tag), value.VR, value.length, repr(value.value)]
    if isinstance(value, DataElement):
        return [str(value), type(value.value).__name__]
    if value is None or isinstance(value, (bool, str)) or type(value) in (int, float):
        return value
    return [type(value).__name__, str(value)]


CASES: dict[str, Callable[[], Any]] = {}


def case(function: Callable[[], Any]) -> Callable[[], Any]:
    """Enter a case by its function's name."""
    CASES[function.__name__] = function
    return function


# --- validation ------------------------------------------------------------------------------------------------------


def _assignments() -> list[Any]:
    results: list[Any] = []
    dataset = Dataset()
    dataset.PatientID = "a"
    dataset.ImageType = ["A", "B"]
    for change in (
        lambda: setattr(dataset, "PatientID", LONG),
        lambda: setattr(dataset["PatientID"], "value", LONG),
        lambda: dataset.add_new("StudyID", "SH", LONG),
        lambda: DataElement("Modality", "CS", "ct"),
        lambda: dataset.ImageType.append("a" * 20),
        lambda: setattr(dataset, "SliceThickness", "1.23456789012345678"),
        lambda: setattr(dataset, "Rows", "a"),
        lambda: setattr(dataset, "Rows", 70000),
        lambda: setattr(dataset, "SOPInstanceUID", "1.2.x"),
        lambda: setattr(dataset, "PatientName", LONG),
    ):
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                change()
                results.append(["done", bool(met)])
            except ValueError:
                results.append("ValueError")
    return results


@case
def validation_as_it_is() -> Any:
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def validation_ignored() -> Any:
    config.settings.reading_validation_mode = IGNORE
    return _assignments()


@case
def validation_raises() -> Any:
    config.settings.reading_validation_mode = RAISE
    return _assignments()


@case
def validation_for_writing_is_another() -> Any:
    config.settings.writing_validation_mode = RAISE
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def validation_mode_of_an_element() -> Any:
    results = []
    for mode in (IGNORE, WARN, RAISE):
        kept = DataElement("PatientID", "LO", "x", validation_mode=mode)
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                kept.value = LONG
                results.append(bool(met))
            except ValueError:
                results.append("ValueError")
    return results


@case
def validation_mode_of_a_new_element_raises() -> Any:
    return DataElement("PatientID", "LO", LONG, validation_mode=RAISE)


@case
def validate_by_itself() -> Any:
    kept = DataElement("PatientID", "LO", "x", validation_mode=RAISE)
    kept.validate(LONG)


@case
def enforce_valid_values() -> Any:
    config.enforce_valid_values = True
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def disable_value_validation() -> Any:
    with config.disable_value_validation():
        inside = config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()
    return inside, config.settings.reading_validation_mode


@case
def disable_value_validation_ends_with_an_error() -> Any:
    try:
        with config.disable_value_validation():
            raise KeyError
    except KeyError:
        return config.settings.reading_validation_mode


@case
def strict_reading() -> Any:
    with config.strict_reading():
        inside = config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()
    return inside, config.settings.reading_validation_mode


@case
def strict_reading_of_a_file() -> Any:
    with config.strict_reading():
        return dcmread(file_of(*SAMPLE)).PatientID


@case
def reading_a_file_ignores() -> Any:
    config.settings.reading_validation_mode = IGNORE
    return dcmread(file_of(*SAMPLE)).PatientID


@case
def modes_go_back_to_the_default_with_none() -> Any:
    config.settings.reading_validation_mode = RAISE
    config.settings.reading_validation_mode = None
    return config.settings.reading_validation_mode


@case
def buffered_read_size() -> Any:
    config.settings.buffered_read_size = 4096
    size = config.settings.buffered_read_size
    config.settings.buffered_read_size = 8192
    return size


@case
def buffered_read_size_is_checked() -> Any:
    config.settings.buffered_read_size = 0


# --- numbers and dates -----------------------------------------------------------------------------------------------


@case
def decimals_of_a_file() -> Any:
    config.DS_decimal(True)
    dataset = dcmread(file_of(*SAMPLE))
    return dataset["SliceThickness"], shown(list(dataset.ImagePositionPatient)), type(dataset.SliceThickness).__name__


@case
def decimals_in_memory() -> Any:
    config.use_DS_decimal = True
    dataset = Dataset()
    dataset.SliceThickness = "1.5"
    dataset.ImagePositionPatient = ["1", 2, "3.0"]
    return dataset["SliceThickness"], shown(list(dataset.ImagePositionPatient))


@case
def decimals_of_floats_are_refused() -> Any:
    config.DS_decimal(True)
    dataset = Dataset()
    dataset.SliceThickness = 1.5


@case
def decimals_of_floats_are_allowed() -> Any:
    config.DS_decimal(True)
    config.allow_DS_float = True
    dataset = Dataset()
    dataset.SliceThickness = 1.5
    return dataset["SliceThickness"]


@case
def floats_again() -> Any:
    config.DS_decimal(True)
    config.DS_decimal(False)
    return dcmread(file_of(*SAMPLE))["SliceThickness"]


@case
def arrays_of_a_file() -> Any:
    config.DS_numpy(True)
    config.use_IS_numpy = True
    dataset = dcmread(file_of(*SAMPLE))
    values = [dataset[name].value for name in ("SliceThickness", "ImagePositionPatient", "InstanceNumber")]
    kinds = [(type(value).__name__, str(getattr(value, "dtype", ""))) for value in values]
    # What 0020,1208 holds is one number by the dictionary; here it has two.
    return kinds, [str(value) for value in values], str(dataset[0x00201208].value)


@case
def arrays_are_not_made_in_memory() -> Any:
    config.DS_numpy(True)
    dataset = Dataset()
    dataset.ImagePositionPatient = [1, 2, 3]
    return type(dataset.ImagePositionPatient).__name__


@case
def arrays_and_decimals_exclude_each_other() -> Any:
    config.DS_numpy(True)
    config.DS_decimal(True)


@case
def decimals_and_arrays_exclude_each_other() -> Any:
    config.DS_decimal(True)
    config.DS_numpy(True)


@case
def dates_of_a_file() -> Any:
    config.datetime_conversion = True
    dataset = dcmread(file_of(*SAMPLE))
    return dataset["StudyDate"], dataset["StudyTime"]


@case
def dates_in_memory() -> Any:
    config.datetime_conversion = True
    dataset = Dataset()
    dataset.StudyDate, dataset.StudyTime = "20201231", "1011"
    return dataset["StudyDate"], dataset["StudyTime"]


# --- empty values, UN, wrong lengths ---------------------------------------------------------------------------------


@case
def empty_text_is_none() -> Any:
    config.use_none_as_empty_text_VR_value = True
    dataset = dcmread(file_of(*SAMPLE))
    held = DataElement("PatientID", "LO", "x")
    return (
        dataset[0x00200060].value,
        dataset.PatientName,
        [empty_value_for_VR(vr) for vr in ("LO", "PN", "US")],
        [empty_value_for_VR(vr, raw=True) for vr in ("LO", "US")],
        held.empty_value,
    )


@case
def empty_text_is_text() -> Any:
    dataset = dcmread(file_of(*SAMPLE))
    empty = [empty_value_for_VR(vr) for vr in ("LO", "US", "SQ", None)]
    return dataset[0x00200060].value, str(dataset.PatientName), empty, str(empty_value_for_VR("LO", raw=True))


@case
def unknown_vr_is_found() -> Any:
    return dcmread(file_of(*SAMPLE))["Rows"]


@case
def unknown_vr_is_kept() -> Any:
    config.replace_un_with_known_vr = False
    return dcmread(file_of(*SAMPLE))["Rows"]


@case
def a_wrong_length_raises() -> Any:
    return dcmread(file_of(*SAMPLE))["Columns"].value


@case
def a_wrong_length_is_bytes() -> Any:
    config.convert_wrong_length_to_UN = True
    return dcmread(file_of(*SAMPLE))["Columns"].value


# --- names and text --------------------------------------------------------------------------------------------------


def _names() -> list[Any]:
    results = []
    dataset = Dataset()
    for ask in (
        lambda: setattr(dataset, "PatientNam", "x"),
        lambda: setattr(dataset, "PatientsName", "x"),
        lambda: setattr(dataset, "plain", "x"),
        lambda: "PatientNam" in dataset,
        lambda: -5 in dataset,
        lambda: "PatientName" in dataset,
    ):
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                results.append([ask(), bool(met)])
            except ValueError:
                results.append("ValueError")
    return results


@case
def unknown_names_warn() -> Any:
    return _names()


@case
def unknown_names_raise() -> Any:
    config.INVALID_KEYWORD_BEHAVIOR = "RAISE"
    config.INVALID_KEY_BEHAVIOR = "RAISE"
    return _names()


@case
def unknown_names_are_ignored() -> Any:
    config.INVALID_KEYWORD_BEHAVIOR = "IGNORE"
    config.INVALID_KEY_BEHAVIOR = "IGNORE"
    return _names()


@case
def future_behavior() -> Any:
    config.future_behavior()
    return (
        config.INVALID_KEYWORD_BEHAVIOR,
        config.settings.reading_validation_mode,
        config.settings.writing_validation_mode,
        _names(),
    )


@case
def file_meta_is_shown() -> Any:
    return str(dcmread(file_of(SAMPLE[0])))


@case
def file_meta_is_not_shown() -> Any:
    config.show_file_meta = False
    return str(dcmread(file_of(SAMPLE[0])))


@case
def debugging() -> Any:
    import logging

    logger = logging.getLogger("pydicom")
    config.debug(True, default_handler=False)
    on = config.debugging, logger.level
    config.debug(False, default_handler=False)
    return on, config.debugging, logger.level


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


def outcome(function: Callable[[], Any]) -> Any:
    """What a case gives, and of which classes its warnings are."""
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            result = shown(function())
        except Exception as error:
            result = ["error", *(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")]
        finally:
            reset()
    return [result, sorted({one.category.__name__ for one in met})]


if __name__ == "__main__":
    json.dump({name: outcome(function) for name, function in CASES.items()}, sys.stdout)
